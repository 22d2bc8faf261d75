"""Resets: beginning a server's ladder anew, for a member or for everybody, and taking that back."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.actions.books import Books
from bot.actions.deriving import counted
from bot.actions.listing import relist
from bot.actions.refusals import Refusal
from bot.storage import Database, Unit
from bot.storage.audit_log import LogEntry
from bot.storage.ratings import Entry, RatingRow, undoing
from bot.storage.resets import Reset
from bot.words import N_
from ladder.standings import Ladder

UNDOABLE_FOR = timedelta(days=7)

_AT_ONCE = 200
_RESETS = 20


class Resets:
    """Carries resets out, a few members in one unit; cut off in the middle, they go on where they were."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def size(self, guild: int) -> int:
        """How many members stand on the server's ladder."""
        return await self._database.standings.size(Ladder.server(guild).key)

    async def reset(self, guild: int, by: int, member: int | None = None) -> tuple[int, int]:
        """Begin the ladder anew at once, for the member or for everybody; how many it reached, and the log's entry.

        Ratings there begin again at the member's rating in the world, and nobody has a place until the next
        answer there. The world's ladder, categories, seasons, XP and titles stay as they are.
        """
        now, ladder = self._clock(), Ladder.server(guild).key
        async with self._database.unit() as unit:
            if member is not None and ladder not in await unit.ratings.of(member):
                raise Refusal(
                    N_("This member has no rating on this server's ladder, so nothing was changed.")
                )
            id = await unit.resets.add(guild=guild, member=member, by=by, at=now)
            entry = await unit.audit_log.add(
                guild=guild, by=by, at=now, what="reset", subject=str(id), member=member
            )
        return await self._carry_out(Reset(id, guild, member, by, now, None, None, None)), entry

    async def go_on(self) -> None:
        """Carry out what was begun and not finished, and what was taken back since."""
        async with self._database.reading() as unit:
            begun = await unit.resets.under_way(_RESETS)
        for reset in begun:
            await self._carry_out(reset)

    async def _carry_out(self, reset: Reset) -> int:
        ladder, reached, last = Ladder.server(reset.guild), 0, -1
        while True:
            async with self._database.unit() as unit:
                some = (
                    [reset.member]
                    if reset.member is not None and last < 0
                    else await unit.ratings.on_ladder(ladder.key, last, _AT_ONCE)
                    if reset.member is None
                    else []
                )
                if not some:
                    await unit.resets.done(reset, self._clock())
                    return reached
                reached += await _write(unit, reset, ladder, some, self._clock())
            last = some[-1]


async def _write(unit: Unit, reset: Reset, ladder: Ladder, members: list[int], now: datetime) -> int:
    """Write what the reset, or its undoing, does to these members; to how many of them."""
    held: dict[int, list[RatingRow]] = {}
    for row in await unit.ratings.hold(members):
        held.setdefault(row.member, []).append(row)
    rows: list[RatingRow] = []
    before: list[RatingRow] = []
    entries: list[Entry] = []
    for member, own in held.items():
        books = Books(member)
        for row in own:
            books.open(row)
        if not _enter(books, reset, ladder, await unit.ratings.entries(member, ladder.key), now):
            continue
        entries += books.entries
        changed, was = books.rows()
        rows += changed
        before += was
    await unit.ratings.write(rows, entries, before=before)
    await relist(unit, {row.member for row in rows})
    return len({row.member for row in rows})


def _enter(books: Books, reset: Reset, ladder: Ladder, journal: Sequence[Entry], now: datetime) -> bool:
    """Enter it into one member's books; false where there is nothing to enter, or another process has done it."""
    at = {entry.source: place for place, entry in enumerate(journal) if entry.kind == "reset"}
    place = at.get(reset.source)
    if reset.undone_at is None:
        # Whoever came to the ladder since has nothing to lose.
        if place is not None or not journal or journal[0].at > reset.at:
            return False
        books.reset(ladder, at=now, source=reset.source)
        return True
    if place is None or undoing(reset.source) in at:
        return False
    right, wrong = counted(journal[:place])
    books.undo_reset(
        journal[place], answers=right + wrong, correct=right, at=now, source=undoing(reset.source)
    )
    return True


async def _undo(unit: Unit, entry: LogEntry, by: int, at: datetime) -> None:
    """Take a reset back; the members follow within a minute."""
    if at - entry.at > UNDOABLE_FOR:
        raise Refusal(
            N_("A reset can be taken back for {days} days, and this one is older. It stays."),
            days=UNDOABLE_FOR.days,
        )
    if not await unit.resets.undo(int(entry.subject or 0), by, at):
        raise Refusal(N_("This reset was taken back already."))
    await unit.audit_log.add(
        guild=entry.guild,
        by=by,
        at=at,
        what=entry.what,
        subject=entry.subject,
        member=entry.member,
        undoes=entry.id,
    )


UNDOING = {"reset": _undo}
"""How a reset is taken back."""
