"""What is wrong in a server, in sentences that say how to mend it: for the panel, and for the command line."""

from collections.abc import Callable, Iterable
from datetime import datetime

from bot.actions.health import Fault, Finding, ServerFacts, Use
from bot.chat.wording import relative, tier_word
from bot.words import N_, _

_PERMISSIONS = {
    "view_channel": N_("View Channel"),
    "send_messages": N_("Send Messages"),
    "send_messages_in_threads": N_("Send Messages in Threads"),
    "create_public_threads": N_("Create Public Threads"),
    "attach_files": N_("Attach Files"),
    "read_message_history": N_("Read Message History"),
}
"""As Discord's own settings call them."""

_USES: dict[Use, str] = {
    "share": N_("members share"),
    "polls": N_("polls"),
    "titles": N_("new titles"),
    "schedules": N_("schedules"),
    "boards": N_("live boards"),
}

_FAULTS: dict[Fault, str] = {
    "deleted": N_("this role was deleted; choose another"),
    "unfit": N_("nobody can be given this role; choose another"),
    "above": N_("this role is not below mine; drag mine above it under Server Settings → Roles"),
    "forbidden": N_("I may not give roles; give my role “Manage Roles” under Server Settings → Roles"),
}

Naming = Callable[[int], str]
"""How a channel or role is shown by its id."""


def fault_words(fault: Fault) -> str:
    """Why a role cannot be given, and what to do."""
    return _(_FAULTS[fault])


def plain_channel(facts: ServerFacts) -> Naming:
    """Channels by their names, for where nothing can be mentioned."""
    return lambda one: f"#{facts.channels[one].name}" if one in facts.channels else str(one)


def plain_role(facts: ServerFacts) -> Naming:
    """Roles by their names, for where nothing can be mentioned."""
    return lambda one: f"@{facts.ranks.roles[one].name}" if one in facts.ranks.roles else str(one)


def finding_words(
    found: Finding,
    channel: Naming = lambda one: f"<#{one}>",
    role: Naming = lambda one: f"<@&{one}>",
    moment: Callable[[datetime], str] = relative,
) -> str:
    """What is wrong, and how to mend it."""
    if found.kind == "blocked":
        since = moment(found.since) if found.since is not None else ""
        refused = _(
            "Discord refused a post in {channel} {since}, so I post nothing there by myself.",
            channel=channel(found.id),
            since=since,
        )
        if found.lacking:
            return f"{refused} {_mend(found.lacking)}"
        return refused + " " + _("It looks mended: press “Try again” on the page Health of /settings.")
    if found.kind == "roles_refused":
        return _(
            "Discord let me give no roles {since}, so I have stopped. Give my role “Manage Roles”, then press “Try again” on the page Health of /settings.",
            since=moment(found.since) if found.since is not None else "",
        )
    if found.kind == "gone":
        return _(
            "The channel {channel} ({uses}) is gone: choose another in /settings.",
            channel=channel(found.id),
            uses=_uses(found.uses),
        )
    if found.kind == "lacking":
        told = _(
            "In {channel} ({uses}) a post would fail.", channel=channel(found.id), uses=_uses(found.uses)
        )
        return f"{told} {_mend(found.lacking)}"
    if found.kind == "threadless":
        told = _(
            "In {channel} a lesson that is checked together has no thread of its own, so its questions stand among everything else.",
            channel=channel(found.id),
        )
        return f"{told} {_mend(found.lacking)}"
    if found.kind == "tier_role":
        return _(
            "The role {role} of {tier}: {why}.",
            role=role(found.id),
            tier=tier_word(found.tier) if found.tier is not None else "",
            why=fault_words(found.fault or "deleted"),
        )
    if found.kind == "mention_gone":
        return _(
            "The role {role} that is to be pinged ({uses}) is gone: choose another in /settings.",
            role=role(found.id),
            uses=_uses(found.uses),
        )
    return _(
        "I cannot ping {role} ({uses}): let anyone @mention this role under Server Settings → Roles.",
        role=role(found.id),
        uses=_uses(found.uses),
    )


def permission_words(names: Iterable[str]) -> str:
    """Permissions as Discord's own settings call them."""
    return ", ".join(f"“{_(_PERMISSIONS[name])}”" for name in names)


def _mend(lacking: Iterable[str]) -> str:
    return _(
        "Give my role there: {permissions} (Edit Channel → Permissions).",
        permissions=permission_words(lacking),
    )


def _uses(uses: Iterable[Use]) -> str:
    wanted = set(uses)
    return ", ".join(_(words) for use, words in _USES.items() if use in wanted)
