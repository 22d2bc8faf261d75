"""What a board looks like, to whoever called it up and to a whole channel."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.actions.board_rows import Row, Unlisted
from bot.actions.boards import Board
from bot.actions.library import Library
from bot.actions.seasons import Honoured, Overview, PastSeason
from bot.chat import ladders, sharing, shelves
from bot.chat.scopes import SEASON, SEASONS, SERVER, SERVERS, WORLD, XP, scope_sign, scope_words
from bot.chat.screens import AnyItem, Screen, card, line, row, rows, text
from bot.chat.wording import (
    change_words,
    plain_name,
    quoted_name,
    rating_words,
    relative,
    shown_name,
    shown_words,
    tier_sign,
    tier_word,
)
from bot.words import _, ngettext
from bot.words.calendars import month_words
from ladder.standings import SCORED_MEMBERS

_UNBROKEN = "\u00a0"
"""A space at which no line is broken."""

_MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}

SEASONS_TOLD = 5
"""Past seasons whose honours are told at a time; each can be opened."""
_TOLD = 2_800
"""Characters of honours that leave room for the rest of a message."""
_SHARING = 3
"""Names told of those who share an honour."""


def board_screen(library: Library, board: Board, *, in_server: bool) -> Screen:
    """A part of a board for whoever called it up, their own place, and ways to the rest."""
    parts = [*_part(library, board, in_server=in_server), line()]
    if own := _own(board, in_server):
        parts.append(text(*own))
    parts.append(row(ladders.LadderSelect(board.scope, library, in_server=in_server)))
    scope, number = board.scope, board.number
    buttons: list[AnyItem] = []
    if board.count > 1 or board.around:
        last = number + 1 == board.count
        buttons += [
            ladders.TurnButton(scope, number - 1, _("Previous"), "◀️", disabled=number == 0),
            ladders.TurnButton(scope, number + 1, _("Next"), "▶️", disabled=last),
            ladders.TopButton(scope, disabled=number == 0 and not board.around),
            ladders.MineButton(scope, disabled=board.own is None or board.around),
            ladders.RankButton(scope),
        ]
    if in_server and board.rows:
        buttons.append(sharing.ShareButton(scope, number))
    buttons.append(shelves.ShelfButton(shelves.View("check").encode(), _("Check yourself"), "✏️"))
    return Screen(card(*parts, *rows(buttons)))


def foreign_screen(library: Library, board: Board, guild: int, *, in_server: bool) -> Screen:
    """A part of another server's ladder, which its moderators have opened, and the way back."""
    home = SERVER if in_server else WORLD
    parts = [*_part(library, board, in_server=False), line()]
    if board.own is not None:
        parts.append(text(*_own(board, in_server)))
    buttons: list[AnyItem] = []
    if board.count > 1:
        last = board.number + 1 == board.count
        buttons += [
            ladders.ForeignButton(guild, board.number - 1, _("Previous"), "◀️", disabled=board.number == 0),
            ladders.ForeignButton(guild, board.number + 1, _("Next"), "▶️", disabled=last),
        ]
    buttons.append(ladders.TurnButton(home, 0, scope_words(library, home), scope_sign(home)))
    return Screen(card(*parts, row(*buttons)))


def public_screen(library: Library, board: Board, note: str = "", *, live: bool = False) -> Screen:
    """A part of a board for a whole channel, with a note below it; a live one can be stopped."""
    parts = _part(library, board, in_server=True)
    if note:
        parts.append(text(f"-# {note}"))
    buttons: list[AnyItem] = [sharing.OwnButton(board.scope), sharing.OpenButton(board.scope)]
    if live:
        buttons.append(sharing.StopButton(board.scope))
    return Screen(card(*parts, row(*buttons)))


def seasons_screen(library: Library, overview: Overview, number: int = 0) -> Screen:
    """A page of the seasons that are over, with who is remembered for them, and a way to the standings of each."""
    parts: list[AnyItem] = [text(f"# {scope_sign(SEASONS)} {scope_words(library, SEASONS)}"), line()]
    told: list[str] = []
    for season in overview.past:
        told.append("\n".join(_season_lines(season)))
        if sum(map(len, told)) > _TOLD:
            break
    parts += [text(one) for one in told]
    if overview.past:
        parts.append(row(ladders.SeasonSelect(overview.past)))
    elif overview.running is not None:
        parts.append(
            text(
                _(
                    "No season has ended here yet. The first one ends {when}; whoever answers until then is in it.",
                    when=relative(overview.running.ends_at),
                )
            )
        )
    else:
        parts.append(text(_("No season has ended here yet. A moderator starts one: /settings")))
    count = -(-overview.past_count // SEASONS_TOLD)
    if count > 1:
        parts.append(
            row(
                ladders.TurnButton(SEASONS, number - 1, _("Previous"), "◀️", disabled=number == 0),
                ladders.TurnButton(SEASONS, number + 1, _("Next"), "▶️", disabled=number + 1 >= count),
            )
        )
    return Screen(card(*parts, row(ladders.LadderSelect(SEASONS, library, in_server=True))))


def _part(library: Library, board: Board, *, in_server: bool) -> list[AnyItem]:
    """What everybody sees of a board."""
    heading = text(
        f"# {scope_sign(board.scope)} {_title(library, board)}", _subtitle(board, in_server=in_server)
    )
    parts: list[AnyItem] = [heading, line()]
    if not board.rows:
        return [*parts, text(_empty(board, in_server=in_server))]
    width = max(3, *(len(str(one.rank)) for one in board.rows))
    own = board.own.member if board.own is not None else None
    parts.append(text("\n".join(_row(board, one, width, own=one.member == own) for one in board.rows)))
    return [*parts, text(*(f"-# {one}" for one in _notes(board)))]


def _row(board: Board, place: Row, width: int, *, own: bool) -> str:
    name = quoted_name(place.name)
    if own:
        name = (
            _("{name} (this server)", name=name) if board.scope == SERVERS else _("{name} (you)", name=name)
        )
    rank = f"`{place.rank:>{width}}`"
    if place.title is None or place.answers is None:
        points = _("{xp} XP", xp=place.points) if board.scope == XP else str(place.points)
        return f"{rank} {name} · **{points}**"
    facts = [ngettext("{n} answer", "{n} answers", place.answers)]
    if place.trend is not None:
        facts.append(_trend(place.trend))
    rating = rating_words(place.points, provisional=place.provisional)
    # A narrow screen breaks the line between facts, and never inside one.
    return f"{rank} {tier_sign(place.title)} {name} · **{rating}** {tier_word(place.title)}" + "".join(
        f"{_UNBROKEN}· {one.replace(' ', _UNBROKEN)}" for one in facts
    )


def _trend(change: int) -> str:
    return f"▲ {change}" if change > 0 else f"▼ {-change}" if change < 0 else change_words(change)


def _notes(board: Board) -> Iterable[str]:
    counted = ngettext("{n} on this ladder", "{n} on this ladder", board.size)
    if board.around:
        yield _("{counted} · around your place", counted=counted)
    else:
        yield _(
            "{counted} · page {number} of {count}",
            counted=counted,
            number=board.number + 1,
            count=board.count,
        )
    if any(one.trend is not None for one in board.rows):
        yield _("▲ and ▼: rating gained or lost in the last seven days")
    if board.has_ties:
        yield _("Equals share a rank, and the next rank counts them all: 1, 2, 2, 4.")


def _own(board: Board, in_server: bool) -> list[str]:
    if board.scope == SERVERS:
        return (
            _own_server(board) if in_server else [_("Open this in a server to see where that server stands.")]
        )
    if board.own is None:
        # An empty board has said already how one comes onto it.
        return [_unlisted(board)] if board.rows or board.unlisted is not None else []
    place = _("Your place: **{rank}** of {size}", rank=board.own.rank, size=board.size)
    if board.scope == XP:
        return [f"{place}, " + _("**{xp} XP**", xp=board.own.points)]
    rating = rating_words(board.own.points, provisional=board.own.provisional)
    told = [f"{place}, " + _("rating **{rating}**", rating=rating)]
    return [*told, f"-# {provisional_words()}"] if board.own.provisional else told


def _own_server(board: Board) -> list[str]:
    if board.own is not None:
        return [
            _(
                "This server's place: **{rank}** of {size}, score **{score}**",
                rank=board.own.rank,
                size=board.size,
                score=board.own.points,
            )
        ]
    if board.competes:
        return [
            _(
                "This server takes part. It gets its place when five members have ten quiz answers each, here and in the world; in polls it takes twice as many."
            )
        ]
    return [_("This server does not take part. A moderator can enter it: /settings")]


def _unlisted(board: Board) -> str:
    if board.unlisted is Unlisted.HIDDEN:
        return _("You are hidden, so no ladder shows you. To come back: /privacy")
    if board.unlisted is Unlisted.EXCLUDED:
        return _("A moderator has taken you off this server's ladders.")
    if board.unlisted is Unlisted.DEPARTED:
        return _("You left this server for a while. One answer here brings your place back: /quiz")
    if board.unlisted is Unlisted.IDLE:
        return _("You have not answered for a while. One answer brings your place back: /quiz")
    if board.is_over:
        return _("You have no place in this season. There is another chance in the next.")
    if board.scope == XP:
        return _("You have no XP this week. A right first answer earns some: /quiz")
    return _("You have no place here yet. One answer makes one: /quiz")


def _empty(board: Board, *, in_server: bool) -> str:
    if board.server is not None:
        return _("Nobody stands on this server's ladder yet.")
    if board.ladder is None:
        return _("No season runs here. A moderator starts one: /settings")
    if board.is_over:
        return _("Nobody who is shown took part in this season.")
    if board.scope == SEASON:
        return _("Nobody has answered in this season yet; one answer in this server makes a place: /quiz")
    if board.scope == XP:
        return _("Nobody has earned XP yet this week; one right first answer makes a place: /quiz")
    if board.scope == SERVERS:
        return _(
            "No server stands here yet. Each is entered by a moderator of its own, in /settings, and needs five members with ten quiz answers each, or twice as many in polls."
        )
    if in_server and board.scope == SERVER:
        return _("Nobody has climbed here yet; one answer makes a place: /quiz")
    return _("Nobody has climbed this ladder yet; one answer makes a place: /quiz")


def _title(library: Library, board: Board) -> str:
    if board.server is not None:
        return shown_words(board.server)
    if board.season is not None:
        return shown_words(board.season.name or month_words(board.season.starts_at))
    return scope_words(library, board.scope)


def _subtitle(board: Board, *, in_server: bool) -> str:
    if board.server is not None:
        return "-# " + _("Another server's ladder, open to everybody")
    if board.season is not None and board.is_over:
        span = _span(board.season.starts_at, board.season.ended_at or board.season.ends_at)
        return "-# " + _("Final standings · {span}", span=span)
    if board.season is not None:
        return "-# " + _("Season · ends {when}", when=relative(board.season.ends_at))
    if board.scope == XP:
        return "-# " + (
            _("Earned in this server since Monday") if in_server else _("Earned everywhere since Monday")
        )
    if board.scope == SERVERS:
        return "-# " + _(
            "The score is the mean rating in the world of a server's best {most} members.",
            most=SCORED_MEMBERS,
        )
    return ""


def _season_lines(season: PastSeason) -> list[str]:
    size = ngettext("{n} member", "{n} members", season.size)
    lines = [f"**{shown_words(season.name)}** · {_span(season.starts_at, season.ended_at)} · {size}"]
    places = [
        f"{medal} {_sharing(won)} **{won[0].value}**"
        for place, medal in _MEDALS.items()
        if (won := [one for one in season.honours if one.kind == "place" and one.place == place])
    ]
    if places:
        lines.append(" · ".join(places))
    others: list[str] = []
    if climbed := [one for one in season.honours if one.kind == "climber"]:
        gained = change_words(climbed[0].value)
        others.append("📈 " + _("biggest climber: {who}, {gained}", who=_sharing(climbed), gained=gained))
    if faithful := [one for one in season.honours if one.kind == "faithful"]:
        days = ngettext("{n} day", "{n} days", faithful[0].value)
        others.append("📅 " + _("most faithful: {who}, {days}", who=_sharing(faithful), days=days))
    return [*lines, " · ".join(others)] if others else lines


def _sharing(won: Sequence[Honoured]) -> str:
    names = ", ".join(shown_name(one.name) for one in won[:_SHARING])
    more = len(won) - _SHARING
    return ngettext("{names} and {n} more", "{names} and {n} more", more, names=names) if more > 0 else names


def _span(start: datetime, end: datetime) -> str:
    return f"<t:{int(start.timestamp())}:d> – <t:{int(end.timestamp())}:d>"


def season_label(season: PastSeason) -> str:
    """A season in a list to choose from."""
    winners = [one for one in season.honours if one.kind == "place" and one.place == 1]
    if not winners:
        return season.name
    return f"{season.name} · {_MEDALS[1]} {plain_name(winners[0].name)}"


def provisional_words() -> str:
    """What the question mark beside a rating means."""
    return _(
        "“?” means that the rating still moves a lot. It goes after thirty answers in quizzes, or twice as many in polls."
    )
