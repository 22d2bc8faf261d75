"""The boards and a person's standing, as people read them."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from chat.test_seasons_in_chat import settings
from chat_stage import Stage, both, buttons, finish_quiz, payload_of, prose, seen, texts, walk

from bot.actions.listing import relist
from bot.chat import ladders
from bot.chat.screens import Screen, row
from bot.storage.matches import TitleRow
from bot.storage.ratings import RatingRow
from ladder.standings import Ladder
from ladder.tiers import tier_of


async def ladder(stage: Stage, who: Any = None, **options: Any) -> Any:
    return stage.looked_at(await (who or stage.members[0]).slash(stage.quiz, "ladder", **options))


async def rank(stage: Stage, who: Any = None, **options: Any) -> Any:
    return stage.looked_at(await (who or stage.members[0]).slash(stage.quiz, "rank", **options))


async def stand(stage: Stage, where: Ladder, ratings: dict[int, int], *, evidence: float = 40.0) -> None:
    """Put people on a ladder, with the titles that such ratings earn once a machine is beaten."""
    async with stage.database.unit() as unit:
        await unit.ratings.write(
            [
                RatingRow(
                    member, where.key, float(rating), evidence, rating, 12, 9, 12, stage.env.now(), True
                )
                for member, rating in ratings.items()
            ],
            before=[],
        )
        held = await unit.matches.titles(ratings)
        await unit.matches.hold_titles(
            [
                TitleRow(member, tier_of(rating), rating, stage.env.now())
                for member, rating in ratings.items()
                if member not in held
            ]
        )


async def call(stage: Stage, member: int, name: str, guild: int = 0) -> None:
    """The name under which somebody was last seen."""
    async with stage.database.unit() as unit:
        await unit.sightings.note(guild, member, name, stage.env.now() - timedelta(hours=1))


def rows_of(board: Any) -> list[str]:
    """The places that are shown; spaces at which no line is broken are spaces too."""
    lines = prose(board).replace("\u00a0", " ").split("\n")
    return [line for line in lines if re.match(r"`\s*\d+`", line)]


async def test_an_empty_ladder_says_how_to_climb_it(stage: Stage) -> None:
    board = await ladder(stage)
    assert board.ephemeral
    assert "# 🪜 This server's ladder" in prose(board)
    assert "Nobody has climbed here yet" in prose(board)
    assert "one answer makes a place: /quiz" in prose(board)
    assert not {"Next", "Share"} & set(buttons(board))
    shelf = await stage.press(stage.members[0], board, "Check yourself")
    assert "pick one to be asked about" in prose(shelf)


async def test_a_person_without_an_answer_is_told_where_everybody_starts(stage: Stage) -> None:
    own = await rank(stage)
    assert own.ephemeral
    assert "# ben" in prose(own)
    assert "You are not on a ladder yet." in prose(own)
    assert "everybody starts at 1100 in Iron" in prose(own)
    other = await rank(stage, member=stage.members[1])
    assert "cleo is not on a ladder yet." in prose(other)


async def test_a_board_shows_rank_title_rating_and_my_own_place(stage: Stage) -> None:
    ben, cleo, dan, _ = stage.members
    await stand(stage, Ladder.server(stage.guild.id), {ben.id: 1450, cleo.id: 1850, dan.id: 1450})
    for person in (cleo, dan):
        await call(stage, person.id, person.name)
    board = await ladder(stage)
    assert [re.sub(r"\s+", " ", row) for row in rows_of(board)] == [
        "` 1` 💠 **cleo** · **1850** Platinum · 12 answers",
        "` 2` ⚪ **dan** · **1450** Silver · 12 answers",
        "` 2` ⚪ **ben** (you) · **1450** Silver · 12 answers",
    ]
    assert "Your place: **2** of 3, rating **1450**" in prose(board)
    assert "?" not in prose(board)


async def test_a_thin_rating_bears_a_question_mark_that_is_explained(stage: Stage) -> None:
    await stand(stage, Ladder.server(stage.guild.id), {stage.members[0].id: 1450}, evidence=3)
    board = await ladder(stage)
    assert "**1450?** Silver" in prose(board)
    assert "“?” means that the rating still moves a lot" in prose(board)


async def test_a_long_board_is_turned_page_by_page_and_my_place_stays_in_sight(stage: Stage) -> None:
    ben = stage.members[0]
    crowd = {1000 + number: 2000 - 10 * number for number in range(34)}
    await stand(stage, Ladder.server(stage.guild.id), crowd | {ben.id: 1})
    board = await ladder(stage)
    ranks: list[int] = []
    for number in range(1, 5):
        assert ("Top" in buttons(board)) == (number > 1)
        assert f"35 on this ladder · page {number} of 4" in prose(board)
        assert "Your place: **35** of 35" in prose(board)
        assert ("Previous" in buttons(board)) == (number > 1)
        assert ("Next" in buttons(board)) == (number < 4)
        ranks += [int(found[0]) for row in rows_of(board) if (found := re.findall(r"\d+", row))]
        if number < 4:
            board = await stage.press(ben, board, "Next")
    assert ranks == list(range(1, 36))
    assert "**ben** (you)" in rows_of(board)[-1]
    board = await stage.press(ben, board, "Previous")
    assert "page 3 of 4" in prose(board)
    board = await stage.press(ben, board, "Top")
    assert "page 1 of 4" in prose(board)


async def test_my_place_and_any_rank_are_one_press_away(stage: Stage) -> None:
    ben, cleo = stage.members[:2]
    crowd = {1000 + number: 2000 - 10 * number for number in range(34)}
    await stand(stage, Ladder.server(stage.guild.id), crowd | {ben.id: 1845})
    board = await ladder(stage)
    assert not any("(you)" in row for row in rows_of(board))
    board = await stage.press(ben, board, "My place")
    assert "around your place" in prose(board)
    assert [row[:5] for row in rows_of(board)] == [f"` {rank}`" for rank in range(12, 23)]
    assert "**ben** (you)" in rows_of(board)[5], "five neighbours either way"
    assert "My place" not in buttons(board)
    above = await stage.press(ben, board, "Previous")
    assert "page 1 of 4" in prose(above)
    board = await stage.press(ben, above, "My place")
    assert "page 3 of 4" in prose(await stage.press(ben, board, "Next"))
    for typed, told in (("35", "page 4 of 4"), ("1", "page 1 of 4"), ("99999", "page 4 of 4")):
        board = await jump(stage, ben, board, typed)
        assert told in prose(board)
    refused = await jump(stage, ben, board, "first")
    assert "Write the rank as a number" in prose(refused)
    others = await ladder(stage, cleo)
    assert "My place" not in buttons(others), "somebody without a place cannot go there"


async def jump(stage: Stage, who: Any, board: Any, typed: str) -> Any:
    """Ask for a rank in the form."""
    form = await who.click(board, label="Go to a rank")
    assert form.modal is not None
    field = form.modal["components"][0]["component"]["custom_id"]
    return stage.looked_at(await who.submit_modal(form, {field: typed}))


async def test_a_tie_over_the_edge_of_a_page_keeps_its_rank(stage: Stage) -> None:
    await stand(stage, Ladder.server(stage.guild.id), {1000 + number: 1500 for number in range(12)})
    second = await stage.press(stage.members[0], await ladder(stage), "Next")
    assert [row[:5] for row in rows_of(second)] == ["`  1`", "`  1`"]
    assert "Equals share a rank" in prose(second)


async def test_ties_are_explained_where_there_are_any(stage: Stage) -> None:
    await stand(stage, Ladder.server(stage.guild.id), {1: 1500, 2: 1500, 3: 1400})
    await stand(stage, Ladder.world(), {1: 1500, 2: 1499})
    assert "Equals share a rank, and the next rank counts them all: 1, 2, 2, 4." in prose(await ladder(stage))
    assert "Equals" not in prose(await ladder(stage, scope="world"))


async def test_a_row_tells_what_the_last_seven_days_brought(stage: Stage) -> None:
    ben, cleo = stage.members[:2]
    catalogue = stage.catalogue
    quiz = stage.looked_at(await ben.slash(stage.quiz, "quiz", lesson="rlhf-basics"))
    await finish_quiz(stage, ben, quiz, lambda stem, options: right_place(catalogue, stem, options))
    await stand(stage, Ladder.server(stage.guild.id), {cleo.id: 1100})
    board = await ladder(stage)
    row = rows_of(board)[0]
    gained = re.search(r"\*\*(\d+)\??\*\*", row)
    assert gained is not None
    assert row.endswith(f"· ▲ {int(gained[1]) - 1100}"), "everybody starts at 1100"
    assert "▲" not in rows_of(board)[1], "nothing is known of before"
    assert "▲ and ▼: rating gained or lost in the last seven days" in prose(board)


def right_place(catalogue: Any, stem: str, options: Sequence[str]) -> int:
    questions = [one for lesson in catalogue.lessons for one in lesson.questions]
    asked = next(one for one in questions if one.stem.strip() == stem)
    return list(options).index(asked.options[asked.key].text)


async def test_the_select_shows_every_ladder_and_changes_to_it(stage: Stage) -> None:
    ben = stage.members[0]
    await stand(stage, Ladder.world(), {ben.id: 1700})
    await stand(stage, Ladder.category("machine-learning"), {ben.id: 1900})
    board = await ladder(stage)
    offered = [option["label"] for one in walk(payload_of(board)) for option in one.get("options") or []]
    assert offered[:6] == [
        "This server's ladder",
        "XP this week",
        "This season",
        "Past seasons",
        "Servers against servers",
        "The world's ladder",
    ]
    assert "Machine Learning" in offered
    assert len(offered) <= 25
    board = await stage.choose(ben, board, "boardscope2:", "world")
    assert "# 🌍 The world's ladder" in prose(board)
    assert "**1700** Gold" in prose(board)
    board = await stage.choose(ben, board, "boardscope2:", "category:machine-learning")
    assert "# 🪜 Machine Learning" in prose(board)
    assert "**1900** Gold" in prose(board), "the title is the same on every ladder"
    board = await stage.choose(ben, board, "boardscope2:", "server")
    assert "Nobody has climbed here yet" in prose(board)


@pytest.mark.parametrize(
    ("scope", "heading", "told"),
    [
        ("server", "🪜 This server's ladder", "one answer makes a place: /quiz"),
        ("world", "🌍 The world's ladder", "one answer makes a place: /quiz"),
        ("category:machine-learning", "🪜 Machine Learning", "one answer makes a place: /quiz"),
        ("season", "🏁 This season", "No season runs here. A moderator starts one: /settings"),
        ("xp", "✨ XP this week", "one right first answer makes a place: /quiz"),
        ("servers", "⚔️ Servers against servers", "needs five members with ten quiz answers each"),
        ("servers", "⚔️ Servers against servers", "A moderator can enter it: /settings"),
        ("seasons", "🏛️ Past seasons", "A moderator starts one: /settings"),
    ],
)
async def test_an_empty_board_teaches_how_it_fills(stage: Stage, scope: str, heading: str, told: str) -> None:
    shown = prose(await ladder(stage, scope=scope))
    assert f"# {heading}" in shown
    assert told in shown
    assert "no place here yet" not in shown, "once is enough"
    assert "%" not in shown


async def test_a_newcomer_is_told_how_to_join_those_who_stand_there(stage: Stage) -> None:
    cleo = stage.members[1]
    for where in (Ladder.server(stage.guild.id), Ladder.world()):
        await stand(stage, where, {cleo.id: 1500})
    await stage.as_the_bot(lambda: stage.bot.actions.people.meet(cleo.id, "cleo"))
    for scope in ("server", "world"):
        assert "You have no place here yet. One answer makes one: /quiz" in prose(
            await ladder(stage, scope=scope)
        )


async def test_the_weeks_xp_is_this_servers_here_and_everybodys_in_private(stage: Stage) -> None:
    ben, catalogue = stage.members[0], stage.catalogue
    quiz = stage.looked_at(await ben.slash(stage.quiz, "quiz", lesson="rlhf-basics"))
    await finish_quiz(stage, ben, quiz, lambda stem, options: right_place(catalogue, stem, options))
    earned = 10 * len(catalogue.lesson("rlhf-basics").questions)
    board = await ladder(stage, scope="xp")
    assert "Earned in this server since Monday" in prose(board)
    assert rows_of(board) == [f"`  1` **ben** (you) · **{earned} XP**"]
    assert f"Your place: **1** of 1, **{earned} XP**" in prose(board)
    private = stage.looked_at(await ben.user.slash("ladder", scope="xp"))
    assert "Earned everywhere since Monday" in prose(private)
    assert rows_of(private) == rows_of(board)


async def test_past_seasons_have_pages_back_to_the_first(stage: Stage) -> None:
    seasons, guild = stage.bot.actions.seasons, stage.guild.id
    for number in range(1, 8):
        started = await stage.as_the_bot(
            lambda number=number: seasons.start(guild, by=stage.moderator.id, name=f"Cup {number}", days=30)
        )
        await stage.as_the_bot(lambda started=started: seasons.end(guild, started.id))
    past = await ladder(stage, scope="seasons")
    assert "Cup 7" in prose(past)
    assert "Cup 2" not in prose(past)
    older = await stage.press(stage.members[0], past, "Next")
    assert "Cup 2" in prose(older)
    assert "Cup 1" in prose(older)
    assert "Cup 7" not in prose(older)
    assert "Cup 7" in prose(await stage.press(stage.members[0], older, "Previous"))


async def test_seasons_are_seen_while_they_run_and_when_they_are_over(stage: Stage) -> None:
    ben, catalogue = stage.members[0], stage.catalogue
    seasons, guild = stage.bot.actions.seasons, stage.guild.id
    started = await stage.as_the_bot(
        lambda: seasons.start(guild, by=stage.moderator.id, name="*Cup*", days=30)
    )
    waiting = prose(await ladder(stage, scope="season"))
    assert "# 🏁 \\*Cup\\*" in waiting
    assert f"Season · ends <t:{int(started.ends_at.timestamp())}:R>" in waiting
    assert "Nobody has answered in this season yet" in waiting
    assert "The first one ends" in prose(await ladder(stage, scope="seasons"))
    quiz = stage.looked_at(await ben.slash(stage.quiz, "quiz", lesson="rlhf-basics"))
    await finish_quiz(stage, ben, quiz, lambda stem, options: right_place(catalogue, stem, options))
    running = await ladder(stage, scope="season")
    assert "**ben** (you)" in rows_of(running)[0]
    await stage.as_the_bot(lambda: seasons.end(guild, started.id))
    past = await stage.choose(ben, running, "boardscope2:", "seasons")
    told = prose(past)
    assert "**\\*Cup\\***" in told
    assert re.search(r"🥇 ben \*\*\d+\*\*", told)
    assert re.search(r"📈 biggest climber: ben, \+\d+", told)
    assert "most faithful" not in told, "one day is not faithfulness"
    assert "*Cup* · 🥇 ben" in texts(past)
    final = await stage.choose(ben, past, "boardpast2", f"season:{started.id}")
    assert "Final standings" in prose(final)
    assert "**ben** (you)" in rows_of(final)[0]
    assert "▲" not in prose(final)
    again = await stage.choose(ben, final, "boardscope2:", "seasons")
    assert prose(again) == told
    other = await ladder(stage, stage.members[1], scope=f"season:{started.id}")
    assert "You have no place in this season. There is another chance in the next." in prose(other)


async def test_servers_stand_against_servers(stage: Stage) -> None:
    people = {1000 + number: 1500 for number in range(5)}
    await stand(stage, Ladder.world(), people)
    await stand(stage, Ladder.server(stage.guild.id), people)
    servers = stage.bot.actions.servers
    await stage.as_the_bot(lambda: servers.compete(stage.guild.id, "Aca*demy", True))
    assert "This server takes part. It gets its place when five members" in prose(
        await ladder(stage, scope="servers")
    )
    await stage.env.advance_time(61)
    board = await ladder(stage, scope="servers")
    assert rows_of(board) == [r"`  1` **Aca\*demy** (this server) · **1500**"]
    assert "This server's place: **1** of 1, score **1500**" in prose(board)
    private = stage.looked_at(await stage.members[0].user.slash("ladder", scope="servers"))
    assert rows_of(private) == [r"`  1` **Aca\*demy** · **1500**"]
    assert "Open this in a server" in prose(private)


async def test_whoever_is_hidden_idle_or_taken_off_is_told_why_there_is_no_place(stage: Stage) -> None:
    ben, cleo, dan, eve = stage.members
    here, now = stage.guild.id, stage.env.now()
    await stand(stage, Ladder.server(here), {one.id: 1500 for one in stage.members})
    async with stage.database.unit() as unit:
        await unit.listing.put(ben.id, 0, "hidden", now)
        await unit.listing.put(cleo.id, here, "departed", now)
        await unit.listing.put(dan.id, here, "excluded", now, by=stage.moderator.id)
        await unit.listing.answered({eve.id: now - timedelta(days=91)})
        await unit.listing.leave_idle([eve.id], now - timedelta(days=90))
    for member in stage.members:
        async with stage.database.unit() as unit:
            await relist(unit, [member.id])
    for who, told in (
        (ben, "You are hidden, so no ladder shows you. To come back: /privacy"),
        (cleo, "One answer here brings your place back: /quiz"),
        (dan, "A moderator has taken you off this server's ladders."),
        (eve, "You have not answered for a while. One answer brings your place back: /quiz"),
    ):
        board = await ladder(stage, who)
        assert told in prose(board)
        assert rows_of(board) == []
    assert "🙈 Hidden from the ladders: only you see this" in prose(await rank(stage, ben))
    assert "Not on this server's ladder." in prose(await rank(stage, cleo))
    assert "Taken off this server's ladders by a moderator." in prose(await rank(stage, dan))
    assert "by a moderator" not in prose(await rank(stage, ben, member=dan))
    card = prose(await rank(stage, eve))
    assert "💤 Not on the current boards: one answer brings the place back." in card
    assert "This server: **1500** · 9 of 12 right" in card


async def test_whoever_has_left_the_server_leaves_its_board_after_it_was_looked_at(stage: Stage) -> None:
    ben, cleo, dan, _ = stage.members
    await stand(stage, Ladder.server(stage.guild.id), {one.id: 1500 for one in (ben, cleo, dan)})
    await stand(stage, Ladder.world(), {dan.id: 1500})
    stage.env.backend.remove_member(stage.guild.id, dan.id)
    before = len(stage.env.http_requests)
    assert len(rows_of(await ladder(stage))) == 3, "looking is never held up"
    await stage.env.advance_time(61)
    looked_up = [one.path for one in stage.requests("GET", since=before) if "/members/" in one.path]
    assert sorted(looked_up) == sorted(
        f"/guilds/{stage.guild.id}/members/{one.id}" for one in (ben, cleo, dan)
    )
    assert len(rows_of(await ladder(stage))) == 2
    assert len(rows_of(await ladder(stage, scope="world"))) == 1
    await stage.env.advance_time(120)
    again = [one for one in stage.requests("GET", since=before) if "/members/" in one.path]
    assert len(again) == 3, "nobody is looked up twice in a day"


async def test_a_crowd_is_looked_up_a_few_a_minute_and_a_failure_changes_nothing(stage: Stage) -> None:
    await stand(stage, Ladder.server(stage.guild.id), {1000 + number: 1500 for number in range(10)})
    stage.env.inject_error("GET", "/guilds/*/members/*", status=403, code=50001)
    await ladder(stage)
    before = len(stage.env.http_requests)
    for looked_up in (5, 10, 10):
        await stage.env.advance_time(61)
        assert (
            len([one for one in stage.requests("GET", since=before) if "/members/" in one.path]) == looked_up
        )
    assert len(rows_of(await ladder(stage))) == 1, "the one that could not be looked up"


async def test_boards_posted_by_earlier_versions_still_answer(stage: Stage) -> None:
    ben = stage.members[0]
    await stand(stage, Ladder.server(stage.guild.id), {1000 + n: 2000 - n for n in range(14)} | {ben.id: 1})
    await stand(stage, Ladder.world(), {ben.id: 1700})
    library = stage.bot.actions.library
    old = lambda: Screen(  # noqa: E731
        row(
            ladders.BoardButton("server", 1, "Next"),
            ladders.FirstMineButton("server"),
            ladders.FirstRankButton("server"),
        ),
        row(ladders.FirstLadderSelect("server", library, in_server=True)),
    )
    channel = stage.bot.get_partial_messageable(stage.quiz.id)
    for label, told in (("Next", "page 2 of 2"), ("My place", "around your place")):
        message = await stage.as_the_bot(lambda: channel.send(view=old()))
        assert told in prose(await stage.press(ben, stage.now_shown(message), label))
    message = await stage.as_the_bot(lambda: channel.send(view=old()))
    assert "page 2 of 2" in prose(await jump(stage, ben, stage.now_shown(message), "11"))
    message = await stage.as_the_bot(lambda: channel.send(view=old()))
    chosen = await stage.choose(ben, stage.now_shown(message), "boardscope1:", "world")
    assert "The world's ladder" in prose(chosen)


async def test_the_scope_is_offered_by_name_while_typing(stage: Stage) -> None:
    offered = await stage.members[0].autocomplete(stage.quiz, "ladder", "scope", "mach")
    assert offered == [{"name": "Machine Learning", "value": "category:machine-learning"}]
    everything = await stage.members[0].autocomplete(stage.quiz, "ladder", "scope", "")
    assert [one["value"] for one in everything][:3] == ["server", "xp", "season"]
    in_private = await stage.members[0].user.autocomplete("ladder", "scope", "")
    assert [one["value"] for one in in_private][:3] == ["world", "xp", "servers"]


@pytest.mark.parametrize(
    "typed", ["nonsense", "category:", "category:Machine Learning", "server:5", "season:x", "xp:2026-03-02"]
)
async def test_a_scope_that_is_none_is_refused_with_what_to_do(stage: Stage, typed: str) -> None:
    result = await stage.members[0].slash(stage.quiz, "ladder", scope=typed)
    assert result.ephemeral
    assert "There is no such ladder. Choose one from the list." in seen(result)


@pytest.mark.parametrize(
    "typed", ["Machine Learning", "the world's ladder", "WORLD", "This server's ladder", "xp this WEEK"]
)
async def test_a_scope_that_was_typed_by_its_name_is_understood(stage: Stage, typed: str) -> None:
    assert typed.casefold().split()[-1] in prose(await ladder(stage, scope=typed)).casefold()


async def test_in_a_direct_message_there_is_no_servers_ladder(stage: Stage) -> None:
    user = stage.members[0].user
    board = stage.looked_at(await user.slash("ladder"))
    assert "# 🌍 The world's ladder" in prose(board)
    assert not {"This server's ladder", "This season", "Past seasons"} & set(texts(board))
    for scope in ("server", "season", "season:1", "seasons"):
        assert "There is no server here." in seen(await user.slash("ladder", scope=scope))


async def test_a_card_shows_standing_strengths_and_what_is_missing(stage: Stage) -> None:
    cleo = stage.members[1]
    await stand(stage, Ladder.world(), {cleo.id: 1450, 7: 1500})
    await stand(stage, Ladder.server(stage.guild.id), {cleo.id: 1460})
    await stand(stage, Ladder.category("machine-learning"), {cleo.id: 1500})
    card = await rank(stage, member=cleo)
    told = prose(card)
    assert "# cleo" in told
    assert "World: **1450** · place **2** of 2 · 9 of 12 right" in told
    assert "This server: **1460** · place **1** of 1" in told
    assert "- Machine Learning: **1500**" in told
    assert "⚪ Silver III" in told
    assert "Next: 150 more points, then beat Gold to climb." in told
    board = await stage.press(stage.members[0], card, "Ladder")
    assert "# 🪜 This server's ladder" in prose(board)


HOSTILE = {
    "**@everyone**": "\\*\\*@\u200beveryone\\*\\*",
    "<@123456789012345678>": "‹@\u200b123456789012345678>",
    "```x": r"\`\`\`x",
    "a\nb\r\n# c": "a b # c",
    "||boo||": r"\|\|boo\|\|",
    "[free](https://bad.example)": "https:\u200b//bad.example",
    "https://bad.example/**": "https:\u200b//bad.example",
    "\u202eevil": "evil",
    "a\u2066\u2067b\u202ec": "abc",
    "שלום": "\u2068שלום\u2069",
    "\u200b\u2060": "somebody",
    "<:smile:123456789012345678>": "‹:smile:123456789012345678>",
    "x" * 100: "x" * 32,
    "back\\": "back\\\\",
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_name_that_tries_to_format_or_mention_is_printed_harmless(stage: Stage, name: str) -> None:
    """Whatever people call themselves, a board has its lines, and nobody is called."""
    rival = 999_999_999_999_999_999
    await stand(stage, Ladder.server(stage.guild.id), {rival: 1500, stage.members[0].id: 1400})
    await call(stage, rival, name, stage.guild.id)
    board = await ladder(stage)
    rows = rows_of(board)
    assert len(rows) == 2, "a name takes no line of its own"
    assert HOSTILE[name] in rows[0]
    assert rows[0].endswith("· **1500** Silver · 12 answers")
    assert not re.search("[\u202a-\u202e\u200e\u200f\u2066\u2067]", rows[0])
    assert "<@" not in rows[0]
    assert "@everyone" not in rows[0]
    assert "://" not in rows[0]
    stored = stage.env.backend.get_message(board.channel_id, board.id)
    assert not stored.mention_everyone
    assert not stored.mention_user_ids


async def test_the_name_seen_on_a_board_is_the_one_borne_in_the_server(stage: Stage) -> None:
    nick = stage.guild.add_member(stage.env.create_user("fay", global_name="Fay"), nick="Queen Fay")
    await stand(stage, Ladder.server(stage.guild.id), {nick.id: 1500})
    await stand(stage, Ladder.world(), {nick.id: 1500})
    board = await ladder(stage, nick)
    assert "**Queen Fay** (you)" in prose(board)
    assert "**Fay** (you)" in prose(await ladder(stage, nick, scope="world"))


@both
async def test_a_ladder_is_opened_looked_at_from_elsewhere_and_closed(stage: Stage) -> None:
    ben, moderator = stage.members[0], stage.moderator
    stranger = stage.env.create_user("sam", global_name="Sam")
    nick = stage.guild.add_member(stage.env.create_user("fay", global_name="Fay"), nick="Queen Fay")
    await stand(stage, Ladder.server(stage.guild.id), {nick.id: 1500, ben.id: 1400})
    await ladder(stage, nick)
    guild = str(stage.guild.id)
    refused = await stranger.slash("ladder", server=guild)
    assert "This server's ladder is for its members alone" in seen(refused)
    assert "no one server of this name" in seen(await stranger.slash("ladder", server="Academy"))
    assert await stranger.autocomplete("ladder", "server", "") == []

    panel = await settings(stage)
    assert "Members alone may look at this server's ladder, and here alone." in prose(panel)
    panel = await stage.press(moderator, panel, "Open to everybody")
    assert "✅ Everybody can look at this server's ladder now" in prose(panel)
    (choice,) = await stranger.autocomplete("ladder", "server", "aca")
    assert choice == {"name": "Academy", "value": guild}
    for named in (guild, "academy"):
        board = stage.looked_at(await stranger.slash("ladder", server=named))
        assert "# 🪜 Academy\n-# Another server's ladder, open to everybody" in prose(board)
        assert "**Fay** · **1500**" in rows_of(board)[0]
        assert "Queen" not in prose(board)
        assert "Share" not in buttons(board)
    refused = await stranger.slash("ladder", server=guild, scope="xp")
    assert "leave the other choices out" in seen(refused)
    world = await stage.press(stranger, board, "The world's ladder")
    assert "# 🌍 The world's ladder" in prose(world)
    lyceum = stage.env.create_guild("Lyceum")
    hall, pupil = lyceum.create_text_channel("hall"), lyceum.add_member(stage.env.create_user("pia"))
    board = stage.looked_at(await pupil.slash(hall, "ladder", server=guild))
    assert "# 🪜 Academy" in prose(board)
    assert "Nobody has climbed here yet" in prose(await stage.press(pupil, board, "This server's ladder"))
    at_home = await ladder(stage, ben, server=guild)
    assert "# 🪜 This server's ladder" in prose(at_home)
    assert "**Queen Fay**" in rows_of(at_home)[0]

    panel = await stage.press(moderator, panel, "Undo")
    assert "This server's ladder: for members only → for everybody" in prose(panel)
    assert "Members alone may look" in prose(panel)
    assert "for its members alone" in seen(await stranger.slash("ladder", server=guild))


async def test_the_pages_of_another_servers_ladder_close_with_it(stage: Stage) -> None:
    stranger = stage.env.create_user("sam", global_name="Sam")
    await stand(stage, Ladder.server(stage.guild.id), {1000 + number: 2000 - number for number in range(12)})
    servers = stage.bot.actions.servers
    await servers.open_ladder(stage.guild.id, "Academy", True, stage.moderator.id)
    board = stage.looked_at(await stranger.slash("ladder", server=str(stage.guild.id)))
    second = await stage.press(stranger, board, "Next")
    assert "12 on this ladder · page 2 of 2" in prose(second)
    await servers.open_ladder(stage.guild.id, "Academy", False, stage.moderator.id)
    refused = await stranger.click(second, custom_id=buttons(stage.now_shown(second))["Previous"])
    assert "for its members alone" in seen(refused)


async def test_help_tells_a_member_the_first_steps(stage: Stage) -> None:
    shown = stage.looked_at(await stage.members[0].slash(stage.quiz, "help"))
    assert shown.ephemeral
    for command in ("/lesson", "/quiz", "/ladder", "/rank"):
        assert f"**{command}**" in prose(shown)
    assert "/poll" not in prose(shown)
    assert "Polls in the channels count too" in prose(shown)
    assert "# 📚 Lessons" in prose(await stage.press(stage.members[0], shown, "Lessons"))


async def test_help_tells_a_moderator_how_to_post_and_who_may(stage: Stage) -> None:
    shown = stage.looked_at(await stage.moderator.slash(stage.quiz, "help"))
    assert "**For moderators**" in prose(shown)
    assert "**/poll**" in prose(shown)
    assert "Server Settings → Integrations" in prose(shown)
    assert "🪜 This server's ladder" in prose(await stage.press(stage.moderator, shown, "Ladder"))


async def test_help_in_a_direct_message_speaks_of_no_server(stage: Stage) -> None:
    user = stage.members[0].user
    shown = stage.looked_at(await user.slash("help"))
    assert "channels" not in prose(shown)
    assert "🌍 The world's ladder" in prose(await stage.press(user, shown, "Ladder"))
