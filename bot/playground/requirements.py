"""The playground's door: says in one sentence what is missing before anything of SimCord is imported."""

from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

SIMCORD_VERSION = "3.2.1"
"""The only SimCord whose private names `glue.py` knows."""

_INSTALL = "in the project's folder, pip install -c constraints.txt -e '.[try]'"
_DRAWS_THE_PAGES = ("markdown_it", "linkify_it", "regex", "PIL")


class PlaygroundUnavailable(Exception):
    """What the playground needs is not installed; the message is a sentence that says what to do."""


def check_requirements() -> None:
    """Raise `PlaygroundUnavailable` unless the extra `try` is installed with the SimCord it was built for."""
    try:
        installed = version("simcord")
    except PackageNotFoundError:
        raise PlaygroundUnavailable(
            f"The playground needs the extra `try`, which is not installed: {_INSTALL}"
        ) from None
    if installed != SIMCORD_VERSION:
        raise PlaygroundUnavailable(
            f"The playground needs SimCord {SIMCORD_VERSION}, and {installed} is installed: {_INSTALL}"
        )
    missing = [module for module in _DRAWS_THE_PAGES if find_spec(module) is None]
    if missing:
        raise PlaygroundUnavailable(
            f"The playground needs the whole extra `try` ({', '.join(missing)} missing): {_INSTALL}"
        )
