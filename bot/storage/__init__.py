"""What the bot remembers: tables, units of work, and stores that turn rows into frozen values."""

from bot.storage.database import Database, DatabaseUnavailable, OutcomeUnknown, Unit
from bot.storage.door import BatchDoor

__all__ = ["BatchDoor", "Database", "DatabaseUnavailable", "OutcomeUnknown", "Unit"]
