"""What this installation of the bot remembers about itself."""

from bot.storage import Database

_COMMANDS = "commands pushed"


class Installation:
    """Facts that concern the bot as a whole, not anybody who uses it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def commands_pushed(self) -> str | None:
        """The fingerprint of the commands that Discord was told of last, or None."""
        async with self._database.reading() as unit:
            return await unit.facts.get(_COMMANDS)

    async def push_commands(self, fingerprint: str) -> None:
        """Discord has been told of the commands with this fingerprint."""
        async with self._database.unit() as unit:
            await unit.facts.put(_COMMANDS, fingerprint)
