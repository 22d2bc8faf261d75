"""What every table is made of: moments, ids of people, and the names of constraints."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Dialect, Integer, MetaData, TypeDecorator, text


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime; a naive one is refused, because nobody could tell what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: UTC, without the zone where the database has none."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """From the database: always aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only for a column declared INTEGER.
Serial = BigInteger().with_variant(Integer, "sqlite")


def own(name: str, **options: Any) -> Column[int]:
    """The id of the person whose row this is; the row goes when its person's data is deleted."""
    return Column(name, BigInteger, autoincrement=False, info={"person": "own"}, **options)


def hand(name: str, *, nullable: bool, comment: str | None = None) -> Column[int]:
    """The id of a person who had a hand in a row of somebody else's; nobody's (0) once that person's data is deleted."""
    return Column(name, BigInteger, nullable=nullable, comment=comment, info={"person": "hand"})


def where(condition: str) -> dict[str, Any]:
    """Rows that a partial index holds."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def compact() -> dict[str, Any]:
    """SQLite keeps such a table in its primary key alone: one tree to write instead of two."""
    return {"sqlite_with_rowid": False}
