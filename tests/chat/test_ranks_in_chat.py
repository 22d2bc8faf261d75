"""Cards, histories, comparisons and receipts, as people see and press them."""

import struct
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chat_stage import Stage, buttons, finish_quiz, payload_of, prose, seen, walk

from bot import pictures
from bot.chat import ranks
from bot.chat.calendar import day_words, tick_words
from bot.pictures import TickUnit
from bot.storage.experience import EVERYWHERE, ExperienceRow
from bot.storage.ratings import Entry, RatingRow
from bot.words import speaking
from ladder.experience import week_of
from ladder.standings import Ladder

WORLD = Ladder.world()
NONE = ("", "", (0, 0))
"""A message without a picture."""


async def rank(stage: Stage, who: Any, **options: Any) -> Any:
    return stage.looked_at(await who.slash(stage.quiz, "rank", **options))


async def press(stage: Stage, who: Any, message: Any, label: str) -> Any:
    return stage.now_shown(await stage.press(who, message, label))


async def against(stage: Stage, who: Any, message: Any, one: Any, other: Any) -> Any:
    """Choose with whom a person is compared."""
    result = await who.select(message, [other], custom_id=f"rankother1:{one.id}")
    return stage.now_shown(stage.looked_at(result))


async def climb(stage: Stage, member: int, *ratings: int) -> None:
    """Put somebody on the world's ladder by answers, an hour apart, after which the ratings were these."""
    begin = stage.env.now() - timedelta(hours=len(ratings))
    entries = [
        Entry(
            member,
            WORLD.key,
            number,
            "answer",
            f"curated:question-{number}",
            None,
            0,
            float(before),
            number - 1.0,
            float(after),
            float(number),
            before,
            after,
            0.5,
            60.0,
            1.0,
            1880,
            after > before,
            begin + timedelta(hours=number),
            None,
            f"quiz:{number}",
        )
        for number, (before, after) in enumerate(zip((1100, *ratings), ratings, strict=False), start=1)
    ]
    last = entries[-1]
    async with stage.database.unit() as unit:
        await unit.ratings.write(
            [
                RatingRow(
                    member,
                    WORLD.key,
                    last.estimate_after,
                    last.evidence_after,
                    ratings[-1],
                    len(entries),
                    sum(bool(one.correct) for one in entries),
                    len(entries),
                    last.at,
                    True,
                )
            ],
            entries,
            before=[],
        )
        earned = 10 * sum(bool(one.correct) for one in entries)
        week = week_of(last.at).date()
        await unit.experience.write([ExperienceRow(member, EVERYWHERE, week, earned, listed=True)], before=[])


def picture(stage: Stage, message: Any) -> tuple[str, str, tuple[int, int]]:
    """The picture that a message shows: its file, what it says to whoever does not see it, and its size."""
    stored = stage.env.backend.get_message(message.channel_id, message.id)
    galleries = [one for one in walk(payload_of(stage.now_shown(message))) if one["type"] == 12]
    assert len(galleries) == len(stored.attachments), "what is attached is shown, and nothing else is left"
    if not galleries:
        return NONE
    (item,), (file,) = galleries[0]["items"], stored.attachments
    assert item["media"]["url"] in {file["url"], f"attachment://{file['filename']}"}
    png = stage.env.backend.cdn.get(file["url"])
    assert png is not None
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return file["filename"], item["description"], (width, height)


async def test_a_card_is_a_picture_described_in_words_with_the_same_as_text(stage: Stage) -> None:
    ben = stage.members[0]
    await climb(stage, ben.id, 1190, 1150, 1260)
    shown = await rank(stage, ben)
    assert shown.ephemeral
    assert picture(stage, shown) == (
        "card.png",
        "Rank card of ben: Iron I, rating 1260?; World: place 1 of 1; Beat Bronze to climb; 20 XP.",
        (900, 300),
    )
    assert "World: **1260?** · place **1** of 1 · 2 of 3 right" in prose(shown)
    assert "Next: beat Bronze to climb." in prose(shown)
    assert "20 XP" in prose(shown)
    assert list(buttons(shown)) == ["History", "Compare", "Why?", "Ladder", "Check yourself", "Share"]


async def test_a_card_is_acknowledged_before_anything_is_looked_up(stage: Stage) -> None:
    await stage.members[0].slash(stage.quiz, "rank")
    first = next(one for one in stage.env.http_requests if one.path.endswith("/callback"))
    assert isinstance(first.json, dict)
    assert first.json["type"] == 5
    assert first.json["data"]["flags"] == 64


async def test_somebody_elses_card_explains_nothing_of_their_answers(stage: Stage) -> None:
    ben, cleo = stage.members[:2]
    await climb(stage, cleo.id, 1190)
    shown = await rank(stage, ben, member=cleo)
    assert "Rank card of cleo" in picture(stage, shown)[1]
    assert "Why?" not in buttons(shown)


async def test_receipts_are_refused_to_everybody_else(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is offered the button, so one of somebody else's is put in place of the own."""
    ben, cleo = stage.members[:2]
    await climb(stage, ben.id, 1190)
    await climb(stage, cleo.id, 1190)
    genuine = ranks.WhyButton
    with monkeypatch.context() as patch:
        patch.setattr(ranks, "WhyButton", lambda member, *rest: genuine(cleo.id, *rest))
        shown = await rank(stage, ben)
    refused = await ben.click(shown, custom_id=buttons(shown)["Why?"])
    assert "Receipts are only for the person whose answers they are. See yours: /rank" in seen(refused)
    assert "Rank card of ben" in picture(stage, shown)[1], "the card stays"


async def test_history_is_a_plot_and_leads_back_to_the_card(stage: Stage) -> None:
    ben = stage.members[0]
    await climb(stage, ben.id, 1190, 1150, 1260)
    shown = await press(stage, ben, await rank(stage, ben), "History")
    file, alt, size = picture(stage, shown)
    assert (file, size) == ("history.png", (900, 500))
    assert alt.startswith("ben: 3 changes since ")
    assert alt.endswith(": first 1100, now 1260, highest 1260, lowest 1100.")
    assert "# Rating of ben" in prose(shown)
    assert "first 1100, now 1260, highest 1260, lowest 1100." in prose(shown)
    back = await press(stage, ben, shown, "Back to the card")
    assert picture(stage, back)[0] == "card.png"
    assert "Why?" in buttons(back)


async def test_a_picture_does_not_stay_when_the_message_turns_to_something_else(stage: Stage) -> None:
    ben = stage.members[0]
    await climb(stage, ben.id, 1190)
    shown = await press(stage, ben, await rank(stage, ben), "Ladder")
    assert picture(stage, shown) == NONE


async def test_without_a_history_one_is_told_how_to_begin_it(stage: Stage) -> None:
    ben = stage.members[0]
    async with stage.database.unit() as unit:
        await unit.ratings.write(
            [RatingRow(ben.id, WORLD.key, 1450, 9, 1450, 9, 9, 0, stage.env.now(), True)], before=[]
        )
    card = await rank(stage, ben)
    empty = await press(stage, ben, card, "History")
    assert "One answer begins it: /quiz" in prose(empty)
    assert picture(stage, empty) == NONE
    await press(stage, ben, empty, "Back to the card")
    unexplained = await press(stage, ben, card, "Why?")
    assert "there is nothing to explain. Begin with one: /quiz" in prose(unexplained)
    assert "Check yourself" in buttons(unexplained)


async def test_why_shows_the_numbers_behind_each_answer_the_latest_first(stage: Stage) -> None:
    ben = stage.members[0]
    opening = stage.looked_at(await ben.slash(stage.quiz, "quiz", lesson="rlhf-basics"))
    asked: list[str] = []

    def first(stem: str, options: Any) -> int:
        asked.append(stem)
        return 0

    await finish_quiz(stage, ben, opening, first)
    shown = await press(stage, ben, await rank(stage, ben), "Why?")
    told = prose(shown)
    places = [told.index(stem[:40]) for stem in asked]
    assert places == sorted(places, reverse=True)
    assert told.count("Rating: ") == len(asked)
    assert told.count("· weight 1") == len(asked)
    assert "difficulty 💠 Platinum 1880" in told
    assert "because your rating is surer now" in told
    assert "Next" not in buttons(shown)
    assert "# 🪜" not in told


async def test_receipts_are_turned_ten_at_a_time(stage: Stage) -> None:
    ben = stage.members[0]
    await climb(stage, ben.id, *range(1110, 1231, 10))
    shown = await press(stage, ben, await rank(stage, ben), "Why?")
    assert prose(shown).count("Rating: ") == 10
    assert "1220 → **1230**" in prose(shown)
    assert "page 1 of 2" in prose(shown)
    shown = await press(stage, ben, shown, "Next")
    assert prose(shown).count("Rating: ") == 3
    assert "1100 → **1110**" in prose(shown)
    assert "Next" not in buttons(shown)
    assert "page 1 of 2" in prose(await press(stage, ben, shown, "Previous"))


async def test_another_is_compared_with_me_at_once_and_with_anybody_by_choice(stage: Stage) -> None:
    ben, cleo, dan = stage.members[:3]
    await climb(stage, ben.id, 1190, 1260)
    await climb(stage, cleo.id, 1150)
    shown = await press(stage, ben, await rank(stage, ben, member=cleo), "Compare")
    file, alt, size = picture(stage, shown)
    assert (file, size) == ("history.png", (900, 500))
    assert "cleo: 1 change since" in alt
    assert "ben: 2 changes since" in alt
    assert "## cleo\nWorld: **1150?** · place **2** of 2" in prose(shown)
    assert "## ben\nWorld: **1260?** · place **1** of 2" in prose(shown)
    shown = await against(stage, ben, shown, cleo, dan)
    assert "dan is not on a ladder yet." in prose(shown)
    assert "cleo: 1 change since" in picture(stage, shown)[1]
    assert "Rank card of cleo" in picture(stage, await press(stage, ben, shown, "Back to the card"))[1]


async def test_on_my_own_card_i_choose_whom_to_compare_with(stage: Stage) -> None:
    ben, cleo = stage.members[:2]
    await climb(stage, ben.id, 1190)
    shown = await press(stage, ben, await rank(stage, ben), "Compare")
    assert "With whom shall ben be compared?" in prose(shown)
    assert picture(stage, shown) == NONE
    same = await ben.select(shown, [ben], custom_id=f"rankother1:{ben.id}")
    assert "Choose somebody else." in seen(same)
    compared = await against(stage, ben, shown, ben, cleo)
    assert "cleo is not on a ladder yet." in prose(compared)


@pytest.mark.parametrize(
    "name", ["王小明", "شهد", "देवनागरी", "שלום", "🦜🦜", "**@everyone**", "\u202e\u200b"]
)
async def test_a_name_in_any_script_is_drawn_and_described_as_it_is_written(stage: Stage, name: str) -> None:
    ben = stage.members[0]
    other = stage.guild.add_member(stage.env.create_user("zoe", global_name=name))
    await climb(stage, other.id, 1190, 1230)
    shown = await rank(stage, ben, member=other)
    _, alt, size = picture(stage, shown)
    shown_as = name if name.strip("\u202e\u200b") else "somebody"
    assert f"Rank card of {shown_as}: Iron I" in alt
    assert size == (900, 300)
    assert picture(stage, await press(stage, ben, shown, "History"))[2] == (900, 500)
    assert picture(stage, await press(stage, ben, shown, "Back to the card"))[1] == alt


async def test_somebody_without_a_place_has_no_picture(stage: Stage) -> None:
    ben, cleo = stage.members[:2]
    shown = await rank(stage, ben, member=cleo)
    assert "cleo is not on a ladder yet." in prose(shown)
    assert picture(stage, shown) == NONE
    assert list(buttons(shown)) == ["Check yourself"]


async def test_the_avatar_is_drawn_and_without_it_the_initial(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    faces: list[bytes | None] = []
    genuine = pictures.card

    def drawn(facts: pictures.CardFacts, face: bytes | None) -> bytes:
        faces.append(face)
        return genuine(facts, face)

    monkeypatch.setattr(pictures, "card", drawn)
    fay = stage.guild.add_member(stage.env.create_user("fay", avatar="abc"))
    await climb(stage, fay.id, 1190)
    await rank(stage, fay)  # there is nothing at the address of the avatar
    asked: list[str] = []

    def cdn(url: str) -> bytes:
        asked.append(url)
        return b"face"

    monkeypatch.setattr(stage.env.backend.cdn, "get", cdn)
    shown = await rank(stage, stage.members[0], member=fay)
    await stage.press(stage.members[0], shown, "History")
    await stage.press(stage.members[0], shown, "Back to the card")
    ben = stage.members[0]
    await climb(stage, ben.id, 1190)
    await rank(stage, ben)  # has none
    assert faces == [None, b"face", b"face", None]
    assert all("size=128" in url and ".png" in url for url in asked)


async def test_where_nothing_can_be_drawn_the_text_stands_alone_and_the_log_says_why(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, failures_expected: pytest.LogCaptureFixture
) -> None:
    ben = stage.members[0]
    await climb(stage, ben.id, 1190)

    def torn(*_args: Any) -> bytes:
        raise RuntimeError("out of ink")

    monkeypatch.setattr(pictures, "card", torn)
    monkeypatch.setattr(pictures, "history", torn)
    shown = await rank(stage, ben)
    assert picture(stage, shown) == NONE
    assert "# ben" in prose(shown)
    assert "World: **1190?**" in prose(shown)
    shown = await press(stage, ben, shown, "History")
    assert picture(stage, shown) == NONE
    assert "first 1100, now 1190" in prose(shown)
    assert "card.png could not be drawn" in failures_expected.text
    assert "out of ink" in failures_expected.text


async def test_cards_and_their_buttons_work_in_a_direct_message(stage: Stage) -> None:
    user = stage.members[0].user
    await climb(stage, user.id, 1190)
    shown = stage.looked_at(await user.slash("rank"))
    assert "This server" not in prose(shown)
    assert picture(stage, shown) != NONE
    for label in ("History", "Back to the card", "Why?"):
        shown = await press(stage, user, shown, label)
    assert "Why your rating is what it is" in prose(shown)


async def test_buttons_of_a_card_survive_a_restart(stage: Stage) -> None:
    ben = stage.members[0]
    await climb(stage, ben.id, 1190)
    shown = await rank(stage, ben)
    await stage.restart()
    assert picture(stage, await press(stage, ben, shown, "History"))[0] == "history.png"


def test_days_and_hours_are_written_as_the_language_does() -> None:
    moment = datetime(2026, 3, 12, 15, 30, tzinfo=UTC)
    for locale, told in {
        "en-US": ("3/12/26", "Mar 12", "Mar", "2026"),
        "de": ("12.03.26", "12. März", "Mär", "2026"),
        "ja": ("2026/03/12", "3月12日", "3月", "2026年"),
        "no": ("12.03.2026", "12. mars", "mar", "2026"),
        "zh-TW": ("2026/3/12", "3月12日", "3月", "2026年"),
        "xx-nonsense": ("3/12/26", "Mar 12", "Mar", "2026"),
    }.items():
        with speaking(locale):
            units = (TickUnit.DAY, TickUnit.MONTH, TickUnit.YEAR)
            assert (day_words(moment), *(tick_words(moment, unit) for unit in units)) == told
    with speaking("de"):
        assert tick_words(moment, TickUnit.HOUR) == "15:30"
        assert tick_words(moment.replace(hour=0, minute=0), TickUnit.HOUR) == "12. März"
        assert tick_words(moment.replace(month=1), TickUnit.MONTH) == "Jan. 2026"
