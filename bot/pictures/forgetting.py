"""The pictures room's forgetting: nobody's face or name outlives the deletion of their data."""

from bot.pictures.avatars import forget_portraits
from bot.pictures.layout import laid
from bot.pictures.writing import line


def forget() -> None:
    """Let go of all faces and words that are kept to be drawn again; whose each is, nobody knows here."""
    forget_portraits()
    line.cache_clear()
    laid.cache_clear()
