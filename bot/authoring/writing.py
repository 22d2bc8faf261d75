"""Lessons as YAML that reads as if a person had written it."""

import os
import re
from pathlib import Path
from typing import Any

import yaml

SCHEMA = Path(__file__).parents[2] / "lessons" / "schema.json"
WIDTH = 110

_FOLDED_FROM = 90
_PLAIN = re.compile(r"[^\W\d_](?:[\w .,'()/+?!;-]*[\w.)?!])?")
_TAKEN = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}


class _Writer(yaml.SafeDumper):
    """Sets lists in from their keys, as the lessons that ship do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Never without an indent."""
        super().increase_indent(flow, indentless=False)


def _write_text(writer: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style: str | None = '"'
    if "\n" in text:
        style = "|"
    elif len(text) > _FOLDED_FROM:
        style = ">"
    elif _PLAIN.fullmatch(text) and text.casefold() not in _TAKEN:
        style = None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)  # pyright: ignore[reportUnknownMemberType]


_Writer.add_representer(str, _write_text)


def written(value: dict[str, Any] | list[Any], indent: int = 0) -> str:
    """These values as YAML, each line set in by so many spaces; read again they are the same values."""
    text = yaml.dump(
        value,
        Dumper=_Writer,
        sort_keys=False,
        allow_unicode=True,
        width=WIDTH - indent,
        default_flow_style=False,
    )
    space = " " * indent
    return "".join(space + line if line.strip() else line for line in text.splitlines(keepends=True))


def schema_line(file: Path) -> str:
    """The first line of a lesson file there, by which editors find the schema."""
    try:
        way = Path(os.path.relpath(SCHEMA, file.resolve().parent)).as_posix()
    except ValueError:  # on another drive of Windows there is no way from here to there
        way = SCHEMA.as_uri()
    return f"# yaml-language-server: $schema={way}\n"
