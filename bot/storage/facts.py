"""What the installation remembers about itself: named texts."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import facts
from bot.storage.upserts import upsert


class Facts:
    """Named texts, such as the fingerprint of the commands that Discord was last given."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, name: str) -> str | None:
        """The fact of that name, or None."""
        return await self._connection.scalar(select(facts.c.value).where(facts.c.name == name))

    async def put(self, name: str, value: str) -> None:
        """Remember it, in place of what stood there."""
        statement = upsert(self._connection, facts).values(name=name, value=value)
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["name"], set_={"value": statement.excluded.value})
        )

    async def keep(self, name: str, value: str) -> str:
        """The fact of that name; where there is none yet, this value becomes it, once and for all processes."""
        statement = upsert(self._connection, facts).values(name=name, value=value)
        await self._connection.execute(statement.on_conflict_do_nothing())
        return (await self.get(name)) or value
