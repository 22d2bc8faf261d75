"""Telling Discord which commands there are, and only when they have changed."""

import hashlib
import json
import logging
import unicodedata
from typing import Any

import discord
from discord import app_commands

from bot.actions.installation import Installation
from bot.words import catalogue

log = logging.getLogger(__name__)


class WordsTranslator(app_commands.Translator):
    """Command names and descriptions from the message catalogues."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """The text in the locale, or None where its catalogue has none that Discord would take."""
        translated = catalogue(locale.value).gettext(string.message)
        if translated == string.message:
            return None
        if not _is_taken(translated, context):
            # Discord would refuse all commands for it.
            log.warning("%r cannot stand for %r among the commands (%s)", translated, string.message, locale)
            return None
        return translated


def _is_taken(translated: str, context: app_commands.TranslationContextTypes) -> bool:
    """Whether Discord takes this as a name (lower-case letters, digits, - _ ', 32 of them) or description.

    What stands in a context menu may be several words.
    """
    kinds = app_commands.TranslationContextLocation
    if isinstance(context.data, app_commands.ContextMenu):
        return 1 <= len(translated) <= 32
    if context.location in {kinds.command_name, kinds.group_name, kinds.parameter_name}:
        spelt = all(sign in "-_'" or unicodedata.category(sign)[0] in "LNM" for sign in translated)
        return spelt and translated == translated.lower() and 1 <= len(translated) <= 32
    return 1 <= len(translated) <= 100


async def fingerprint(tree: app_commands.CommandTree[Any]) -> str:
    """A hash of everything that Discord is told about the commands."""
    translator = tree.translator
    payloads = [
        await command.get_translated_payload(tree, translator) if translator else command.to_dict(tree)
        for command in sorted(tree.get_commands(), key=lambda command: command.name)
    ]
    return hashlib.sha256(json.dumps(payloads, sort_keys=True, default=str).encode()).hexdigest()


async def sync(
    tree: app_commands.CommandTree[Any], installation: Installation, *, always: bool = False
) -> bool:
    """Push the commands if they differ from what was pushed last; whether they were."""
    now = f"{tree.client.application_id}:{await fingerprint(tree)}"
    if not always and await installation.commands_pushed() == now:
        return False
    await tree.sync()
    await installation.push_commands(now)
    return True
