"""Search that forgives typing mistakes and is fast enough to answer while somebody types."""

import heapq
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from lessons.model import Lesson

_TITLE, _CATEGORY, _SECTION, _SUMMARY = 1.0, 0.6, 0.5, 0.4
_LONGEST_TEXT = 120
_MOST_WORDS = 10
_COVERED = 0.5
"""How much of what was typed, by length, a lesson has to speak of."""
_LIKE_A_TITLE = 80
"""Out of 100: how alike a text and a title are when they count as the same with its spaces misplaced."""


class Index:
    """The words of some lessons, and where they occur; lessons are named by their number in the sequence."""

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        self._count = len(lessons)
        self._titles = [_plain(lesson.title) for lesson in lessons]
        self._slugs = [lesson.slug for lesson in lessons]
        weights: dict[str, dict[int, float]] = {}
        for number, lesson in enumerate(lessons):
            for word, weight in _weighted(lesson):
                where = weights.setdefault(word, {})
                where[number] = max(weight, where.get(number, 0.0))
        self._words = list(weights)
        self._where = list(weights.values())

    def search(self, text: str, limit: int) -> list[int]:
        """The numbers of the lessons that speak of this text, best first."""
        if not text.strip():
            return list(range(self._count))[: max(limit, 0)]
        scores = self._scores(text)
        return heapq.nsmallest(limit, scores, key=lambda number: (-scores[number], number))

    def nearest(self, text: str, limit: int) -> list[int]:
        """The numbers of the lessons that were probably meant, best first, as many as the limit allows."""
        best = dict.fromkeys(self.search(text, limit))
        asked = _plain(text[:_LONGEST_TEXT])
        alike = process.extract(asked, self._titles, scorer=fuzz.WRatio, limit=limit + len(best))
        best.update(dict.fromkeys(number for _, _, number in alike))
        best.update(dict.fromkeys(range(min(limit, self._count))))
        return list(islice(best, max(limit, 0)))

    def _scores(self, text: str) -> dict[int, float]:
        asked = _plain(text[:_LONGEST_TEXT])
        words = list(dict.fromkeys(asked.split()))[:_MOST_WORDS]
        scores: dict[int, float] = {}
        covered: dict[int, int] = {}
        for word in words:
            for number, score in self._speaking_of(word).items():
                scores[number] = scores.get(number, 0.0) + score * len(word)
                covered[number] = covered.get(number, 0) + len(word)
        typed = sum(map(len, words))
        found = {
            number: score / typed for number, score in scores.items() if covered[number] >= _COVERED * typed
        }
        joined = asked.replace(" ", "")
        titles = [title.replace(" ", "") for title in self._titles]
        for _, likeness, number in process.extract_iter(
            joined, titles, scorer=fuzz.ratio, score_cutoff=_LIKE_A_TITLE
        ):
            found[number] = max(found.get(number, 0.0), likeness / 100)
        return found

    def _speaking_of(self, asked: str) -> dict[int, float]:
        found: dict[int, float] = {}
        for position, likeness in self._words_like(asked).items():
            for number, weight in self._where[position].items():
                score = likeness * weight
                if score > found.get(number, 0.0):
                    found[number] = score
        return found

    def _words_like(self, asked: str) -> dict[int, float]:
        length = len(asked)
        mistakes = 0 if length < 4 else 1 if length < 6 else 2 if length < 10 else 3
        likeness: dict[int, float] = {}
        for position, word in enumerate(self._words):
            if asked in word:
                if word.startswith(asked):
                    likeness[position] = 0.9 + 0.1 * length / len(word)
                elif length > 2 or not asked.isascii():
                    likeness[position] = 0.7
        if mistakes:
            # A word that is still being typed is compared with as much of each known word.
            begun = [word[:length] for word in self._words] if length > 5 else self._words
            for candidates in (self._words, begun):
                for _, distance, position in process.extract_iter(
                    asked, candidates, scorer=OSA.distance, score_cutoff=mistakes
                ):
                    alike = 0.85 * (1 - distance / length)
                    likeness[position] = max(alike, likeness.get(position, 0.0))
        return likeness


def _weighted(lesson: Lesson) -> Iterator[tuple[str, float]]:
    for text, weight in (
        (lesson.title, _TITLE),
        (lesson.slug, _TITLE),
        (lesson.category, _CATEGORY),
        (lesson.summary, _SUMMARY),
        *((section.title, _SECTION) for section in lesson.sections),
    ):
        for word in _plain(text).split():
            yield word, weight


def _plain(text: str) -> str:
    """Without case, accents and punctuation."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(sign for sign in letters if not unicodedata.combining(sign))))
