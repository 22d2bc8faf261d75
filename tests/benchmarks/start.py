"""Starting with a library of 1,000 generated lessons: reading, checking and indexing them, beside a bare YAML parse."""

import asyncio
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from bot.actions.library import Library
from bot.app import create_bot
from bot.storage import Database
from bot.storage.migrating import upgrade
from lessons.loading import load

LESSONS = 1_000
ROUNDS = 3


def generate(root: Path) -> None:
    """Lessons of five sections and five questions, about 16 kB each."""
    paragraph = "Some words that explain one thing after another, so that a reader may follow them. " * 9
    for number in range(LESSONS):
        category = f"Category {number % 20}"
        lesson = {
            "title": f"Lesson number {number}",
            "summary": "What this lesson is about, in a line.",
            "category": category,
            "minutes": 6,
            "rating": 800 + number,
            "sections": [
                {"id": f"part-{part}", "title": f"Part {part}", "text": "\n\n".join([paragraph] * 3)}
                for part in range(5)
            ],
            "key_idea": "One sentence to keep.",
            "questions": [
                {
                    "id": f"lesson-{number}-question-{question}",
                    "stem": f"What follows from part {question} of lesson {number}?",
                    "options": [
                        {
                            "text": f"Reply {option} to {question}",
                            **(
                                {"correct": True}
                                if option == 0
                                else {"feedback": "Not so.", "repairs": "part-1"}
                            ),
                        }
                        for option in range(4)
                    ],
                    "explanation": paragraph[:300],
                }
                for question in range(5)
            ],
        }
        folder = root / f"category-{number % 20}"
        folder.mkdir(exist_ok=True)
        (folder / f"lesson-{number}.yaml").write_text(
            yaml.dump(lesson, Dumper=yaml.CSafeDumper), encoding="utf-8"
        )


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """The median of several runs in seconds, and the last result."""
    times, result = [], None
    for _ in range(ROUNDS):
        began = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - began)
    return statistics.median(times), result


async def open_bot(folder: Path, catalogue: Any) -> None:
    """A migrated database and a client, as far as it goes without Discord."""
    url = f"sqlite:///{folder / 'bench.sqlite3'}"
    await upgrade(url)
    database = Database(url)
    create_bot(database, catalogue)
    await database.close()


def main() -> None:
    """Print one table."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "content"
        root.mkdir()
        generate(root)
        files = sorted(root.rglob("*.yaml"))
        size = sum(file.stat().st_size for file in files) / len(files)

        def bare() -> None:
            for file in files:
                yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)

        bare_time, _ = timed(bare)
        load_time, catalogue = timed(lambda: load([root]))
        index_time, _ = timed(lambda: Library(load_again(catalogue)).search("lesson nmber 512", 25))
        search_time, _ = timed(lambda: [Library(catalogue).search("leson 512", 25) for _ in range(20)])
        bot_time, _ = timed(lambda: asyncio.run(open_bot(Path(name), catalogue)))
        print(f"{LESSONS} lessons of {size / 1000:.1f} kB on average, median of {ROUNDS}")
        print(f"{'bare CSafeLoader parse':40}{bare_time:>8.2f} s")
        print(f"{'load: parse, validate, build':40}{load_time:>8.2f} s   {load_time / bare_time:.2f} x bare")
        print(f"{'first search, with the index':40}{index_time:>8.2f} s")
        print(f"{'a search':40}{search_time / 20 * 1000:>8.2f} ms")
        print(f"{'database and client':40}{bot_time:>8.2f} s")
        print(f"{'start in all':40}{load_time + index_time + bot_time:>8.2f} s")
        print(f"{'peak memory':40}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:>8.0f} MB")


def load_again(catalogue: Any) -> Any:
    """The same lessons in a catalogue that has no index yet."""
    return type(catalogue)(catalogue.lessons)


if __name__ == "__main__":
    main()
