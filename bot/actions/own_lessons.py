"""A server's own lessons: handed in, looked at, published, changed, taken back, and handed out again."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.actions.audit_log import Undo
from bot.actions.holdings import Holdings
from bot.actions.lesson_archives import Archive, archive_of, parts_of
from bot.actions.proposals import anything_proposed, proposed_changes
from bot.actions.refusals import Refusal
from bot.actions.statistics import QuestionFigures, question_statistics
from bot.storage import Database, Unit
from bot.storage.audit_log import LogEntry
from bot.storage.own_lessons import Edition, Taken
from bot.words import N_
from ladder.standings import Ladder
from lessons.catalogue import Catalogue
from lessons.document import MOST_BYTES
from lessons.faults import Warned
from lessons.handing_in import Around, HandedIn, Promise, examine_own
from lessons.model import Lesson
from lessons.problems import Problem
from lessons.proposing import Proposed

MOST_LESSONS = 200
"""Lessons of its own that a server can have at a time, without the retired ones."""

LISTED = 8
"""Lessons on one page of the list."""

OWN_LESSON = "own_lesson"
"""The deed in the audit log: from which version to which, None standing for none."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A file that cannot be a lesson as it is."""

    filename: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A version as it can be looked at, published or not."""

    edition: Edition
    lesson: Lesson
    digest: str
    """Of its file: what was looked at is what is published, whatever was handed in meanwhile."""
    warnings: tuple[Warned, ...] = ()
    """What could be better, told when it was handed in."""
    replaces: int | None = None
    """The version that is taught now."""


@dataclass(frozen=True, slots=True)
class OwnLesson:
    """One of the server's lessons with all its versions."""

    editions: tuple[Edition, ...]
    """The latest first."""
    answers: int
    """How many first answers its questions have had."""

    @property
    def name(self) -> str:
        """Of its file, without .yaml."""
        return self.editions[0].name

    @property
    def published(self) -> Edition | None:
        """The version that is taught now."""
        return next((one for one in self.editions if one.state == "published"), None)

    @property
    def shown(self) -> Edition:
        """The version that stands for it: what is taught, else the latest."""
        return self.published or self.editions[0]


@dataclass(frozen=True, slots=True)
class OwnList:
    """One page of a server's lessons."""

    lessons: tuple[OwnLesson, ...]
    number: int
    """From 0."""
    count: int
    held: int
    """How many count for the limit."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a change has made of a lesson."""

    edition: Edition
    entry: int
    """Its entry in the audit log."""


class OwnLessons:
    """What moderators can do with the lessons of their server."""

    def __init__(self, database: Database, library: Holdings, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._library = library
        self._clock = clock
        # A long file takes a second to read: one at a time leaves the machine to everybody else.
        self._examining = asyncio.Lock()

    async def hand_in(self, guild: int, by: int, filename: str, source: bytes) -> Draft | Rejected:
        """Keep the file as a draft that nobody else sees, or everything that stands against it."""
        if len(source) > MOST_BYTES:
            raise too_large()
        async with self._database.reading() as unit:
            around = await self._around(unit, guild)
        async with self._examining:
            found = await asyncio.to_thread(examine_own, filename, source, str(guild), around)
        if found.lesson is None:
            return Rejected(filename, found.problems)
        text = source.decode("utf-8-sig")
        async with self._database.unit() as unit:
            await unit.choices.hold(guild)
            editions = await unit.own_lessons.editions(guild)
            _require_room(editions, found.name)
            taught = _taught(editions, found.name)
            if taught is not None:
                same = (await unit.own_lessons.sources([taught]))[taught] == text
                if same:
                    raise Refusal(
                        N_("This file is what “{lesson}” teaches already, so nothing was changed."),
                        lesson=taught.title,
                    )
            await unit.own_lessons.drop_drafts(guild, found.name)
            version = await unit.own_lessons.add(
                guild=guild, name=found.name, title=found.lesson.title, source=text, by=by, at=self._clock()
            )
            await self._log_draft(unit, guild, by, found.name, what="draft_kept", version=version)
            return await self._draft(unit, guild, found.name, version, found)

    async def look(self, guild: int, name: str, version: int) -> Draft:
        """A version of a lesson, to be read before anything is done with it."""
        async with self._database.reading() as unit:
            return await self._draft(unit, guild, name, version)

    async def publish(
        self, guild: int, by: int, name: str, version: int, digest: str | None = None
    ) -> Published:
        """Teach this version from now on, in place of whichever was; the one with this digest, if it is given."""
        # What has to be read for it is read before anything is held.
        await self._library.of(guild)
        async with self._database.unit() as unit:
            await unit.choices.hold(guild)
            draft = await self._draft(unit, guild, name, version)
            if digest not in {None, draft.digest}:
                raise gone()
            if draft.edition.state == "published":
                raise Refusal(N_("This version is published already. Nothing more was done."))
            return await self._teach(unit, draft, by=by)

    async def retire(self, guild: int, by: int, name: str) -> Published:
        """Teach the lesson no longer; what is open of it ends by itself, and its questions' ids stay taken."""
        async with self._database.unit() as unit:
            await unit.choices.hold(guild)
            taught = _taught(await unit.own_lessons.editions(guild, name), name)
            if taught is None:
                raise Refusal(N_("This lesson is not taught now. Nothing more was done."))
            return await self._retire(unit, taught, by=by)

    async def discard(self, guild: int, name: str, by: int) -> bool:
        """Keep no draft of the lesson; whether there was one."""
        async with self._database.unit() as unit:
            dropped = bool(await unit.own_lessons.drop_drafts(guild, name))
            if dropped:
                await self._log_draft(unit, guild, by, name, what="draft_dropped")
            return dropped

    async def _log_draft(
        self, unit: Unit, guild: int, by: int, name: str, *, what: str, version: int | None = None
    ) -> None:
        await unit.audit_log.add(guild=guild, by=by, at=self._clock(), what=what, subject=name, after=version)

    async def list(self, guild: int, number: int) -> OwnList:
        """A page of the server's lessons; one past the end is the last."""
        async with self._database.reading() as unit:
            editions = await unit.own_lessons.editions(guild)
            answers = await self._answers(unit, guild)
        lessons = _grouped(editions, answers)
        count = max(1, -(-len(lessons) // LISTED))
        number = min(max(number, 0), count - 1)
        shown = lessons[number * LISTED : (number + 1) * LISTED]
        return OwnList(tuple(shown), number, count, _held(editions))

    async def one(self, guild: int, name: str) -> OwnLesson:
        """One of the server's lessons."""
        async with self._database.reading() as unit:
            found = _grouped(await unit.own_lessons.editions(guild, name), await self._answers(unit, guild))
        if not found:
            raise gone()
        return found[0]

    async def compare(self, guild: int, name: str, version: int) -> tuple[Edition | None, Edition, str, str]:
        """The version that is taught, this one, and their files; an empty file where none is taught."""
        async with self._database.reading() as unit:
            editions = await unit.own_lessons.editions(guild, name)
            new = next((one for one in editions if one.version == version), None)
            if new is None:
                raise gone()
            old = _taught(editions, name)
            sources = await unit.own_lessons.sources([new] if old is None else [old, new])
        return old, new, sources[old] if old is not None else "", sources[new]

    async def archive(self, guild: int, part: int) -> Archive:
        """Everything that the server has written as zip files of a size that can be sent; this one of them."""
        async with self._database.reading() as unit:
            editions = await unit.own_lessons.editions(guild)
            if not editions:
                raise Refusal(N_("There is nothing to download yet. Hand in a lesson first."))
            parts = parts_of(editions, await unit.own_lessons.sizes(guild))
            part = min(max(part, 0), len(parts) - 1)
            sources = await unit.own_lessons.sources(parts[part])
        return await asyncio.to_thread(archive_of, sources, part, len(parts))

    async def statistics(self, guild: int, name: str) -> Sequence[QuestionFigures]:
        """What first answers say about the questions of the version that is taught."""
        async with self._database.reading() as unit:
            shown = await self._counted(unit, guild, name)
        return await self._figures(shown)

    async def proposed(self, guild: int, name: str) -> Proposed:
        """What those figures propose to change in the file of that version."""
        async with self._database.reading() as unit:
            shown = await self._counted(unit, guild, name)
            source = (await unit.own_lessons.sources([shown]))[shown]
        figures = await self._figures(shown)
        if not anything_proposed(figures):
            raise Refusal(
                N_(
                    "No question of this version is flagged now, so there is nothing to propose. Look at its statistics again later."
                )
            )
        return await asyncio.to_thread(proposed_changes, figures, source, f"{name}.yaml")

    async def _counted(self, unit: Unit, guild: int, name: str) -> Edition:
        editions = await unit.own_lessons.editions(guild, name)
        shown = _taught(editions, name) or next(iter(editions), None)
        if shown is None:
            raise gone()
        return shown

    async def _figures(self, shown: Edition) -> Sequence[QuestionFigures]:
        async with self._database.reading() as unit:
            lessons = await self._library.read(unit, [shown])
        return await question_statistics(
            self._database,
            Catalogue(tuple(lessons.values())),
            owner=str(shown.guild),
            ladder=Ladder.server(shown.guild),
        )

    @property
    def undoing(self) -> dict[str, Undo]:
        """How its entries of the audit log are taken back."""
        return {OWN_LESSON: self._undo}

    async def _undo(self, unit: Unit, entry: LogEntry, by: int, at: datetime) -> None:
        name = entry.subject or ""
        editions = await unit.own_lessons.editions(entry.guild, name)
        taught = _taught(editions, name)
        if (taught.version if taught is not None else None) == entry.before:
            return
        if entry.before is not None:
            draft = await self._draft(unit, entry.guild, name, entry.before)
            await self._teach(unit, draft, by=by, undoes=entry.id)
        elif taught is not None:
            await self._retire(unit, taught, by=by, undoes=entry.id)

    async def _teach(self, unit: Unit, draft: Draft, *, by: int, undoes: int | None = None) -> Published:
        edition, now = draft.edition, self._clock()
        guild, name = edition.guild, edition.name
        published = await unit.own_lessons.published(guild)
        taught = _taught(published, name)
        if taught is None and edition.state != "draft":
            _require_room(await unit.own_lessons.editions(guild), name)
        new = _new_promises(draft.lesson, name, await unit.own_lessons.ledger(guild))
        others = await self._library.read(unit, [one for one in published if one.name != name])
        _require_fits(draft.lesson, self._library.curated, others.values())
        if taught is not None:
            await unit.own_lessons.move(taught, "replaced")
        await unit.own_lessons.move(edition, "published", now)
        await unit.own_lessons.take(guild, new)
        before = taught.version if taught is not None else None
        entry = await unit.audit_log.add(
            guild=guild,
            by=by,
            at=now,
            what=OWN_LESSON,
            subject=name,
            before=before,
            after=edition.version,
            undoes=undoes,
        )
        return Published(edition, entry)

    async def _retire(self, unit: Unit, taught: Edition, *, by: int, undoes: int | None = None) -> Published:
        await unit.own_lessons.move(taught, "retired")
        entry = await unit.audit_log.add(
            guild=taught.guild,
            by=by,
            at=self._clock(),
            what=OWN_LESSON,
            subject=taught.name,
            before=taught.version,
            after=None,
            undoes=undoes,
        )
        return Published(taught, entry)

    async def _draft(
        self, unit: Unit, guild: int, name: str, version: int, found: HandedIn | None = None
    ) -> Draft:
        editions = await unit.own_lessons.editions(guild, name)
        edition = next((one for one in editions if one.version == version), None)
        lesson = (await self._library.read(unit, [edition])).get(edition) if edition is not None else None
        if edition is None or lesson is None:
            raise gone()
        source = (await unit.own_lessons.sources([edition]))[edition]
        taught = _taught(editions, name)
        return Draft(
            edition,
            lesson,
            hashlib.sha256(source.encode()).hexdigest()[:12],
            found.warnings if found is not None else (),
            taught.version if taught is not None and taught != edition else None,
        )

    async def _around(self, unit: Unit, guild: int) -> Around:
        editions = await unit.own_lessons.editions(guild)
        titles: dict[str, str] = {}
        for lesson in _grouped(editions, {}):
            if lesson.published is not None or lesson.shown.state == "draft":
                titles[lesson.name] = lesson.shown.title
        ledger = await unit.own_lessons.ledger(guild)
        return Around(
            self._library.curated, titles, {id: Promise(one.meaning, one.name) for id, one in ledger.items()}
        )

    async def _answers(self, unit: Unit, guild: int) -> Mapping[str, int]:
        """First answers by the names of the lessons that their questions belong to."""
        ledger = await unit.own_lessons.ledger(guild)
        counted: Counter[str] = Counter()
        for id, count in (await unit.own_lessons.answers(guild)).items():
            counted[ledger[id].name] += count
        return counted


def _grouped(editions: Iterable[Edition], answers: Mapping[str, int]) -> list[OwnLesson]:
    """By name, the retired ones last."""
    by_name: dict[str, list[Edition]] = {}
    for one in editions:
        by_name.setdefault(one.name, []).append(one)
    lessons = [OwnLesson(tuple(own), answers.get(name, 0)) for name, own in by_name.items()]
    return sorted(lessons, key=lambda one: (one.shown.state == "retired", one.name))


def _taught(editions: Iterable[Edition], name: str) -> Edition | None:
    return next((one for one in editions if one.name == name and one.state == "published"), None)


def _held(editions: Iterable[Edition]) -> int:
    return len({one.name for one in editions if one.state in {"draft", "published"}})


def _require_room(editions: Sequence[Edition], name: str) -> None:
    others = [one for one in editions if one.name != name]
    if _held(others) >= MOST_LESSONS:
        raise Refusal(
            N_(
                "A server can have {n} lessons of its own, and this one has as many. Retire a lesson or discard a draft, then hand it in again."
            ),
            n=MOST_LESSONS,
        )


def _new_promises(lesson: Lesson, name: str, ledger: Mapping[str, Taken]) -> dict[str, Taken]:
    """The ids that are published for the first time; a refusal if another keeps what it meant not."""
    new: dict[str, Taken] = {}
    for question in lesson.questions:
        taken = ledger.get(question.id)
        if taken is None:
            new[question.id] = Taken(question.meaning, name)
        elif taken != (question.meaning, name):
            raise Refusal(
                N_(
                    "The question “{id}” was published meanwhile with another meaning. Give it a new id and hand the file in again."
                ),
                id=question.id,
            )
    return new


def _require_fits(lesson: Lesson, curated: Catalogue, others: Iterable[Lesson]) -> None:
    """Refuse a lesson whose title is another's by now, or that would build on itself by way of others."""
    beside = (*curated, *others)
    title = lesson.title.casefold()
    if any(one.title.casefold() == title for one in beside):
        raise Refusal(
            N_("Another lesson has the title “{title}” by now. Change one of the two and hand it in again."),
            title=lesson.title,
        )
    try:
        Catalogue((*beside, lesson))
    except ValueError:
        raise Refusal(
            N_(
                "“{title}” would build on a lesson that builds on it. Remove one of the requirements and hand it in again."
            ),
            title=lesson.title,
        ) from None


def too_large() -> Refusal:
    """The file is larger than any lesson."""
    return Refusal(
        N_("The file is larger than {kib} KiB, which is more than a lesson holds. Split it into several."),
        kib=MOST_BYTES // 1024,
    )


def gone() -> Refusal:
    """The version is not kept any more, or is another one by now."""
    return Refusal(N_("This version is not there any more. Look at the lesson again under /settings."))
