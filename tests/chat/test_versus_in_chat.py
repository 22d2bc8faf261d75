"""Quiz versus the machine, as people play it: the odds, both scores, the end, and leaving in the middle."""

import re
from collections import Counter
from typing import Any

import pytest
from chat_stage import Stage, asked_in, both, buttons, custom_ids, payload_of, prose, seen, small_lesson

from bot.storage.matches import Match, TitleRow
from bot.storage.ratings import Entry, RatingRow
from ladder.match import Outcome, machine_answers
from ladder.standings import Ladder
from ladder.tiers import Tier
from lessons.catalogue import Catalogue

SECRET = "17" * 32
LESSON = "hard-logic"


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue(
        (
            small_lesson(LESSON, "Hard Logic", rating=1880, questions=5),
            small_lesson("long-logic", "Long Logic", rating=1250, questions=6),
            small_lesson("short-logic", "Short Logic", rating=1250, questions=3),
        )
    )


def machine_total(catalogue: Catalogue, member: int, attempt: int = 1, lesson: str = LESSON) -> int:
    questions = catalogue.lesson(lesson).questions
    secret = bytes.fromhex(SECRET)
    return sum(machine_answers(secret, member, one.identity, attempt, len(one.options)) for one in questions)


async def known_machine(stage: Stage) -> None:
    """The machine's answers are drawn from a secret that the test knows."""
    async with stage.database.unit() as unit:
        await unit.facts.put("machine secret", SECRET)


def outplayed(stage: Stage) -> Any:
    """A new member against whom the machine misses something."""
    for number in range(99):
        user = stage.env.create_user(f"fay{number}")
        if machine_total(stage.catalogue, user.id) < 5:
            return stage.guild.add_member(user)
    raise AssertionError("the machine misses something sooner or later")


async def challenge(stage: Stage, who: Any, lesson: str = LESSON) -> Any:
    return stage.looked_at(await who.slash(stage.quiz, "quiz", lesson=lesson, versus="machine"))


async def answer(stage: Stage, who: Any, shown: Any, *, right: bool = True) -> Any:
    """Answer what is shown; the verdict."""
    _, options = asked_in(shown)
    place = next(at for at, one in enumerate(options) if (one == "the right one") is right)
    return await stage.press(who, shown, "ABCDE"[place])


async def go_on(stage: Stage, who: Any, verdict: Any) -> Any:
    label = "Next question" if "Next question" in buttons(verdict) else "See how it went"
    return await stage.press(who, verdict, label)


async def play(stage: Stage, who: Any, opening: Any, *, right: int) -> Any:
    """Play to the end with so many right answers; the summary."""
    shown = await stage.press(who, opening, "Start")
    number = 0
    while "the match is over" not in prose(shown):
        shown = await go_on(stage, who, await answer(stage, who, shown, right=number < right))
        number += 1
    return shown


@both
async def test_a_match_shows_its_odds_then_both_scores_and_ends_in_words(stage: Stage) -> None:
    await known_machine(stage)
    member = stage.members[0]
    opening = await challenge(stage, member)
    told = prose(opening)
    assert opening.ephemeral
    assert "# ⚔️ You versus 💠 Platinum 1880" in told
    odds = re.search(r"Your odds: \*\*win (\d+)\s%\*\* · draw (\d+)\s% · loss (\d+)\s%", told)
    assert odds is not None
    assert sum(map(int, odds.groups())) == 100
    assert "rough guess" in told
    assert "if you leave, so does the rest in the match" in told
    assert "A win can earn you the title." in told
    shown = await stage.press(member, opening, "Start")
    own = 0
    for number in range(1, 6):
        right = number != 2
        own += right
        verdict = await answer(stage, member, shown, right=right)
        stands = re.search(rf"⚔️ You \*\*{own}\*\*, the machine \*\*(\d)\*\* of {number}", prose(verdict))
        assert stands is not None, prose(verdict)
        if number == 3:
            await stage.restart()
        shown = await go_on(stage, member, verdict)
        if number < 5:
            assert f"the machine **{stands[1]}** of {number}" in prose(shown)
    machine = machine_total(stage.catalogue, member.id)
    assert f"⚔️ **You 4, the machine {machine}** of 5 questions (💠 Platinum 1880)." in prose(shown)
    expected = (
        "🏆 You beat Platinum" if machine < 4 else "A draw." if machine == 4 else "The machine was ahead"
    )
    assert expected in prose(shown)
    assert re.search(r"Rating 1100 → \*\*\d+\*\* \(\+\d+\) from 5 first answers · \+40 XP", prose(shown))


@both
async def test_the_win_that_was_missing_turns_gold_into_platinum(stage: Stage) -> None:
    await known_machine(stage)
    member = outplayed(stage)
    now = stage.env.now()
    async with stage.database.unit() as unit:
        world = Ladder.world().key
        row = RatingRow(member.id, world, 1805.0, 200.0, 1804, 1, 1, 1, now, True)
        entry = Entry(
            member.id, world, 1, "answer", None, None, 0, 1805.0, 200.0, 1805.0, 200.0, 1804, 1804,
            None, None, None, None, True, now, None, "quiz:999",
        )  # fmt: skip
        await unit.ratings.write([row], [entry], before=[])
        await unit.matches.hold_titles([TitleRow(member.id, Tier.GOLD, 1650, now)])
        await unit.matches.add([Match(member.id, "gold", 1, 1650, 5, 5, 0, Outcome.WIN, now, "quiz:999", 1)])
    summary = await play(stage, member, await challenge(stage, member), right=5)
    told = prose(summary)
    assert "🏆 You beat Platinum!" in told
    assert re.search(r"🎉 18\d\d points: 🟡 Gold I becomes \*\*💠 Platinum IV\*\*\.", told)
    assert re.search(r"Next: \d+ more points, then beat Diamond to climb\.", told)
    again = await challenge(stage, member)
    assert "this match is played" in prose(again)
    assert "beaten once and for all" in prose(again)


async def test_a_win_below_the_rating_says_what_is_missing(stage: Stage) -> None:
    await known_machine(stage)
    member = outplayed(stage)
    told = prose(await play(stage, member, await challenge(stage, member), right=5))
    assert re.search(r"🎉 1\d\d\d points: 🔩 Iron I becomes \*\*\S+ \w+ I+V?\*\*\.", told)
    assert re.search(r"Next: \d+ more points make you \w+\.", told)


async def test_a_lost_match_names_the_day_of_its_rematch_which_then_is_played(stage: Stage) -> None:
    await known_machine(stage)
    member = stage.members[0]
    summary = await play(stage, member, await challenge(stage, member), right=0)
    assert re.search(r"A rematch opens <t:\d+:R>\.", prose(summary))
    assert "Versus Platinum 1880" not in buttons(summary)
    again = await challenge(stage, member)
    assert "this match is played" in prose(again)
    assert "Until then its questions are here for practice." in prose(again)
    await stage.pass_time_switched_off(hours=7 * 24 + 1)
    rematch = await challenge(stage, member)
    assert "This is a rematch over all 5 questions" in prose(rematch)
    assert "your rating stays as it is" in prose(rematch)
    shown = await stage.press(member, rematch, "Start")
    assert "rematch" in prose(shown)
    for _ in range(5):
        shown = await go_on(stage, member, await answer(stage, member, shown))
    machine = machine_total(stage.catalogue, member.id, 2)
    assert f"**You 5, the machine {machine}** of 5 questions" in prose(shown)
    assert "All of it was practice" in prose(shown)


async def test_what_was_answered_before_stands_and_is_not_asked_again(stage: Stage) -> None:
    await known_machine(stage)
    member = stage.members[0]
    check = stage.looked_at(await member.slash(stage.quiz, "quiz", lesson=LESSON))
    shown = await stage.press(member, check, "Start")
    for _ in range(2):
        shown = await go_on(stage, member, await answer(stage, member, shown))
    busy = await challenge(stage, member)
    assert "To meet 💠 Platinum 1880 in **Hard Logic**" in prose(busy)
    opening = await stage.press(member, busy, "Give it up and start the new one")
    assert re.search(
        r"3 of 5 you have answered already: \*\*you 2, the machine \d\*\*\. Only the rest is asked\.",
        prose(opening),
    )
    assert "2 questions" in prose(opening)


async def test_the_opening_of_a_check_offers_the_match_where_there_is_one(stage: Stage) -> None:
    member = stage.members[0]
    check = stage.looked_at(await member.slash(stage.quiz, "quiz", lesson=LESSON))
    opening = await stage.press(member, check, "Versus Platinum 1880")
    assert "You versus 💠 Platinum 1880" in prose(opening)
    short = stage.looked_at(await member.slash(stage.quiz, "quiz", lesson="short-logic"))
    assert not [label for label in buttons(short) if label.startswith("Versus")]
    none = await challenge(stage, member, "short-logic")
    assert "A match takes 5 questions or more" in prose(none)
    back = await stage.press(member, none, "Check yourself")
    assert "# ✏️ Check yourself: Short Logic" in prose(back)


async def test_a_question_in_an_open_poll_here_puts_the_match_off_and_offers_a_check(stage: Stage) -> None:
    await stage.poll(lesson=LESSON, question=f"{LESSON}-1", duration="1h")
    none = await challenge(stage, stage.members[0])
    assert "wait in polls that are still open" in prose(none)
    check = await stage.press(stage.members[0], none, "Check yourself")
    assert "4 questions" in prose(check)


async def test_a_match_that_is_left_for_a_day_is_settled(stage: Stage) -> None:
    await known_machine(stage)
    member = stage.members[0]
    shown = await stage.press(member, await challenge(stage, member), "Start")
    verdict = await answer(stage, member, shown)
    await stage.press(member, verdict, "Next question")
    await stage.pass_time_switched_off(hours=25)
    again = await challenge(stage, member)
    assert "this match is played" in prose(again)
    assert f"**You 1, the machine {machine_total(stage.catalogue, member.id)}** of 5 questions" in prose(
        again
    )


@both
async def test_a_match_works_in_a_direct_message_and_goes_on_after_leaving_the_server(stage: Stage) -> None:
    await known_machine(stage)
    member = stage.members[0]
    opening = stage.looked_at(await member.user.slash("quiz", lesson=LESSON, versus="machine"))
    shown = await stage.press(member.user, opening, "Start")
    verdict = await answer(stage, member.user, shown)
    stage.env.backend.remove_member(stage.guild.id, member.id)
    shown = await go_on(stage, member.user, verdict)
    while "the match is over" not in prose(shown):
        shown = await go_on(stage, member.user, await answer(stage, member.user, shown))
    assert "**You 5, the machine" in prose(shown)


async def test_deleting_ones_data_in_the_middle_ends_the_match_in_words(stage: Stage) -> None:
    member = stage.members[0]
    shown = await stage.press(member, await challenge(stage, member), "Start")
    verdict = await answer(stage, member, shown)
    await stage.as_the_bot(lambda: stage.bot.actions.privacy.delete(member.id))
    result = await member.click(verdict, custom_id=buttons(verdict)["Next question"])
    assert "This quiz is no longer known here. Start a new one with /quiz." in seen(result)
    result = await member.click(verdict, custom_id=buttons(verdict)["Why?"])
    assert "no longer known" in seen(result)
    opening = await challenge(stage, member)
    assert "You versus" in prose(opening)


@both
async def test_the_same_option_on_two_devices_counts_once_in_both_scores(stage: Stage) -> None:
    await known_machine(stage)
    member = stage.members[0]
    opening = await challenge(stage, member)
    here = await stage.press(member, opening, "Start")
    there = await stage.press(member, await challenge(stage, member), "Go on")
    assert asked_in(here) == asked_in(there)
    _, options = asked_in(here)
    place = next(one for one in custom_ids(here) if one.endswith(f":{options.index('the right one')}"))
    await stage.at_once([member.click(here, custom_id=place), member.click(there, custom_id=place)])
    for shown in (here, there):
        assert re.search(r"⚔️ You \*\*1\*\*, the machine \*\*\d\*\* of 1", prose(stage.now_shown(shown)))


class TestOneOpenQuiz:
    async def start(self, stage: Stage, member: Any, lesson: str = "long-logic") -> Any:
        opening = stage.looked_at(await member.slash(stage.quiz, "quiz", lesson=lesson))
        return await stage.press(member, opening, "Start")

    @both
    async def test_another_lesson_asks_first_and_says_what_giving_up_costs(self, stage: Stage) -> None:
        member = stage.members[0]
        shown = await self.start(stage, member)
        await stage.press(member, await answer(stage, member, shown), "Next question")
        busy = stage.looked_at(await member.slash(stage.quiz, "quiz", lesson="short-logic"))
        told = prose(busy)
        assert "# ✏️ You have a quiz open\n**Long Logic** · 1 of 6 answered already" in told
        assert "1 question that was shown and not answered counts as wrong in your rating." in told
        assert "4 questions that were not shown stay open to you." in told
        kept = await stage.press(member, busy, "Cancel")
        assert "Nothing was changed, and your quiz stays open." in prose(kept)
        assert "Question 2 of 6" in prose(await stage.press(member, kept, "Go on with it"))
        busy = stage.looked_at(await member.slash(stage.quiz, "quiz", lesson="short-logic"))
        opening = await stage.press(member, busy, "Give it up and start the new one")
        assert "# ✏️ Check yourself: Short Logic" in prose(opening)
        assert "1 of 2 right" in prose(stage.looked_at(await member.slash(stage.quiz, "rank")))

    async def test_a_match_says_that_its_rest_is_lost(self, stage: Stage) -> None:
        member = stage.members[0]
        await stage.press(member, await challenge(stage, member), "Start")
        busy = stage.looked_at(await member.slash(stage.quiz, "quiz", lesson="short-logic"))
        assert "**Hard Logic versus 💠 Platinum 1880**" in prose(busy)
        assert "The match is over, and its 5 unanswered questions count as wrong in it." in prose(busy)

    async def test_without_a_lesson_the_open_one_is_offered_and_then_the_list(self, stage: Stage) -> None:
        member = stage.members[0]
        await self.start(stage, member)
        shown = stage.looked_at(await member.slash(stage.quiz, "quiz"))
        assert "You have a quiz open" in prose(shown)
        again = await stage.press(member, shown, "Go on with it")
        assert "Question 1 of 6" in prose(again)
        shown = stage.looked_at(await member.slash(stage.quiz, "quiz"))
        listed = await stage.press(member, shown, "Choose another lesson")
        assert "pick one to be asked about" in prose(listed)

    async def test_the_wish_for_a_match_outlives_the_way_through_the_list(self, stage: Stage) -> None:
        member = stage.members[0]
        await self.start(stage, member)
        shown = stage.looked_at(await member.slash(stage.quiz, "quiz", versus="machine"))
        assert "You have a quiz open" in prose(shown)
        listed = await stage.press(member, shown, "Choose another lesson")
        assert "# ⚔️ Versus the machine" in prose(listed)
        busy = stage.looked_at(await member.click(listed, custom_id=f"entry1:versus:{LESSON}"))
        assert "To meet 💠 Platinum 1880 in **Hard Logic**" in prose(busy)
        terms = await stage.press(member, busy, "Give it up and start the new one")
        assert "# ⚔️ You versus 💠 Platinum 1880" in prose(terms)

    async def test_two_devices_giving_up_at_once_are_shown_the_same_new_quiz(self, stage: Stage) -> None:
        member = stage.members[0]
        await self.start(stage, member)
        screens = [
            stage.looked_at(await member.slash(stage.quiz, "quiz", lesson="short-logic")) for _ in range(2)
        ]
        give_up = "Give it up and start the new one"
        await stage.at_once(member.click(one, custom_id=buttons(one)[give_up]) for one in screens)
        ids = {buttons(stage.now_shown(one))["Start"] for one in screens}
        assert len(ids) == 1
        assert "0 of 1 right" in prose(stage.looked_at(await member.slash(stage.quiz, "rank")))

    async def test_a_press_that_discord_no_longer_waits_for_is_done_all_the_same(self, stage: Stage) -> None:
        member = stage.members[0]
        await self.start(stage, member)
        busy = stage.looked_at(await member.slash(stage.quiz, "quiz", lesson="short-logic"))
        stage.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
        await member.click(busy, custom_id=buttons(busy)["Give it up and start the new one"])
        again = stage.looked_at(await member.slash(stage.quiz, "quiz", lesson="short-logic"))
        assert "# ✏️ Check yourself: Short Logic" in prose(again)


async def test_nothing_before_an_answer_tells_which_option_is_right(stage: Stage) -> None:
    """The key is always A as written; neither ids nor the order of buttons, nor any screen around, tell it."""
    places: Counter[int] = Counter()
    for number in range(12):
        member = stage.guild.add_member(stage.env.create_user(f"gil{number}"))
        check = stage.looked_at(await member.slash(stage.quiz, "quiz", lesson=LESSON))
        around = [str(payload_of(check))]
        opening = await stage.press(member, check, "Versus Platinum 1880")
        around.append(str(payload_of(opening)))
        shown = await stage.press(member, opening, "Start")
        for options in ({"lesson": "short-logic"}, {}):
            other = stage.looked_at(await member.slash(stage.quiz, "quiz", **options))
            around.append(str(payload_of(other)))
        assert not [one for one in around if "right one" in one or "because it is" in one]
        for _ in range(5):
            _, options = asked_in(shown)
            places[options.index("the right one")] += 1
            ids = custom_ids(shown)
            assert all(re.fullmatch(r"quiz1:\d+:\d+:\d", one) for one in ids)
            assert [int(one.rsplit(":", 1)[1]) for one in ids] == [0, 1, 2]
            assert "because it is" not in str(payload_of(shown))
            shown = await go_on(stage, member, await answer(stage, member, shown))
    # Each place is expected 20 times of 60, with a standard deviation under 4.
    assert all(3 < places[place] < 40 for place in range(3)), places
