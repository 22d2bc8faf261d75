"""Peer rounds in chat: a question whose result waits, and both results beside each other in the end."""

from bot.actions import Actions
from bot.actions.peer_rounds import Withheld
from bot.actions.poll_results import PollResult
from bot.chat import lessons, poll_results
from bot.chat.screens import Screen, card, line, row, text
from bot.chat.wording import RIGHT, WRONG, answers_words, machine, relative, tier_colour
from bot.words import _, speaking


async def end_screen(actions: Actions, result: PollResult) -> Screen:
    """What the message of a closed poll shows: its result, or in a peer round what is to be seen of it by now."""
    poll = result.poll
    if poll.series is None:
        return poll_results.result_screen(result)
    if poll.earlier is not None:
        first = await actions.polls.view(poll.earlier)
        if isinstance(first, PollResult):
            return both_screen(first, result)
    withheld = await actions.series.withheld(poll.id)
    return withheld_screen(result, withheld) if withheld else poll_results.result_screen(result)


def withheld_screen(result: PollResult, withheld: Withheld) -> Screen:
    """The question without any answer, and when it is asked again."""
    poll, asked = result.poll, result.asked
    with speaking(poll.locale):
        options = "\n\n".join(
            f"{poll_results.sign_of(poll, at)}  {option}" for at, option in enumerate(asked.options)
        )
        return Screen(
            card(
                text("-# " + _("💬 Opinions are split · {lesson}", lesson=asked.lesson_title)),
                text(f"### {asked.stem}"),
                text(options),
                line(),
                text(
                    _(
                        "Talk it over: what did you choose, and why? The same question comes again {when}, and its results after that.",
                        when=relative(withheld.again_at),
                    ),
                    "-# "
                    + _(
                        "{answered} · ratings move when the results are shown, by the answer given first",
                        answered=answers_words(result.tally.total),
                    ),
                ),
                row(poll_results.OwnResultButton(poll.id)),
                colour=tier_colour(poll.difficulty),
            )
        )


def both_screen(first: PollResult, second: PollResult) -> Screen:
    """How the answers fell before and after a discussion, which was right and why."""
    poll, asked = second.poll, second.asked
    with speaking(poll.locale):
        answer = poll_results.answer_words(second)
        moved = (
            _(
                "💬 Right before the discussion: **{before}**; after it: **{after}**",
                before=poll_results.right_words(first),
                after=poll_results.right_words(second),
            )
            if second.tally.total
            else _(
                "💬 Right before the discussion: **{before}**; nobody answered after it.",
                before=poll_results.right_words(first),
            )
        )
        if poll.spoiler:
            answer, moved = poll_results.hidden(answer), poll_results.hidden(moved)
        closed = _("closed {when}", when=relative(poll.closed_at or poll.closes_at))
        told = answers_words(second.tally.total) if second.tally.total else _("Nobody answered this time.")
        return Screen(
            card(
                text("-# " + _("📊 Asked twice · {lesson}", lesson=asked.lesson_title)),
                text(f"### {asked.stem}"),
                text("\n\n".join(_bars(first, second, at) for at in range(len(asked.options)))),
                line(),
                text(answer),
                text(moved),
                text(f"-# {told} · {machine(poll.difficulty)} · {closed}"),
                row(poll_results.OwnResultButton(first.poll.id), lessons.StudyButton(asked.lesson)),
                colour=tier_colour(poll.difficulty),
            )
        )


def _bars(first: PollResult, second: PollResult, at: int) -> str:
    """One option, and how many chose it before and after."""
    right = at == second.asked.key
    option = f"{poll_results.sign_of(second.poll, at)}  {second.asked.options[at]}"
    if second.poll.spoiler:
        option = f"{poll_results.hidden(RIGHT if right else WRONG)} {poll_results.unbarred(option)}"
    elif right:
        option = f"{RIGHT} {option} · " + _("**right**")
    before, after = (
        {"bar": poll_results.bar(tally, at), "counted": poll_results.counted(tally, at)}
        for tally in (first.tally, second.tally)
    )
    return "\n".join([option, _("{bar} before: {counted}", **before), _("{bar} after: {counted}", **after)])
