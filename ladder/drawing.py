"""The ladder room's draws: orders that look random, and are the same each time they are asked for."""

import hmac

from ladder.match import SHORTEST_SECRET


def drawn_order(secret: bytes, message: bytes, options: int) -> tuple[int, ...]:
    """The authored option at each place, drawn from the secret for the message.

    HMAC-SHA256(secret, message) is a whole number, big-endian, whose remainders by ``options``, then by one less,
    and so on, say which of the options that are left comes next. This is a contract, since what is on somebody's
    screen outlives the process.

    A secret of less than 16 bytes and options outside 2 to 5 raise ValueError.
    https://www.rfc-editor.org/rfc/rfc2104
    """
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(f"a secret has at least {SHORTEST_SECRET} bytes, not {len(secret)}")
    if options not in range(2, 6):
        raise ValueError(f"a question has 2 to 5 options, not {options}")
    drawn = int.from_bytes(hmac.digest(secret, message, "sha256"), "big")
    left = list(range(options))
    order: list[int] = []
    while left:
        drawn, at = divmod(drawn, len(left))
        order.append(left.pop(at))
    return tuple(order)
