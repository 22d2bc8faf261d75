"""Privacy in chat: what is kept and why, and buttons to hide, to have it all, and to delete it."""

import secrets
from typing import Any, ClassVar

import discord
from discord import ui
from discord.app_commands import locale_str

from bot import pictures
from bot.actions.presence import KEPT_FOR
from bot.actions.privacy import Overview
from bot.actions.refusals import Refusal
from bot.chat import duel_posts, me
from bot.chat.commands import everywhere
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of, answering, turn_to, whisper
from bot.chat.screens import Document, Screen, card, line, row, shown_document, text
from bot.chat.tier_roles import role_keeper_of
from bot.words import N_, _, ngettext


def privacy_screen(shown: Overview) -> Screen:
    """What is kept and why, in plain words, and what one can do about it."""
    reasons = (
        _("**Your names**, yours and those in your servers: so that boards can show who stands there."),
        _(
            "**Your answers**, with when and in which server: so that each question is rated once, and so that you can see why your rating is what it is."
        ),
        _("**What follows from them**: ratings and their history, places, XP, titles, matches, honours."),
        _(
            "**Since when and until when you used the bot in which server**: so that a question counts less once a poll there has shown its answer."
        ),
    )
    shown_to = (
        _("🙈 **You are hidden.** You are on no board; your rating goes on, and only you see it.")
        if shown.hidden
        else _("👁️ **You are shown**: others can see your place, rating and title.")
    )
    turn = ShowButton() if shown.hidden else HideButton()
    return Screen(
        card(
            text("# " + _("🔒 Your privacy"), _("What is kept about you, and why:")),
            text(*(f"- {reason}" for reason in reasons)),
            text(
                _("Your messages are never read, and nothing is passed on."),
                _(
                    "What happened in a server is deleted {days} days after it has sent me away: names, ladder, seasons, XP there. Your answers, your rating in the world and your titles stay yours.",
                    days=KEPT_FOR.days,
                ),
            ),
            line(),
            text(_kept(shown.kept), shown_to),
            row(turn, ExportButton(), DeleteButton(), me.BackToMeButton(_("My page"))),
            text("-# " + _("After a deletion:"), *(f"-# {one}" for one in _remaining())),
        )
    )


def deleted_screen() -> Screen:
    """What is gone and what remains."""
    return Screen(
        card(
            text("# " + _("🗑️ Deleted")),
            text(
                _(
                    "Your names, answers, ratings with their history, places, XP, titles, matches and honours are gone, from every board and archive."
                )
            ),
            line(),
            text(
                *(f"- {one}" for one in _remaining()),
                "- " + _("Live boards in channels follow within minutes."),
                "- "
                + _(
                    "Boards that somebody shared as a message stay as they were shared. Ask a moderator to delete one that names you."
                ),
            ),
            line(),
            text(
                _(
                    "If you come back you begin anew, shown on the boards, with the questions that you have not met yet."
                )
            ),
        )
    )


def export_screen(document: Document) -> Screen:
    """The file with everything."""
    return Screen(
        text(
            _("📦 Everything that is kept about you. The file explains itself; any text editor opens it.")
            if document.name.endswith(".json")
            else _(
                "📦 Everything that is kept about you, compressed: unpack it with gzip, then any text editor opens it."
            )
        ),
        shown_document(document),
        documents=[document],
    )


def _remaining() -> tuple[str, ...]:
    """What a deletion leaves."""
    return (
        _("Polls still count your answers, without your name."),
        _(
            "For each question that you met a scrambled mark remains, a keyed hash, so that nothing already seen is rated again. Neither you nor the question can be read from it."
        ),
    )


def _kept(kept: dict[str, int]) -> str:
    if not kept:
        return _("**Kept just now**: nothing.")
    names = kept.get("sightings", 0)
    answers = kept.get("poll_answers", 0)
    quizzes = kept.get("quizzes", 0)
    changes = kept.get("journal", 0)
    others = sum(kept.values()) - names - answers - quizzes - changes
    counted = [
        ngettext("{n} name", "{n} names", names) if names else "",
        ngettext("{n} answer in polls", "{n} answers in polls", answers) if answers else "",
        ngettext("{n} quiz", "{n} quizzes", quizzes) if quizzes else "",
        ngettext("{n} change of a rating", "{n} changes of ratings", changes) if changes else "",
        ngettext("{n} other entry", "{n} other entries", others) if others else "",
    ]
    return _("**Kept just now**: {counted}.", counted=", ".join(one for one in counted if one))


async def _overview(interaction: discord.Interaction[Any]) -> Screen:
    return privacy_screen(await actions_of(interaction).privacy.overview(interaction.user.id))


class _Unnoted:
    """Whoever asks what is kept about them is not noted for it."""

    meets: ClassVar[bool] = False


class HideButton(_Unnoted, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"privacyhide1"):
    """Takes whoever presses off every board."""

    def __init__(self) -> None:
        super().__init__(button(_("Hide me"), "privacyhide1", emoji="🙈"))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Hide, and show how it is now."""
        await actions_of(interaction).privacy.hide(interaction.user.id)
        await turn_to(interaction, await _overview(interaction))


class ShowButton(_Unnoted, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"privacyshow1"):
    """Puts whoever presses back on the boards."""

    def __init__(self) -> None:
        super().__init__(button(_("Show me again"), "privacyshow1", emoji="👁️"))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show, and say how it is now."""
        await actions_of(interaction).privacy.show(interaction.user.id)
        await turn_to(interaction, await _overview(interaction))


class ExportButton(_Unnoted, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"privacyexport1"):
    """Hands out everything about whoever presses."""

    def __init__(self) -> None:
        super().__init__(button(_("Export"), "privacyexport1", emoji="📦"))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Send the file, in private."""
        # Years of answers may take longer to gather than Discord waits.
        await interaction.response.defer(ephemeral=True, thinking=True)
        name, content = await actions_of(interaction).privacy.export(interaction.user.id)
        await turn_to(interaction, export_screen(Document(name, content)))


class DeleteButton(_Unnoted, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"privacydelete1"):
    """Asks whether everything is really to go."""

    def __init__(self) -> None:
        super().__init__(
            button(_("Delete everything"), "privacydelete1", emoji="🗑️", style=discord.ButtonStyle.danger)
        )

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Open the form."""
        await interaction.response.send_modal(DeleteForm())


class DeleteForm(ui.Modal):
    """The confirmation, which has to be typed."""

    def __init__(self) -> None:
        # Forms are kept by custom_id alone, so a fixed one would be overwritten by the next person's.
        super().__init__(
            title=_("Delete everything")[:45], timeout=900, custom_id=f"privacy:{secrets.token_hex(8)}"
        )
        self._word = _("DELETE")
        self.add_item(
            ui.TextDisplay(
                _(
                    "Your answers, ratings, places, XP, titles and names go at once and for good: nobody can bring them back. If you want a copy, export it first."
                )
            )
        )
        self.typed = ui.TextInput[Any](required=True, max_length=40, placeholder=self._word)
        self.add_item(ui.Label(text=_("To confirm, type {word}", word=self._word)[:45], component=self.typed))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Delete, and say what is gone and what remains."""

        async def delete(interaction: discord.Interaction[Any]) -> None:
            if self.typed.value.strip().casefold() != self._word.casefold():
                raise Refusal(
                    N_(
                        "Nothing was deleted, because that was not the word. Press “Delete everything” again and type {word}."
                    ),
                    word=self._word,
                )
            # Deletions wait until nobody else writes, which may take longer than Discord waits.
            await interaction.response.defer()
            roles = await actions_of(interaction).roles.to_take_away(interaction.user.id)
            ended = await actions_of(interaction).privacy.delete(interaction.user.id)
            role_keeper_of(interaction.client).let_go(roles)
            pictures.forget()
            await turn_to(interaction, deleted_screen())
            await duel_posts.duel_posts_of(interaction).end(ended)

        await answering(interaction, delete, meets=False)


@everywhere(locale_str("privacy"), locale_str("See what is kept about you; hide, export or delete it"))
async def privacy_command(interaction: discord.Interaction[Any]) -> None:
    """Show what is kept about whoever asks."""
    await whisper(interaction, await _overview(interaction))


COMMANDS = (privacy_command,)
ITEMS = (HideButton, ShowButton, ExportButton, DeleteButton)
