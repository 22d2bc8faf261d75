"""Lessons without a letter from A to Z, so that every such letter seen is the bot's own; one is as big as they get."""

from lessons import format as limits
from lessons.catalogue import Catalogue
from lessons.model import CURATED, Lesson, Option, Question, Section

HUGE = "huge-1".ljust(limits.LONGEST_SLUG, "x")
"""The slug of the lesson that fills every limit of the lesson format."""

TIERS = (1000, 1300, 1500, 1700, 1900, 2100, 2300, 2500)


def filled(length: int, seed: str = "жаба") -> str:
    """Words of exactly this length together."""
    return (f"{seed} " * (length // (len(seed) + 1) + 1))[: length - 1].rstrip().ljust(length, "ж")


def question(slug: str, number: int, *, options: int = 2, big: bool = False) -> Question:
    return Question(
        owner=CURATED,
        id=f"{slug}-{number}",
        stem=filled(limits.LONGEST_STEM, f"хто{number}") if big else f"Хто там, {number} {len(slug)}?",
        options=tuple(
            Option(
                text=filled(limits.LONGEST_OPTION, f"я{at}") if big else f"Я {at}",
                correct=at == 0,
                feedback=(filled(limits.LONGEST_FEEDBACK) if big else "Ні.") if at else None,
                repairs=(f"s{at}" if big else "s1") if at else None,
            )
            for at in range(options)
        ),
        explanation=filled(limits.LONGEST_EXPLANATION) if big else "Бо так.",
    )


def _small(rating: int) -> Lesson:
    slug = f"small-{rating}"
    return Lesson(
        owner=CURATED,
        slug=slug,
        title=f"Сходинка {rating}",
        summary="Коротко.",
        category="Наука" if rating < 1800 else "Мистецтво",
        minutes=1 if rating < 1400 else 5,
        rating=rating,
        sections=(Section("s1", "Початок", "Текст."),),
        key_idea="Думка.",
        questions=(question(slug, 1, options=3),),
    )


def huge(
    number: int, *sections: int, sources: tuple[int, ...] = (), requires: tuple[str, ...] = ()
) -> Lesson:
    """Everything as long as lesson files allow, with sections and sources of these lengths."""
    slug = f"huge-{number}".ljust(limits.LONGEST_SLUG, "x")
    return Lesson(
        owner=CURATED,
        slug=slug,
        title=filled(limits.LONGEST_TITLE, f"том{number}"),
        summary=filled(limits.LONGEST_SUMMARY),
        category=filled(limits.LONGEST_CATEGORY, "жук"),
        minutes=limits.MOST_MINUTES,
        rating=2450,
        sections=tuple(
            Section(f"s{place}", filled(limits.LONGEST_TITLE, f"ліс{place}"), filled(length))
            for place, length in enumerate(sections, start=1)
        ),
        key_idea=filled(limits.LONGEST_KEY_IDEA),
        questions=tuple(question(slug, place, options=5, big=True) for place in range(1, 4)),
        requires=requires,
        sources=tuple(filled(length, f"книга{place}") for place, length in enumerate(sources, start=1)),
    )


def shelf() -> Catalogue:
    """A lesson of each tier, and a huge one."""
    needed = ("small-1000", "small-1300", "small-1500")
    big = huge(1, 4_000, 300, 300, 300, 800, sources=(300, 40), requires=needed)
    return Catalogue((*map(_small, TIERS), big))


def giants() -> Catalogue:
    """Huge lessons alone, whose sections fill their pages in every way that is known to be tight."""
    shapes: tuple[tuple[int, ...], ...] = (
        (1_900,),
        (1_600,),
        (12_000,) * 3,
        (4_000, 300, 300, 300, 800),
        (500, 500, 500, 100),
        (110,) * 12,
        (1_500, 1_900, 1_601, 100),
    )
    most = (limits.LONGEST_SOURCE,) * limits.MOST_SOURCES
    lessons: list[Lesson] = []
    for lengths in shapes:
        for sources in ((), (60,) * limits.MOST_SOURCES, most):
            needed = tuple(one.slug for one in lessons[-limits.MOST_REQUIRED :])
            lessons.append(huge(len(lessons) + 1, *lengths, sources=sources, requires=needed))
    return Catalogue(tuple(lessons))
