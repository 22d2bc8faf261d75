"""What is said when a language is there, when it is not, and when its file is broken."""

import asyncio
import logging
from collections.abc import Generator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import bot.words
from bot.words import N_, _, catalogue, language, ngettext, speak, speaking
from bot.words.checking import faults, is_translated, placeholders
from tests.words.pseudo import kept_in

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
COUNT = 'msgid "{n} day"\nmsgid_plural "{n} days"\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Generator[Path]:
    """An empty folder of languages."""
    with kept_in(tmp_path):
        yield tmp_path


def teach(folder: Path, name: str, *messages: str, header: str = HEADER) -> Path:
    file = folder / name / "rung.po"
    file.parent.mkdir()
    file.write_text("\n".join([header, *messages]), encoding="utf-8")
    return file


def message(source: str, translated: str) -> str:
    return f'msgid "{source}"\nmsgstr "{translated}"\n'


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def test_english_is_spoken_where_there_is_no_catalogue(caplog: pytest.LogCaptureFixture) -> None:
    for locale in ("en-US", "en-GB", "de", "zh-TW", "", "nonsense"):
        with speaking(locale):
            assert _("Read {title}", title="{it}") == "Read {it}"
            assert ngettext("{n} day", "{n} days", 1) == "1 day"
            assert ngettext("{n} day", "{n} days", 2) == "2 days"
    assert not warnings(caplog)


def test_the_exact_locale_is_spoken_else_its_language_else_english(folder: Path) -> None:
    teach(folder, "pt", message("Next", "Seguinte"), message("Start", "Começar"))
    teach(folder, "pt_BR", message("Next", "Próxima"))
    expected = {"pt-BR": ("Próxima", "Começar", "Read"), "pt-PT": ("Seguinte", "Começar", "Read")}
    for locale, words in (expected | {"pt": expected["pt-PT"], "en-GB": ("Next", "Start", "Read")}).items():
        with speaking(locale):
            assert (_("Next"), _("Start"), _("Read")) == words, locale


def test_british_english_may_have_a_catalogue_of_its_own(folder: Path) -> None:
    teach(folder, "en_GB", message("Color", "Colour"))
    with speaking("en-GB"):
        assert _("Color") == "Colour"
    with speaking("en-US"):
        assert _("Color") == "Color"


@pytest.mark.parametrize(
    ("source", "translated"),
    [
        ("Closes {when}", "Zárul"),
        ("Closes {when}", "Zárul {mikor}"),
        ("Closes {when}", "Zárul {when} {who}"),
        ("Closes {when}", "Zárul {when"),
        ("Closes {when}", "Zárul when}"),
        ("Closes {when}", "Zárul {}"),
        ("Closes {when}", "Zárul {0}"),
        ("Closes {when}", "Zárul {when:d}"),
        ("Closes {when}", "Zárul {when.__class__}"),
        ("Closes {when}", "Zárul {when!r}"),
    ],
)
def test_a_translation_with_other_placeholders_is_warned_of_and_said_in_english(
    folder: Path, caplog: pytest.LogCaptureFixture, source: str, translated: str
) -> None:
    file = teach(folder, "hu", message(source, translated), message("Next", "Tovább"))
    with speaking("hu"):
        assert _(source, when="soon") == "Closes soon"
        assert _(source, when="late") == "Closes late"
        assert _("Next") == "Tovább"
    (told,) = warnings(caplog)
    assert str(file) in told
    assert source in told


def test_a_wrong_translation_falls_back_to_the_language_before_english(folder: Path) -> None:
    teach(folder, "pt", message("Closes {when}", "Fecha {when}"))
    teach(folder, "pt_BR", message("Closes {when}", "Fecha {quando}"))
    with speaking("pt-BR"):
        assert _("Closes {when}", when="já") == "Fecha já"


def test_placeholders_may_stand_in_another_order_and_more_than_once(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    teach(folder, "hu", message("{a} of {b:g}", "{b:g}: {a}, {a}"))
    with speaking("hu"):
        assert _("{a} of {b:g}", a=1, b=2.50) == "2.5: 1, 1"
    assert not warnings(caplog)


def test_each_plural_form_of_a_language_is_used(folder: Path) -> None:
    teach(folder, "pl", COUNT + 'msgstr[0] "{n} dzień"\nmsgstr[1] "{n} dni"\nmsgstr[2] "{n} dnia"\n')
    teach(folder, "ja", COUNT + 'msgstr[0] "{n}日"\n')
    with speaking("pl"):
        assert [ngettext("{n} day", "{n} days", n) for n in (1, 2, 5, 22)] == [
            "1 dzień",
            "2 dni",
            "5 dnia",
            "22 dni",
        ]
    with speaking("ja"):
        assert [ngettext("{n} day", "{n} days", n) for n in (1, 2)] == ["1日", "2日"]


def test_a_plural_rule_in_the_file_counts_if_it_names_its_language(folder: Path) -> None:
    header = HEADER + '"Language: pl\\n"\n"Plural-Forms: nplurals=2; plural=(n > 10);\\n"\n'
    teach(folder, "pl", COUNT + 'msgstr[0] "{n} mało"\nmsgstr[1] "{n} dużo"\n', header=header)
    with speaking("pl"):
        assert [ngettext("{n} day", "{n} days", n) for n in (9, 11)] == ["9 mało", "11 dużo"]


@pytest.mark.parametrize("second", ["", "{m} dni", "dni"])
def test_a_plural_with_a_form_missing_or_wrong_is_said_in_english(folder: Path, second: str) -> None:
    teach(folder, "pl", COUNT + f'msgstr[0] "{{n}} dzień"\nmsgstr[1] "{second}"\nmsgstr[2] "{{n}} dni"\n')
    with speaking("pl"):
        assert [ngettext("{n} day", "{n} days", n) for n in (1, 2, 5)] == ["1 day", "2 days", "5 days"]


def test_what_is_not_translated_or_not_sure_is_said_in_english(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    teach(
        folder, "ja", message("Next", ""), "#, fuzzy\n" + message("Start", "?{x}"), COUNT + 'msgstr[0] ""\n'
    )
    with speaking("ja"):
        assert (_("Next"), _("Start"), ngettext("{n} day", "{n} days", 3)) == ("Next", "Start", "3 days")
    assert not warnings(caplog)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"this is no catalogue",
        b'msgid "Next"\nmsgstr "T\xff"\n',
        HEADER.replace("utf-8", "no-such-code").encode() + b'\nmsgid "Next"\nmsgstr "Tov\xc3\xa1bb"\n',
        HEADER.encode() + b'"Language: pl\\n"\n"Plural-Forms: nplurals=x; plural=n;\\n"\n',
        HEADER.encode() + b'"Language: pl\\n"\n"Plural-Forms: nplurals=2; plural=__import__;\\n"\n',
        b'msgid "Next\nmsgstr "Tov\xc3\xa1bb"\n',
        b'msgid_plural "{n} days"\nmsgstr[0] "x"\n',
        b"\x00\x01\x02",
    ],
)
def test_a_broken_file_costs_its_language_and_no_reply(folder: Path, content: bytes) -> None:
    file = folder / "pl" / "rung.po"
    file.parent.mkdir()
    file.write_bytes(content)
    with speaking("pl"):
        assert _("Start {n}", n=1) == "Start 1"
        assert ngettext("{n} day", "{n} days", 2) == "2 days"


def test_a_message_that_is_none_of_ours_costs_nothing_else(folder: Path) -> None:
    teach(folder, "hu", message("What {", "Mi {"), message("Next", "Tovább"))
    with speaking("hu"):
        assert _("Next") == "Tovább"


def test_a_broken_file_is_logged_once_with_its_name(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = teach(folder, "pl", header=HEADER + '"Plural-Forms: nplurals=x; plural=n;\\n"\n')
    for _time in range(3):
        with speaking("pl"):
            assert _("Next") == "Next"
    (told,) = warnings(caplog)
    assert str(file) in told


def test_a_folder_without_its_file_is_no_language(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (folder / "de").mkdir()
    with speaking("de"):
        assert _("Next") == "Next"
    assert not warnings(caplog)


def test_marking_a_message_leaves_it_as_it_is(folder: Path) -> None:
    teach(folder, "hu", message("Iron", "Vas"))
    with speaking("hu"):
        marked = N_("Iron")
        assert marked == "Iron"
        assert _(marked) == "Vas"


async def test_two_tasks_do_not_mix_their_languages(folder: Path) -> None:
    teach(folder, "hu", message("Next", "Tovább"))
    teach(folder, "de", message("Next", "Weiter"))

    async def person(locale: str) -> set[tuple[str, str]]:
        speak(locale)
        told: set[tuple[str, str]] = set()
        for _time in range(20):
            await asyncio.sleep(0)
            told.add((language(), _("Next")))
            with speaking("en-GB"):
                await asyncio.sleep(0)
                assert _("Next") == "Next"
        return told

    before = language()
    heard = await asyncio.gather(person("hu"), person("de"), person("fr"))
    assert heard == [{("hu", "Tovább")}, {("de", "Weiter")}, {("fr", "Next")}]
    assert language() == before


def test_speaking_ends_with_its_block_even_after_a_failure() -> None:
    before = language()
    with pytest.raises(RuntimeError), speaking("hu"):
        raise RuntimeError
    assert language() == before


def test_a_catalogue_is_read_once(folder: Path) -> None:
    file = teach(folder, "hu", message("Next", "Tovább"))
    assert catalogue("hu").gettext("Next") == "Tovább"
    file.unlink()
    assert catalogue("hu").gettext("Next") == "Tovább"


def test_placeholders_are_told_as_they_are_written() -> None:
    assert placeholders("{a} {b:+.0f} {c!r:>3} {{d}} {a}") == {"{a}", "{b:+.0f}", "{c!r:>3}"}
    with pytest.raises(ValueError, match="expected"):
        placeholders("{a")


def test_every_catalogue_that_ships_keeps_its_sources_placeholders(folder: Path) -> None:
    shipped = sorted(Path(bot.words.__file__).parent.glob("*/rung.po"))
    for file in shipped:
        with file.open("rb") as opened:
            catalog = read_po(opened, locale=file.parent.name, abort_invalid=True)
        assert not [(found.id, told) for found, told in faults(catalog)], file
        assert any(is_translated(one) for one in catalog if one.id), file
        with kept_in(file.parents[1]):
            assert catalogue(file.parent.name).info(), f"{file} cannot be read"


def test_the_check_of_what_ships_would_find_a_fault(folder: Path) -> None:
    file = teach(folder, "hu", message("Closes {when}", "Zárul {mikor}"), message("{a}", "{a}"))
    with file.open("rb") as opened:
        ((found, told),) = faults(read_po(opened))
    assert found.id == "Closes {when}"
    assert told == "it lacks {when} in “Zárul {mikor}”"
