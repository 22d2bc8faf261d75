"""The panel's first page: how everything is set, at a glance, and what to do next."""

from collections.abc import Sequence
from typing import Any

import discord

from bot.chat.panel import GLANCES, PAGES, PageButton, offered, page
from bot.chat.screens import AnyItem, line, row, text
from bot.words import N_, _

WORD = "overview"
_ADVISED = 3
_INTEGRATIONS = "https://support.discord.com/hc/en-us/articles/4644915651095-Command-Permissions"


@page(WORD, N_("Overview"), "🧭")
async def overview_parts(interaction: discord.Interaction[Any]) -> Sequence[AnyItem]:
    """A line for each page, then what a newcomer should do next."""
    lines: list[str] = []
    advised: list[tuple[str, str]] = []
    for word in offered():
        if word in GLANCES:
            told = await GLANCES[word](interaction)
            lines.append(f"{PAGES[word].emoji} **{PAGES[word].heading}**: {told.words}")
            advised += [(word, told.advice)] if told.advice else []
    parts: list[AnyItem] = [text(*lines), line()]
    if advised:
        parts.append(
            text(
                _("### What to do next"),
                *(f"{at}. {words}" for at, (_word, words) in enumerate(advised[:_ADVISED], 1)),
            )
        )
        parts.append(row(*(PageButton(word) for word, _advice in advised[:_ADVISED])))
    else:
        parts.append(text(_("### All set"), _("Post a question whenever you like: /poll")))
    parts += [
        line(),
        text(
            _("### Who may do this"),
            _(
                "Who may use /settings and /poll is Discord's own choice: **Server Settings → Integrations → Rung**. There you allow or forbid each command for roles, members and channels. That is asked again at each press here and under a preview, so a change counts within a minute. [How that works]({link})",
                link=_INTEGRATIONS,
            ),
            "-# "
            + _(
                "Every change takes effect at once and stands in the audit log; most can be undone right where they were made."
            ),
        ),
    ]
    return parts
