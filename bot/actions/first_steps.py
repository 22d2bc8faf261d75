"""First steps: how far the moderators of a server have come that the bot has just joined."""

from dataclasses import dataclass

from bot.actions.schedules import Schedules, ScheduleView
from bot.actions.settings import settings_of
from bot.storage import Database
from bot.storage.polls import Poll
from bot.storage.schedules import Schedule


@dataclass(frozen=True, slots=True)
class Steps:
    """What of the three things is done that the welcome asks for."""

    channel: int | None
    """Where polls are posted; None: nobody has chosen that."""
    zone: str
    daily: Schedule | None
    """The question a day, which may be paused."""
    first: Poll | None
    """The first poll that was posted."""

    @property
    def all_done(self) -> bool:
        """Whether nothing is left to ask for."""
        return self.channel is not None and self.first is not None and self.asks_daily

    @property
    def asks_daily(self) -> bool:
        """Whether a question a day comes by itself."""
        return self.daily is not None and self.daily.state == "on"


class FirstSteps:
    """The welcome's three steps, each to be done as often as anybody likes."""

    def __init__(self, database: Database, schedules: Schedules) -> None:
        self._database = database
        self._schedules = schedules

    async def of(self, guild: int) -> Steps:
        """What is done by now, wherever it was done."""
        async with self._database.reading() as unit:
            settings = await settings_of(unit, guild)
            questions = [one for one in await unit.schedules.of(guild) if one.kind == "question"]
            questions.sort(key=lambda one: one.state != "on")
            return Steps(
                channel=next(iter((*settings.poll_channels, *settings.share_channels)), None),
                zone=settings.zone,
                daily=questions[0] if questions else None,
                first=await unit.polls.first_in(guild),
            )

    async def ask_daily(self, guild: int, by: int, channel: int) -> ScheduleView:
        """Let a question a day come in the channel; one that is paused there goes on."""
        view = await self._schedules.daily_question(guild, channel, by)
        if view.schedule.state == "paused":
            view = await self._schedules.resume(guild, view.schedule.id, by)
        return view

    async def stop_daily(self, guild: int, by: int) -> None:
        """Pause whatever question a day comes by itself."""
        for view in await self._schedules.of(guild):
            if view.schedule.kind == "question" and view.schedule.state == "on":
                await self._schedules.pause(guild, view.schedule.id, by)
