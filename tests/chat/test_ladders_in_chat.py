"""The boards and a person's standing, as people read them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from chat_stage import Stage, buttons, prose, seen, texts

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
                RatingRow(member, where.key, float(rating), evidence, rating, 12, 9, 12, stage.env.now())
                for member, rating in ratings.items()
            ],
            [],
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
    return [line for line in prose(board).split("\n") if re.match(r"`\s*\d+`", line)]


async def test_an_empty_ladder_says_how_to_climb_it(stage: Stage) -> None:
    board = await ladder(stage)
    assert board.ephemeral
    assert "# 🪜 This server's ladder" in prose(board)
    assert "Nobody has climbed here yet" in prose(board)
    assert "You have no place here yet" in prose(board)
    assert "/quiz" in prose(board)
    assert "Next" not in buttons(board)
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
        "` 2` 🥈 **dan** · **1450** Silver · 12 answers",
        "` 2` 🥈 **ben** (you) · **1450** Silver · 12 answers",
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


async def test_my_place_and_any_rank_are_one_press_away(stage: Stage) -> None:
    ben, cleo = stage.members[:2]
    crowd = {1000 + number: 2000 - 10 * number for number in range(34)}
    await stand(stage, Ladder.server(stage.guild.id), crowd | {ben.id: 1845})
    board = await ladder(stage)
    assert not any("(you)" in row for row in rows_of(board))
    board = await stage.press(ben, board, "My place")
    assert "page 2 of 4" in prose(board)
    assert "**ben** (you)" in rows_of(board)[6]
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


async def test_the_select_shows_every_ladder_and_changes_to_it(stage: Stage) -> None:
    ben = stage.members[0]
    await stand(stage, Ladder.world(), {ben.id: 1700})
    await stand(stage, Ladder.category("machine-learning"), {ben.id: 1900})
    board = await ladder(stage)
    assert {"This server's ladder", "The world's ladder", "Machine Learning"} <= set(texts(board))
    board = await stage.choose(ben, board, "boardscope1:", "world")
    assert "# 🪜 The world's ladder" in prose(board)
    assert "**1700** Gold" in prose(board)
    board = await stage.choose(ben, board, "boardscope1:", "category:machine-learning")
    assert "# 🪜 Machine Learning" in prose(board)
    assert "**1900** Gold" in prose(board), "the title is the same on every ladder"
    board = await stage.choose(ben, board, "boardscope1:", "server")
    assert "Nobody has climbed here yet" in prose(board)


async def test_the_scope_is_offered_by_name_while_typing(stage: Stage) -> None:
    offered = await stage.members[0].autocomplete(stage.quiz, "ladder", "scope", "mach")
    assert offered == [{"name": "Machine Learning", "value": "category:machine-learning"}]
    everything = await stage.members[0].autocomplete(stage.quiz, "ladder", "scope", "")
    assert [one["value"] for one in everything][:2] == ["server", "world"]
    in_private = await stage.members[0].user.autocomplete("ladder", "scope", "")
    assert in_private[0]["value"] == "world"


@pytest.mark.parametrize("typed", ["nonsense", "category:", "category:Machine Learning", "server:5"])
async def test_a_scope_that_is_none_is_refused_with_what_to_do(stage: Stage, typed: str) -> None:
    result = await stage.members[0].slash(stage.quiz, "ladder", scope=typed)
    assert result.ephemeral
    assert "There is no such ladder. Choose one from the list." in seen(result)


@pytest.mark.parametrize("typed", ["Machine Learning", "the world's ladder", "WORLD", "This server's ladder"])
async def test_a_scope_that_was_typed_by_its_name_is_understood(stage: Stage, typed: str) -> None:
    assert typed.casefold().split()[-1] in prose(await ladder(stage, scope=typed)).casefold()


async def test_in_a_direct_message_there_is_no_servers_ladder(stage: Stage) -> None:
    user = stage.members[0].user
    board = stage.looked_at(await user.slash("ladder"))
    assert "# 🪜 The world's ladder" in prose(board)
    assert "This server's ladder" not in texts(board)
    refused = await user.slash("ladder", scope="server")
    assert "There is no server here." in seen(refused)


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
    assert "🥈 Silver III" in told
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
    assert "🪜 The world's ladder" in prose(await stage.press(user, shown, "Ladder"))
