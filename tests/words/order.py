"""The page about order on the walk: everything that it does, refuses and tells."""

from datetime import timedelta
from typing import Any

from bot.actions.exclusions import ExcludedList
from bot.actions.polls import OpenList, OpenPoll
from bot.actions.refusals import Refusal
from bot.actions.seasons import answered_for
from bot.chat import ladder_settings, order_questions, order_settings, report_settings
from bot.chat.audit_words import entry_words
from bot.chat.screens import Screen, note
from bot.storage.audit_log import LogEntry
from bot.words import _, speaking
from tests.chat_stage import custom_ids
from tests.words.pseudo import PERSON


async def walk_through(walk: Any) -> None:
    """Exclude, readmit, begin anew, void, and find open polls; then whatever can be refused."""
    ada, ben = walk.ada, walk.people[0]
    panel = await walk.slash(ada, "settings")
    await walk.choose(ada, panel, "settings1:", "order")
    await walk.choose(ada, walk.seen_again(panel), "exclude1", ben)
    await walk.choose(ada, walk.seen_again(panel), "readmit1", str(ben.id))
    for word in ("ні", None):
        form: Any = await ada.click(panel, custom_id="resetall1")
        walk.note()
        with speaking(PERSON):
            typed = word or _("RESET")
        await walk.fill(ada, form, typed)
    await ada.select(panel, [ben], custom_id="resetmember1")
    walk.note()
    await ada.select(
        panel, [walk.guild.add_member(walk.env.create_user("робот", bot=True))], custom_id="exclude1"
    )
    walk.note()
    await _voiding(walk, panel)
    await _polls(walk, panel)
    await _refusals(walk)


async def _voiding(walk: Any, panel: Any) -> None:
    ada = walk.ada
    for words in ("зебра", "small-1500"):
        form: Any = await ada.click(panel, custom_id="voidfind1")
        walk.note()
        await walk.fill(ada, form, words)
    found: tuple[Any, ...] = ()
    with speaking(PERSON):
        try:
            found = await walk.bot.actions.voiding.find(walk.guild.id, "small-1500")
            walk.tour.screen(order_questions.found_screen(found[:1]))
            for members in (0, 1, 2):
                walk.tour.screen(report_settings.void_screen(found[0], members))
        except Refusal as refusal:
            walk.tour.screen(note(str(refusal)))
    for identity in [*(one.question for one in found), "curated:gone"]:
        await walk.forge(ada, walk.seen_again(panel), "voidpick1", identity)
        await walk.forge(ada, walk.seen_again(panel), f"voidnow1:{identity}")


async def _polls(walk: Any, panel: Any) -> None:
    ada = walk.ada
    with speaking(PERSON):
        walk.tour.screen(order_questions.polls_screen(OpenList((), 0, 1)))
        walk.tour.screen(note(order_questions.voided_words(1), order_questions.voided_words(2)))
        for excluded in (0, 1, 2):
            walk.tour.screen(Screen(*ladder_settings.excluded_parts(excluded)))
        walk.tour.screen(Screen(*order_settings.exclusion_parts(ExcludedList((), 0, 1, 0))))
    post = await walk.poll(lesson="small-1500", duration="1h")
    await walk.choose(ada, panel, "settings1:", "order")
    await walk.press(ada, walk.seen_again(panel), "openpolls1")
    number = next(one.split(":")[1] for one in custom_ids(post) if one.startswith("poll"))
    shown = await walk.bot.actions.polls.view(int(number))
    assert isinstance(shown, OpenPoll)
    await walk.choose(ada, walk.seen_again(panel), "openpoll1", number)
    await walk.close(post)


async def _refusals(walk: Any) -> None:
    actions, guild, ada, ben = walk.bot.actions, walk.guild.id, walk.ada.id, walk.people[0].id
    async with walk.database.unit() as unit:
        at = walk.env.now() + walk.late
        old = await unit.audit_log.add(
            guild=guild, by=ada, at=at - timedelta(days=8), what="reset", subject="1"
        )
        again = await unit.audit_log.add(guild=guild, by=ada, at=at, what="reset", subject="999999")
        nobody = await unit.audit_log.add(guild=guild, by=ada, at=at, what="exclude", member=0)
        over = await unit.audit_log.add(
            guild=guild, by=ada, at=at, what="season_ends_at", subject="1", before=at.isoformat()
        )
        tells = await unit.audit_log.add(
            guild=guild, by=ada, at=at, what="report_tells", subject="curated:gone", before=True, after=False
        )
        since = await unit.audit_log.add(guild=guild, by=ada, at=at, what="exclude", member=ben)
    refused = [
        actions.exclusions.readmit(guild, ben, ada),
        actions.resets.reset(guild, ada, 4711),
        *(actions.audit_log.undo(guild, entry, ada) for entry in (old, again, nobody, since, over, tells)),
    ]
    await actions.exclusions.exclude(guild, 4711, ada)
    refused.append(actions.exclusions.exclude(guild, 4711, ada))
    with speaking(PERSON):
        walk.tour.screen(note(str(answered_for())))
        for one in refused:
            try:
                await one
            except Refusal as refusal:
                walk.tour.screen(note(str(refusal)))
        for what, member in (("exclude", 1), ("readmit", 0), ("reset", 1), ("reset", None), ("void", None)):
            entry = LogEntry(1, guild, ada, at, what, "1", member, None, None, None, None)
            walk.tour.screen(note(entry_words(entry)))
        day = at.isoformat()
        for what, before, after in (
            ("season_started", None, "Кубок"),
            ("season_start_undone", "Кубок", None),
            ("season_ended", "Кубок", None),
            ("season_name", "", "Кубок"),
            ("season_ends_at", day, day),
            ("season_monthly", False, True),
            ("season_monthly", True, False),
            ("poll_closed", None, None),
            ("poll_extended", day, day),
            ("poll_cancelled", None, None),
            ("board_posted", None, 1),
            ("series_stopped", None, 1),
            ("discussion_ended", None, None),
            ("board_stopped", None, 1),
            ("report_tells", False, True),
            ("report_tells", True, False),
            ("draft_kept", None, 3),
            ("draft_dropped", None, None),
        ):
            entry = LogEntry(1, guild, ada, at, what, "1", None, before, after, None, None)
            walk.tour.screen(note(entry_words(entry)))
