"""One of a server's own lessons on the panel: its versions, what changed between them, and what can be done with it."""

import difflib
from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.actions.own_lessons import OwnLesson
from bot.chat import lesson_previews, own_figures
from bot.chat.panel import BackButton, ForModerators, changed, guild_of
from bot.chat.pressing import Pressable, button, chosen
from bot.chat.replies import actions_of, turn_to
from bot.chat.screens import AnyItem, Document, Screen, card, line, row, shown_document, text
from bot.chat.wording import relative, shortened, shown_words
from bot.storage.own_lessons import Edition
from bot.words import _, ngettext
from lessons.splitting import units

WORD = "lessons"
NAME = r"(?P<name>[a-z0-9-]+)"
_VERSIONS = 8
_LONGEST_DIFFERENCE = 2_600
_WIDEST = 160


def title_words(edition: Edition) -> str:
    """The title of a version, as it can be printed anywhere."""
    return shown_words(shortened(edition.title, 60))


def state_words(one: OwnLesson) -> str:
    """Whether the lesson is taught, and what waits."""
    taught, latest = one.published, one.editions[0]
    if taught is None:
        return _("retired") if latest.state != "draft" else _("draft, not published")
    told = _("version {number} is taught", number=taught.version)
    return told + " · " + _("a draft waits") if latest.state == "draft" else told


def lesson_screen(one: OwnLesson, told: str = "") -> Screen:
    """The lesson's versions, and what can be done."""
    shown = one.editions[:_VERSIONS]
    taught = one.published
    facts = [f"`{one.name}.yaml`", state_words(one)]
    facts.append(ngettext("{n} first answer", "{n} first answers", one.answers))
    older = len(one.editions) - len(shown)
    more = ngettext("and {n} older version", "and {n} older versions", older) if older else ""
    buttons: list[AnyItem] = [
        lesson_previews.PreviewPageButton(one.name, one.shown.version, 1, _("See its pages"), "📖"),
        own_figures.FiguresButton(one.name, 1, _("Statistics")),
    ]
    if taught is not None:
        buttons.append(RetireButton(one.name))
    return Screen(
        card(
            text(told, f"## {title_words(one.shown)}", "-# " + " · ".join(facts)),
            line(),
            text(_("### Versions"), *(f"- {edition_words(edition)}" for edition in shown), more),
            row(EditionSelect(one.name, shown)),
            row(*buttons, BackButton(WORD, _("Back"))),
        )
    )


def edition_words(edition: Edition) -> str:
    """A version in a line: which, what became of it, whose, and when."""
    states = {
        "draft": _("draft"),
        "published": _("taught now"),
        "replaced": _("replaced"),
        "retired": _("retired"),
    }
    by = f"<@{edition.by}>" if edition.by else _("somebody whose data was deleted")
    return _(
        "**{number}** · {state} · handed in by {member} {when}",
        number=edition.version,
        state=states[edition.state],
        member=by,
        when=relative(edition.uploaded_at),
    )


def difference_lines(old: str, new: str) -> list[str]:
    """What changed from one file to the other, as unified lines with a few around them."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2)
    return [one for one in lines if not one.startswith(("---", "+++"))]


def edition_screen(old: Edition | None, new: Edition, lines: Sequence[str]) -> Screen:
    """A version beside the one that is taught, and the way to teach it instead."""
    whole = Document(f"{new.name}-changes.diff", "\n".join(lines).encode())
    added = sum(one.startswith("+") for one in lines)
    gone = sum(one.startswith("-") for one in lines)
    parts: list[AnyItem] = [text(f"## {title_words(new)}", f"-# {edition_words(new)}"), line()]
    documents: list[Document] = []
    if old is None:
        parts.append(text(_("No version is taught now, so there is nothing to compare it with.")))
    elif old == new:
        parts.append(text(_("This is the version that is taught now.")))
    else:
        counted = _(
            "Compared with version {number}, which is taught: {added} lines come, {gone} lines go.",
            number=old.version,
            added=added,
            gone=gone,
        )
        kept = _fitting(lines)
        parts.append(text(counted, f"```diff\n{kept}\n```" if kept else ""))
        if len(kept.split("\n")) < len(lines):
            parts.append(shown_document(whole))
            documents.append(whole)
    buttons: list[AnyItem] = []
    if new.state != "published":
        label = _("Publish") if old is None or new.version > old.version else _("Go back to this version")
        buttons.append(lesson_previews.PublishButton(new.name, new.version, "-", label))
    buttons.append(lesson_previews.PreviewPageButton(new.name, new.version, 1, _("See its pages"), "📖"))
    if new.state == "draft":
        buttons.append(lesson_previews.DiscardButton(new.name))
    return Screen(card(*parts, row(*buttons, OwnLessonButton(new.name, _("Back")))), documents=documents)


def _fitting(lines: Sequence[str]) -> str:
    """As many lines as fit a message, none so long that it fills it, and none that could end the block."""
    kept: list[str] = []
    room = _LONGEST_DIFFERENCE
    for one in lines:
        plain = one.replace("`", "ˋ")
        cut = plain if len(plain) <= _WIDEST else plain[: _WIDEST - 1] + "…"
        room -= units(cut) + 1
        if room < 0:
            break
        kept.append(cut)
    return "\n".join(kept)


async def show_lesson(interaction: discord.Interaction[Any], name: str, told: str = "") -> None:
    """Show the lesson in place of the message."""
    one = await actions_of(interaction).own_lessons.one(guild_of(interaction), name)
    await turn_to(interaction, lesson_screen(one, told))


class OwnLessonSelect(ForModerators, Pressable, ui.DynamicItem[ui.Select[Any]], template=r"ownpick1"):
    """Chooses one of the server's own lessons."""

    def __init__(self, lessons: Sequence[OwnLesson] = ()) -> None:
        super().__init__(
            ui.Select(
                custom_id="ownpick1",
                placeholder=_("Look at a lesson"),
                options=[
                    discord.SelectOption(
                        label=shortened(one.shown.title, 100),
                        value=one.name,
                        description=shortened(state_words(one), 100),
                    )
                    for one in lessons
                ],
            )
        )

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show it."""
        await show_lesson(interaction, chosen(interaction))


class OwnLessonButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"ownlesson1:{NAME}"
):
    """Goes to one of the server's own lessons."""

    def __init__(self, name: str, label: str = "…") -> None:
        super().__init__(button(label, f"ownlesson1:{name}", emoji="↩️"))
        self.name = name

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show it."""
        await show_lesson(interaction, self.name)


class EditionSelect(ForModerators, Pressable, ui.DynamicItem[ui.Select[Any]], template=rf"ownver1:{NAME}"):
    """Chooses a version to compare with what is taught."""

    def __init__(self, name: str, editions: Sequence[Edition] = ()) -> None:
        super().__init__(
            ui.Select(
                custom_id=f"ownver1:{name}",
                placeholder=_("Compare a version, or go back to it"),
                options=[
                    discord.SelectOption(
                        label=_("Version {number}", number=one.version),
                        value=str(one.version),
                        description=shortened(one.title, 100),
                    )
                    for one in editions
                ],
            )
        )
        self.name = name

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show what it would change."""
        await show_edition(interaction, self.name, int(chosen(interaction)))


async def show_edition(interaction: discord.Interaction[Any], name: str, version: int) -> None:
    """Show a version beside the one that is taught."""
    found = await actions_of(interaction).own_lessons.compare(guild_of(interaction), name, version)
    old, new, before, after = found
    await turn_to(interaction, edition_screen(old, new, difference_lines(before, after) if old else []))


class RetireButton(ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"ownretire1:{NAME}"):
    """Teaches a lesson no longer."""

    def __init__(self, name: str) -> None:
        super().__init__(
            button(_("Retire"), f"ownretire1:{name}", emoji="📦", style=discord.ButtonStyle.danger)
        )
        self.name = name

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Do it, and show the page with the way back."""
        done = await actions_of(interaction).own_lessons.retire(
            guild_of(interaction), interaction.user.id, self.name
        )
        told = _(
            "✅ “{lesson}” is retired: it is offered no more. Questions that are open in polls go on; in quizzes those left count for nobody.",
            lesson=title_words(done.edition),
        )
        await changed(interaction, WORD, told, done.entry)


ITEMS = (OwnLessonSelect, OwnLessonButton, EditionSelect, RetireButton)
