"""One's own page in chat: how one stands, what is next, and one's own choices."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import discord
from discord import app_commands, ui
from discord.app_commands import locale_str

from bot.actions.library import Library
from bot.actions.me import Learned, Profile
from bot.actions.reviews import Asking
from bot.actions.zones import matching_zones, zone_of
from bot.chat import privacy, quizzes, reviews, shelves
from bot.chat.calendar import clock_words
from bot.chat.commands import everywhere
from bot.chat.news import whisper_news
from bot.chat.pressing import Pressable, button, chosen
from bot.chat.rank_cards import next_words
from bot.chat.replies import actions_of, meet, server_of, turn_to
from bot.chat.scopes import category_words
from bot.chat.screens import AnyItem, Screen, card, line, row, rows, text
from bot.chat.wording import day, rating_words, shown_name, tier_colour, title_words
from bot.storage.members import Choices
from bot.words import _, ngettext
from ladder.streak import Streak

_STRENGTHS = 4


def profile_screen(library: Library, shown: Profile, name: str, now: datetime, told: str = "") -> Screen:
    """How the person of this name stands, what is next, and what they chose."""
    rating = shown.card.world.rating if shown.card.world else 0
    head = [text(told)] if told else []
    head.append(text(f"# {shown_name(name)}", _standing(shown)))
    parts: list[AnyItem] = [
        *head,
        line(),
        text(_streak_words(shown.streak), _learned_words(shown.learned)),
    ]
    strengths = [
        f"{category_words(library, one.slug)} **{rating_words(one.rating, provisional=one.provisional)}**"
        for one in shown.card.by_category[:_STRENGTHS]
    ]
    if strengths:
        parts.append(text(_("💪 Strongest: {categories}", categories=" · ".join(strengths))))
    parts += [line(), text(*_next_words(shown)), *rows(_next_buttons(shown))]
    parts += [
        line(),
        text(_("### Your choices"), *(f"- {one}" for one in _choice_words(shown, now))),
        row(
            RemindersButton(),
            DuelsButton("take" if shown.choices.refuses_duels else "refuse"),
            privacy.ShowButton() if shown.hidden else privacy.HideButton(),
        ),
    ]
    return Screen(card(*parts, colour=tier_colour(shown.card.title.floor) if rating else None))


def _standing(shown: Profile) -> str:
    place = shown.card.world
    if place is None:
        return _("Your first answer begins your rating; everybody starts at 1100 in Iron.")
    return "\n".join(
        [
            _(
                "{title} · rating **{rating}** · {xp} XP",
                title=title_words(shown.card.title, place.rating),
                rating=rating_words(place.rating, provisional=place.provisional),
                xp=shown.card.xp,
            ),
            f"{_bar(shown.card.progress)} {next_words(shown.card)}",
        ]
    )


def _bar(progress: float) -> str:
    """How much of the way is done; the words beside it say the same."""
    full = round(progress * 8)
    return "▰" * full + "▱" * (8 - full)


def _streak_words(streak: Streak) -> str:
    if not streak.days:
        return _("🔥 No streak yet: one answer a day begins it.")
    days = ngettext("🔥 **{n} day** in a row", "🔥 **{n} days** in a row", streak.days)
    if streak.today:
        return _("{days}, today included.", days=days)
    if streak.forgiven is None:
        return _("{days}. Today is open; one day off a week breaks nothing.", days=days)
    return _("{days}. An answer today keeps it going.", days=days)


def _learned_words(learned: Learned) -> str:
    return " · ".join(
        [
            _("📖 {n} of {all} lessons read", n=learned.read, all=learned.lessons),
            ngettext("✏️ {n} checked", "✏️ {n} checked", learned.checked),
            ngettext("⚔️ {n} machine beaten", "⚔️ {n} machines beaten", learned.beaten),
        ]
    )


def _next_words(shown: Profile) -> list[str]:
    told: list[str] = []
    if shown.open_quiz is not None:
        left = sum(question.option is None for question in shown.open_quiz.questions)
        told.append(
            ngettext(
                "✏️ Your quiz on **{lesson}** is open: {n} question left.",
                "✏️ Your quiz on **{lesson}** is open: {n} questions left.",
                left,
                lesson=shown.open_quiz.lesson_title,
            )
        )
    if isinstance(shown.reviews, Asking):
        told.append(_("🔁 Something you learned is ready for a review."))
    elif shown.reviews.until is not None:
        told.append(_("🔁 Reviews: all clear until {day}.", day=day(shown.reviews.until)))
    return told or [_("📚 Pick a lesson, read it, and check yourself.")]


def _next_buttons(shown: Profile) -> Sequence[AnyItem]:
    buttons: list[AnyItem] = []
    if shown.open_quiz is not None:
        buttons.append(quizzes.NextButton(shown.open_quiz.id, _("Go on with the quiz")))
    if isinstance(shown.reviews, Asking):
        buttons.append(reviews.GoOnButton(reviews.Sitting().encode(), _("Review")))
    buttons.append(shelves.ShelfButton(shelves.View().encode(), _("Lessons"), "📚"))
    return buttons


def _choice_words(shown: Profile, now: datetime) -> list[str]:
    choices = shown.choices
    local = clock_words(now.astimezone(zone_of(choices.zone)))
    zone = (
        _(
            "Time zone: {zone}, where it is {time}. Change it with `/me zone`",
            zone=f"`{choices.zone}`",
            time=local,
        )
        if choices.zone
        else _("Time zone: not chosen, so days end at midnight UTC. Choose with `/me zone`")
    )
    return [
        zone,
        _reminder_words(choices),
        _("Duels: you take no challenges.")
        if choices.refuses_duels
        else _("Duels: others may challenge you, one at a time."),
        _("You are hidden: only you see your rating.")
        if shown.hidden
        else _("You are shown on the ladders. More under /privacy"),
    ]


def _reminder_words(choices: Choices) -> str:
    if choices.reminder_hour is not None:
        return _(
            "Reminders: at {time}, and only when something is due.", time=f"{choices.reminder_hour:02}:00"
        )
    if choices.stopped == "blocked":
        return _(
            "Reminders: stopped, because you take no messages from me. Allow them in your privacy settings, then choose an hour again."
        )
    if choices.stopped == "ignored":
        return _("Reminders: stopped after two weeks without an answer. Choose an hour to have them back.")
    return _("Reminders: off.")


def reminders_screen(choices: Choices, told: str = "") -> Screen:
    """When to be reminded."""
    zone = choices.zone or "UTC"
    return Screen(
        card(
            text(told, _("# ⏰ Reminders")),
            text(
                _(
                    "One message a day at most, at the hour you choose, and only when a review is due. After two weeks without an answer they stop by themselves."
                ),
                _(
                    "They tell of the library's questions alone: what is due of a server's own, you see with `/review` in that server."
                ),
                _("The hour is that of {zone}. Change the zone with `/me zone`", zone=f"`{zone}`"),
            ),
            row(HourSelect(choices.reminder_hour, listed=True)),
            row(StopRemindersButton(disabled=choices.reminder_hour is None), BackToMeButton(_("Back"))),
        )
    )


async def me_screen(interaction: discord.Interaction[Any], told: str = "") -> Screen:
    """The person's page as it is now."""
    actions, user = actions_of(interaction), interaction.user
    shown = await actions.me.profile(user.id, server_of(interaction))
    return profile_screen(actions.library, shown, user.display_name, interaction.created_at, told)


def zone_noted(choices: Choices, now: datetime) -> str:
    """Which time zone was chosen, and what time it is there."""
    local = clock_words(now.astimezone(zone_of(choices.zone)))
    return _("✅ Your time zone is {zone}, where it is {time}.", zone=f"`{choices.zone}`", time=local)


def hour_noted(choices: Choices) -> str:
    """When reminders come from now on."""
    return _("✅ You are reminded at {time}, when something is due.", time=f"{choices.reminder_hour:02}:00")


def stopped_noted() -> str:
    """That there are no reminders any more."""
    return _("🔕 No reminders any more.")


def duels_noted(*, refuses: bool) -> str:
    """Whether challenges are taken from now on."""
    if refuses:
        return _("✅ Nobody can challenge you any more.")
    return _("✅ You can be challenged again.")


class RemindersButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"merem1"):
    """Opens the choice of an hour."""

    def __init__(self) -> None:
        super().__init__(button(_("Reminders"), "merem1", emoji="⏰"))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show it in place of the page."""
        choices = await actions_of(interaction).me.choices(interaction.user.id)
        await turn_to(interaction, reminders_screen(choices))


class HourSelect(Pressable, ui.DynamicItem[ui.Select[Any]], template=r"mehour1"):
    """Chooses the hour of reminders."""

    def __init__(self, current: int | None = None, *, listed: bool = False) -> None:
        hours = range(24) if listed else ()
        super().__init__(
            ui.Select(
                custom_id="mehour1",
                placeholder=_("Choose an hour"),
                options=[
                    discord.SelectOption(label=f"{hour:02}:00", value=str(hour), default=hour == current)
                    for hour in hours
                ],
            )
        )

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Note it and say so."""
        choices = await actions_of(interaction).me.remind(
            interaction.user.id, int(chosen(interaction)), str(interaction.locale)
        )
        await turn_to(interaction, reminders_screen(choices, hour_noted(choices)))


class StopRemindersButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"mestop1"):
    """Ends reminders, from the page or from a reminder itself."""

    def __init__(self, *, disabled: bool = False) -> None:
        super().__init__(button(_("Stop reminders"), "mestop1", emoji="🔕", disabled=disabled))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Note it and say so."""
        choices = await actions_of(interaction).me.remind(interaction.user.id, None, str(interaction.locale))
        await turn_to(interaction, reminders_screen(choices, stopped_noted()))


class DuelsButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"meduel1:(?P<to>refuse|take)"):
    """Refuses duels for good, or takes them again."""

    def __init__(self, to: str) -> None:
        label = _("Refuse duels") if to == "refuse" else _("Take duels")
        super().__init__(button(label, f"meduel1:{to}", emoji="🤺"))
        self.to = to

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Note it and show the page."""
        refuses = self.to == "refuse"
        await actions_of(interaction).me.refuse_duels(interaction.user.id, refuses=refuses)
        told = duels_noted(refuses=refuses)
        await turn_to(interaction, await me_screen(interaction, told))


class BackToMeButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"me1"):
    """Opens one's own page."""

    def __init__(self, label: str = "…") -> None:
        super().__init__(button(label, "me1", emoji="🙂"))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show it in place of the message."""
        await turn_to(interaction, await me_screen(interaction))


@everywhere(locale_str("me"), locale_str("Your own page: streak, reviews, time zone, reminders, visibility"))
@app_commands.rename(zone=locale_str("zone"))
@app_commands.describe(zone=locale_str("Where your days begin and end, such as Europe/Berlin"))
async def me_command(interaction: discord.Interaction[Any], zone: str | None = None) -> None:
    """Show one's own page, after noting the time zone if one is given."""
    told = ""
    if zone is not None:
        choices = await actions_of(interaction).me.live_in(interaction.user.id, zone)
        told = zone_noted(choices, interaction.created_at)
    await whisper_news(interaction, await me_screen(interaction, told))
    await meet(interaction)


@me_command.autocomplete("zone")
async def _zone_choices(
    interaction: discord.Interaction[Any], current: str
) -> list[app_commands.Choice[str]]:
    now = interaction.created_at
    return [
        app_commands.Choice(name=f"{zone} · {clock_words(now.astimezone(zone_of(zone)))}", value=zone)
        for zone in matching_zones(current, 25)
    ]


COMMANDS = (me_command,)
ITEMS = (RemindersButton, HourSelect, StopRemindersButton, DuelsButton, BackToMeButton)
