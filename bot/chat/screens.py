"""Screens: Components V2 messages whose buttons outlive the process."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import discord
from discord import ui

AnyItem = ui.Item[Any]

_LONGEST_ALT_TEXT = 1024


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG that goes with a screen, and what it shows in a sentence."""

    name: str
    """The file's: card.png."""
    png: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file that goes with a screen, to be kept."""

    name: str
    content: bytes


class Screen(ui.LayoutView):
    """One rendering of a message; a fresh one is made each time something is shown.

    All its buttons and selects are dynamic items. Mixed with ordinary ones they would be unregistered for
    the whole bot as soon as this one message is done with, so a mixture is refused here.
    """

    def __init__(
        self, *items: AnyItem, pictures: Sequence[Picture] = (), documents: Sequence[Document] = ()
    ) -> None:
        """``pictures`` and ``documents`` are sent along with the items, some of which show them."""
        super().__init__(timeout=None)
        self._sent_along = (
            *((one.name, one.png) for one in pictures),
            *((one.name, one.content) for one in documents),
        )
        for item in items:
            self.add_item(item)
        for child in self.walk_children():
            if child.is_dispatchable() and not isinstance(child, ui.DynamicItem):
                raise TypeError(f"{child!r} is not a dynamic item, so it cannot stand on a Screen")

    def files(self) -> list[discord.File]:
        """What is to be sent along, fresh for each sending."""
        return [discord.File(BytesIO(content), filename=name) for name, content in self._sent_along]

    def is_finished(self) -> bool:
        """True from the start: discord.py then keeps nothing of it once it is sent.

        Its items are registered once for all messages. Kept, every private screen would cost a task for
        fifteen minutes, at whose end it could take the templates of its items with it.
        """
        return True


def text(*paragraphs: str) -> ui.TextDisplay[Any]:
    """One block of text, a line each; empty ones are left out."""
    return ui.TextDisplay("\n".join(paragraph for paragraph in paragraphs if paragraph))


def card(*items: AnyItem, colour: int | None = None) -> ui.Container[Any]:
    """A framed card with a coloured edge."""
    return ui.Container(*items, accent_colour=discord.Colour(colour) if colour else None)


def row(*items: AnyItem) -> ui.ActionRow[Any]:
    """One row: up to five buttons, or one select."""
    return ui.ActionRow(*items)


def rows(buttons: Iterable[AnyItem]) -> list[AnyItem]:
    """Rows of five buttons; none for no buttons."""
    listed = list(buttons)
    return [row(*listed[start : start + 5]) for start in range(0, len(listed), 5)]


def shown_picture(picture: Picture) -> ui.MediaGallery[Any]:
    """The picture across the whole card, described for whoever does not see it."""
    alt = picture.alt[:_LONGEST_ALT_TEXT]
    return ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{picture.name}", description=alt))


def shown_document(document: Document) -> ui.File[Any]:
    """The document, to be downloaded."""
    return ui.File(f"attachment://{document.name}")


def line() -> ui.Separator[Any]:
    """A thin line."""
    return ui.Separator()


def note(*paragraphs: str) -> Screen:
    """A message that is nothing but text."""
    return Screen(text(*paragraphs))
