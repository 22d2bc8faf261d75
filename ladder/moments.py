"""The ladder room's moments: each carries a time zone and is reckoned in UTC."""

from datetime import UTC, datetime


def utc(moment: datetime) -> datetime:
    """The same moment in UTC, where a day always has 24 hours; one without a time zone raises ValueError.

    Two moments of one other time zone are compared, and moved, by what its clocks showed.
    https://docs.python.org/3/library/datetime.html#datetime.datetime.__sub__
    """
    if moment.utcoffset() is None:
        raise ValueError(f"a moment carries a time zone, and {moment} does not")
    return moment.astimezone(UTC)
