"""The ledger of published questions: an id that members have answered never comes to mean something else.

It is a committed file beside the library's folder. Each id stands with the fingerprints of what it means: the
newest wording's first, then those that were declared to ask the same.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from lessons.model import Lesson, Question
from lessons.problems import MalformedLessons, Problem, clipped

_FINGERPRINT = re.compile("[0-9a-f]{64}")


class NotPublished(Exception):
    """The ledger would no longer be true; the message says what to do instead."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every question id that was ever published, and the fingerprints of its meaning, newest first."""

    published: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    retired: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Ids that are not asked any more, and never will be again."""


def ledger_of(folder: Path) -> Path:
    """Where the ledger of the library in this folder is, if it keeps one."""
    named = folder if folder.name not in {"", ".."} else folder.resolve()
    return named.parent / "ledger.json"


def read_ledger(path: Path) -> Ledger | None:
    """The ledger in this file, or None without one; raises `MalformedLessons` for what is no ledger."""
    try:
        written: object = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise MalformedLessons(
            [_of_ledger(path, f"The ledger cannot be read ({error}); restore it.")]
        ) from None
    if isinstance(written, dict):
        parts = cast("dict[str, object]", written)
        published, retired = (_fingerprints(parts.get(part)) for part in ("published", "retired"))
        if len(parts) == 2 and published is not None and retired is not None:
            return Ledger(published, retired)
    raise MalformedLessons([_of_ledger(path, "This is no ledger of questions; restore the committed one.")])


def write_ledger(path: Path, ledger: Ledger) -> None:
    """Write the ledger, a line an id, so that two branches that publish can be merged."""
    parts = [
        f"  {json.dumps(name)}: {{" + ",".join(_lines(entries)) + ("\n  }" if entries else "}")
        for name, entries in (("published", ledger.published), ("retired", ledger.retired))
    ]
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8", newline="\n")


def unpublished(ledger: Ledger, question: Question) -> bool:
    """Whether the question's id was never published."""
    return question.id not in ledger.published and question.id not in ledger.retired


def broken_promise(ledger: Ledger, question: Question) -> str | None:
    """A sentence if the question's id was published with another meaning, or is retired."""
    if question.id in ledger.retired:
        return "This id is retired, and was answered in another sense; give the question a new id."
    promised = ledger.published.get(question.id)
    if promised is None or question.meaning == promised[0]:
        return None
    return (
        "This question is published, and its stem, options or key have changed; give it a new id (retire the old "
        f"one by “rung lessons publish --retire {question.id}”), or declare that it asks the same by “rung lessons "
        f"publish --same-meaning {question.id}”."
    )


def disappeared(ledger: Ledger, path: Path, ids: Collection[str]) -> list[Problem]:
    """A problem for each published id that is not among these."""
    lines = {}
    if missing := [id for id in ledger.published if id not in ids]:
        text = path.read_text(encoding="utf-8").splitlines()
        lines = {found[1]: number for number, line in enumerate(text, 1) if (found := _ENTRY.match(line))}
    return [
        Problem(
            path,
            lines.get(id, 1),
            1,
            id,
            f"This question is published and no lesson has it; put it back, or say that it is gone by “rung "
            f"lessons publish --retire {id}”.",
        )
        for id in missing
    ]


def published(
    ledger: Ledger,
    lessons: Iterable[Lesson],
    *,
    same_meaning: Collection[str] = (),
    retire: Collection[str] = (),
) -> Ledger:
    """The ledger with every new id, with the new wording of those that mean the same, without those to retire.

    Raises `NotPublished` with everything that stands against it.
    """
    asked = {question.id: question for lesson in lessons for question in lesson.questions}
    entries, retired, refused = dict(ledger.published), dict(ledger.retired), list[str]()
    for id in retire:
        if id in asked:
            refused.append(f"{clipped(id)} is still asked; remove the question first.")
        elif id not in entries:
            refused.append(f"{clipped(id)} was never published, or is retired already.")
        else:
            retired[id] = entries.pop(id)
    for id in same_meaning:
        if id not in asked or id not in entries:
            refused.append(f"{clipped(id)} is not both published and asked; check the id.")
        elif asked[id].meaning != entries[id][0]:
            older = [one for one in entries[id] if one != asked[id].meaning]
            entries[id] = (asked[id].meaning, *older)
    for id, question in asked.items():
        if unpublished(ledger, question):
            entries[id] = (question.meaning,)
        elif told := broken_promise(Ledger(entries, retired), question):
            refused.append(f"{id}: {told}")
    gone = [id for id in entries if id not in asked]
    refused += [f"{id} is published and no lesson has it; put it back, or add --retire {id}." for id in gone]
    if refused:
        raise NotPublished("\n".join(refused))
    return Ledger(entries, retired)


def with_history(lessons: Sequence[Lesson], ledger: Ledger) -> tuple[Lesson, ...]:
    """The lessons, whose questions know the earlier wordings that asked the same."""
    reworded = {id for id, fingerprints in ledger.published.items() if len(fingerprints) > 1}
    return tuple(
        replace(
            lesson,
            questions=tuple(
                replace(one, formerly=ledger.published[one.id][1:]) if one.id in reworded else one
                for one in lesson.questions
            ),
        )
        if any(one.id in reworded for one in lesson.questions)
        else lesson
        for lesson in lessons
    )


_ENTRY = re.compile(r'\s*"([^"]+)": \[')


def _lines(entries: Mapping[str, Sequence[str]]) -> list[str]:
    return [f"\n    {json.dumps(id)}: {json.dumps(list(entries[id]))}" for id in sorted(entries)]


def _fingerprints(written: object) -> dict[str, tuple[str, ...]] | None:
    if not isinstance(written, dict):
        return None
    found: dict[str, tuple[str, ...]] = {}
    for id, listed in cast("dict[str, object]", written).items():
        if not isinstance(listed, list) or not listed:
            return None
        texts = [str(one) for one in cast("list[object]", listed)]
        if not all(_FINGERPRINT.fullmatch(text) for text in texts):
            return None
        found[id] = tuple(texts)
    return found


def _of_ledger(path: Path, message: str) -> Problem:
    return Problem(path, 1, 1, "", message)
