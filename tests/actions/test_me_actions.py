"""One's own page: days in one's own time zone, what was learned, and reminders that know when to stop."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions.me import Profile
from bot.actions.refusals import Refusal
from bot.actions.zones import known_zones, matching_zones, next_at, require_zone
from bot.storage.reviews import Reviewed
from tests.actions.school import ADA, GUILD, KOFI, School
from tests.conftest import HandClock


async def profile(school: School, member: int = ADA) -> Profile:
    return await school.actions.me.profile(member, GUILD)


async def answer_one(school: School, member: int = ADA, lesson: str = "logic") -> None:
    quiz = (await school.quiz(member, lesson)).quiz
    await school.solve(quiz.id, member)


async def learn(school: School, member: int = ADA, lesson: str = "logic") -> None:
    quiz = (await school.quiz(member, lesson)).quiz
    for _ in quiz.questions:
        await school.solve(quiz.id, member)
    await school.quizzes.put(quiz.id, member)


async def reminded(school: School) -> list[int]:
    return [one.member async for one in school.actions.me.to_remind(20)]


async def test_whoever_is_new_sees_an_empty_page(school: School) -> None:
    shown = await profile(school)
    assert (shown.streak.days, shown.open_quiz, shown.hidden) == (0, None, False)
    assert (shown.learned.read, shown.learned.checked, shown.learned.lessons) == (0, 0, 2)
    assert shown.choices.reminder_hour is None


async def test_the_page_tells_what_was_learned_and_what_is_open(school: School) -> None:
    await learn(school)
    await answer_one(school, lesson="chance")
    shown = await profile(school)
    assert shown.learned.checked == 1
    assert shown.open_quiz is not None
    assert shown.open_quiz.lesson == "chance"
    assert (shown.streak.days, shown.streak.today) == (1, True)


async def test_a_day_begins_at_midnight_where_the_member_lives(school: School, clock: HandClock) -> None:
    clock.now = datetime(2026, 3, 10, 22, 30, tzinfo=UTC)
    await answer_one(school)
    clock.forward(hours=1)
    # It is 01:30 of the next day in Berlin by now, and the same day in UTC and in Lima.
    clock.now = datetime(2026, 3, 11, 0, 30, tzinfo=UTC)
    await answer_one(school)
    assert (await profile(school)).streak.days == 2
    await school.actions.me.live_in(ADA, "America/Lima")
    assert (await profile(school)).streak.days == 1
    await school.actions.me.live_in(ADA, "Europe/Berlin")
    assert (await profile(school)).streak.days == 2


async def test_an_answer_in_a_poll_counts_for_the_day_on_which_it_was_given(
    school: School, clock: HandClock
) -> None:
    poll = await school.poll("logic-0", minutes=60 * 24 * 3)
    await school.press(poll, KOFI, 0)
    assert (await profile(school, KOFI)).streak.days == 1


async def test_a_long_streak_is_followed_to_its_first_day(school: School, clock: HandClock) -> None:
    opened = await school.quiz(ADA)
    meaning = (await school.solve(opened.quiz.id, ADA)).asked.meaning
    async with school.database.unit() as unit:
        for days in range(1, 300):
            await unit.reviews.add(_review(clock() - timedelta(days=days), days, meaning))
    assert (await profile(school)).streak.days == 300


def _review(at: datetime, number: int, meaning: str) -> Reviewed:
    return Reviewed(ADA, f"curated:{number}", 1, meaning, 2, 0, True, at, None, 7, at)


async def test_a_reminder_comes_at_the_hour_chosen_and_only_when_something_is_due(
    school: School, elsewhere: School, clock: HandClock
) -> None:
    await school.actions.me.live_in(ADA, "Asia/Tokyo")
    chosen = await school.actions.me.remind(ADA, 18, "ja")
    assert chosen.reminder_due_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    await learn(school)
    clock.now = datetime(2026, 3, 2, 9, 0, 30, tzinfo=UTC)
    assert await reminded(school) == []
    clock.now = datetime(2026, 3, 3, 8, 59, tzinfo=UTC)
    assert await reminded(school) == []
    clock.now = datetime(2026, 3, 3, 9, 0, 30, tzinfo=UTC)
    assert await reminded(school) == []
    clock.now = datetime(2026, 3, 4, 9, 0, 30, tzinfo=UTC)
    # Of two processes one sends it.
    sent = [*await reminded(school), *await reminded(elsewhere)]
    assert sent == [ADA]
    assert await reminded(school) == []
    clock.forward(days=1)
    assert await reminded(school) == [ADA]


async def test_a_reminder_that_was_missed_for_hours_waits_for_the_next_day(
    school: School, clock: HandClock
) -> None:
    await learn(school)
    clock.forward(days=3)
    await school.actions.me.remind(ADA, 18, "en-US")
    clock.now = datetime(2026, 3, 4, 23, tzinfo=UTC)
    assert await reminded(school) == []
    clock.now = datetime(2026, 3, 5, 18, 1, tzinfo=UTC)
    assert await reminded(school) == [ADA]


async def test_reminders_stop_after_two_weeks_without_an_answer(school: School, clock: HandClock) -> None:
    await learn(school)
    clock.forward(days=3)
    await school.actions.me.remind(ADA, 18, "en-US")
    sent = 0
    for _day in range(20):
        clock.now = clock.now.replace(hour=18, minute=1)
        sent += len(await reminded(school))
        clock.forward(days=1)
    assert sent == 14
    assert (await school.actions.me.choices(ADA)).stopped == "ignored"
    again = await school.actions.me.remind(ADA, 18, "en-US")
    assert (again.stopped, again.ignored_since) == (None, None)


async def test_an_answer_begins_the_two_weeks_anew(school: School, clock: HandClock) -> None:
    await learn(school)
    clock.forward(days=3)
    await school.actions.me.remind(ADA, 18, "en-US")
    sent = 0
    for day in range(20):
        clock.now = clock.now.replace(hour=18, minute=1)
        sent += len(await reminded(school))
        clock.forward(days=1)
        if day == 9:
            await answer_one(school, lesson="chance")
    assert sent == 20


async def due_at(school: School, clock: HandClock, *, hour: int, zone: str = "UTC") -> None:
    """Ada has something due and is reminded at this hour of the fifth of March."""
    await learn(school)
    clock.now = datetime(2026, 3, 4, 23, 30, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    await school.actions.me.live_in(ADA, zone)
    await school.actions.me.remind(ADA, hour, "en-US")
    clock.now = datetime(2026, 3, 5, hour, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert await reminded(school) == [ADA]


async def sent_by(school: School, clock: HandClock, end: datetime) -> list[datetime]:
    """When Ada is reminded until then, looked after every half hour."""
    sent: list[datetime] = []
    while clock.now < end:
        clock.forward(minutes=30)
        sent += [clock.now for _one in await reminded(school)]
    return sent


@pytest.mark.parametrize("stopping", [False, True])
async def test_another_hour_on_the_day_of_a_reminder_gives_no_second_one(
    school: School, clock: HandClock, stopping: bool
) -> None:
    await due_at(school, clock, hour=9)
    for hour in (12, 18):
        if stopping:
            await school.actions.me.remind(ADA, None, "en-US")
        await school.actions.me.remind(ADA, hour, "en-US")
    sent = await sent_by(school, clock, datetime(2026, 3, 6, 23, tzinfo=UTC))
    assert [(one.day, one.hour) for one in sent] == [(6, 18)]


async def test_before_anything_was_sent_an_hour_can_be_corrected_for_the_same_day(
    school: School, clock: HandClock
) -> None:
    await learn(school)
    clock.now = datetime(2026, 3, 5, 10, tzinfo=UTC)
    await school.actions.me.remind(ADA, 9, "en-US")
    await school.actions.me.remind(ADA, 18, "en-US")
    sent = await sent_by(school, clock, datetime(2026, 3, 5, 23, tzinfo=UTC))
    assert [one.hour for one in sent] == [18]


@pytest.mark.parametrize("stopping", [False, True])
@pytest.mark.parametrize("hours_later", [0, 3, 14])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Lima", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
async def test_another_zone_gives_no_second_reminder_on_one_of_its_days(
    school: School, clock: HandClock, zone: str, hours_later: int, stopping: bool
) -> None:
    await due_at(school, clock, hour=9)
    first = clock.now
    clock.forward(hours=hours_later)
    if stopping:
        await school.actions.me.remind(ADA, None, "en-US")
    await school.actions.me.live_in(ADA, zone)
    for hour in (0, 23):
        await school.actions.me.remind(ADA, hour, "en-US")
    sent = [first, *await sent_by(school, clock, first + timedelta(days=4))]
    days = [one.astimezone(ZoneInfo(zone)).date() for one in sent]
    assert len(set(days)) == len(days) >= 3


async def test_one_that_was_sent_after_midnight_is_the_new_days(school: School, clock: HandClock) -> None:
    await learn(school)
    clock.now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    await school.actions.me.remind(ADA, 23, "en-US")
    clock.now = datetime(2026, 3, 5, 0, 30, tzinfo=UTC)
    assert await reminded(school) == [ADA]
    sent = await sent_by(school, clock, datetime(2026, 3, 6, 23, 30, tzinfo=UTC))
    assert [(one.day, one.hour) for one in sent] == [(6, 23)]


async def test_whoever_has_nothing_due_does_not_keep_others_waiting(school: School, clock: HandClock) -> None:
    clock.now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    for member in range(1, 31):
        await school.actions.me.remind(member, 18, "en-US")
    await learn(school)
    await school.actions.me.remind(ADA, 18, "en-US")
    clock.now = datetime(2026, 3, 2, 18, tzinfo=UTC) + timedelta(days=2, minutes=1)
    async with school.database.unit() as unit:
        for member in (*range(1, 31), ADA):
            await unit.members.choose(member, reminder_due_at=datetime(2026, 3, 4, 18, tzinfo=UTC))
    assert await reminded(school) == [ADA]


async def test_each_is_noted_as_sent_just_before_it_is_sent(school: School, clock: HandClock) -> None:
    await learn(school)
    await learn(school, KOFI)
    clock.now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    for member in (ADA, KOFI):
        await school.actions.me.remind(member, 18, "en-US")
    clock.now = datetime(2026, 3, 4, 18, 1, tzinfo=UTC)
    sending = school.actions.me.to_remind(20)
    first = (await anext(sending)).member
    await sending.aclose()
    # The process ended there; the other is reminded by the next.
    assert sorted([first, *await reminded(school)]) == [ADA, KOFI]


async def test_no_more_than_asked_for_are_reminded_in_one_go(school: School, clock: HandClock) -> None:
    await learn(school)
    await learn(school, KOFI)
    clock.now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    for member in (ADA, KOFI):
        await school.actions.me.remind(member, 18, "en-US")
    clock.now = datetime(2026, 3, 4, 18, 1, tzinfo=UTC)
    assert len([one async for one in school.actions.me.to_remind(1)]) == 1
    assert len(await reminded(school)) == 1


async def test_stopping_reminders_after_a_deletion_notes_nothing(school: School) -> None:
    await school.actions.me.remind(ADA, 18, "ja")
    await school.actions.privacy.delete(ADA)
    assert (await school.actions.me.remind(ADA, None, "ja")).reminder_hour is None
    async with school.database.reading() as unit:
        assert (await unit.members.of([ADA]))[ADA].locale is None
        assert "members" not in await unit.erasure.counts(ADA)


async def test_whoever_takes_no_messages_is_not_tried_again(school: School, clock: HandClock) -> None:
    await learn(school)
    await school.actions.me.remind(ADA, 18, "en-US")
    await school.actions.me.unreachable(ADA)
    clock.forward(days=5)
    assert await reminded(school) == []
    assert (await school.actions.me.choices(ADA)).stopped == "blocked"


async def test_after_a_deletion_nothing_is_chosen_and_nobody_is_reminded(
    school: School, clock: HandClock
) -> None:
    await learn(school)
    await school.actions.me.live_in(ADA, "Asia/Tokyo")
    await school.actions.me.remind(ADA, 18, "ja")
    await school.actions.privacy.delete(ADA)
    await school.actions.me.unreachable(ADA)
    clock.forward(days=5)
    assert await reminded(school) == []
    assert (await school.actions.me.choices(ADA)).zone is None


async def test_an_hour_that_no_day_has_is_refused(school: School) -> None:
    with pytest.raises(Refusal, match="hours 0 to 23"):
        await school.actions.me.remind(ADA, 24, "en-US")


@pytest.mark.parametrize(
    ("typed", "zone"),
    [("europe/berlin", "Europe/Berlin"), ("New York", "America/New_York"), (" utc ", "UTC")],
)
def test_a_zone_is_known_however_it_is_written(typed: str, zone: str) -> None:
    assert require_zone(typed) == zone


def test_a_zone_that_is_none_is_refused_with_what_to_do() -> None:
    with pytest.raises(Refusal, match="Choose one from the list"):
        require_zone("Middle Earth/Shire")


def test_cities_that_begin_as_typed_come_first() -> None:
    assert matching_zones("ber", 25)[0] in {"Atlantic/Bermuda", "Europe/Berlin"}
    assert "Europe/Berlin" in matching_zones("ber", 3)
    assert len(matching_zones("", 25)) == 25
    assert matching_zones("xyzzy", 25) == []


@given(
    st.sampled_from(known_zones()),
    st.integers(0, 23),
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_the_next_reminder_is_within_a_day_or_two_and_at_that_hour(
    name: str, hour: int, after: datetime
) -> None:
    zone = ZoneInfo(name)
    at = next_at(hour, zone, after)
    assert timedelta(0) < at - after <= timedelta(hours=50)
    local = at.astimezone(zone)
    # In a night in which clocks spring over the hour it is the moment of the jump.
    assert local.hour == hour or (local - timedelta(hours=3)).utcoffset() != local.utcoffset()
