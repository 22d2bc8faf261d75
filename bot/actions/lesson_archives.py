"""Archives of a server's own lessons: everything that it has written, in zip files that can be sent."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.storage.own_lessons import Edition

_MOST = 3 * 1024 * 1024
"""Characters in one archive: Discord takes files of 10 MiB, and no text packs to more than 3 bytes a character."""

_FOLDERS = {"published": "", "draft": "drafts/", "retired": "retired/", "replaced": "replaced/"}


@dataclass(frozen=True, slots=True)
class Archive:
    """One zip file of several."""

    content: bytes
    files: int
    part: int
    """From 0."""
    parts: int


def parts_of(editions: Sequence[Edition], sizes: Mapping[tuple[str, int], int]) -> list[list[Edition]]:
    """The editions, shared out among archives: what is taught first, then what waits, then what was."""
    order = list(_FOLDERS)
    parts: list[list[Edition]] = [[]]
    filled = 0
    for one in sorted(editions, key=lambda one: (order.index(one.state), one.name, -one.version)):
        size = sizes.get((one.name, one.version), 0)
        if parts[-1] and filled + size > _MOST:
            parts.append([])
            filled = 0
        parts[-1].append(one)
        filled += size
    return parts


def archive_of(sources: Mapping[Edition, str], part: int, parts: int) -> Archive:
    """The zip file; what is taught bears its lesson's name, so that it can be handed in again as it is."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for edition, source in sources.items():
            archive.writestr(file_of(edition), source)
    return Archive(written.getvalue(), len(sources), part, parts)


def file_of(edition: Edition) -> str:
    """Where an edition stands in an archive; names are those of slugs, so no path leads out of it."""
    named = edition.name if edition.state == "published" else f"{edition.name}-version-{edition.version}"
    return f"{_FOLDERS[edition.state]}{named}.yaml"
