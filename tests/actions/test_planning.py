"""When a schedule is due, on clocks that leap forward and are set back, wherever the server's people live."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.actions.planning import EVERY_DAY, bits_of, days_in, next_occurrence
from bot.actions.zones import known_zones

MINUTE = timedelta(minutes=1)
NINE = 9 * 60


def due(zone: str, wall: str, after: str, weekdays: int = EVERY_DAY) -> str:
    """When clocks there reach this time of day next; all but that time is ISO in UTC."""
    hours, minutes = map(int, wall.split(":"))
    found = next_occurrence(
        weekdays, hours * 60 + minutes, ZoneInfo(zone), datetime.fromisoformat(after).replace(tzinfo=UTC)
    )
    return found.isoformat(timespec="minutes").removesuffix("+00:00")


@pytest.mark.parametrize(
    ("zone", "before", "on_the_day", "after"),
    [
        pytest.param(
            "Europe/Berlin", "2026-03-28T08:00", "2026-03-29T07:00", "2026-03-30T07:00", id="Berlin, March"
        ),
        pytest.param(
            "Europe/Berlin", "2026-10-24T07:00", "2026-10-25T08:00", "2026-10-26T08:00", id="Berlin, October"
        ),
        pytest.param(
            "America/New_York",
            "2026-03-07T14:00",
            "2026-03-08T13:00",
            "2026-03-09T13:00",
            id="New York, March",
        ),
        pytest.param(
            "America/New_York",
            "2026-10-31T13:00",
            "2026-11-01T14:00",
            "2026-11-02T14:00",
            id="New York, November",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "2026-04-03T22:00",
            "2026-04-04T22:30",
            "2026-04-05T22:30",
            id="Lord Howe, back by half an hour",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "2026-10-02T22:30",
            "2026-10-03T22:00",
            "2026-10-04T22:00",
            id="Lord Howe, forward by half an hour",
        ),
        pytest.param(
            "America/St_Johns", "2026-03-07T12:30", "2026-03-08T11:30", "2026-03-09T11:30", id="St John's"
        ),
    ],
)
def test_nine_stays_nine_when_clocks_change(zone: str, before: str, on_the_day: str, after: str) -> None:
    assert due(zone, "09:00", before) == on_the_day
    assert due(zone, "09:00", on_the_day) == after


@pytest.mark.parametrize(
    ("zone", "wall", "after", "at"),
    [
        # 02:00 is 03:00 that night.
        pytest.param("Europe/Berlin", "02:30", "2026-03-28T12:00", "2026-03-29T01:00", id="Berlin"),
        pytest.param("America/New_York", "02:59", "2026-03-07T12:00", "2026-03-08T07:00", id="New York"),
        # 02:00 is 02:30.
        pytest.param("Australia/Lord_Howe", "02:10", "2026-10-03T00:00", "2026-10-03T15:30", id="Lord Howe"),
        # Midnight is one o'clock.
        pytest.param("Africa/Cairo", "00:15", "2026-04-23T12:00", "2026-04-23T22:00", id="Cairo"),
        # A whole Friday was left out, with all its hours.
        pytest.param("Pacific/Apia", "09:00", "2011-12-29T23:00", "2011-12-30T10:00", id="Apia"),
    ],
)
def test_a_time_that_does_not_exist_is_moved_to_the_next_that_does(
    zone: str, wall: str, after: str, at: str
) -> None:
    assert due(zone, wall, after) == at
    assert due(zone, wall, at) > at


@pytest.mark.parametrize(
    ("zone", "wall", "after", "first", "following"),
    [
        pytest.param(
            "Europe/Berlin",
            "02:30",
            "2026-10-24T12:00",
            "2026-10-25T00:30",
            "2026-10-26T01:30",
            id="Berlin",
        ),
        pytest.param(
            "America/New_York",
            "01:30",
            "2026-10-31T12:00",
            "2026-11-01T05:30",
            "2026-11-02T06:30",
            id="New York",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "01:45",
            "2026-04-04T00:00",
            "2026-04-04T14:45",
            "2026-04-05T15:15",
            id="Lord Howe",
        ),
    ],
)
def test_a_time_that_exists_twice_is_used_once_the_first_time(
    zone: str, wall: str, after: str, first: str, following: str
) -> None:
    assert due(zone, wall, after) == first
    assert due(zone, wall, first) == following


def test_only_the_chosen_weekdays_count() -> None:
    monday_and_thursday = bits_of([3, 0, 3])
    assert days_in(monday_and_thursday) == (0, 3)
    assert due("UTC", "09:00", "2026-03-02T08:59", monday_and_thursday) == "2026-03-02T09:00"
    assert due("UTC", "09:00", "2026-03-02T09:00", monday_and_thursday) == "2026-03-05T09:00"
    assert due("UTC", "09:00", "2026-03-05T09:00", monday_and_thursday) == "2026-03-09T09:00"


@pytest.mark.parametrize(("weekdays", "minute"), [(0, 0), (128, 0), (1, -1), (1, 1440)])
def test_what_never_comes_is_refused(weekdays: int, minute: int) -> None:
    with pytest.raises(ValueError, match="ever due"):
        next_occurrence(weekdays, minute, ZoneInfo("UTC"), datetime(2026, 1, 1, tzinfo=UTC))


YEARS = 60
moments = st.integers(0, YEARS * 366 * 24 * 60).map(lambda n: datetime(1975, 1, 1, tzinfo=UTC) + n * MINUTE)


@settings(max_examples=25)
@given(
    zone=st.sampled_from(known_zones()),
    weekdays=st.integers(1, EVERY_DAY),
    minute=st.integers(0, 1439),
    after=moments,
)
def test_it_is_the_first_moment_at_which_the_clocks_of_a_chosen_day_get_there(
    zone: str, weekdays: int, minute: int, after: datetime
) -> None:
    place = ZoneInfo(zone)
    found = next_occurrence(weekdays, minute, place, after)
    assert after < found <= after + timedelta(days=8, hours=2)
    wanted = timedelta(minutes=minute)
    reached = _day_reached(found, place, wanted)
    # Nothing was reached on a chosen day in any minute between.
    passed, moment = _day_reached(after, place, wanted), after + MINUTE
    while moment < found:
        day = _day_reached(moment, place, wanted)
        for step in range((day - passed).days):
            missed = passed + timedelta(days=step + 1)
            assert not weekdays >> missed.weekday() & 1, (missed, moment)
        passed, moment = max(day, passed), moment + MINUTE
    assert reached > passed
    assert any(
        weekdays >> (passed + timedelta(days=step + 1)).weekday() & 1
        for step in range((reached - passed).days)
    )


def _day_reached(moment: datetime, zone: ZoneInfo, wanted: timedelta) -> datetime:
    """The last day, at midnight, of which clocks there show this time of day or a later one."""
    return (moment.astimezone(zone).replace(tzinfo=None) - wanted).replace(
        hour=0, minute=0, second=0, microsecond=0
    )


@settings(max_examples=100)
@given(
    zone=st.sampled_from(known_zones()),
    weekdays=st.integers(1, EVERY_DAY),
    minute=st.integers(0, 1439),
    after=moments,
    ahead=st.timedeltas(timedelta(0), timedelta(days=9)),
)
def test_looking_from_anywhere_before_it_finds_the_same(
    zone: str, weekdays: int, minute: int, after: datetime, ahead: timedelta
) -> None:
    place = ZoneInfo(zone)
    found = next_occurrence(weekdays, minute, place, after)
    later = next_occurrence(weekdays, minute, place, after + ahead)
    assert later == found if after + ahead < found else later > after + ahead
    assert later >= found
