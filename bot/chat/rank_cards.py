"""What a person's rank looks like: card, history, comparison and receipts, in words and in pictures."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from bot import pictures
from bot.actions.board_rows import Unlisted
from bot.actions.ladders import Card, History, Place, Receipt, Receipts
from bot.actions.library import Library
from bot.chat import ranks, shared_cards, sharing, shelves
from bot.chat.boards import provisional_words
from bot.chat.calendar import day_words, tick_words
from bot.chat.ladders import BoardButton
from bot.chat.receipts import change_line, next_step_words, number_lines
from bot.chat.scopes import SERVER, WORLD, category_words
from bot.chat.screens import AnyItem, Picture, Screen, card, line, row, shown_picture, text
from bot.chat.wording import (
    RIGHT,
    WRONG,
    plain_name,
    rating_words,
    relative,
    shortened,
    shown_name,
    tier_colour,
    tier_word,
    title_words,
)
from bot.words import _, ngettext
from ladder.tiers import Tier, division_of

log = logging.getLogger(__name__)

_STEM = 80
"""Characters of a question in a receipt, of which ten stand on one message."""


def card_screen(
    library: Library, shown: Card, *, own: bool, picture: Picture | None = None, shares: bool = False
) -> Screen:
    """A person's places, rating and title, what is missing for the next, and ways to the rest.

    ``shares`` says that there is a channel to share it with; only one's own can be shared.
    """
    name = shown_name(shown.name)
    if shown.world is None and shown.server is None:
        return Screen(card(text(f"# {name}", _absent(shown, own=own)), row(_check())))
    parts = _card_parts(library, shown, own=own, drawn=picture is not None)
    buttons: list[AnyItem] = [ranks.HistoryButton(shown.member, "📈"), ranks.AgainstButton(shown.member, "⚖️")]
    if own:
        buttons.append(ranks.WhyButton(shown.member, 0, _("Why?"), "🧾"))
    buttons += [BoardButton(SERVER if shown.server else WORLD, 0, _("Ladder"), "🪜"), _check()]
    more = [row(shared_cards.ShareButton(shown.member))] if own and shares else []
    return _pictured(picture, *parts, row(*buttons), *more, colour=tier_colour(shown.title.floor))


def public_screen(library: Library, shown: Card, picture: Picture | None) -> Screen:
    """The card as everybody sees it where somebody shared their own; whatever is pressed there opens in private."""
    parts = _card_parts(library, shown, own=False, drawn=picture is not None)
    buttons = row(
        shared_cards.OpenButton(shown.member), sharing.OpenButton(SERVER if shown.server else WORLD)
    )
    return _pictured(picture, *parts, buttons, colour=tier_colour(shown.title.floor))


def _card_parts(library: Library, shown: Card, *, own: bool, drawn: bool) -> list[AnyItem]:
    name, rating = shown_name(shown.name), shown.world.rating if shown.world else 0
    # The card bears the name in large letters already.
    heading = "###" if drawn else "#"
    parts: list[AnyItem] = [text(f"{heading} {name}", title_words(shown.title, rating))]
    parts += [line(), text(*_standings(shown), *_unlisted(shown, own=own))]
    if shown.by_category:
        strengths = [
            f"- {category_words(library, one.slug)}: **{rating_words(one.rating, provisional=one.provisional)}**"
            for one in shown.by_category
        ]
        parts += [line(), text(_("**By category**"), *strengths[:8])]
    parts += [line(), text(next_words(shown), f"-# {_xp(shown)}")]
    if shown.world is not None and shown.world.provisional:
        parts.append(text(f"-# {provisional_words()}"))
    return parts


def history_screen(shown: History, *, own: bool, picture: Picture | None = None) -> Screen:
    """A person's rating over time, and the way back to the card."""
    heading = text("# " + _("Rating of {name}", name=shown_name(shown.name)))
    back = ranks.CardButton(shown.member)
    if not shown.points:
        told = (
            _("Your rating has no history yet. One answer begins it: /quiz")
            if own
            else _("There is no history yet. One rated answer begins it.")
        )
        return Screen(card(heading, text(told), row(back, _check())))
    told = _course(shown, f"<t:{int(shown.points[0][0].timestamp())}:D>")
    return _pictured(picture, heading, text(told), row(back, ranks.AgainstButton(shown.member, "⚖️")))


def comparison_screen(
    one: Card, other: Card | None, *, picture: Picture | None = None, viewer: int | None = None
) -> Screen:
    """Two people's standings under one plot; without the other, a choice of whom."""
    choice = row(ranks.OtherSelect(one.member))
    back = ranks.CardButton(one.member)
    if other is None:
        told = _("With whom shall {name} be compared?", name=shown_name(one.name))
        return Screen(card(text("# " + _("Compare"), told), choice, row(back)))
    parts: list[AnyItem] = [
        text(
            f"## {shown_name(shown.name)}",
            *(_standings(shown) or [_absent(shown, own=shown.member == viewer)]),
        )
        for shown in (one, other)
    ]
    return _pictured(picture, *parts, choice, row(back, _check()))


def receipts_screen(shown: Receipts) -> Screen:
    """Why the rating is what it is: a person's answers, the latest first, with all numbers."""
    parts: list[AnyItem] = [text("# " + _("Why your rating is what it is"))]
    back = ranks.CardButton(shown.member)
    if not shown.receipts:
        told = _(
            "No answer of yours has been rated yet, so there is nothing to explain. Begin with one: /quiz"
        )
        return Screen(card(*parts, text(told), row(back, _check())))
    parts.append(
        text(
            "-# "
            + _(
                "Expected: how likely you were to be right, lucky guesses included. The less likely, the more a right answer earns."
            )
        )
    )
    for receipt in shown.receipts:
        parts += [line(), text(_event(receipt), *_receipt_lines(receipt))]
    buttons: list[AnyItem] = [back]
    if shown.count > 1:
        number, count = shown.number, shown.count
        parts.append(text("-# " + _("page {number} of {count}", number=number + 1, count=count)))
        buttons += [
            ranks.WhyButton(shown.member, number - 1, _("Previous"), "◀️", disabled=number == 0),
            ranks.WhyButton(shown.member, number + 1, _("Next"), "▶️", disabled=number + 1 == count),
        ]
    return Screen(card(*parts, row(*buttons)))


def _receipt_lines(receipt: Receipt) -> list[str]:
    changed = f"{change_line(receipt.moved)} · {relative(receipt.at)}"
    return [changed, *(number_lines(receipt.moved) if receipt.kind in {"answer", "review"} else ())]


def _event(receipt: Receipt) -> str:
    """What moved the rating."""
    stem = shortened(receipt.stem, _STEM)
    if receipt.kind == "void":
        return _("↩️ Taken back, because the question was wrong: {stem}", stem=stem)
    if receipt.kind == "idle":
        return _("💤 After 90 days without an answer, what was known of you before counts less.")
    if receipt.kind == "review":
        return _("🔁 {sign} Review: {stem}", sign=RIGHT if receipt.correct else WRONG, stem=stem)
    return f"{RIGHT if receipt.correct else WRONG} {stem}"


def _pictured(picture: Picture | None, *parts: AnyItem, colour: int | None = None) -> Screen:
    if picture is None:
        return Screen(card(*parts, colour=colour))
    return Screen(card(shown_picture(picture), *parts, colour=colour), pictures=[picture])


def _check() -> AnyItem:
    return shelves.ShelfButton(shelves.View("check").encode(), _("Check yourself"), "✏️")


def _absent(shown: Card, *, own: bool) -> str:
    if own:
        return _(
            "You are not on a ladder yet. One answer makes a place, and everybody starts at 1100 in Iron."
        )
    return _("{name} is not on a ladder yet.", name=shown_name(shown.name))


def _standings(shown: Card) -> list[str]:
    return [_standing(place, size, words) for place, size, words in _places(shown)]


def _places(shown: Card) -> list[tuple[Place, int, str]]:
    known = (
        (shown.world, shown.world_size, _("World")),
        (shown.server, shown.server_size, _("This server")),
    )
    return [(place, size, words) for place, size, words in known if place is not None]


def _standing(place: Place, size: int, words: str) -> str:
    right = _("{correct} of {answers} right", correct=place.correct, answers=place.answers)
    if place.rank is None:
        return _(
            "{ladder}: **{rating}** · {right}",
            ladder=words,
            rating=rating_words(place.rating, provisional=place.provisional),
            right=right,
        )
    return _(
        "{ladder}: **{rating}** · place **{rank}** of {size} · {right}",
        ladder=words,
        rating=rating_words(place.rating, provisional=place.provisional),
        rank=place.rank,
        size=size,
        right=right,
    )


def _unlisted(shown: Card, *, own: bool) -> list[str]:
    if all(place.rank is not None for place, _size, _words in _places(shown)):
        return []
    if shown.unlisted is Unlisted.HIDDEN:
        return ["-# " + _("🙈 Hidden from the ladders: only you see this. To come back: /privacy")]
    if shown.unlisted is Unlisted.IDLE:
        return ["-# " + _("💤 Not on the current boards: one answer brings the place back.")]
    if shown.unlisted is Unlisted.EXCLUDED and own:
        return ["-# " + _("Taken off this server's ladders by a moderator.")]
    return ["-# " + _("Not on this server's ladder.")]


def next_words(shown: Card) -> str:
    """What is missing for the next title."""
    return next_step_words(shown.next)


def _xp(shown: Card) -> str:
    return _("{xp} XP", xp=shown.xp)


def _missing(shown: Card) -> str:
    """What is missing for the next title where there is little room; the text beside it says it in full."""
    step = shown.next
    if step is None:
        return _("The highest title")
    tier = tier_word(step.tier)
    if step.points_missing:
        return ngettext("{n} point to {tier}", "{n} points to {tier}", step.points_missing, tier=tier)
    return _("Beat {tier} to climb", tier=tier)


def _course(shown: History, begin: str) -> str:
    ratings = [rating for _at, rating in shown.points]
    return _(
        "{changes} since {begin}: first {first}, now {last}, highest {highest}, lowest {lowest}.",
        changes=ngettext("{n} change", "{n} changes", len(ratings) - 1),
        begin=begin,
        first=ratings[0],
        last=ratings[-1],
        highest=max(ratings),
        lowest=min(ratings),
    )


async def card_picture(shown: Card, face: bytes | None) -> Picture | None:
    """The card of somebody who stands on a ladder, with a face as PNG, or the name's initial."""
    best = shown.world or shown.server
    if best is None:
        return None
    division = division_of(best.rating, shown.title)
    facts = pictures.CardFacts(
        name=plain_name(shown.name),
        tier=shown.title,
        title=tier_word(shown.title) + (f" {division.value}" if division else ""),
        rating=best.rating,
        provisional=best.provisional,
        places=tuple(
            _("{ladder}: place {rank} of {size}", ladder=words, rank=place.rank, size=size)
            for place, size, words in _places(shown)
            if place.rank is not None
        ),
        progress=shown.progress,
        missing=_missing(shown),
        xp=_xp(shown),
        recent=shown.recent,
    )
    alt = _(
        "Rank card of {name}: {title}, rating {rating}; {facts}.",
        name=facts.name,
        title=facts.title,
        rating=rating_words(facts.rating, provisional=facts.provisional),
        facts="; ".join((*facts.places, facts.missing, facts.xp)),
    )
    return await _drawn("card.png", alt, lambda: pictures.card(facts, face))


async def history_picture(shown: Sequence[History]) -> Picture | None:
    """The plot of one person's ratings, or of two people's, if there is anything to be drawn."""
    if not any(one.points for one in shown):
        return None
    facts = pictures.HistoryFacts(
        series=tuple(
            pictures.Series(
                plain_name(one.name), tuple((at.timestamp(), float(rating)) for at, rating in one.points)
            )
            for one in shown
        ),
        tick_words=tick_words,
        # Two people are named in the legend.
        title=_("Rating of {name}", name=plain_name(shown[0].name)) if len(shown) == 1 else "",
        bands=tuple(pictures.Band(tier, tier_word(tier)) for tier in Tier),
    )
    alt = " ".join(
        f"{plain_name(one.name)}: {_course(one, day_words(one.points[0][0]))}" for one in shown if one.points
    )
    return await _drawn("history.png", alt, lambda: pictures.history(facts))


async def _drawn(name: str, alt: str, draw: Callable[[], bytes]) -> Picture | None:
    """The picture, drawn beside the event loop; without one the text beside it says the same."""
    try:
        return Picture(name, await asyncio.to_thread(draw), alt)
    except Exception:
        log.exception("%s could not be drawn", name)
        return None
