"""A lesson begun: a file that is well-formed from the start, and tells its author what belongs where."""

import re
from pathlib import Path
from string import Template

from bot.authoring.writing import schema_line, written
from ladder.tiers import Tier
from lessons.document import read_document
from lessons.format import (
    HIGHEST_RATING,
    LONGEST_CATEGORY,
    LONGEST_TITLE,
    LOWEST_RATING,
    ONE_LINE,
    SLUG,
)
from lessons.refusals import suggestion
from lessons.slugs import LONGEST_SLUG, slug_of, squeezed
from lessons.splitting import units

_SKELETON = Template(Path(__file__).with_name("skeleton.yaml").read_text(encoding="utf-8"))


class CannotBegin(Exception):
    """A lesson cannot be begun so; the message is a sentence that says what to do."""


def begin(
    folder: Path, category: str, slug: str, *, title: str | None, rating: int, new_category: bool = False
) -> Path:
    """Write the skeleton of a lesson into the library in this folder, and return its file.

    ``category`` is a name or a slug. Raises `CannotBegin`, and then nothing was written.
    """
    check_slug(slug)
    check_rating(rating)
    title = title if title is not None else slug.replace("-", " ").capitalize()
    check_about(title, category)
    if not folder.is_dir():
        raise CannotBegin(f"There is no folder {folder}; make it first, or name a library with --folder.")
    named = _category(folder, category, new_category=new_category)
    file = folder / slug_of(named) / f"{slug}.yaml"
    refuse_taken(folder, slug, title)
    create(file, skeleton(file, named, title, rating))
    return file


def skeleton(file: Path, category: str, title: str, rating: int) -> str:
    """The text of a lesson that is to be written in this file."""
    return schema_line(file) + _SKELETON.substitute(
        slug=file.stem,
        title=written({"title": title}).strip(),
        category=written({"category": category}).strip(),
        rating=rating,
        tiers=", ".join(f"{tier.name.capitalize()} from {max(tier.floor, LOWEST_RATING)}" for tier in Tier),
    )


def create(file: Path, text: str) -> None:
    """Write a file that must not exist yet, and its folder if need be; raises `CannotBegin`."""
    try:
        file.parent.mkdir(exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as new:
            new.write(text)
    except FileExistsError:
        raise CannotBegin(f"{file} exists already; choose another slug, or work on that file.") from None
    except OSError as error:
        raise CannotBegin(
            f"{file} cannot be written ({error.strerror}); check the folder and its permissions."
        ) from None


def check_slug(slug: str) -> None:
    """Raise `CannotBegin` unless a lesson may be called so."""
    if not re.fullmatch(SLUG, slug) or len(slug) > LONGEST_SLUG:
        raise CannotBegin(
            f"“{slug[:60]}” is not a slug: lower-case letters and digits with single hyphens between, at most "
            f"{LONGEST_SLUG} characters; for example {slug_of(slug) or 'base-rates'}."
        )


def check_rating(rating: int) -> None:
    """Raise `CannotBegin` unless a lesson may be that difficult."""
    if not LOWEST_RATING <= rating <= HIGHEST_RATING:
        raise CannotBegin(f"A rating lies from {LOWEST_RATING} to {HIGHEST_RATING}, and {rating} does not.")


def check_about(title: str, category: str | None) -> None:
    """Raise `CannotBegin` unless a lesson's title and category may be written so."""
    _check_line("title", title, LONGEST_TITLE)
    if category is not None:
        _check_line("category", category, LONGEST_CATEGORY)


def refuse_taken(folder: Path, slug: str, title: str) -> None:
    """Raise `CannotBegin` if a lesson of this library has that slug or title already."""
    for file in sorted(folder.rglob("*.yaml")):
        if file.stem == slug:
            raise CannotBegin(f"The slug “{slug}” is taken by {file}; choose another, or work on that file.")
        if squeezed(_value(file, "title")) == squeezed(title):
            raise CannotBegin(f"The title “{title}” is that of {file}; name another with --title.")


def _check_line(what: str, text: str, longest: int) -> None:
    if not re.fullmatch(ONE_LINE, text) or units(text) > longest or not text.isprintable():
        raise CannotBegin(f"The {what} is one line of at most {longest} characters; shorten it.")


def _category(folder: Path, category: str, *, new_category: bool) -> str:
    """The category's name, spelled as the lessons there spell it."""
    slugs = sorted(
        path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))
    )
    wanted = slug_of(category)
    if wanted in slugs:
        said = (_value(file, "category") for file in sorted((folder / wanted).glob("*.yaml")))
        return next((name for name in said if slug_of(name) == wanted), _spelled(category))
    if new_category:
        return _spelled(category)
    near = suggestion(wanted, slugs)
    listed = (
        f"did you mean “{near}”?"
        if near
        else f"there are {', '.join(slugs)}."
        if slugs
        else "there is none yet."
    )
    raise CannotBegin(
        f"There is no category “{category}” in {folder}; {listed} For a new one add --new-category."
    )


def _spelled(category: str) -> str:
    """A category's name as one that was typed as a slug is meant: machine-learning is Machine Learning."""
    return category.replace("-", " ").title() if re.fullmatch(SLUG, category) else " ".join(category.split())


def _value(file: Path, key: str) -> str:
    try:
        source = file.read_bytes()
    except OSError:
        return ""
    return next((value for _, value in read_document(source, file).find(key) if isinstance(value, str)), "")
