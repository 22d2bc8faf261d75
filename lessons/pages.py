"""A lesson split into pages that read well on a phone and fit one Discord message each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lessons.model import Lesson, Section
from lessons.splitting import split, units

BUDGET = 1_600
"""Prose on a page, in UTF-16 code units, which is how Discord counts."""
STRETCHED = 1_900
"""Prose that a page may hold when this spares the reader a page of leftovers."""
MAXIMUM = 2_600
"""Prose, headings and sources on a page; the rest of a message's 4,000 is for the words of the chat."""
HEADING = 24
"""Set aside for each heading beside its title: the marks around it and a word such as "continued"."""
SOURCE = 8
"""Set aside for the marks around a source."""


@dataclass(frozen=True, slots=True)
class Part:
    """As much of a section as stands on one page."""

    section: Section
    text: str
    continued: bool
    """Whether the section began on an earlier page."""
    last: bool
    """Whether the section ends on this page."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a lesson, numbered from 1."""

    number: int
    parts: tuple[Part, ...]
    """None on a page that is there for the sources alone."""
    sources: tuple[str, ...] = ()


def paginate(lesson: Lesson) -> tuple[Page, ...]:
    """The pages of a lesson: short sections share one, long ones go on over several, and no text is lost.

    The sources stand on the last page, with nothing else where they do not fit below the prose.
    """
    pages: list[list[Part]] = []
    for section in lesson.sections:
        for part in _parts(section):
            if not pages or not _fits([*pages[-1], part]):
                pages.append([])
            pages[-1].append(part)
    sources: list[list[str]] = [[] for _ in pages]
    for together in _sources(lesson.sources):
        if not pages or size(pages[-1], [*sources[-1], *together]) > MAXIMUM:
            pages.append([])
            sources.append([])
        sources[-1].extend(together)
    numbered = enumerate(zip(pages, sources, strict=True), start=1)
    return tuple(Page(number, tuple(parts), tuple(lines)) for number, (parts, lines) in numbered)


def page_of(pages: Sequence[Page], section_id: str) -> Page | None:
    """The page on which this section begins, or None if the lesson has no such section."""
    for page in pages:
        if any(part.section.id == section_id and not part.continued for part in page.parts):
            return page
    return None


def size(parts: Iterable[Part], sources: Sequence[str] = ()) -> int:
    """What these parts, and sources, take up on a page with their headings, in UTF-16 code units."""
    prose = sum(units(part.text) + units(part.section.title) + HEADING for part in parts)
    return prose + sum(units(source) + SOURCE for source in sources) + (HEADING if sources else 0)


def _sources(sources: Iterable[str]) -> list[list[str]]:
    """The sources in as few groups as pages can hold: nearly always one."""
    groups: list[list[str]] = []
    for source in sources:
        if not groups or size((), [*groups[-1], source]) > MAXIMUM:
            groups.append([])
        groups[-1].append(source)
    return groups


def _parts(section: Section) -> list[Part]:
    texts = split(section.text, BUDGET, STRETCHED)
    return [
        Part(section, text, continued=number > 0, last=number == len(texts) - 1)
        for number, text in enumerate(texts)
    ]


def _fits(parts: list[Part]) -> bool:
    """Whether the last of these may join the others; a section that goes on never does."""
    prose = sum(units(part.text) for part in parts)
    return not parts[-1].continued and parts[-1].last and prose <= BUDGET and size(parts) <= MAXIMUM
