"""Results of polls in all their kinds, and the news of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from bot.actions.asking import asked
from bot.actions.climbing import Climb
from bot.actions.news import Heard, News, SettledMatch
from bot.actions.poll_results import Climber, PollResult, nothing_rated
from bot.chat.announcing import announcement
from bot.chat.news import news_words
from bot.chat.poll_results import result_screen
from bot.chat.screens import Screen, note
from bot.storage.polls import Poll
from ladder.match import Outcome
from ladder.poll import tally
from ladder.tiers import Tier
from lessons.catalogue import Catalogue
from tests.words.pseudo import SERVER

_NOW = datetime(2026, 1, 1, tzinfo=UTC)


def posted(catalogue: Catalogue) -> Iterator[Screen]:
    """What channels are shown, in their server's language."""
    lesson = catalogue.lessons[0]
    served = asked(lesson, lesson.questions[0])
    poll = Poll(
        1, 1, 2, 3, 4, served.question, served.meaning, 1700, SERVER, "closed", _NOW, _NOW, _NOW, None
    )
    climbers = tuple(Climber(at, "Хтось", 14) for at in range(3))
    for spoiler in (False, True):
        for ballot in ("direct", "private"):
            kind = replace(poll, spoiler=spoiler, ballot=ballot)
            for choices in ([], [0, 1], [0, 1, 1]):
                result = PollResult(kind, served, tally(choices, len(served.options)), climbers)
                yield result_screen(result)
                if choices:
                    yield announcement(result, "https://discord.com/channels/1/2/3")


def news() -> Iterator[Screen]:
    """What a voter is told since."""
    matches = tuple(SettledMatch("Жаби", 1700, outcome) for outcome in Outcome)
    for count in (1, 2, 5):
        yield note(news_words(News(14 - 7 * count, count, matches)))
    yield note(news_words(News(14, 2, (), Climb(Tier.IRON, Tier.GOLD))))
    for decision in ("dismissed", "voided", "mended"):
        yield note(news_words(News(0, 0, (), heard=Heard("Хто там? " * 20, decision))))
    yield note(str(nothing_rated()))
