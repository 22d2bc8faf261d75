"""Planning schedules anew, over what is known of their hours already."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.actions.planning import next_occurrence
from bot.storage import Unit
from bot.storage.schedules import Schedule


async def following(unit: Unit, schedule: Schedule, zone: ZoneInfo, after: datetime) -> datetime:
    """The schedule's next hour after that moment; one that was skipped, or posted, stays so."""
    moment = next_occurrence(schedule.weekdays, schedule.minute, zone, after)
    while await unit.schedules.at(schedule.id, moment) is not None:
        moment = next_occurrence(schedule.weekdays, schedule.minute, zone, moment)
    return moment


async def plan_anew(unit: Unit, guild: int, zone: ZoneInfo, now: datetime) -> None:
    """The server's clocks are those of this zone from now on; what is posting at this moment still does."""
    for one in await unit.schedules.of(guild, lock=True):
        if one.state == "on" and one.next_at is not None and one.next_at > now:
            await unit.schedules.change(one.id, next_at=await following(unit, one, zone, now))
