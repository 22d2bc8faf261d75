"""The moderators' panel as a whole: set up from nothing, every page, and whoever presses what is not theirs."""

from typing import Any

import discord
from chat_stage import Stage, both, buttons, payload_of, poll_id, prose, seen, walk
from simcord import ResponseMessage

from bot.chat.panel import PAGES, offered

_SELECTS = {3, 5, 6, 7, 8}
"""Selects of text, users, roles, mentionables and channels."""


async def panel(stage: Stage, word: str = "overview", who: Any = None) -> Any:
    who = who or stage.moderator
    shown = stage.looked_at(await who.slash(stage.quiz, "settings"))
    return await turned(stage, shown, word, who)


async def turned(stage: Stage, shown: Any, word: str, who: Any = None) -> Any:
    return await stage.choose(who or stage.moderator, shown, "settings1:", word)


async def pick(stage: Stage, shown: Any, custom_id: str, *values: Any) -> str:
    """Choose in a select of channels or roles; what the page says then."""
    await stage.moderator.select(shown, list(values), custom_id=custom_id)
    return prose(stage.now_shown(shown))


async def write(stage: Stage, shown: Any, label: str, words: str) -> Any:
    """Fill in the only field of the form behind a button."""
    form: Any = await stage.moderator.click(shown, custom_id=buttons(stage.now_shown(shown))[label])
    field = next(one["custom_id"] for one in walk(form.modal["components"]) if one["type"] == 4)
    return stage.looked_at(await stage.moderator.submit_modal(form, {field: words}))


def usable(shown: Any) -> list[dict[str, Any]]:
    """Every button and select of a message that can be used."""
    return [one for one in walk(payload_of(shown)) if one.get("custom_id") and not one.get("disabled")]


async def used(stage: Stage, who: Any, shown: Any, one: dict[str, Any]) -> Any:
    """Press the button, or choose something in the select."""
    if one["type"] not in _SELECTS:
        return await who.click(shown, custom_id=one["custom_id"])
    values: list[Any] = {
        5: [stage.members[0]],
        6: [stage.moderators],
        7: [stage.moderators],
        8: [stage.quiz],
    }.get(one["type"]) or [one["options"][-1]["value"]]
    return await who.select(shown, values, custom_id=one["custom_id"])


@both
async def test_a_server_is_set_up_from_nothing_by_what_the_first_page_advises(stage: Stage) -> None:
    shown = await panel(stage)
    assert "💬 **Channels**: members share nowhere, only moderators share · polls anywhere" in prose(shown)
    assert "1. Choose where members may share" in prose(shown)
    assert "Server Settings → Integrations → " in prose(shown)
    shown = await stage.press(stage.moderator, shown, "Channels")
    told = await pick(stage, shown, "channels1:share_channels", stage.quiz)
    assert f"✅ Where members may share: <#{stage.quiz.id}>" in told
    shown = await turned(stage, shown, "time")
    await write(stage, shown, "Change the time zone", "berlin")
    assert "in this server's zone `Europe/Berlin` now." in prose(stage.now_shown(shown))
    shown = await turned(stage, shown, "overview")
    assert f"members share <#{stage.quiz.id}>" in prose(shown)
    assert "Choose where members may share" not in prose(shown)
    ben = stage.members[0]
    page = stage.looked_at(await ben.slash(stage.quiz, "lesson", lesson="base-rates"))
    assert "📣 Shared: [see the page](" in seen(await ben.click(page, label="Share"))
    assert "You can post again <t:" in seen(await ben.click(page, label="Share"))
    await stage.later(299)
    assert "📣 Shared" in seen(await ben.click(page, label="Share"))


@both
async def test_every_page_opens_and_each_of_its_buttons_and_selects_answers(stage: Stage) -> None:
    for word in offered():
        shown = await panel(stage, word)
        assert f"## {PAGES[word].emoji} {PAGES[word].heading}" in prose(shown), word
        for one in usable(shown):
            shown = await panel(stage, word)
            if one["custom_id"] not in {two["custom_id"] for two in usable(shown)}:
                continue  # what was pressed before has taken its place
            result = await used(stage, stage.moderator, shown, one)
            assert result.modal is not None or seen(stage.looked_at(result)), one["custom_id"]


async def test_nobody_else_can_use_anything_on_a_moderators_panel(stage: Stage) -> None:
    await stage.bot.actions.settings.change(
        stage.guild.id,
        stage.moderator.id,
        share_channels=[stage.quiz.id],
        poll_channels=[stage.quiz.id],
        poll_mention=stage.moderators.id,
        titles_channel=stage.quiz.id,
    )
    before = await stage.bot.actions.settings.of(stage.guild.id)
    log = await stage.bot.actions.audit_log.page(stage.guild.id, 0)
    pressed: set[str] = set()
    for word in offered():
        shown = await panel(stage, word)
        stored = stage.env.backend.get_message(shown.channel_id, shown.id)
        stored.flags &= ~(1 << 6)  # as if it had been posted for everybody
        for one in usable(shown):
            result = await used(stage, stage.members[0], ResponseMessage(stage.env, stored), one)
            assert "Only somebody with the permission “Manage Server”" in seen(result), one["custom_id"]
            pressed.add(one["custom_id"].split(":")[0])
    assert {"settings1", "setting1", "channels1", "pollping1", "undo1", "auditfile1", "zoneform1"} <= pressed
    assert await stage.bot.actions.settings.of(stage.guild.id) == before
    assert (await stage.bot.actions.audit_log.page(stage.guild.id, 0)).entries == log.entries


async def test_of_two_moderators_the_later_change_wins_and_an_old_screen_shows_how_things_are(
    stage: Stage,
) -> None:
    other = stage.guild.add_member(stage.env.create_user("bea"), roles=[stage.moderators])
    first, second = await panel(stage, "polls"), await panel(stage, "polls", other)
    await stage.choose(stage.moderator, first, "setting1:poll_cap", "5")
    shown = await stage.choose(other, second, "setting1:poll_cap", "3")
    assert "✅ Polls in 24 hours: 3 a day" in prose(shown)
    shown = await stage.choose(stage.moderator, first, "setting1:poll_seconds", "3600")
    assert "Polls in 24 hours: **3 a day**" in prose(shown)
    assert "They stay open for **1 hour**." in prose(shown)
    told = prose(await panel(stage, "audit"))
    assert "Polls in 24 hours: any number → 5 a day" in told
    assert "Polls in 24 hours: 5 a day → 3 a day" in told


async def test_channels_that_are_closed_to_the_bot_are_kept_with_a_warning(stage: Stage) -> None:
    own: Any = stage.env.bot.user
    shut = {own: discord.PermissionOverwrite(view_channel=False)}
    closed = stage.guild.create_text_channel("closed", overwrites=shut)
    shown = await panel(stage, "channels")
    told = await pick(stage, shown, "channels1:poll_channels", stage.quiz, closed)
    assert f"⚠️ In <#{closed.id}> I lack `View Channel`" in told
    settings = await stage.bot.actions.settings.of(stage.guild.id)
    assert settings.poll_channels == (stage.quiz.id, closed.id)
    await stage.press(stage.moderator, shown, "Polls anywhere")
    assert (await stage.bot.actions.settings.of(stage.guild.id)).poll_channels == ()


async def test_a_poll_is_refused_elsewhere_than_in_the_channels_for_polls(stage: Stage) -> None:
    polls = stage.guild.create_text_channel("polls")
    await stage.bot.actions.settings.change(stage.guild.id, 1, poll_channels=[polls.id])
    refused = await stage.moderator.slash(stage.quiz, "poll", lesson="base-rates")
    assert f"Polls are posted in <#{polls.id}> here." in seen(refused)
    await stage.poll(polls)


async def test_a_poll_lasts_as_the_server_usually_does_and_pings_its_role_once(stage: Stage) -> None:
    role = stage.guild.create_role("learners")
    shown = await panel(stage, "polls")
    told = await pick(stage, shown, "pollping1", role)
    assert f"✅ Whom polls ping: <@&{role.id}>" in told
    await stage.bot.actions.settings.change(stage.guild.id, 1, poll_seconds=7200)
    preview = await stage.moderator.slash(stage.quiz, "poll", lesson="rlhf-basics")
    assert f"Posted, it pings <@&{role.id}>." in seen(preview)
    since = len(stage.env.http_requests)
    message = await stage.poll(duration=None)
    assert prose(message).startswith(f"<@&{role.id}>")
    stored = await stage.stored_poll(poll_id(message))
    assert stored.mention == role.id
    assert (stored.closes_at - stored.opened_at).total_seconds() == 7200
    (post,) = stage.requests("POST", f"/channels/{stage.quiz.id}/messages", since)
    assert post.json is not None
    assert post.json["allowed_mentions"] == {"parse": [], "roles": [role.id]}
    await stage.members[0].click(message, label="A")
    await stage.env.advance_time(7)
    result = await stage.close(stage.moderator, message)
    assert "<@&" not in prose(result)
    for edit in stage.requests("PATCH", f"/messages/{message.id}", since):
        assert edit.json is not None
        assert not edit.json["allowed_mentions"].get("roles")


async def test_everybody_is_no_role_to_ping(stage: Stage) -> None:
    shown = await panel(stage, "polls")
    result = await stage.moderator.select(shown, [stage.guild.default_role], custom_id="pollping1")
    assert "Polls never ping everybody." in seen(result)


async def test_a_zone_is_found_however_it_is_written(stage: Stage) -> None:
    shown = await panel(stage, "time")
    assert "I know no time zone like “xyzzyq”." in seen(
        await write(stage, shown, "Change the time zone", "xyzzyq")
    )
    page = await write(stage, shown, "Change the time zone", "new york")
    assert "`America/New_York` now." in prose(page)
    page = await write(stage, shown, "Change the time zone", "Katmandoo")
    page = await stage.choose(stage.moderator, page, "zone1", "Asia/Kathmandu")
    assert "`Asia/Kathmandu` now." in prose(page)
    page = await write(stage, shown, "Change the time zone", "argentina")
    assert "Several zones may be meant." in prose(page)
    page = await stage.choose(stage.moderator, page, "zone1", "America/Argentina/Salta")
    assert "`America/Argentina/Salta` now." in prose(page)
    await stage.press(stage.moderator, page, "Undo")
    assert (await stage.bot.actions.settings.of(stage.guild.id)).zone == "Asia/Kathmandu"


@both
async def test_a_member_shares_their_own_card_where_that_was_chosen(stage: Stage) -> None:
    ben, cleo = stage.members[:2]
    message = await stage.poll()
    await ben.click(message, label="A")
    await stage.close(stage.moderator, message)
    card = stage.looked_at(await ben.slash(stage.quiz, "rank"))
    refused = await ben.click(card, label="Share")
    assert "only moderators post for everybody here, until they have chosen channels" in seen(refused)
    await stage.bot.actions.settings.change(stage.guild.id, 1, share_channels=[stage.quiz.id])
    assert "📣 Shared: [see the card](" in seen(await ben.click(card, label="Share"))
    post: Any = stage.quiz.last_message
    assert "ben" in prose(post)
    assert set(buttons(post)) == {"Open"}
    shown = stage.looked_at(await cleo.click(post, custom_id=f"rankopen1:{ben.id}"))
    assert shown.ephemeral
    assert "Share" not in buttons(shown), "another's card is theirs to share"
    await stage.later(299)
    await stage.bot.actions.privacy.hide(ben.id)
    assert "so your card stays yours alone" in seen(await ben.click(card, label="Share"))


async def test_a_challenge_elsewhere_than_where_members_share_is_refused_with_where_to_go(
    stage: Stage,
) -> None:
    ben, cleo = stage.members[:2]
    lounge = stage.guild.create_text_channel("lounge")
    await stage.bot.actions.settings.change(stage.guild.id, 1, share_channels=[lounge.id])
    refused = await ben.slash(stage.quiz, "duel", member=cleo)
    assert f"members post for everybody in <#{lounge.id}>" in seen(refused)
    assert "🤺 Challenged" in seen(await ben.slash(lounge, "duel", member=cleo))
    assert "🤺 Challenged" in seen(await stage.moderator.slash(stage.quiz, "duel", member=stage.members[2]))


async def test_public_posts_speak_the_language_that_was_chosen(stage: Stage) -> None:
    await stage.bot.actions.settings.change(stage.guild.id, 1, locale="en-GB")
    assert (await stage.stored_poll(poll_id(await stage.poll()))).locale == "en-GB"
