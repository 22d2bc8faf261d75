"""The list of lessons as it may look to members who have done little, much and all."""

from collections.abc import Iterator

from bot.actions.library import Library
from bot.actions.reading import Mark, OwnShelf, Suggestion
from bot.chat.screens import Screen
from bot.chat.shelves import View, shelf_screen


def own_lists(library: Library, view: View) -> Iterator[Screen]:
    """One screen of the list with all that it may say to a member."""
    shelf = library.shelf(category=view.category, level=view.level, text=view.query, number=view.number)
    shown = shelf.lessons or shelf.near
    unread = {one.slug: library.required(one) for one in shown}
    last = library.lessons[-1]
    done = Mark(section=12, answered=40, right=40), Mark(read=True, beaten=True)
    for mark in (Mark(), Mark(section=12, answered=1, right=1), *done):
        for suggestion in (
            Suggestion(last, "left", 12),
            Suggestion(last, "next"),
            Suggestion(last, "start"),
            None,
        ):
            for length in (1, 100):
                marks = {one.slug: mark for one in shown}
                yield shelf_screen(library, view, OwnShelf(shelf, marks, unread, suggestion, length, length))
