"""Texts of other programs as Discord's Markdown: plain ones escaped, HTML translated, what is lost told."""

import html
import re
from html.parser import HTMLParser

LONGEST = 20_000
"""Characters; what is longer fits no lesson anyway, and is not translated."""

_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
_SIGNS = re.compile(
    r"""[*`]                         # emphasis and code
    | \\(?=[!-/:-@\[-`{-~])          # a backslash that would be taken for an escape
    | (?<![^\W_])_ | _(?![^\W_])     # an underscore, except inside a word
    | ~(?=~) | (?<=~)~               # what is struck through
    | \|(?=\|) | (?<=\|)\|           # what is hidden
    """,
    re.VERBOSE,
)
_LINE_STARTS = re.compile(r"^([ ]*)(\#{1,3}[ ]|>|-\#[ ])", re.MULTILINE)
_MARKS = {
    "b": "**",
    "strong": "**",
    "i": "*",
    "em": "*",
    "cite": "*",
    "u": "__",
    "s": "~~",
    "del": "~~",
    "strike": "~~",
    "code": "`",
    "tt": "`",
    "kbd": "`",
}
_BREAKS = frozenset(
    ("br", "hr", "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "dd", "dt", "tr", "table")
)
_PLAIN = frozenset(("span", "font", "small", "big", "abbr", "a", "li", "td", "th", "tbody", "thead", "pre"))
_SILENT = frozenset(("script", "style"))
_LOST = {
    "img": "an image was dropped, which a lesson cannot hold; say in words what it shows",
    "audio": "a sound was dropped, which a lesson cannot hold",
    "video": "a film was dropped, which a lesson cannot hold",
    "iframe": "embedded content was dropped",
    "object": "embedded content was dropped",
    "table": "a table lost its shape; draw it in a code block",
    "sub": "subscripts became plain text",
    "sup": "superscripts became plain text",
}
_KNOWN = frozenset({*_MARKS, *_BREAKS, *_PLAIN, *_SILENT, *_LOST})
_TAG = re.compile(rf"</?(?:{'|'.join(sorted(_KNOWN, key=len, reverse=True))})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_FORMULA = re.compile(r"\$\$.{1,300}?\$\$|\\\(.{1,300}?\\\)|\\\[.{1,300}?\\\]", re.DOTALL)


def cleaned(text: str) -> str:
    """The text without control characters, tabs and spaces at the ends of its lines."""
    lines = _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def from_plain(text: str) -> str:
    """A plain text, so escaped that Discord draws every sign of it as it is."""
    escaped = _SIGNS.sub(lambda sign: "\\" + sign[0], cleaned(text))
    return _LINE_STARTS.sub(r"\1\\\2", escaped)


def holds_html(text: str) -> bool:
    """Whether there is a tag or an entity in it that HTML knows."""
    return bool(_TAG.search(text) or _ENTITY.search(text))


def from_html(text: str) -> tuple[str, tuple[str, ...]]:
    """HTML as Markdown, and a clause about each kind of thing that was lost."""
    if len(text) > LONGEST:
        return text, ()
    translator = _Translator()
    # What looks like a tag and is none, as in `List<int>`, is text.
    start, pieces = 0, list[str]()
    for tag in _TAG.finditer(text):
        pieces += [text[start : tag.start()].replace("<", "&lt;"), tag[0]]
        start = tag.end()
    translator.feed("".join([*pieces, text[start:].replace("<", "&lt;")]))
    translator.close()
    return cleaned(translator.markdown()), tuple(translator.lost)


def from_entities(text: str) -> str:
    """A plain text in which HTML entities stand for signs."""
    return from_plain(html.unescape(text))


def formula_in(text: str) -> bool:
    """Whether there is a formula in TeX, which Discord does not draw."""
    return bool(_FORMULA.search(text))


class _Translator(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lost: dict[str, None] = {}
        self._open: list[tuple[str, list[str]]] = [("", [])]
        self._silent = 0
        self._links: list[str] = []

    def markdown(self) -> str:
        while len(self._open) > 1:
            self._close_top(self._open[-1][0], whole=False)
        return "".join(self._open[0][1])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LOST:
            self.lost[_LOST[tag]] = None
        if tag in _SILENT:
            self._silent += 1
        elif tag in _MARKS or tag == "pre":
            self._open.append((tag, []))
        elif tag == "li":
            self._say("\n- ")
        elif tag in _BREAKS:
            self._say("\n\n" if tag == "p" else "\n")
        elif tag in ("td", "th"):
            self._say("  ")
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BREAKS and tag != "br":
            self._say("\n")
        elif tag == "a" and self._links:
            address = self._links.pop()
            if address.startswith(("http://", "https://")):
                self._say(f" (<{address.split()[0]}>)")
        elif any(tag == opened for opened, _ in self._open):
            while self._open[-1][0] != tag:
                self._close_top(self._open[-1][0], whole=False)
            self._close_top(tag)

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        opened = {tag for tag, _ in self._open}
        if "pre" in opened:
            self._say(data)
        elif any(_MARKS.get(tag) == "`" for tag in opened):
            self._say(re.sub(r"\s+", " ", data))
        else:
            self._say(_SIGNS.sub(lambda sign: "\\" + sign[0], re.sub(r"\s+", " ", data)))

    def _say(self, words: str) -> None:
        self._open[-1][1].append(words)

    def _close_top(self, tag: str, *, whole: bool = True) -> None:
        words = "".join(self._open.pop()[1])
        inner = words.strip()
        if not whole or not inner or any(opened == "pre" for opened, _ in self._open):
            self._say(words)
        elif tag == "pre":
            self._say(f"\n```\n{words.strip(chr(10)).replace('```', '')}\n```\n")
        else:
            mark = _MARKS[tag]
            if mark == "`":
                inner = inner.replace("`", "'")
            before, after = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
            self._say(f"{before}{mark}{inner}{mark}{after}")
