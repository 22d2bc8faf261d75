"""Climbing: a title that rose is told to its member, whichever answer it rose by, and however long the journal."""

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions import deriving
from bot.actions.books import retitled, won
from bot.actions.climbing import Climb, climb_by
from bot.actions.reviews import Asking, ReviewVerdict
from bot.storage import Database
from bot.storage.matches import Match, TitleRow
from bot.storage.ratings import Entry, Kind, RatingRow
from ladder.match import Outcome, machine_answers
from ladder.standings import Ladder
from ladder.tiers import Tier
from lessons.catalogue import Catalogue
from tests.actions.school import ADA, CHANNEL, GUILD, KOFI, OTHER_GUILD, STARTER, School, make_lesson
from tests.conftest import HandClock

SECRET = "17" * 32
WORLD = Ladder.world().key
BEGIN = datetime(2026, 3, 2, 12, tzinfo=UTC)
BRONZE = make_lesson("bronze", rating=1250, questions=5)


@pytest.fixture
async def school(database: Database, clock: HandClock) -> School:
    async with database.unit() as unit:
        await unit.facts.put("machine secret", SECRET)
    return School(database, clock, Catalogue((BRONZE, make_lesson("gold", rating=1700))))


async def rated_at(school: School, member: int, rating: int, *, beaten: int | None = None) -> None:
    """Somebody long known, who may have beaten a machine."""
    row = RatingRow(member, WORLD, float(rating), 200.0, rating, 200, 150, 0, school.clock(), True)
    async with school.database.unit() as unit:
        await unit.ratings.write([row], before=[])
        if beaten is not None:
            match = Match(member, "other", 1, beaten, 5, 5, 0, Outcome.WIN, school.clock(), "quiz:999", 0)
            await unit.matches.add([match])
            await unit.matches.hold_titles([TitleRow(member, Tier.IRON, beaten, school.clock())])


def unlucky(member: int) -> bool:
    """Whether the machine misses a question against the member."""
    drawn = (machine_answers(bytes.fromhex(SECRET), member, one.identity, 1, 4) for one in BRONZE.questions)
    return not all(drawn)


async def test_a_title_is_announced_though_the_last_answer_of_its_match_was_practice(school: School) -> None:
    await school.actions.settings.change(GUILD, STARTER, titles_channel=CHANNEL)
    member = next(member for member in range(ADA, ADA + 500) if unlucky(member))
    await rated_at(school, member, 1300)
    opened = await school.quiz(member, "bronze", GUILD)
    for _ in range(4):
        await school.solve(opened.quiz.id, member)
    last = max(opened.quiz.questions, key=lambda one: one.position).question
    poll = await school.poll(last.removeprefix("curated:"), guild=OTHER_GUILD)
    await school.polls.close(poll)
    await school.polls.delivered(poll)
    await school.polls.own_result(poll, member)
    assert (await school.solve(opened.quiz.id, member)).moved == ()
    (told,) = await school.actions.promotions.to_announce()
    assert (told.promotion.member, told.promotion.guild, told.promotion.tier) == (member, GUILD, Tier.BRONZE)


async def asked(school: School) -> Asking:
    shown = await school.actions.reviews.ask(KOFI, GUILD)
    assert isinstance(shown, Asking)
    return shown


async def reviewed(school: School, shown: Asking) -> ReviewVerdict:
    return await school.actions.reviews.answer(
        member=KOFI,
        guild=GUILD,
        question=shown.asked.question,
        number=shown.upcoming.number,
        place=shown.order.index(shown.asked.key),
    )


async def test_a_rated_review_says_what_it_alone_made_of_the_title(school: School, clock: HandClock) -> None:
    await rated_at(school, KOFI, 1567, beaten=1700)
    opened = await school.quiz(KOFI, "gold", GUILD)
    for _ in range(4):
        await school.solve(opened.quiz.id, KOFI)
    for days in (2, 7, 21):
        clock.forward(days=days)
        for _ in range(4):
            assert (await reviewed(school, await asked(school))).climb is None
    clock.forward(days=60)
    crossed: list[bool] = []
    for _ in range(4):
        shown = await asked(school)
        clock.forward(minutes=1)
        verdict = await reviewed(school, shown)
        world = next(one for one in verdict.moved if one.ladder == Ladder.world())
        crossed.append(world.before < Tier.GOLD <= world.after)
        assert verdict.climb == (Climb(Tier.SILVER, Tier.GOLD) if crossed[-1] else None)
        assert (await reviewed(school, shown)).climb == verdict.climb
    assert crossed.count(True) == 1


_POINTS = st.integers(1100, 1900)
_SOURCES = st.sampled_from(["quiz:1", "quiz:2", "poll:3", "poll:4", "review"])


@st.composite
def lives(draw: st.DrawFn) -> tuple[list[Entry], list[Match]]:
    """A journal of the world's ladder and matches settled on the way, in whatever order a database gives them."""
    numbers = count()
    journal: list[Entry] = []
    matches: list[Match] = []

    def settle(source: str) -> None:
        outcome = draw(st.sampled_from([Outcome.WIN, Outcome.WIN, Outcome.LOSS]))
        at = BEGIN + timedelta(minutes=next(numbers))
        matches.append(
            Match(ADA, f"l-{len(matches)}", 1, draw(_POINTS), 5, 5, 0, outcome, at, source, len(journal))
        )

    for source in draw(st.lists(_SOURCES, max_size=2)):
        settle(source)
    for source in draw(st.lists(_SOURCES, max_size=25)):
        at = BEGIN + timedelta(minutes=next(numbers))
        kinds: tuple[Kind, ...] = draw(
            st.sampled_from([("answer",), ("answer",), ("void",), ("idle", "answer")])
        )
        journal += [
            _entry(len(journal) + 1 + n, kind, draw(_POINTS), at, source) for n, kind in enumerate(kinds)
        ]
        if draw(st.integers(0, 3)) == 0:
            for other in (source, *draw(st.lists(_SOURCES, max_size=2))):
                settle(other)
    return journal, draw(st.permutations(matches))


def _entry(sequence: int, kind: Kind, rating: int, at: datetime, source: str) -> Entry:
    changed = (1500.0, 1.0, float(rating), 2.0, 1500, rating, 0.5, 40.0, 1.0, 1500, True)
    return Entry(ADA, WORLD, sequence, kind, f"q-{sequence}", None, 0, *changed, at, GUILD, source)


def plain_title(journal: Sequence[Entry], matches: Iterable[Match]) -> TitleRow | None:
    """The title, by asking every win at every length."""
    wins = sorted((one for one in matches if one.outcome is Outcome.WIN), key=lambda one: one.entries)
    held: TitleRow | None = None
    rating: int | None = None
    for length in range(len(journal) + 1):
        if length:
            entry = journal[length - 1]
            rating = entry.rating_after
            following = journal[length : length + 1]
            half = entry.kind == "idle" and any(
                (one.source, one.at) == (entry.source, entry.at) for one in following
            )
            if held is not None and not half:
                held = retitled(held, rating, entry.at)
        for match in wins:
            if match.entries == length:
                held = won(held, match, rating)
    return held


def plain_climb(journal: Sequence[Entry], matches: Sequence[Match], sources: Iterable[str]) -> Climb | None:
    """The climb, by going through the whole journal twice a source."""
    changes: list[tuple[int, Tier, Tier]] = []
    for source in sources:
        own = [entry.sequence for entry in journal if entry.source == source]
        settled = [match.entries for match in matches if match.source == source]
        if own or settled:
            first, last = min([*(one - 1 for one in own), *settled]), max([*own, *settled])
            others = [one for one in matches if one.entries <= first and one.source != source]
            before = tier(plain_title(journal[:first], others))
            after = tier(plain_title(journal[:last], [one for one in matches if one.entries <= last]))
            changes.append((first, before, after))
    risen = [(before, after) for _, before, after in changes if after > before]
    begin = min((first for first, _, _ in changes), default=0)
    start = min((before for first, before, _ in changes if first == begin), default=Tier.IRON)
    if not risen or tier(plain_title(journal, matches)) <= start:
        return None
    return Climb(min(before for before, _ in risen), max(after for _, after in risen))


def tier(held: TitleRow | None) -> Tier:
    return held.tier if held is not None else Tier.IRON


@given(lives())
def test_the_title_is_what_every_win_asked_at_every_length_makes_it(
    life: tuple[list[Entry], list[Match]],
) -> None:
    journal, matches = life
    assert deriving.title({WORLD: journal}, matches) == plain_title(journal, matches)
    assert deriving.title({}, matches) == plain_title([], matches)


@given(lives(), st.sets(_SOURCES, max_size=4))
def test_a_climb_is_what_each_source_by_itself_made_of_the_title_that_is_held(
    life: tuple[list[Entry], list[Match]], sources: set[str]
) -> None:
    journal, matches = life
    found = climb_by(
        journal,
        matches,
        [one for one in journal if one.source in sources],
        [one for one in matches if one.source in sources],
        now=tier(plain_title(journal, matches)),
    )
    assert found == plain_climb(journal, matches, sources)


def test_sixty_sources_in_a_long_journal_are_no_work_to_speak_of() -> None:
    journal = [
        _entry(
            number, "answer", 1100 + number % 97 * 8, BEGIN + timedelta(minutes=number), f"poll:{number % 90}"
        )
        for number in range(1, 10_001)
    ]
    matches = [
        Match(ADA, f"l-{at}", 1, 1100 + at % 800, 5, 5, 0, Outcome.WIN, BEGIN, f"poll:{at % 90}", at)
        for at in range(10, 10_000, 17)
    ]
    sources = {f"poll:{number}" for number in range(60)}
    own = [one for one in journal if one.source in sources]
    settled = [one for one in matches if one.source in sources]
    calls = 0

    def called(_frame: FrameType, event: str, _of: Any) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(called)
    try:
        assert climb_by(journal, matches, own, settled, now=Tier.GOLD) is not None
        assert deriving.title({WORLD: journal}, matches) is not None
    finally:
        sys.setprofile(None)
    # Going through it twice a source, with every win at every entry, makes millions.
    assert calls < 30 * len(journal)
