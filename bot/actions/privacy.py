"""Privacy: what is kept about a person, and hiding, handing out and deleting all of it."""

import asyncio
import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.actions import listing
from bot.actions.duels import leave
from bot.actions.people import People
from bot.storage import Database
from bot.storage.duels import Duel
from bot.words import N_, _
from ladder.standings import Ladder

FORMAT = "rung export 1"
"""Names the shape of an exported file; another shape gets another name."""

LARGEST_FILE = 10_000_000
"""Bytes of an export from which on it is compressed: Discord takes no larger file than 10 MiB."""

ABOUT = {
    "sightings": N_("Under which name you were last seen: on its own (guild 0), and in each server."),
    "acquaintances": N_("In which servers, and from when until when, you used the bot."),
    "polls": N_("Polls that you started or closed."),
    "poll_answers": N_("Your answers in polls. Options are counted from 0, as the author wrote them."),
    "poll_events": N_("What you did with polls: posting, extending, closing, cancelling."),
    "series": N_("Lessons that you had checked together."),
    "news": N_("Until when you were told of results of polls."),
    "first_attempts": N_(
        "Which poll or quiz was your first attempt at each question, the only one that is rated."
    ),
    "quizzes": N_("The quizzes that you took."),
    "quiz_questions": N_(
        "The questions of those quizzes: in which order the options lay, and your answers (-1: time ran out)."
    ),
    "ratings": N_("Your rating on each ladder, and how much evidence stands behind it."),
    "places": N_("Your places on the boards: with how many points you stand on which."),
    "experience": N_("The XP that you earned each week: everywhere together (guild 0), and in each server."),
    "activity": N_(
        "When you last gave an answer that counted, and whether you left the boards for being away."
    ),
    "unlisted": N_("Why you are on no board, or not on a server's; also whom you excluded as a moderator."),
    "journal": N_("Every change of your ratings, with all the numbers that explain it."),
    "matches": N_("Your matches against the lessons' machines."),
    "titles": N_("The title that you hold, by the lowest rating of its tier."),
    "seasons": N_("Seasons of servers that you started."),
    "honours": N_("What you won in seasons."),
    "live_boards": N_("Boards that you posted in channels."),
    "duels": N_("Your duels that are under way or were played."),
    "reading": N_("How far you have come in each lesson."),
    "reviews": N_("Your answers when a question came up again, and when it is due next."),
    "members": N_("What you chose for yourself: time zone, reminders, duels."),
    "reports": N_("Questions that you reported, and reports that you decided as a moderator."),
    "promotions": N_("Titles that you earned in servers, and when they were announced there."),
    "audit_log": N_("What you changed in servers as a moderator, and what moderators did to you."),
    "shares": N_("When you last posted something in a channel through the bot."),
    "schedules": N_("Schedules that you made as a moderator."),
    "resets": N_(
        "When your ladder in a server was begun anew, and ladders that you began anew as a moderator."
    ),
    "role_dues": N_("Servers in which your role is about to follow your title."),
    "own_lessons": N_("Lessons that you handed in as a moderator."),
}
"""What each table of an export holds."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What is kept about one person, in numbers."""

    hidden: bool
    kept: dict[str, int]
    """Rows by table; a table that keeps none is left out."""


class Privacy:
    """What people can do about what is kept of them."""

    def __init__(self, database: Database, people: People, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._people = people
        self._clock = clock

    async def overview(self, member: int) -> Overview:
        """What is kept about the member."""
        async with self._database.reading() as unit:
            return Overview(await unit.listing.hidden(member), await unit.erasure.counts(member))

    async def is_hidden(self, member: int) -> bool:
        """Whether the member's place is shown to nobody else."""
        async with self._database.reading() as unit:
            return await unit.listing.hidden(member)

    async def hide(self, member: int) -> None:
        """Take the member off every board at once; ratings go on, and are shown to the member alone."""
        async with self._database.unit() as unit:
            await listing.hide(unit, member, self._clock())

    async def show(self, member: int) -> None:
        """Put the member back on the boards."""
        async with self._database.unit() as unit:
            await listing.show(unit, member, self._clock())

    async def export(self, member: int) -> tuple[str, bytes]:
        """A file's name and content: everything about the member as JSON, compressed if it is large."""
        async with self._database.reading() as unit:
            tables = await unit.erasure.export(member)
        document: dict[str, Any] = {
            "format": FORMAT,
            "about": _(
                "Everything that this bot keeps about you. Ids are text; moments are in UTC; tables without rows keep nothing about you."
            ),
            "member": str(member),
            "exported_at": self._clock().isoformat(),
            "tables": {name: {"about": _(ABOUT[name]), "rows": rows} for name, rows in tables.items()},
        }
        # Years of answers are megabytes, and nobody else is to wait for their writing.
        return await asyncio.to_thread(_written, document)

    async def delete(self, member: int) -> list[Duel]:
        """Delete everything about the member, for good, but for keyed hashes and ballots without a name.

        Duels that ended by it are returned: their channels still show them.
        """
        # Whatever is noted between this and the commit is gone with the rest.
        self._people.forget(member)
        async with self._database.unit(alone=True) as unit:
            stood = [Ladder.parse(ladder) for ladder in await unit.ratings.of(member)]
            await unit.servers.rescore(
                ladder.guild_id for ladder in stood if ladder.is_server and ladder.guild_id is not None
            )
            ended = await leave(unit, member, self._clock())
            await unit.erasure.erase(member)
        self._people.forget(member)
        return ended


def _written(document: dict[str, Any]) -> tuple[str, bytes]:
    content = json.dumps(document, ensure_ascii=False, indent=2).encode()
    if len(content) <= LARGEST_FILE:
        return "rung-export.json", content
    return "rung-export.json.gz", gzip.compress(content)
