"""Who stands on the boards: hiding and showing, leaving and coming back, and leaving for idleness."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from bot.storage import Database, Unit
from bot.storage.listing import EVERYWHERE, Absence
from bot.storage.ratings import RatingRow
from ladder.rating import IDLE_AFTER
from ladder.standings import Ladder, is_listed

AT_ONCE = 500
"""Members who leave the boards for idleness in one unit."""


class Listing:
    """Keeps the boards current as time passes."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def leave_idle(self) -> int:
        """Take members who have not answered for 90 days off the current boards, some at once; how many."""
        async with self._database.unit() as unit:
            return await leave_idle(unit, self._clock())


async def hide(unit: Unit, member: int, at: datetime) -> None:
    """Take the member off every board at once; ratings go on as before."""
    await unit.listing.put(member, EVERYWHERE, "hidden", at)
    await relist(unit, [member])
    await unit.role_dues.add([member], at)


async def show(unit: Unit, member: int, at: datetime) -> None:
    """Put a hidden member back on the boards."""
    await unit.listing.lift(member, EVERYWHERE, "hidden")
    await relist(unit, [member])
    await unit.role_dues.add([member], at)


async def depart(unit: Unit, guild: int, member: int, at: datetime) -> None:
    """Take a member who is no longer in the server off its boards; a later answer there brings them back."""
    # Nothing is noted of whoever stands nowhere: it may be somebody whose data was deleted meanwhile.
    if not await unit.ratings.hold([member]):
        return
    await unit.listing.put(member, guild, "departed", at)
    await relist(unit, [member])


async def leave_idle(unit: Unit, now: datetime) -> int:
    """What `Listing.leave_idle` does, in a unit of the caller's."""
    since = now - IDLE_AFTER
    silent = await unit.listing.silent(since, AT_ONCE)
    if silent:
        # Held first: whoever answers meanwhile is no longer silent, and `leave_idle` looks again.
        held = await unit.ratings.hold(silent)
        await unit.listing.leave_idle(silent, since)
        await _relist(unit, silent, held)
    return len(silent)


async def relist(unit: Unit, members: Iterable[int], ladder: Ladder | None = None) -> None:
    """Bring the boards in step with who may stand on them; of ratings' all, or that of one ladder."""
    wanted = list(members)
    held = await unit.ratings.hold(wanted)
    await _relist(unit, wanted, [row for row in held if ladder is None or row.ladder == ladder.key])


async def _relist(unit: Unit, members: Sequence[int], held: Sequence[RatingRow]) -> None:
    listed = await listing_of(unit, members, held, lock=True)
    rows = [
        row._replace(listed=row.answers > 0 and listed(row.member, Ladder.parse(row.ladder))) for row in held
    ]
    await unit.ratings.write(
        [row for row, was in zip(rows, held, strict=True) if row != was],
        before=[was for row, was in zip(rows, held, strict=True) if row != was],
    )
    moved = {Ladder.parse(row.ladder) for row, was in zip(rows, held, strict=True) if row != was}
    guilds = {ladder.guild_id for ladder in moved if ladder.is_server and ladder.guild_id is not None}
    if guilds:
        await unit.servers.rescore(guilds)
    earned = await unit.experience.of(members)
    anew = [row._replace(listed=listed(row.member, row.ladder)) for row in earned]
    await unit.experience.write(
        [row for row, was in zip(anew, earned, strict=True) if row != was],
        before=[was for row, was in zip(anew, earned, strict=True) if row != was],
    )


async def listing_of(
    unit: Unit, members: Sequence[int], rows: Iterable[RatingRow], *, lock: bool = False
) -> Callable[[int, Ladder], bool]:
    """Says whether one of these members has a place on a ladder; the rows are their ratings.

    Locked, no season of theirs can end before this unit does, which changes who has a place on its ladder.
    """
    absences = await unit.listing.absences(members)
    activity = await unit.listing.activity(members)
    guilds = {Ladder.parse(row.ladder).guild_id for row in rows}
    seasons = await unit.seasons.running((guild for guild in guilds if guild is not None), lock=lock)

    def listed(member: int, ladder: Ladder) -> bool:
        absence = absences.get(member, Absence())
        running = seasons.get(ladder.guild_id or 0)
        is_over = ladder.is_season and (running is None or running.ladder != ladder)
        # What was earned in a week, or won in a season that is over, does not go stale; and final standings
        # stay as they are, whoever leaves the server later.
        lasting = is_over or ladder.week is not None
        idle = not lasting and member in activity and activity[member].idle
        away_from = () if is_over else absence.away_from
        return is_listed(ladder, hidden=absence.hidden, idle=idle, away_from=away_from)

    return listed
