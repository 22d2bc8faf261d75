"""What servers' moderators have set: one value a server and setting, and nothing where it has its default."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.locks import lock_settings
from bot.storage.server_tables import choices
from bot.storage.upserts import upsert


class ChoiceStore:
    """Values as JSON has them; `bot.actions.settings` says which there are and what they mean."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, guild: int) -> dict[str, Any]:
        """Everything that was set in the server, by the setting's name."""
        rows = await self._connection.execute(
            select(choices.c.setting, choices.c.value).where(choices.c.guild == guild)
        )
        return {row.setting: row.value for row in rows}

    async def hold(self, guild: int) -> dict[str, Any]:
        """The same, which no other unit can change before this one ends."""
        await lock_settings(self._connection, guild)
        return await self.of(guild)

    async def put(self, guild: int, setting: str, value: Any) -> None:
        """Set it."""
        await self._connection.execute(
            upsert(self._connection, choices)
            .values(guild=guild, setting=setting, value=value)
            .on_conflict_do_update(index_elements=["guild", "setting"], set_={"value": value})
        )

    async def drop(self, guild: int, setting: str) -> None:
        """Let it have its default again."""
        await self._connection.execute(
            delete(choices).where(choices.c.guild == guild, choices.c.setting == setting)
        )

    async def everywhere(self, setting: str) -> dict[int, Any]:
        """The setting's value in every server that has set it."""
        rows = await self._connection.execute(
            select(choices.c.guild, choices.c.value).where(choices.c.setting == setting)
        )
        return {row.guild: row.value for row in rows}
