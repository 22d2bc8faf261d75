"""What remains of people whose data was deleted: keyed hashes, by which nothing is rated or counted twice."""

import hmac
import secrets
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.facts import Facts
from bot.storage.poll_tables import poll_answers
from bot.storage.tables import forgotten
from bot.storage.upserts import upsert

_SECRET = "privacy secret"  # noqa: S105 - the name under which it is kept, not the secret

# One secret serves both: each has a tag of its own, which ends at its only NUL.
_ATTEMPT = b"rung forgotten 1\x00"
_BALLOT = b"rung ballot 1\x00"

_AT_ONCE = 10_000
"""Hashes looked up by one statement; PostgreSQL takes 32,767 parameters at most."""


class Forgotten:
    """Knows first attempts and ballots again whose member is known no more.

    As long as nobody has ever deleted anything there is no secret, and nothing is looked up but that.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._known: bytes | None = None
        self._asked = False

    async def attempts(self, pairs: Iterable[tuple[int, str]]) -> frozenset[tuple[int, str]]:
        """Those of the (member, question) pairs that were a first attempt before the member's deletion."""
        wanted = list(pairs)
        secret = await self._secret() if wanted else None
        if secret is None:
            return frozenset()
        by_digest = {digest(secret, *pair): pair for pair in wanted}
        listed = list(by_digest)
        found: set[tuple[int, str]] = set()
        for start in range(0, len(listed), _AT_ONCE):
            rows = await self._connection.scalars(
                select(forgotten.c.digest).where(forgotten.c.digest.in_(listed[start : start + _AT_ONCE]))
            )
            found.update(by_digest[row] for row in rows)
        return frozenset(found)

    async def voters(self, poll: int, members: Sequence[int]) -> frozenset[int]:
        """Those of the members who answered the poll before they deleted their data."""
        secret = await self._secret() if members else None
        if secret is None:
            return frozenset()
        by_pseudonym = {pseudonym(secret, member, poll): member for member in members}
        rows = await self._connection.scalars(
            select(poll_answers.c.member).where(
                poll_answers.c.poll == poll, poll_answers.c.member.in_(list(by_pseudonym))
            )
        )
        return frozenset(by_pseudonym[row] for row in rows)

    async def remember(self, member: int, questions: Iterable[str]) -> None:
        """Keep a hash of each first attempt of a member about to be erased."""
        secret = await self._make_secret()
        rows = [{"digest": digest(secret, member, question)} for question in questions]
        if rows:
            await self._connection.execute(upsert(self._connection, forgotten).on_conflict_do_nothing(), rows)

    async def pseudonyms(self, member: int, polls: Iterable[int]) -> dict[int, int]:
        """By poll, under what the ballot of a member about to be erased goes on."""
        secret = await self._make_secret()
        return {poll: pseudonym(secret, member, poll) for poll in polls}

    async def _secret(self) -> bytes | None:
        if not self._asked:
            kept = await Facts(self._connection).get(_SECRET)
            self._known = bytes.fromhex(kept) if kept is not None else None
            self._asked = True
        return self._known

    async def _make_secret(self) -> bytes:
        kept = bytes.fromhex(await Facts(self._connection).keep(_SECRET, secrets.token_hex(32)))
        self._known, self._asked = kept, True
        return kept


def digest(secret: bytes, member: int, question: str) -> str:
    """The 32 hexadecimal digits that stand for a first attempt: HMAC-SHA256(secret, message), cut short.

    The message is the tag ``rung forgotten 1`` with a NUL, the member as 8 bytes, unsigned and big-endian, and
    the question's identity in UTF-8. This is a contract, and another construction needs another tag.
    """
    message = _ATTEMPT + member.to_bytes(8, "big") + question.encode()
    return hmac.digest(secret, message, "sha256").hex()[:32]


def pseudonym(secret: bytes, member: int, poll: int) -> int:
    """The number below 0 that stands for a member among the ballots of one poll.

    It is -1 minus the upper 63 bits of HMAC-SHA256(secret, message). The message is the tag ``rung ballot 1``
    with a NUL, then the member and the poll as 8 bytes each, unsigned and big-endian. This is a contract, too.
    """
    message = _BALLOT + member.to_bytes(8, "big") + poll.to_bytes(8, "big")
    return -1 - (int.from_bytes(hmac.digest(secret, message, "sha256")[:8], "big") >> 1)
