"""Private ballots: the options in an order that is the member's own, so that naming a letter helps nobody."""

import secrets
from dataclasses import dataclass

from bot.storage import Unit
from bot.storage.meanings import Asked
from bot.storage.polls import Poll
from ladder.poll import ballot_order

_DRAWN_FROM = "ballot secret"


@dataclass(frozen=True, slots=True)
class OwnBallot:
    """A poll's options as one member is shown them."""

    poll: Poll
    asked: Asked
    order: tuple[int, ...]
    """The authored option at each place."""
    over: bool
    """Whether it comes too late to count, and is practice."""


async def known_secret(unit: Unit) -> bytes | None:
    """The secret that `drawn_from` has made, if it has."""
    known = await unit.facts.get(_DRAWN_FROM)
    return bytes.fromhex(known) if known is not None else None


async def drawn_from(unit: Unit) -> bytes:
    """The installation's own secret behind the order on ballots: without it nobody can tell one from another."""
    return await known_secret(unit) or bytes.fromhex(
        await unit.facts.keep(_DRAWN_FROM, secrets.token_hex(32))
    )


def order_of(secret: bytes, member: int, poll: Poll, asked: Asked) -> tuple[int, ...]:
    """The authored option at each place of the member's ballot."""
    return ballot_order(secret, member, poll.id, len(asked.options))
