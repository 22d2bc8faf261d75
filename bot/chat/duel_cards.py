"""What a duel looks like: to its channel while it is asked, played and over, and to each of the two in private."""

from bot.actions.duel_standing import Faced, Side
from bot.chat import duels, lessons
from bot.chat.screens import AnyItem, Screen, card, line, note, row, text
from bot.chat.wording import lesson_facts, quoted_name, relative, shown_name, tier_colour
from bot.words import _, ngettext, speaking


def public_screen(faced: Faced) -> Screen:
    """The duel as its channel sees it, in the channel's language."""
    with speaking(faced.duel.locale):
        if faced.duel.state == "asked":
            return _challenge(faced)
        if faced.duel.state == "running":
            return _running(faced)
        return _result(faced) if faced.outcome == "match" else _over(faced)


def ended_screen(locale: str) -> Screen:
    """A duel of which nothing is kept any more."""
    with speaking(locale):
        return note(_("🤺 This duel has ended. Make another one with /duel."))


def _challenge(faced: Faced) -> Screen:
    challenger, opponent = faced.sides
    rules = [
        _("Both answer the same questions, each in private and at their own pace."),
        _(
            "A first answer counts for the rating of whoever gives it, as in any quiz; the duel itself moves none."
        ),
    ]
    return Screen(
        card(
            text(
                _("# 🤺 A friendly duel?"),
                _(
                    "{challenger} challenges <@{opponent}>.",
                    challenger=quoted_name(challenger.name),
                    opponent=opponent.member,
                ),
                *_about(faced),
            ),
            line(),
            text(*(f"- {rule}" for rule in rules)),
            text(_("⏳ The challenge ends {when}", when=relative(faced.duel.expires_at))),
            row(
                duels.AcceptButton(faced.duel.id),
                duels.DeclineButton(faced.duel.id),
                duels.WithdrawButton(faced.duel.id),
                *_lesson_button(faced),
            ),
            colour=_colour(faced),
        )
    )


def _running(faced: Faced) -> Screen:
    one, other = faced.sides
    return Screen(
        card(
            text(
                _("# 🤺 The duel is on"),
                _(
                    "{one} and {other} play, each in private.",
                    one=quoted_name(one.name),
                    other=quoted_name(other.name),
                ),
                *_about(faced),
            ),
            line(),
            text(
                _("The result comes here when both are done."),
                _("⏳ Ends {when}", when=relative(faced.duel.expires_at)),
            ),
            row(duels.PlayButton(faced.duel.id), *_lesson_button(faced)),
            colour=_colour(faced),
        )
    )


def _result(faced: Faced) -> Screen:
    winner = faced.winner
    scores = [
        _("{name}: {right} of {total}", name=quoted_name(side.name), right=side.right, total=faced.total)
        for side in faced.sides
    ]
    if winner is None:
        head, grace = _("# 🤝 A draw"), _("Level to the last question. Thanks to both for playing.")
    else:
        head = _("# 🏆 {name} wins the duel", name=shown_name(winner.name))
        behind = faced.other(winner.member)
        close = winner.right - behind.right == 1
        grace = (
            _("As close as it gets. Well played, both.")
            if close
            else _("A good match. Thanks to both for playing.")
        )
    return Screen(
        card(
            text(head, *scores, grace),
            text("-# " + _("{lesson}. Make a duel of your own with /duel.", lesson=faced.duel.lesson_title)),
            *_lesson_row(faced),
            colour=_colour(faced),
        )
    )


def _over(faced: Faced) -> Screen:
    return Screen(
        card(
            text(
                _("🤺 This duel has ended without a match."),
                "-# " + _("{lesson}. Make a duel of your own with /duel.", lesson=faced.duel.lesson_title),
            ),
            *_lesson_row(faced),
        )
    )


def own_screen(faced: Faced, member: int) -> Screen:
    """The member's own duel, in private: what it waits for, and what can be done."""
    duel, other = faced.duel, faced.other(member)
    parts: list[AnyItem] = [
        text(_("# 🤺 Your duel with {name}", name=_name(other)), *standing_lines(faced, member))
    ]
    if duel.message is not None:
        parts.append(text(_("[See it in its channel]({link})", link=_link(faced))))
    if duel.state == "asked":
        challenged = member == duel.opponent
        ways: list[AnyItem] = (
            [duels.AcceptButton(duel.id), duels.DeclineButton(duel.id)]
            if challenged
            else [duels.WithdrawButton(duel.id)]
        )
        parts.append(row(*ways))
    elif duel.state == "running" and not _own(faced, member).done:
        parts.append(row(duels.PlayButton(duel.id)))
    return Screen(card(*parts, colour=_colour(faced)))


def standing_lines(faced: Faced, member: int) -> list[str]:
    """How the member's duel stands, told to them alone."""
    duel, own, other = faced.duel, _own(faced, member), faced.other(member)
    name = f"**{_name(other)}**"
    if duel.state == "asked":
        return [
            _("You are challenged. The challenge ends {when}.", when=relative(duel.expires_at))
            if member == duel.opponent
            else _("Your challenge waits to be accepted. It ends {when}.", when=relative(duel.expires_at))
        ]
    if duel.state == "running":
        if own.done:
            return [
                _(
                    "⏳ Your side is played. The result comes to the channel when {name} is done, at the latest {when}.",
                    name=name,
                    when=relative(duel.expires_at),
                )
            ]
        return [
            ngettext(
                "{n} question is left to you.", "{n} questions are left to you.", faced.total - own.answered
            ),
            _("⏳ Ends {when}", when=relative(duel.expires_at)),
        ]
    if faced.outcome != "match":
        return [_("🤺 The duel has ended without a match. What you answered counts as in any quiz.")]
    score = {"own": own.right, "theirs": other.right, "name": name}
    if faced.winner is None:
        return [_("🤝 A draw with {name}, {own} to {theirs}.", **score)]
    if faced.winner.member == member:
        return [_("🏆 You win the duel with {name}, {own} to {theirs}.", **score)]
    return [_("🤺 {name} was ahead this time: {own} to {theirs}. Ask for another one with /duel.", **score)]


def posted_screen(faced: Faced, link: str) -> Screen:
    """The challenge stands in the channel."""
    return note(
        _(
            "🤺 Challenged: [see it]({link}). It ends by itself {when}, and until it is accepted you can withdraw it.",
            link=link,
            when=relative(faced.duel.expires_at),
        )
    )


def withdrawn_screen() -> Screen:
    """A challenge was taken back."""
    return note(_("✅ Withdrawn. The challenge goes away, and nothing is kept of it."))


def declined_screen() -> Screen:
    """A challenge was declined, and how to get no more of them."""
    return note(
        _("✅ Declined. The challenge goes away, and nothing is kept of it."),
        "-# " + _("With /me you can refuse duels for good."),
    )


def _name(side: Side) -> str:
    """What to call somebody in private, who may have been challenged before the bot ever met them."""
    return shown_name(side.name) if side.name is not None else f"<@{side.member}>"


def _about(faced: Faced) -> list[str]:
    facts = [ngettext("{n} question", "{n} questions", faced.total)]
    if faced.lesson is not None:
        facts.append(lesson_facts(faced.lesson))
    return [f"**{faced.duel.lesson_title}**", "-# " + " · ".join(facts)]


def _lesson_button(faced: Faced) -> list[AnyItem]:
    return [lessons.StudyButton(faced.duel.lesson, 1)] if faced.lesson is not None else []


def _lesson_row(faced: Faced) -> list[AnyItem]:
    found = _lesson_button(faced)
    return [row(*found)] if found else []


def _colour(faced: Faced) -> int | None:
    return tier_colour(faced.lesson.rating) if faced.lesson is not None else None


def _own(faced: Faced, member: int) -> Side:
    return next(side for side in faced.sides if side.member == member)


def _link(faced: Faced) -> str:
    duel = faced.duel
    return f"https://discord.com/channels/{duel.guild}/{duel.channel}/{duel.message}"
