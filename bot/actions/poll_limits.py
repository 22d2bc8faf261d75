"""Where people may post polls in a server, and how many; scheduled ones are exempt."""

from datetime import datetime, timedelta

from bot.actions.refusals import Refusal
from bot.actions.settings import ServerSettings, settings_of
from bot.actions.sharing import named_channels
from bot.storage import Unit
from bot.words import N_

A_DAY = timedelta(days=1)


async def require_room(
    unit: Unit, guild: int, *, channel: int, parent: int | None, now: datetime
) -> ServerSettings:
    """Refuse a poll, or a lesson checked together, that the server's settings do not allow here and now; its settings.

    To be exact the unit holds the server: of two who post the last one of a day, one is refused.
    """
    settings = await settings_of(unit, guild)
    allowed = settings.poll_channels
    if allowed and channel not in allowed and parent not in allowed:
        raise Refusal(
            N_(
                "Polls are posted in {channels} here. Use /poll there; moderators choose where with /settings."
            ),
            channels=named_channels(allowed),
        )
    if not settings.poll_cooldown and settings.poll_cap is None:
        return settings
    posted = await unit.polls.posted_by_people(guild, now - A_DAY)
    here = [at for where, at in posted if where == channel]
    free_at = max(here, default=now - A_DAY) + timedelta(seconds=settings.poll_cooldown)
    if free_at > now:
        raise Refusal(
            N_("This channel has a pause between two polls: the next one can be posted {when}."),
            when=_relative(free_at),
        )
    if settings.poll_cap is not None and len(posted) >= settings.poll_cap:
        free_at = sorted(at for _, at in posted)[-settings.poll_cap] + A_DAY
        raise Refusal(
            N_(
                "The polls of this day are used up: {cap} in 24 hours at most in this server. The next one can be posted {when}; scheduled ones come all the same."
            ),
            cap=settings.poll_cap,
            when=_relative(free_at),
        )
    return settings


def _relative(moment: datetime) -> str:
    return f"<t:{int(moment.timestamp()) + 1}:R>"
