"""Reports and a server's ladder that is looked at from elsewhere on the walk: what is shown, decided, refused and told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.actions import reports as report_actions
from bot.actions.asking import asked
from bot.actions.boards import Board
from bot.actions.refusals import Refusal
from bot.actions.reports import Decided, Examined, Reported
from bot.chat import boards, replies, report_settings, reports
from bot.chat.audit_words import entry_words
from bot.chat.screens import Screen, card, note
from bot.storage.audit_log import LogEntry
from bot.storage.reports import Report
from bot.words import speaking
from ladder.standings import Ladder
from ladder.statistics import Draw, Finding, Flag, QuestionStatistics, share_of
from lessons.catalogue import Catalogue
from tests.words.pseudo import PERSON

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_FEW = QuestionStatistics(3, None, None, None, ())
_MANY = QuestionStatistics(
    90,
    share_of(60, 90),
    0.31,
    tuple(Draw(option, share_of(3, 90), 0.1) for option in range(1, 5)),
    tuple(Finding(flag, (1, 2)) for flag in Flag),
)


def complaints(catalogue: Catalogue) -> Iterator[Screen]:
    """Reports, from both sides."""
    lesson = catalogue.lessons[0]
    served = asked(lesson, lesson.questions[0])
    own = replace(served, question="1:own")
    report = Report(1, served.question, served.meaning, 1, "Хиба", _NOW, "open", None, None)
    for n in (1, 2, 5):
        listed = [Reported(replace(served, question=f"curated:q-{at}"), (report,)) for at in range(n)]
        yield Screen(card(*report_settings.waiting_parts(listed)))
        several = Reported(served, (report,) * n)
        yield report_settings.decision_screen(Examined(several, _FEW, _MANY, is_asked=True, by_viewer=False))
        told = Reported(own, (replace(report, tells=True),) * n)
        yield report_settings.decision_screen(Examined(told, _MANY, None, is_asked=False, by_viewer=True))
        done = Decided(n, 1, n)
        for words in (report_settings.dismissed, report_settings.mended, report_settings.voided):
            yield note(words(done))
    yield note(report_settings.decided_meanwhile())
    for in_server in (True, False):
        yield reports.thanks_screen(in_server=in_server)
    yield note(replies.press_again())
    for decision in ("open", "dismissed", "voided", "mended"):
        yield note(str(report_actions.known(decision)))
    for refusal in (report_actions.nothing(), report_actions.wordless(), report_actions.unmended()):
        yield note(str(refusal))
    for what in ("dismissed", "voided", "mended", "reopened"):
        entry = LogEntry(1, 1, 1, _NOW, f"report_{what}", "1:own", None, None, True, None, None)
        yield note(entry_words(entry))


async def walk_through(walk: Any) -> None:
    """A decision that nobody is left to hear of, and the ladder opened, looked at from elsewhere, and closed."""
    ada, loner, guild = walk.ada, walk.loner, walk.guild.id
    async with walk.database.unit() as unit:
        entry = await unit.audit_log.add(
            guild=guild, by=ada.id, at=walk.env.now(), what="report_dismissed", subject="curated:gone"
        )
    with speaking(PERSON):
        try:
            await walk.bot.actions.audit_log.undo(guild, entry, ada.id)
        except Refusal as refusal:
            walk.tour.screen(note(str(refusal)))
        for in_server in (True, False):
            empty = Board("server", Ladder.server(guild), server="Школа")
            walk.tour.screen(
                boards.foreign_screen(walk.bot.actions.library, empty, guild, in_server=in_server)
            )
            several = replace(empty, count=2)
            walk.tour.screen(
                boards.foreign_screen(walk.bot.actions.library, several, guild, in_server=in_server)
            )
    panel = await walk.slash(ada, "settings")
    await walk.choose(ada, panel, "settings1:", "ladder")
    await walk.press(ada, walk.seen_again(panel), "ladderopen1:on")
    await walk.type(loner, "ladder", "server", "")
    shown = await walk.slash(loner, "ladder", server=str(guild))
    await walk.slash(loner, "ladder", server="нема")
    await walk.slash(loner, "ladder", server=str(guild), scope="world")
    await walk.press(ada, walk.seen_again(panel), "ladderopen1:off")
    await walk.forge(loner, shown, f"boardof1:{guild}:0")
