"""Scopes: which ladder is meant, in the words that buttons carry and in those that people read."""

from bot.actions.library import Library
from bot.words import N_, _

SERVER, WORLD, SEASON, SEASONS, XP, SERVERS = "server", "world", "season", "seasons", "xp", "servers"
"""Beside these there are ``category:SLUG`` and, for a season that is over, ``season:ID``."""

SCOPE = r"(?P<scope>server|world|seasons?|xp|servers|category:[a-z0-9-]+|season:\d{1,18})"
"""A scope in a button's template; one's own server is meant wherever one is."""

FIRST_SCOPE = r"(?P<scope>server|world|category:[a-z0-9-]+)"
"""The scopes there were at first."""

_NAMES = {
    SERVER: ("🪜", N_("This server's ladder")),
    WORLD: ("🌍", N_("The world's ladder")),
    SEASON: ("🏁", N_("This season")),
    SEASONS: ("🏛️", N_("Past seasons")),
    XP: ("✨", N_("XP this week")),
    SERVERS: ("⚔️", N_("Servers against servers")),
}


def named_scopes(library: Library, *, in_server: bool) -> dict[str, str]:
    """Every ladder that can be looked at from here, and what it is called."""
    scopes = [SERVER, XP, SEASON, SEASONS, SERVERS, WORLD] if in_server else [WORLD, XP, SERVERS]
    scopes += [f"category:{one.slug}" for one in library.catalogue.categories]
    return {scope: scope_words(library, scope) for scope in scopes}


def scope_words(library: Library, scope: str) -> str:
    """What a ladder is called."""
    return scope_name(scope) if scope in _NAMES else category_words(library, scope.partition(":")[2])


def scope_name(scope: str) -> str:
    """What a ladder is called where no library is at hand: a category by its slug."""
    named = _NAMES.get(scope)
    return _(named[1]) if named is not None else scope.partition(":")[2]


def scope_sign(scope: str) -> str:
    """The sign before its heading."""
    return _NAMES.get(scope.partition(":")[0], _NAMES[SERVER])[0]


def category_words(library: Library, slug: str) -> str:
    """A category's name; of one that is no longer taught, its slug."""
    return next((one.name for one in library.catalogue.categories if one.slug == slug), slug)
