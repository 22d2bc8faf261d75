"""What the bot does: every deed of the domain, with no Discord and no SQL."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.actions.installation import Installation
from bot.actions.ladders import Ladders
from bot.actions.library import Library
from bot.actions.people import People
from bot.actions.polls import Polls
from bot.actions.quizzes import Quizzes
from bot.storage import Database
from lessons.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Actions:
    """Everything that the chat can ask for."""

    installation: Installation
    library: Library
    people: People
    polls: Polls
    quizzes: Quizzes
    ladders: Ladders

    async def drain(self) -> None:
        """Return when every answer in flight has been recorded."""
        await self.polls.drain()
        await self.quizzes.drain()


def make_actions(database: Database, catalogue: Catalogue, clock: Callable[[], datetime]) -> Actions:
    """The actions over a database and a catalogue; the clock gives aware moments."""
    library = Library(catalogue)
    return Actions(
        installation=Installation(database),
        library=library,
        people=People(database, clock),
        polls=Polls(database, library, clock),
        quizzes=Quizzes(database, library, clock),
        ladders=Ladders(database),
    )
