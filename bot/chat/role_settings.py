"""The panel's page about roles: which role goes with which title."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.actions.refusals import NotAllowed, Refusal
from bot.chat.audit_words import telling
from bot.chat.health_words import fault_words
from bot.chat.panel import BackButton, ForModerators, changed, guild_of, page
from bot.chat.pressing import Pressable, button, chosen
from bot.chat.replies import actions_of, turn_to
from bot.chat.screens import AnyItem, Screen, card, line, row, text
from bot.chat.server_facts import ranks_of
from bot.chat.wording import relative, tier_sign, tier_word
from bot.storage.audit_log import LogEntry
from bot.words import N_, _
from ladder.tiers import Tier

WORD = "roles"

_FLOOR = r"(?P<floor>\d+)"


@page(WORD, N_("Roles"), "🎭")
async def role_parts(interaction: discord.Interaction[Any]) -> Sequence[AnyItem]:
    """Each tier with its role and what is wrong with it, and the choice of a tier."""
    view = await actions_of(interaction).roles.view(guild_of(interaction))
    guild = interaction.guild
    notes: list[str] = []
    if view.refused_at is not None:
        notes.append(
            _(
                "⚠️ Discord has let me give no roles since {when}, so I have stopped. Give my role “Manage Roles” and drag it above these, then press “Bring up to date”.",
                when=relative(view.refused_at),
            )
        )
    elif view.waiting:
        notes.append(_("⏳ Roles are being brought up to date, one a second."))
    lines = [
        f"{tier_sign(tier)} {tier_word(tier)}: {_role_words(guild, view.by_tier.get(tier))}"
        for tier in reversed(Tier)
    ]
    return [
        text(
            _("### One role for each title"),
            _(
                "Members get the role of their title and lose that of the last, quietly, as they climb or fall."
            ),
        ),
        text(*lines, *notes),
        row(TierSelect(listed=True)),
        row(RolesAgainButton(disabled=not view.by_tier)),
        text(
            "-# "
            + _(
                "A role shows everybody the title: whoever hides (/privacy) or is excluded from the ladder here has none. A role that you choose no longer stays with whoever has it."
            )
        ),
    ]


def _role_words(guild: discord.Guild | None, role: int | None) -> str:
    if role is None:
        return _("no role")
    fault = ranks_of(guild).fault_of(role) if guild is not None else None
    return f"<@&{role}>" + (f" ⚠️ {fault_words(fault)}" if fault is not None else "")


def tier_screen(tier: Tier, role: int | None) -> Screen:
    """The choice of one tier's role."""
    return Screen(
        card(
            text(
                _("# 🎭 A role for {tier}", tier=f"{tier_sign(tier)} {tier_word(tier)}"),
                _("Whoever holds this title gets the role that you choose."),
            ),
            row(TierRoleSelect(tier.floor, role)),
            line(),
            row(NoRoleButton(tier.floor, disabled=role is None), BackButton(WORD, _("Back"))),
        )
    )


def check_choice(interaction: discord.Interaction[Any], role: discord.Role | None) -> discord.Role:
    """The role chosen, unless nobody may be given it, or whoever chooses it may not give it either."""
    guild, user = interaction.guild, interaction.user
    if role is None or guild is None or not isinstance(user, discord.Member):
        raise Refusal(N_("I cannot see that role. Choose another."))
    fault = ranks_of(guild).fault_of(role.id)
    if fault in {"unfit", "deleted"}:
        raise Refusal(
            N_(
                "Nobody can be given {role}: it is everybody's, or belongs to an app or to boosters. Choose another."
            ),
            role=role.mention,
        )
    # Else somebody could be made powerful by a quiz whom the moderator may not make so.
    if guild.owner_id != user.id and (not user.guild_permissions.manage_roles or role >= user.top_role):
        raise NotAllowed(
            N_(
                "Choose a role that you could give yourself: it takes “Manage Roles”, and a role of yours above it."
            )
        )
    return role


class TierSelect(ForModerators, Pressable, ui.DynamicItem[ui.Select[Any]], template=r"roletier1"):
    """Chooses the tier whose role is to be chosen."""

    def __init__(self, *, listed: bool = False) -> None:
        super().__init__(
            ui.Select(
                custom_id="roletier1",
                placeholder=_("Choose a title, then its role"),
                options=[
                    discord.SelectOption(label=tier_word(tier), value=str(tier.floor), emoji=tier_sign(tier))
                    for tier in reversed(Tier)
                ]
                if listed
                else [],
            )
        )

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Ask for the role."""
        tier = Tier(int(chosen(interaction)))
        view = await actions_of(interaction).roles.view(guild_of(interaction))
        await turn_to(interaction, tier_screen(tier, view.by_tier.get(tier)))


class TierRoleSelect(
    ForModerators, Pressable, ui.DynamicItem[ui.RoleSelect[Any]], template=rf"tierrole1:{_FLOOR}"
):
    """Chooses the role of a tier."""

    def __init__(self, floor: int, role: int | None = None) -> None:
        self.tier = Tier(floor)
        super().__init__(
            ui.RoleSelect(
                custom_id=f"tierrole1:{self.tier.floor}",
                placeholder=_("Choose the role"),
                min_values=1,
                max_values=1,
                required=True,
                default_values=[discord.SelectDefaultValue(id=role, type=discord.SelectDefaultValueType.role)]
                if role is not None
                else [],
            )
        )

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Note it, and say what happens now, or what still keeps it from happening."""
        guild = interaction.guild
        found = guild.get_role(int(chosen(interaction))) if guild is not None else None
        role = check_choice(interaction, found)
        entry = await actions_of(interaction).roles.choose(
            guild_of(interaction), interaction.user.id, self.tier, role.id
        )
        told = _(
            "✅ {tier} goes with {role} from now on. Whoever holds the title gets it, one member a second.",
            tier=tier_word(self.tier),
            role=role.mention,
        )
        if guild is not None and (fault := ranks_of(guild).fault_of(role.id)) is not None:
            told += "\n⚠️ " + _("It cannot be given yet: {why}.", why=fault_words(fault))
        await changed(interaction, WORD, told, entry)


class NoRoleButton(ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"tiernone1:{_FLOOR}"):
    """Lets a tier go without a role."""

    def __init__(self, floor: int, *, disabled: bool = False) -> None:
        self.tier = Tier(floor)
        super().__init__(button(_("No role"), f"tiernone1:{self.tier.floor}", emoji="✖️", disabled=disabled))

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Note it and show the page."""
        entry = await actions_of(interaction).roles.choose(
            guild_of(interaction), interaction.user.id, self.tier, None
        )
        told = _("✅ {tier} goes without a role from now on.", tier=tier_word(self.tier))
        await changed(interaction, WORD, told, entry)


class RolesAgainButton(ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"rolesagain1"):
    """Looks at everybody anew, once whatever was wrong is mended."""

    def __init__(self, *, disabled: bool = False) -> None:
        super().__init__(button(_("Bring up to date"), "rolesagain1", emoji="🔄", disabled=disabled))

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Begin, unless the bot may still give no roles."""
        guild = interaction.guild
        if guild is not None and not guild.me.guild_permissions.manage_roles:
            raise Refusal(
                N_(
                    "I may still not give roles here. Give my role “Manage Roles” under Server Settings → Roles, then press again."
                )
            )
        await actions_of(interaction).roles.try_again(guild_of(interaction), interaction.user.id)
        told = _("✅ Everybody with a title is looked at anew, one member a second.")
        await changed(interaction, WORD, told)


@telling("tier_roles")
def _changed_words(entry: LogEntry) -> str:
    before: dict[int, int] = dict(entry.before or ())
    after: dict[int, int] = dict(entry.after or ())
    others = [tier for tier in Tier if before.get(tier.floor) != after.get(tier.floor)]
    return "; ".join(
        _(
            "role of {tier}: {before} → {after}",
            tier=tier_word(tier),
            before=_mention(before.get(tier.floor)),
            after=_mention(after.get(tier.floor)),
        )
        for tier in others
    )


@telling("roles_again")
def _again_words(_entry: LogEntry) -> str:
    return _("roles brought up to date")


def _mention(role: int | None) -> str:
    return f"<@&{role}>" if role is not None else _("no role")


ITEMS = (TierSelect, TierRoleSelect, NoRoleButton, RolesAgainButton)
