"""The template that translators begin with."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.pofile import read_po

import bot
from bot.words.extracting import TEMPLATE, template

ROOMS = [Path(bot.__file__).parent / room for room in ("actions", "chat")]
MARKS = {"_": 1, "N_": 1, "ngettext": 2, "locale_str": 1}


def marked() -> Iterator[tuple[Path, ast.Call, str]]:
    """Every call that asks for a translation."""
    for room in ROOMS:
        for file in sorted(room.rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
                    yield file, node, node.func.id


def test_the_template_is_up_to_date() -> None:
    advice = "run `python -m bot.words.extracting`"
    assert TEMPLATE.read_text(encoding="utf-8") == template(), advice


def test_the_template_says_neither_when_nor_by_what_it_was_made() -> None:
    text = template()
    assert text == template()
    assert "Date" not in text
    assert "Babel" not in text
    assert ".py:" not in text


def test_every_marked_message_is_in_the_template() -> None:
    known = {
        form
        for message in read_po(BytesIO(template().encode()))
        for form in ([message.id] if isinstance(message.id, str) else message.id)
    }
    for file, call, mark in marked():
        for argument in call.args[: MARKS[mark]]:
            if isinstance(argument, ast.Constant):
                assert argument.value in known, (file.name, call.lineno)


def test_only_what_a_word_stands_for_is_looked_up_without_being_written_there() -> None:
    """A message made up at run time is in no catalogue; these few are marked with N_ where they are written."""
    computed = [
        f"{file.parent.name}/{file.name}: {ast.unparse(call)}"
        for file, call, mark in marked()
        if not all(isinstance(argument, ast.Constant) for argument in call.args[: MARKS[mark]])
    ]
    assert computed == [
        "actions/privacy.py: _(ABOUT[name])",
        "actions/refusals.py: _(self.message, **self.values)",
        "chat/health_words.py: _(_FAULTS[fault])",
        "chat/health_words.py: _(words)",
        "chat/health_words.py: _(_PERMISSIONS[name])",
        "chat/panel.py: _(self.title)",
        "chat/schedule_edits.py: _(_PLACEHOLDERS[name])",
        "chat/schedule_words.py: _(KINDS[kind][1])",
        "chat/schedule_words.py: _(ORDERS[order])",
        "chat/schedule_words.py: _(WEEKDAYS[day])",
        "chat/schedule_words.py: _(_CHANGES[of])",
        "chat/scopes.py: _(named[1])",
        "chat/why.py: _(because)",
        "chat/wording.py: _(_TIERS[tier][1])",
        "chat/wording.py: _(_LEVELS[level])",
    ]


def test_no_message_ends_or_begins_with_a_space() -> None:
    """Such a message is half a sentence, and another language puts its halves in another order."""
    for _file, call, mark in marked():
        for argument in call.args[: MARKS[mark]]:
            if isinstance(argument, ast.Constant):
                assert argument.value == str(argument.value).strip(), ast.unparse(call)


def test_the_running_bot_does_not_load_what_makes_the_template() -> None:
    script = "import sys, bot.app; sys.exit('bot.words.extracting' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
