"""What a member has done with lessons, in words and signs, and what to read next."""

from collections.abc import Sequence

from bot.actions.reading import Mark, OwnShelf, Suggestion
from bot.chat.wording import lesson_facts, shortened
from bot.words import _, ngettext
from lessons.model import Lesson

_NAMED, _LONGEST_NAME = 2, 60


def mark_words(mark: Mark, lesson: Lesson) -> str:
    """How far one has come: 📖 at section 3 of 6 · 🏆 machine beaten · ✏️ 4 of 7 right."""
    said, count = list[str](), len(lesson.questions)
    if mark.read:
        said.append(_("☑️ read"))
    elif mark.section is not None:
        said.append(_("📖 at section {number} of {count}", number=mark.section, count=len(lesson.sections)))
    if mark.beaten:
        said.append(_("🏆 machine beaten"))
    if mark.answered >= count > 0:
        said.append(_("✏️ {right} of {count} right", right=mark.right, count=count))
    elif mark.answered:
        # A check that was left in the middle is no bad result.
        said.append(
            _(
                "✏️ {answered} of {count} answered, {right} right",
                answered=mark.answered,
                count=count,
                right=mark.right,
            )
        )
    return " · ".join(said) or _("▫️ not read yet")


def builds_on(needed: Sequence[Lesson]) -> str:
    """Which lessons come before one; of many the first two are named. Empty for none."""
    if not needed:
        return ""
    named = ", ".join(shortened(one.title, _LONGEST_NAME) for one in needed[:_NAMED])
    more = len(needed) - _NAMED
    if more > 0:
        return ngettext(
            "🧱 builds on {lessons} and {n} more", "🧱 builds on {lessons} and {n} more", more, lessons=named
        )
    return _("🧱 builds on {lessons}", lessons=named)


def next_words(suggestion: Suggestion) -> tuple[str, str]:
    """What to read now, as a heading and a small line."""
    lesson = suggestion.lesson
    if suggestion.why == "left":
        told = _("▶️ **Continue: {lesson}**", lesson=lesson.title)
        mark = mark_words(Mark(section=suggestion.section), lesson)
        return told, f"-# {mark} · {lesson_facts(lesson)}"
    told = (
        _("⏭️ **Next for you: {lesson}**", lesson=lesson.title)
        if suggestion.why == "next"
        else _("🌱 **Start here: {lesson}**", lesson=lesson.title)
    )
    return told, f"-# {lesson_facts(lesson)}"


def position_words(own: OwnShelf, suggestion: Suggestion) -> tuple[str, str]:
    """How far one has come along a category's path, and what comes next on it, as a heading and a small line."""
    read = _("{read} of {count} read", read=own.path_read, count=own.path_length)
    lesson = suggestion.lesson
    told = _("🧭 **{read}** · next: **{lesson}**", read=read, lesson=lesson.title)
    place = [mark_words(Mark(section=suggestion.section), lesson)] if suggestion.why == "left" else []
    return told, "-# " + " · ".join([*place, lesson_facts(lesson)])


def all_read_words() -> str:
    """That nothing of what is shown is left to read."""
    return _("🏁 **You have read everything here.** Check yourself, and climb.")


def next_label(suggestion: Suggestion) -> str:
    """What the button says that opens it."""
    return (
        _("Continue")
        if suggestion.why == "left"
        else _("Read now")
        if suggestion.why == "next"
        else _("Start")
    )
