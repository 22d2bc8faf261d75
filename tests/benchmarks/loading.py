"""Loading 1,000 lessons of five sections and five questions: checked, from the cache, and the bare YAML parse beside.

Then a search of them, as for every key that is pressed in an option's field, beside asking each title for the words.

Each way has a process of its own, so that its memory is its own too. Run as ``python -m tests.benchmarks.loading``.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from lessons.loading import load
from tests.benchmarks.start import LESSONS, generate

GATE = 0.1
"""The most that a start from the cache may take of a start that checks."""


def bare(folder: Path) -> int:
    """Parse every file with the loader in C, and keep what came out, as the other ways do."""
    parsed = [
        yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) for path in sorted(folder.rglob("*.yaml"))
    ]
    return len(parsed)


def checked(folder: Path) -> int:
    """Load with every check, and write the cache."""
    (folder.parent / "cache.json").unlink(missing_ok=True)
    return len(load([folder], cache=folder.parent / "cache.json"))


def cached(folder: Path) -> int:
    """Load from the cache that the start before wrote."""
    return len(load([folder], cache=folder.parent / "cache.json"))


def search(folder: Path) -> None:
    """Print what a search takes, in ms, and what as plain a one as there can be."""
    catalogue = load([folder], cache=folder.parent / "cache.json")
    titles = [one.title for one in catalogue.lessons]
    words = [title.split() for title in titles[:: len(titles) // 20]]
    texts = [word[:length] for title in words for word in title for length in (1, 3, 6, len(word))]
    started = time.perf_counter()
    for text in texts:
        catalogue.search(text, 25)
    ours = (time.perf_counter() - started) / len(texts)
    started = time.perf_counter()
    for text in texts:
        [title for title in titles if text.casefold() in title.casefold()][:25]
    plain = (time.perf_counter() - started) / len(texts)
    print(f"a forgiving search {ours * 1e3:.2f} ms, titles that hold the text {plain * 1e3:.2f} ms")
    print(f"search / plain            {ours / plain:.1f}")


WAYS = {"bare CSafeLoader": bare, "checked": checked, "from the cache": cached}


def measure(way: str, folder: Path) -> None:
    """Print what one way takes in this process, in seconds and MiB."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    found = WAYS[way](folder)
    took = time.perf_counter() - started
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps([found, took, grown / 1024]))


def main() -> None:
    """Measure each way once, one after the other."""
    with tempfile.TemporaryDirectory(prefix="rung-lessons-") as temporary:
        folder = Path(temporary) / "content"
        folder.mkdir()
        generate(folder)
        size = sum(path.stat().st_size for path in folder.rglob("*.yaml"))
        print(f"{LESSONS} lessons, {size / 1e6:.1f} MB of YAML, each way in a process of its own")
        took: dict[str, float] = {}
        for way in WAYS:
            words = [sys.executable, "-m", "tests.benchmarks.loading", way, str(folder)]
            out = subprocess.run(words, check=True, capture_output=True, text=True).stdout
            found, took[way], memory = json.loads(out)
            print(f"{way:<18} {found:>5} lessons {took[way]:>7.2f} s {memory:>7.0f} MiB")
        print(f"checked / bare parse      {took['checked'] / took['bare CSafeLoader']:.2f}")
        search(folder)
        share = took["from the cache"] / took["checked"]
        print(
            f"from the cache / checked  {share:.3f}  (gate {GATE}: {'kept' if share <= GATE else 'MISSED'})"
        )


if __name__ == "__main__":
    measure(sys.argv[1], Path(sys.argv[2])) if len(sys.argv) == 3 else main()
