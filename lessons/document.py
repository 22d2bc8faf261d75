"""A YAML text as plain values that remember where they stand, so that every refusal can point at its cause.

Events are read one by one and nothing recurses: PyYAML's own composer overflows the C stack on deep nesting,
which ends the process without an exception, so depth is refused before anything is built.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, cast

import yaml

from lessons.problems import Place, Problem, clipped, key_of

MOST_BYTES = 256 * 1024
DEEPEST = 8
MOST_VALUES = 10_000
"""Of lists, keys and texts in one file; the largest lesson has a third of that."""
MOST_PROBLEMS = 100
"""Per file: whoever has more is better served by mending these first."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]|\r(?!\n)"
)
_UNSEEN = re.compile(
    # White space, what Unicode calls Default_Ignorable_Code_Point, and the empty pattern of Braille.
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*"
)
_COMMENT = re.compile(r"\s*#")
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WHOLE_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,15})")
_OTHER_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+")
"""Numbers of YAML 1.2, which editors speak, beside those of YAML 1.1, which PyYAML speaks."""

_HINTS = {
    "mapping values are not allowed": "put quotes around a text that holds a colon",
    "could not find expected ':'": "a key needs a colon and a space after it; a text over several lines "
    "needs | and an indent",
    "tab character": "indent with spaces, not tabs",
    "cannot start any token": "indent with spaces, not tabs, and put quotes around a text that begins with "
    "a special sign",
    "did not find expected key": "check the indent of this line, and the quotes before it",
    "did not find expected '-' indicator": "check that the dashes of a list stand under each other",
    "unexpected end of stream": "a quote is opened and never closed",
    "unknown escape character": "write \\\\ for a backslash inside \"…\", or use '…' instead",
    "did not find expected ',' or": "a [ or { is opened and never closed; put quotes around a text that "
    "begins with one",
    "did not find expected node content": "put quotes around a text that holds brackets or braces",
    "alphabetic or numeric character": "put quotes around a text that begins with & or *",
}


class Mark(NamedTuple):
    """A position in a text, counted from 1."""

    line: int
    column: int


class Unfit(NamedTuple):
    """A plain value that YAML reads as something which no lesson holds."""

    what: str


ALIAS = Unfit("an alias")
"""Stands where an alias stood, whose problem is noted already."""


@dataclass(slots=True)
class Document:
    """The values of one file, the marks where they stand, and the problems met while reading it."""

    path: Path
    plain: object = None
    complete: bool = False
    """Whether the file was read to its end; otherwise its problems say why not."""
    marks: dict[Place, Mark] = field(default_factory=dict[Place, Mark])
    keys: dict[Place, Mark] = field(default_factory=dict[Place, Mark])
    spellings: dict[Place, str] = field(default_factory=dict[Place, str])
    """How values other than texts were spelled."""
    problems: list[Problem] = field(default_factory=list[Problem])

    def refuse(self, place: Place, message: str, mark: Mark | None = None) -> None:
        """Note a problem with the value at this place, or with the nearest value around it."""
        while mark is None:
            mark = self.marks.get(place)
            if mark is None:
                place = place[:-1]
        self.refuse_at(mark, key_of(place), message)

    @property
    def full(self) -> bool:
        """Whether a further problem would not be told any more."""
        return len(self.problems) > MOST_PROBLEMS

    def refuse_at(self, mark: Mark, key: str, message: str) -> None:
        """Note a problem at this position; beyond the first hundred they are only said to exist."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(self.path, mark.line, mark.column, key, message))
        elif len(self.problems) == MOST_PROBLEMS:
            sentence = "There are more problems than fit here; mend those above first."
            self.problems.append(Problem(self.path, mark.line, mark.column, "", sentence))

    def find(self, *pattern: str | int | None) -> Iterator[tuple[Place, object]]:
        """Every value whose place matches, where None stands for each item of a list."""
        found: list[tuple[Place, object]] = [((), self.plain)]
        for step in pattern:
            found = [
                ((*place, name), child) for place, value in found for name, child in _children(value, step)
            ]
        yield from found


def read_document(source: bytes, path: Path) -> Document:
    """Read the one YAML document in these bytes, whatever they are; the path only names them in problems."""
    document = Document(path)
    text = _decode(source, document)
    if text is None:
        return document
    for found in _CONTROL.finditer(text):
        sign = f"U+{ord(found[0]):04X}"
        document.refuse_at(
            _mark_of(text[: found.start()]), "", f"There is an invisible control character {sign}; remove it."
        )
        if len(document.problems) > MOST_PROBLEMS:
            break
    if not document.problems:
        _Builder(document, text).build()
    return document


def is_visible(text: str) -> bool:
    """Whether there is anything to see in a text; one of nothing but invisible signs is read as an empty one."""
    return _UNSEEN.fullmatch(text) is None


def _children(value: object, step: str | int | None) -> Iterator[tuple[str | int, object]]:
    """The child that the step leads to, or all items of a list; nothing where the value has no such child."""
    if isinstance(value, dict):
        entries = cast("dict[str, object]", value)
        if isinstance(step, str) and step in entries:
            yield step, entries[step]
    elif isinstance(value, list):
        items = cast("list[object]", value)
        if step is None:
            yield from enumerate(items)
        elif isinstance(step, int) and step < len(items):
            yield step, items[step]


def _decode(source: bytes, document: Document) -> str | None:
    start = Mark(1, 1)
    if len(source) > MOST_BYTES:
        kib = MOST_BYTES // 1024
        document.refuse_at(start, "", f"The file is larger than {kib} KiB; split it into several lessons.")
        return None
    try:
        return source.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        mark = _mark_of(source[: error.start].removeprefix(b"\xef\xbb\xbf").decode())
        document.refuse_at(
            mark, "", f"Byte {error.start + 1} of the file is not UTF-8; save the file in the encoding UTF-8."
        )
        return None


def _mark_of(before: str) -> Mark:
    return Mark(before.count("\n") + 1, len(before) - before.rfind("\n"))


class _Stop(Exception):
    """The rest of the document is not worth reading; the problem is noted."""


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been met."""

    place: Place
    items: list[object] | None = None
    entries: dict[str, object] | None = None
    awaited: str | None = None
    """The key whose value comes next."""
    attached: bool = True
    """Whether that value counts, which that of a repeated key does not."""


class _Builder:
    """Turns the events of a YAML parser into a document."""

    def __init__(self, document: Document, text: str) -> None:
        self._document = document
        self._text = text
        self._lines = text.split("\n")
        self._open: list[_Open] = []
        self._started = False

    def build(self) -> None:
        try:
            for event in _events(self._text):
                self._take(event)
        except _Stop:
            return
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            self._refuse_syntax(error)
            return
        if self._started:
            self._document.complete = True
        else:
            self._document.refuse_at(
                Mark(1, 1), "", "The file holds no lesson; write one or remove the file."
            )

    def _take(self, event: yaml.Event) -> None:
        if len(self._document.marks) > MOST_VALUES:
            self._document.refuse_at(
                _mark(event), "", "The file holds more than a lesson ever does from here on; split it."
            )
            raise _Stop
        if isinstance(event, yaml.ScalarEvent):
            self._take_scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            self._take_alias(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._take_start(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
        elif isinstance(event, yaml.DocumentStartEvent):
            if self._started:
                self._document.refuse_at(
                    _mark(event),
                    "",
                    "A second document starts here; keep one lesson in a file, and remove the line ---.",
                )
                raise _Stop
            self._started = True

    def _take_scalar(self, event: yaml.ScalarEvent) -> None:
        self._refuse_decoration(event)
        if self._awaits_key():
            self._take_key(event)
            return
        place = self._place()
        self._document.marks[place] = _mark(event)
        if event.style == '"' and (control := _CONTROL.search(event.value)):
            sign = f"U+{ord(control[0]):04X}"
            self._document.refuse(place, f"The text spells an invisible control character {sign}; remove it.")
        value: object = event.value.strip()
        if not event.style and event.tag is None:
            value = _plain(event.value)
            if not isinstance(value, str):
                self._document.spellings[place] = event.value
            elif value:
                self._refuse_comment(event, place)
        elif not is_visible(event.value):
            value = ""
        self._attach(value)

    def _take_key(self, event: yaml.ScalarEvent) -> None:
        frame = self._open[-1]
        place = (*frame.place, event.value)
        if _CONTROL.search(event.value):
            self._document.refuse(
                place, "This key spells an invisible control character; remove it.", _mark(event)
            )
            raise _Stop
        if event.value == "<<" and not event.style:
            self._document.refuse(
                place, "Merge keys are not used in lessons; write the keys out.", _mark(event)
            )
            frame.awaited, frame.attached = event.value, False
        elif frame.entries is not None and event.value in frame.entries:
            first = self._document.keys[place].line
            self._document.refuse(
                place, f"This key is already on line {first}; keep one of the two.", _mark(event)
            )
            frame.awaited, frame.attached = f"{event.value} (again)", False
        else:
            self._document.keys[place] = _mark(event)
            frame.awaited, frame.attached = event.value, True

    def _take_alias(self, event: yaml.AliasEvent) -> None:
        place = self._place()
        self._document.refuse(
            place,
            f"Aliases such as *{clipped(event.anchor)} are not used in lessons; repeat it.",
            _mark(event),
        )
        if self._awaits_key():
            raise _Stop
        self._document.marks[place] = _mark(event)
        self._attach(ALIAS)

    def _take_start(self, event: yaml.CollectionStartEvent) -> None:
        self._refuse_decoration(event)
        place = self._place()
        if self._awaits_key():
            self._document.refuse(
                place,
                "A key is a plain word; put quotes around a text that begins with a bracket.",
                _mark(event),
            )
            raise _Stop
        if len(self._open) == DEEPEST:
            self._document.refuse(
                place, "This is nested more deeply than a lesson ever is; check the indent.", _mark(event)
            )
            raise _Stop
        self._document.marks[place] = _mark(event)
        if isinstance(event, yaml.MappingStartEvent):
            opened = _Open(place, entries={})
            self._attach(opened.entries)
        else:
            opened = _Open(place, items=[])
            self._attach(opened.items)
        self._open.append(opened)

    def _refuse_decoration(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor is not None:
            self._document.refuse(
                self._place(),
                f"Anchors such as &{clipped(event.anchor)} are not used in lessons; remove it, or put quotes "
                "around the text.",
                _mark(event),
            )
        if event.tag is not None:
            self._document.refuse(
                self._place(),
                "Tags (words that begin with !) are not used in lessons; remove it, or put quotes around "
                "the text.",
                _mark(event),
            )

    def _refuse_comment(self, event: yaml.ScalarEvent, place: Place) -> None:
        """A comment behind an unquoted text is nearly always a part of the text that would go missing."""
        end: yaml.Mark = event.end_mark
        if _COMMENT.match(self._lines[end.line], end.column):
            self._document.refuse(
                place,
                "The sign # ends this text; put quotes around the text, or give the comment a line of its own.",
                Mark(end.line + 1, end.column + 1),
            )

    def _refuse_syntax(self, error: Exception) -> None:
        mark, said = Mark(1, 1), clipped(str(error), 120)
        if isinstance(error, yaml.MarkedYAMLError):
            found = error.problem_mark or error.context_mark
            if "scanning a quoted scalar" in (error.context or "") or "flow" in (error.context or ""):
                # What is never closed is noticed far below the line that has to be mended.
                found = error.context_mark or found
            mark = Mark(found.line + 1, found.column + 1) if found else mark
            said = ", ".join(part for part in (error.problem, error.context) if part)
        hint = next(
            (hint for sign, hint in _HINTS.items() if sign in said), "check the indent and the quotes"
        )
        key = key_of(self._place()) if self._open else ""
        self._document.refuse_at(mark, key, f"This is not YAML ({said}); {hint}.")

    def _awaits_key(self) -> bool:
        return bool(self._open) and self._open[-1].entries is not None and self._open[-1].awaited is None

    def _place(self) -> Place:
        if not self._open:
            return ()
        frame = self._open[-1]
        if frame.items is not None:
            return (*frame.place, len(frame.items))
        return frame.place if frame.awaited is None else (*frame.place, frame.awaited)

    def _attach(self, value: object) -> None:
        if not self._open:
            self._document.plain = value
            return
        frame = self._open[-1]
        if frame.items is not None:
            frame.items.append(value)
        elif frame.entries is not None and frame.awaited is not None:
            if frame.attached:
                frame.entries[frame.awaited] = value
            frame.awaited = None


def _events(text: str) -> Iterator[yaml.Event]:
    return yaml.parse(text, Loader=_LOADER)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def _mark(event: yaml.Event) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


def _plain(spelling: str) -> object:
    """What an unquoted value is: a text, unless YAML 1.1 or 1.2 would read it as something else."""
    if spelling in _TRUTH:
        return _TRUTH[spelling]
    if _WHOLE_NUMBER.fullmatch(spelling):
        return int(spelling)
    if _OTHER_NUMBER.fullmatch(spelling):
        return Unfit("a number")
    resolvers = yaml.SafeLoader.yaml_implicit_resolvers.get(spelling[:1], [])
    for tag, pattern in resolvers:
        if pattern.match(spelling):
            return Unfit(_KINDS.get(tag.rpartition(":")[2], "a special value"))
    return spelling if is_visible(spelling) else ""


_KINDS = {
    "bool": "true or false",
    "int": "a number",
    "float": "a number",
    "timestamp": "a date",
    "null": "nothing",
}
