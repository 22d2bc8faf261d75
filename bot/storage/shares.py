"""When members last posted something in a channel through the bot."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.server_tables import shares
from bot.storage.upserts import upsert


class ShareStore:
    """One moment a channel and member: that of the last post."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def take(self, channel: int, member: int, at: datetime, rest: timedelta) -> datetime | None:
        """Note a post, unless there was one less than ``rest`` ago, whose moment is returned then.

        However many units try at once, one of them finds nothing.
        """
        taken = await self._connection.scalar(
            upsert(self._connection, shares)
            .values(channel=channel, member=member, at=at)
            .on_conflict_do_update(
                index_elements=["channel", "member"], set_={"at": at}, where=shares.c.at <= at - rest
            )
            .returning(shares.c.at)
        )
        if taken is not None:
            return None
        return await self._connection.scalar(
            select(shares.c.at).where(shares.c.channel == channel, shares.c.member == member)
        )

    async def give_back(self, channel: int, member: int, at: datetime) -> None:
        """The post of that moment was none."""
        await self._connection.execute(
            delete(shares).where(shares.c.channel == channel, shares.c.member == member, shares.c.at == at)
        )

    async def cut(self, before: datetime) -> int:
        """Forget older ones; how many."""
        gone = await self._connection.execute(delete(shares).where(shares.c.at < before))
        return gone.rowcount
