"""Whatever moderators do with their lessons, in whichever order: what was published once keeps its promises."""

import contextlib
import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.actions.refusals import Refusal
from bot.storage.own_lessons import Edition, Taken
from tests.actions.school import STARTER, School
from tests.conftest import HandClock
from tests.own_files import own_file

_servers = itertools.count(2**61)
"""Every example has a server of its own."""

names = st.sampled_from(["one", "two"])
ids = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3, unique=True).map(tuple)
deeds = st.one_of(
    st.tuples(
        st.just("hand in"), names, ids, st.sampled_from(["What is", "Who is"]), st.sampled_from(["Why", "So"])
    ),
    st.tuples(st.just("publish"), names, st.integers(1, 5)),
    st.tuples(st.just("publish"), names, st.integers(1, 5)),
    st.tuples(st.just("retire"), names),
    st.tuples(st.just("discard"), names),
    st.tuples(st.just("undo"), st.integers(0, 6)),
)


async def do(school: School, server: int, deed: tuple[object, ...]) -> None:
    """Do it, if it may be done."""
    own = school.actions.own_lessons
    match deed:
        case "hand in", str(name), tuple(chosen), str(stems), str(explanation):
            # Ids are shared by both lessons, as careless authors share them.
            source = own_file("q", title=name.title(), ids=chosen, stems=stems, explanation=explanation)
            await own.hand_in(server, STARTER, f"{name}.yaml", source)
        case "publish", str(name), int(version):
            await own.publish(server, STARTER, name, version)
        case "retire", str(name):
            await own.retire(server, STARTER, name)
        case "discard", str(name):
            await own.discard(server, name, STARTER)
        case "undo", int(back):
            logged = (await school.actions.audit_log.page(server, 0)).entries
            entries = [one for one in logged if one.what in school.actions.audit_log.undoable]
            if entries:
                await school.actions.audit_log.undo(server, entries[back % len(entries)].id, STARTER)
        case _:
            raise AssertionError(deed)


async def kept(school: School, server: int) -> tuple[dict[Edition, str], dict[str, Taken]]:
    """Every version with its file, and what ids mean."""
    async with school.database.reading() as unit:
        editions = await unit.own_lessons.editions(server)
        return await unit.own_lessons.sources(editions), await unit.own_lessons.ledger(server)


@settings(max_examples=25)
@given(st.lists(deeds, min_size=4, max_size=16))
async def test_ids_keep_their_meaning_and_one_version_is_taught(
    school: School, clock: HandClock, given_deeds: list[tuple[object, ...]]
) -> None:
    server = next(_servers)
    promised: dict[str, Taken] = {}
    published: dict[tuple[str, int], str] = {}
    for deed in given_deeds:
        clock.forward(seconds=1)
        with contextlib.suppress(Refusal):
            await do(school, server, deed)
        sources, ledger = await kept(school, server)
        assert promised.items() <= ledger.items()
        promised = ledger
        was = {
            (one.name, one.version): source for one, source in sources.items() if one.published_at is not None
        }
        assert published.items() <= was.items()
        published = was
        taught = [one.name for one in sources if one.state == "published"]
        assert len(taught) == len(set(taught))
        library = await school.actions.holdings.of(server)
        own = [lesson for lesson in library.lessons if lesson.owner == str(server)]
        assert len(own) == len(taught)
        for lesson in own:
            for question in lesson.questions:
                assert ledger[question.id] == (question.meaning, lesson.slug.removeprefix(f"{server}-"))
