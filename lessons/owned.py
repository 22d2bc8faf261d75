"""A server's own lessons: their names beside those of the library and of other servers."""

from collections.abc import Collection
from dataclasses import replace

from lessons.model import CURATED, Lesson

LONGEST_NAME = 40
"""Of the name of an own lesson's file, in front of which its owner's id stands everywhere else."""


def slug_of_own(owner: str, name: str) -> str:
    """The slug under which the whole program knows an owner's lesson of that name."""
    return f"{owner}-{name}"


def name_of(lesson: Lesson) -> str:
    """The name of the lesson's file, without .yaml."""
    return lesson.slug if lesson.owner == CURATED else lesson.slug.removeprefix(f"{lesson.owner}-")


def owned(written: Lesson, curated: Collection[str]) -> Lesson:
    """The lesson that was written under its file's name, with the slugs of the whole program.

    What it requires is the owner's too, unless it is among the slugs of the curated lessons.
    """
    return replace(
        written,
        slug=slug_of_own(written.owner, written.slug),
        requires=tuple(
            slug if slug in curated else slug_of_own(written.owner, slug) for slug in written.requires
        ),
    )


def owner_of(identity: str) -> str:
    """Whose question has this identity: the library's, which is `CURATED`, or a server's, which is its id."""
    return identity.partition(":")[0]


def is_taught(identity: str, server: int | None) -> bool:
    """Whether the question is asked in the server, or (None) outside all servers: it is everybody's or its own."""
    return owner_of(identity) in {CURATED, str(server)}
