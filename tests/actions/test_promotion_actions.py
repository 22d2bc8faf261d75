"""New titles: noted where they were earned, told once where the server wants it, and never of whoever hides."""

from collections.abc import Sequence

import pytest

from bot.actions.promotions import Announcement
from bot.storage import Database
from bot.storage.matches import Match, TitleRow
from ladder.match import Outcome
from ladder.tiers import Tier
from lessons.catalogue import Catalogue
from tests.actions.school import ADA, CHANNEL, GUILD, OTHER_GUILD, STARTER, School, make_lesson
from tests.conftest import HandClock

LESSONS = Catalogue(tuple(make_lesson(f"lesson-{number}", rating=1250, questions=5) for number in range(6)))


@pytest.fixture
def school(database: Database, clock: HandClock) -> School:
    return School(database, clock, LESSONS)


async def beat_bronze(school: School, member: int = ADA) -> None:
    """Rig a machine: its draw is fixed by a secret, so tests store a match that is settled."""
    async with school.database.unit() as unit:
        await unit.matches.add(
            [Match(member, "other", 1, 1250, 5, 5, 0, Outcome.WIN, school.clock(), "quiz:999", 0)]
        )
        await unit.matches.hold_titles([TitleRow(member, Tier.IRON, 1250, school.clock())])


async def climb(school: School, member: int = ADA, guild: int | None = GUILD) -> None:
    """Answer until the rating is that of Bronze."""
    for number in range(6):
        opened = await school.quiz(member, f"lesson-{number}", guild)
        for _ in opened.quiz.questions:
            await school.solve(opened.quiz.id, member)
        await school.quizzes.put(opened.quiz.id, member)


async def told(school: School) -> Sequence[Announcement]:
    return await school.actions.promotions.to_announce()


async def test_a_title_is_told_once_in_the_channel_that_was_chosen(school: School, elsewhere: School) -> None:
    await school.actions.settings.change(GUILD, STARTER, titles_channel=CHANNEL)
    assert (await school.actions.settings.of(GUILD)).titles_channel == CHANNEL
    await school.actions.people.meet(ADA, "Ada", GUILD)
    await beat_bronze(school)
    await climb(school)
    (one,) = await told(school)
    assert (one.promotion.member, one.promotion.tier, one.channel) == (ADA, Tier.BRONZE, CHANNEL)
    assert one.name == "Ada"
    assert one.rating >= 1200
    await elsewhere.actions.promotions.told(one.promotion)
    assert await told(school) == []


async def test_a_server_that_did_not_ask_hears_nothing_even_if_it_asks_later(school: School) -> None:
    await beat_bronze(school)
    await climb(school)
    assert await told(school) == []
    await school.actions.settings.change(GUILD, STARTER, titles_channel=CHANNEL)
    assert await told(school) == []


async def test_only_the_server_of_the_answer_hears_of_it(school: School) -> None:
    for guild in (GUILD, OTHER_GUILD):
        await school.actions.settings.change(guild, STARTER, titles_channel=CHANNEL)
    await beat_bronze(school)
    await climb(school, guild=OTHER_GUILD)
    assert [one.promotion.guild for one in await told(school)] == [OTHER_GUILD]


async def test_a_title_earned_outside_all_servers_is_told_nowhere(school: School) -> None:
    await school.actions.settings.change(GUILD, STARTER, titles_channel=CHANNEL)
    await beat_bronze(school)
    await climb(school, guild=None)
    assert await told(school) == []


async def test_nothing_is_told_of_whoever_hides(school: School) -> None:
    await school.actions.settings.change(GUILD, STARTER, titles_channel=CHANNEL)
    await beat_bronze(school)
    await climb(school)
    await school.actions.privacy.hide(ADA)
    assert await told(school) == []
    await school.actions.privacy.show(ADA)
    assert await told(school) == []


async def test_a_title_of_yesterday_is_no_news(school: School, clock: HandClock) -> None:
    await school.actions.settings.change(GUILD, STARTER, titles_channel=CHANNEL)
    await beat_bronze(school)
    await climb(school)
    clock.forward(days=1, seconds=1)
    assert await told(school) == []


async def test_after_a_deletion_nothing_is_told(school: School) -> None:
    await school.actions.settings.change(GUILD, STARTER, titles_channel=CHANNEL)
    await beat_bronze(school)
    await climb(school)
    await school.actions.privacy.delete(ADA)
    assert await told(school) == []
