"""Discord's messages in a terminal: the parts that a bot sends, drawn one below the other."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.markdown import Heading, Markdown
from rich.panel import Panel
from rich.rule import Rule
from rich.style import Style
from rich.text import Text

WIDEST = 78
"""Columns; Discord's own column of text is no wider."""

_ROW, _BUTTON, _SELECT, _SECTION, _TEXT, _LINE, _CONTAINER = 1, 2, 3, 9, 10, 14, 17
"""The parts' kinds, as Discord numbers them."""
_FENCE = re.compile(r"^\s*```")
_NO_BREAK_AFTER = re.compile(r"^\s*(#{1,3} |>|$)")
_UNDERLINED = re.compile(r"__(.+?)__")
_HIDDEN = re.compile(r"\|\|(.+?)\|\|", re.DOTALL)


def draw(console: Console, parts: Sequence[dict[str, Any]]) -> None:
    """Print these parts of a message, given as the objects of Discord's API."""
    console.print(Group(*_drawn(parts)), width=min(console.width, WIDEST))


class _LeftHeading(Heading):
    """Headings stand at the left, as they do on Discord."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """One line in bold; the larger ones are underlined."""
        self.text.justify = "left"
        self.text.stylize(Style(bold=True, underline=self.tag == "h1"))
        yield self.text


class _DiscordMarkdown(Markdown):
    elements = {**Markdown.elements, "heading_open": _LeftHeading}  # noqa: RUF012  (as the library has it)


def _drawn(parts: Iterable[dict[str, Any]]) -> Iterator[RenderableType]:
    for part in parts:
        kind = part.get("type")
        inner = cast("list[dict[str, Any]]", part.get("components", []))
        if kind == _CONTAINER:
            accent = part.get("accent_color")
            edge = Style(color=f"#{accent:06x}") if isinstance(accent, int) else Style()
            yield Panel(Group(*_drawn(inner)), box=box.ROUNDED, border_style=edge, padding=(0, 1))
        elif kind == _TEXT:
            yield from _text(str(part["content"]))
        elif kind == _LINE:
            yield Rule(style="dim")
        elif kind == _ROW:
            yield Text("   ").join(_control(one) for one in inner)
        elif kind == _SECTION:
            yield from _drawn(inner)
            yield _control(part.get("accessory", {}))


def _control(part: dict[str, Any]) -> Text:
    emoji = cast("dict[str, Any]", part.get("emoji") or {}).get("name")
    if part.get("type") == _SELECT:
        options = cast("list[dict[str, Any]]", part.get("options", []))
        current = next((one["label"] for one in options if one.get("default")), part.get("placeholder") or "")
        return Text(f"[ {current} ▾ ]", style="dim")
    words = " ".join(str(one) for one in (emoji, part.get("label")) if one)
    return Text(f"[ {words} ]", style="dim strike" if part.get("disabled") else "bold")


def _text(content: str) -> Iterator[RenderableType]:
    """Markdown as Discord means it: every line break counts, and lines after -# are small."""
    block: list[str] = []
    fenced = False
    for line in content.split("\n"):
        fenced ^= bool(_FENCE.match(line))
        if not fenced and line.startswith("-# "):
            if block:
                yield _markdown(block)
                block = []
            yield _DiscordMarkdown(_translated(line.removeprefix("-# ")), style="dim")
        else:
            block.append(line)
    if block:
        yield _markdown(block)


def _markdown(lines: list[str]) -> RenderableType:
    kept: list[str] = []
    fenced = False
    for line in lines:
        fence = bool(_FENCE.match(line))
        inside = fenced or fence
        fenced ^= fence
        if inside:
            kept.append(line)
        else:
            kept.append(_translated(line) + ("" if _NO_BREAK_AFTER.match(line) else "  "))
    return _DiscordMarkdown("\n".join(kept).strip("\n"), code_theme="ansi_dark", hyperlinks=False)


def _translated(line: str) -> str:
    """What Discord alone draws, in the signs of common Markdown."""
    return _HIDDEN.sub(r"▒\1▒", _UNDERLINED.sub(r"*\1*", line))
