"""The bot in pseudo-languages: whatever is still in plain letters afterwards cannot be translated."""

import re
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import simcord
from babel import Locale
from babel.dates import get_month_names
from babel.messages.pofile import read_po
from simcord import Env, interactions
from simcord.backend import serializers
from sqlalchemy.engine import URL

from bot.app import create_bot
from bot.chat.client import COMMANDS
from bot.chat.commands import Tree
from bot.chat.syncing import WordsTranslator
from bot.storage import Database
from bot.words.extracting import template
from lessons.catalogue import Catalogue
from tests.words.discord_limits import too_much
from tests.words.pseudo import LETTERS, PERSON, SERVER, catalog, kept_in, spoken, write
from tests.words.shelf import shelf
from tests.words.tour import Said, Tour, Walk, custom_ids, locales

_MONTHS = "|".join(get_month_names("wide", locale=PERSON).values())
_LANGUAGES = "|".join(str(Locale(one).get_display_name(PERSON)) for one in ("en", *LETTERS))
_KNOWN = re.compile(
    rf"<[^>]*>|`[^`]*`|https?://\S+|(?<!\w)/[a-z]+\b|\b[A-Z]\w+(?:/[A-Z]\w+)+|\b(?:II|III|IV)\b|\b(?:{_MONTHS}|{_LANGUAGES})\b"
)
"""Timestamps and mentions, code and references, links, names of commands and of time zones, divisions, and Babel's months and languages."""


def untranslated(text: str) -> list[str]:
    """Words in plain letters; lessons and names in these tests have none."""
    return re.findall(r"[A-Za-z]{2,}", _KNOWN.sub("", text))


def messages(*, of_commands: bool) -> Iterator[tuple[str, ...]]:
    """The template's messages in all their forms, which are either what commands are called or what is said."""
    for message in read_po(BytesIO(template().encode())):
        if message.id and bool(message.auto_comments) == of_commands:
            yield (message.id,) if isinstance(message.id, str) else tuple(message.id)


def language_of(said: Said) -> set[str]:
    """The pseudo-languages in which something is said."""
    letters = {letter for text in said.texts for letter in text}
    return {locale for locale, own in LETTERS.items() if letters & set(own)}


def test_a_word_that_bypasses_the_catalogue_would_be_noticed() -> None:
    assert untranslated("Ñéẋť page <t:1772366400:R> with /quiz, `abc` áñđ **Íŕóñ** IV") == ["page", "with"]


def test_no_visible_text_has_an_untranslated_word(tour: Tour) -> None:
    left = {(word, text) for said in tour.said for text in said.texts for word in untranslated(text)}
    assert not left


def test_every_message_of_the_template_was_seen_by_somebody(tour: Tour) -> None:
    seen = {text for said in tour.said for text in said.texts}

    def was_seen(message: str, locale: str) -> bool:
        parts = Formatter().parse(spoken(message, locale))
        pattern = "".join(
            re.escape(text) + (".*?" if field is not None else "") for text, field, _, _ in parts
        )
        return any(re.search(pattern, text, re.DOTALL) for text in seen)

    unseen = [
        forms
        for forms in messages(of_commands=False)
        if not any(was_seen(form, locale) for form in forms for locale in LETTERS)
    ]
    assert not unseen


def test_public_posts_speak_the_servers_language_and_private_replies_the_persons(tour: Tour) -> None:
    for said in tour.said:
        spoken_in = language_of(said)
        assert spoken_in <= {SERVER if said.public else PERSON}, said.texts
    assert any(said.public for said in tour.said)


def test_the_walk_met_no_failure_but_those_it_made(tour: Tour) -> None:
    made = (
        "unexpected",
        "The database is unavailable: away",
        "did not say whether it has stored something: half",
    )
    assert [sum(one in told for told in tour.errors) for one in made] == [2, 2, 2]
    assert len(tour.errors) == 6


def test_everything_said_fits_discord_though_it_grew_by_two_fifths(tour: Tour) -> None:
    assert not [fault for said in tour.said for fault in too_much(said.payload)]


def test_commands_are_named_and_described_in_every_language(tour: Tour) -> None:
    wanted = {forms[0] for forms in messages(of_commands=True)}
    found: set[str] = set()

    def look(raw: dict[str, Any], *, in_menu: bool = False) -> None:
        # What stands in a context menu has a name only, which may be several words.
        for key, longest in (("name", 32), ("description", 100))[: 1 if in_menu else 2]:
            found.add(raw[key])
            for locale in LETTERS:
                shown = raw[f"{key}_localizations"][locale]
                assert shown == spoken(raw[key], locale)
                assert len(shown) <= longest
                assert not untranslated(shown)
                assert in_menu or key == "description" or (shown == shown.lower() and shown.isalpha())
        for option in raw.get("options") or []:
            look(option)
        for choice in raw.get("choices") or []:
            found.add(choice["name"])
            for locale in LETTERS:
                shown = choice["name_localizations"][locale]
                assert shown == spoken(choice["name"], locale)
                assert len(shown) <= 100
                assert not untranslated(shown)

    for command in tour.commands:
        look(command, in_menu=command["type"] in {2, 3})
    assert found == wanted


async def test_a_name_that_discord_would_refuse_is_not_sent(
    tmp_path: Path, sqlite_url: URL, curated: Catalogue, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = {"lesson": "Lição", "quiz": "duas palavras", "help": "a" * 33, "See who stands where": "x" * 101}
    write(catalog("pt", lambda message, _: wrong.get(message, "")), tmp_path, "pt_BR")
    database = Database(sqlite_url)
    tree: Tree = create_bot(database, curated).tree
    with kept_in(tmp_path):
        payload = [await command.get_translated_payload(tree, WordsTranslator()) for command in COMMANDS]
    await database.close()
    assert "pt-BR" not in str(payload)
    assert sum("cannot stand for" in record.getMessage() for record in caplog.records) >= len(wrong)


async def test_two_who_press_at_once_are_each_answered_in_their_own_language(
    pseudo: None, sqlite_url: URL
) -> None:
    database = Database(sqlite_url)

    def clock() -> datetime:
        return env.now()

    bot = create_bot(database, shelf(), clock, always_sync=True)
    env = Env(bot)
    await env.start()
    try:
        walk = Walk(env, database, Tour())
        people = [*walk.people, walk.ada]
        speaks = {member.id: (PERSON, SERVER, "en-GB")[at % 3] for at, member in enumerate(people)}
        with locales(speaks, "de"):
            post = await walk.poll(lesson="small-1300")
            answers = [id for id in custom_ids(post) if id.startswith("poll1:")]
            pressed = [_press(walk, member, post, answers[at % 2]) for at, member in enumerate(people)]
            await env._settle_internal()
            for member, record in zip(people, pressed, strict=True):
                told = simcord.InteractionResult(env, record).response
                assert told is not None
                said = Said(public=False, payload={"components": told.components})
                spoken_in = language_of(said)
                assert (spoken_in or {"en-GB"}) == {speaks[member.id]}
                assert bool(spoken_in) != any("Recorded, and final" in text for text in said.texts)
    finally:
        with env._bot_scope():
            await bot.close()
        await env.shutdown()
        await database.close()


def _press(walk: Walk, member: Any, post: Any, custom_id: str) -> Any:
    """Press without waiting for what comes of it."""
    backend = walk.env.backend
    stored = backend.get_message(walk.room.id, post.id)
    record, payload = interactions.base_payload(
        backend,
        type=3,
        channel_id=walk.room.id,
        guild_id=walk.guild.id,
        user_id=member.id,
        data={"custom_id": custom_id, "component_type": 2},
    )
    payload["message"] = dict(serializers.message_payload(backend, stored))
    record.source_message_id = post.id
    backend.emit("INTERACTION_CREATE", payload)
    return record
