"""The first minutes in a server on the walk: its welcome in every state, its three steps, and what they refuse."""

from dataclasses import replace
from typing import Any

import discord

from bot.chat.greeting import greeting_screen
from bot.words import speaking
from tests.words.pseudo import SERVER

_UPDATE = 7
"""The kind of an answer to a press that changes the message for everybody."""


async def walk_through(walk: Any) -> None:
    """Come to another server, be welcomed there, and press everything, rightly and wrongly."""
    env, bot = walk.env, walk.bot
    town = env.create_guild("Місто")
    role = town.create_role("Мер", permissions=discord.Permissions(manage_guild=True, send_messages=True))
    hall = town.create_text_channel("ратуша")
    own = discord.PermissionOverwrite(send_messages=False)
    shut = town.create_text_channel("підвал", overwrites={town.roles[env.backend.bot_user.name]: own})
    mayor = town.add_member(env.create_user("mayor", global_name="Мер"), roles=[role])
    await env.settle(idle=0.001)
    await bot.actions.settings.change(town.id, mayor.id, locale=SERVER)
    with env._bot_scope():
        await bot.arrivals.greet(bot.get_guild(town.id))
    walk.note()
    welcome: Any = hall.last_message

    async def press(custom_id: str, *values: str) -> None:
        noted = walk.note
        walk.note = lambda **_: None
        try:
            await walk.forge(mayor, welcome, custom_id, *values)
        finally:
            walk.note = noted
        _note(walk)

    await press("welcomedaily1:on")  # no channel is chosen
    await press("welcomechannel1", "1")  # gone
    await press("welcomechannel1", str(shut.id))
    await press("welcomechannel1", str(hall.id))
    env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    await press("welcomefirst1")
    await press("welcomefirst1")
    await press("welcomefirst1")  # once is enough
    for wanted in ("on", "off", "on"):
        await press(f"welcomedaily1:{wanted}")
    await bot.actions.settings.change(town.id, mayor.id, categories=())
    await press("welcomefirst1")
    steps = await bot.actions.first_steps.of(town.id)
    with speaking(SERVER):
        unnoted = replace(steps, first=replace(steps.first, message=None))
        walk.tour.screen(greeting_screen(unnoted), public=True)
    env.backend.remove_guild(town.id)
    await env.settle(idle=0.001)


def _note(walk: Any) -> None:
    """Write down what was sent: the welcome is everybody's, and beside it only whoever pressed is answered."""
    public = [
        one
        for one in walk.env.http_requests
        if one.json is not None
        and (
            one.path.startswith("/channels")
            or one.path.endswith("@original")
            or (isinstance(one.json, dict) and one.json.get("type") == _UPDATE)
        )
    ]
    private = [one for one in walk.env.http_requests if one not in public]
    for some, shown in ((public, True), (private, False)):
        walk.env.http_requests[:] = some
        walk.note(public=shown)
