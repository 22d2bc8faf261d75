"""A process that answers polls and says so, until somebody kills it: ``python survivor.py URL CLOCK POLL...``."""

import asyncio
import random
import sys
from datetime import datetime

from bot.actions.polls import Recorded
from bot.storage import Database
from tests.actions.school import ADA, School


async def main(url: str, now: str, *polls: str) -> None:
    """Print ``poll member option`` for every press that was confirmed as the answer."""
    chance = random.Random()  # noqa: S311
    moment = datetime.fromisoformat(now)
    school = School(Database(url), lambda: moment)
    print("ready", flush=True)  # noqa: T201

    async def answer_for_ever() -> None:
        while True:
            poll, member, option = (
                int(chance.choice(polls)),
                ADA + chance.randrange(10**6),
                chance.randrange(4),
            )
            outcome = await school.press(poll, member, option)
            if isinstance(outcome, Recorded) and outcome.fresh:
                print(poll, member, option, flush=True)  # noqa: T201

    await asyncio.gather(*(answer_for_ever() for _ in range(30)))


asyncio.run(main(*sys.argv[1:]))
