"""The pictures room: what people look at; values in, PNG bytes out, every word on them given by the caller."""

from bot.pictures.card import card
from bot.pictures.facts import Band, CardFacts, HistoryFacts, Series, TickUnit
from bot.pictures.forgetting import forget
from bot.pictures.history import history

__all__ = ["Band", "CardFacts", "HistoryFacts", "Series", "TickUnit", "card", "forget", "history"]
