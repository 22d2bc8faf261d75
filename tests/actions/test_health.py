"""What is wrong in a server, from plain facts; and going on where it was mended."""

from dataclasses import replace

import pytest

from bot.actions.health import ChannelFacts, Finding, Ranks, RoleFacts, ServerFacts, Wishes, findings
from ladder.tiers import Tier
from tests.actions.school import CHANNEL, GUILD, STARTER, School

ALL = frozenset(
    {
        "view_channel",
        "send_messages",
        "create_public_threads",
        "send_messages_in_threads",
        "attach_files",
        "read_message_history",
        "manage_roles",
    }
)
ROLE, OTHER_ROLE = 2**62 + 900, 2**62 + 901


def facts(*, channel: frozenset[str] = ALL, may: frozenset[str] = ALL, **role: object) -> ServerFacts:
    """A server with one channel and one role below the bot's."""
    given = RoleFacts(ROLE, "Gold", 1, is_unfit=False, is_mentionable=False)
    return ServerFacts(
        Ranks(may, 5, {ROLE: replace(given, **role)}),  # type: ignore[arg-type]
        {CHANNEL: ChannelFacts(CHANNEL, "quiz", channel)},
    )


def wishes(**given: object) -> Wishes:
    return replace(Wishes({}, {}, {}), **given)  # type: ignore[arg-type]


def test_where_all_is_well_nothing_is_found() -> None:
    wanted = wishes(channels={CHANNEL: {"polls", "share"}}, tier_roles={Tier.GOLD: ROLE})
    assert findings(facts(), wanted) == []


@pytest.mark.parametrize(
    ("uses", "missing", "lacking"),
    [
        ({"titles"}, {"view_channel"}, ("view_channel",)),
        ({"titles"}, {"attach_files"}, ()),
        ({"share"}, {"attach_files"}, ("attach_files",)),
        ({"boards"}, {"send_messages"}, ()),
        (
            {"polls", "share"},
            {"send_messages", "read_message_history"},
            ("send_messages", "read_message_history"),
        ),
        ({"schedules"}, {"read_message_history"}, ("read_message_history",)),
    ],
)
def test_each_use_of_a_channel_needs_its_own_permissions(
    uses: set[str], missing: set[str], lacking: tuple[str, ...]
) -> None:
    found = findings(facts(channel=ALL - missing), wishes(channels={CHANNEL: frozenset(uses)}))
    assert [one.lacking for one in found] == ([lacking] if lacking else [])


def test_in_a_thread_another_permission_is_needed() -> None:
    thread = ChannelFacts(CHANNEL, "thread", ALL - {"send_messages_in_threads"}, is_thread=True)
    here = replace(facts(), channels={CHANNEL: thread})
    (found,) = findings(here, wishes(channels={CHANNEL: {"titles"}}))
    assert found.lacking == ("send_messages_in_threads",)


def test_a_channel_for_polls_without_threads_is_found() -> None:
    shut = facts(channel=ALL - {"create_public_threads"})
    (found,) = findings(shut, wishes(channels={CHANNEL: {"polls"}}))
    assert (found.kind, found.lacking) == ("threadless", ("create_public_threads",))
    assert findings(shut, wishes(channels={CHANNEL: {"share"}})) == []


def test_a_channel_that_is_gone_is_found_unless_it_only_has_boards() -> None:
    wanted = wishes(channels={1: {"polls"}, 2: {"boards"}})
    assert findings(facts(), wanted) == [Finding("gone", 1, {"polls"})]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("here", "role", "fault"),
    [
        (facts(), OTHER_ROLE, "deleted"),
        (facts(is_unfit=True), ROLE, "unfit"),
        (facts(position=5), ROLE, "above"),
        (facts(may=ALL - {"manage_roles"}), ROLE, "forbidden"),
    ],
)
def test_a_role_that_cannot_be_given_is_found_with_its_reason(
    here: ServerFacts, role: int, fault: str
) -> None:
    (found,) = findings(here, wishes(tier_roles={Tier.GOLD: role}))
    assert (found.kind, found.fault, found.tier) == ("tier_role", fault, Tier.GOLD)


def test_a_role_that_cannot_be_pinged_is_found() -> None:
    wanted = wishes(mentions={ROLE: {"polls"}, OTHER_ROLE: {"schedules"}})
    assert [one.kind for one in findings(facts(), wanted)] == ["mention_shut", "mention_gone"]
    mentionable = wishes(mentions={ROLE: {"polls"}})
    assert findings(facts(is_mentionable=True), mentionable) == []
    assert findings(facts(may=ALL | {"mention_everyone"}), mentionable) == []


async def test_everything_that_moderators_chose_is_looked_at(school: School) -> None:
    await school.actions.settings.change(
        GUILD, STARTER, share_channels=(1,), poll_channels=(2,), titles_channel=3, poll_mention=4
    )
    await school.actions.roles.choose(GUILD, STARTER, Tier.GOLD, OTHER_ROLE)
    await school.actions.schedules.daily_question(GUILD, 5, STARTER)
    health = await school.actions.doctor.look(GUILD, facts())
    assert [(one.kind, one.id) for one in health.findings] == [
        *(("gone", channel) for channel in (1, 2, 3, 5)),
        ("tier_role", OTHER_ROLE),
        ("mention_gone", 4),
    ]
    assert health.checked == 6


async def test_a_mended_channel_is_posted_in_again_and_its_schedules_go_on(school: School) -> None:
    added = await school.actions.schedules.daily_question(GUILD, CHANNEL, STARTER)
    async with school.database.unit() as unit:
        await unit.schedules.change(added.schedule.id, state="paused", reason="forbidden", next_at=None)
    await school.actions.blocked_channels.block(CHANNEL, GUILD, "forbidden")
    shut = facts(channel=ALL - {"send_messages"})
    health = await school.actions.doctor.look(GUILD, shut)
    assert [(one.kind, one.lacking) for one in health.findings] == [("blocked", ("send_messages",))]
    still = await school.actions.doctor.try_again(GUILD, STARTER, shut)
    assert (still.channels, len(still.health.findings)) == ((), 1)
    mended = await school.actions.doctor.try_again(GUILD, STARTER, facts())
    assert (mended.channels, mended.health.findings) == ((CHANNEL,), ())
    assert (await school.actions.schedules.view(GUILD, added.schedule.id)).schedule.state == "on"
    deeds = {one.what for one in (await school.actions.audit_log.page(GUILD, 0)).entries}
    assert "unblock" in deeds


async def test_roles_are_given_again_only_once_the_bot_may(school: School) -> None:
    await school.actions.roles.choose(GUILD, STARTER, Tier.GOLD, ROLE)
    await school.actions.roles.refuse(GUILD, "Academy")
    shut = facts(may=ALL - {"manage_roles"})
    assert not (await school.actions.doctor.try_again(GUILD, STARTER, shut)).roles
    mended = await school.actions.doctor.try_again(GUILD, STARTER, facts())
    assert mended.roles
    assert mended.health.findings == ()
