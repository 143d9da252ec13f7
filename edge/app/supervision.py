"""Each stage on its own: what the world breaks is tried again, what a person or a bug breaks takes the process down."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from typing import Final

from edge.errors import Misconfigured, Transient

HEALTHY_S: Final = 60.0  # a stage that ran so long starts counting its failures anew
LONGEST_S: Final = 60.0
FIRST_S: Final = 1.0

log = logging.getLogger(__name__)


def pause(attempt: int, draw: Callable[[], float] = random.random) -> float:
    """Seconds to wait after the n-th failure in a row (from 0): doubling, capped, and spread over the upper half.

    The spread keeps the cameras of a community from knocking on their recorder all at once after a power cut.
    """
    longest = min(LONGEST_S, FIRST_S * 2.0 ** min(attempt, 16))
    return longest * (0.5 + 0.5 * draw())


async def supervise(
    name: str,
    stage: Callable[[], Awaitable[None]],
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Run `stage` until it returns; on `Transient` wait and run it again. Logs when it goes and when it comes back.

    Raises:
        anything but `Transient` that the stage raises.
    """
    attempt = 0
    while True:
        started = clock()
        try:
            return await stage()
        except Transient as error:
            attempt = 0 if clock() - started > HEALTHY_S else attempt + 1
            wait = pause(max(0, attempt - 1))
            if attempt <= 1:
                log.warning("%s: %s; trying again", name, error)
            else:
                log.debug("%s: %s; attempt %d in %.1f s", name, error, attempt + 1, wait)
            await sleep(wait)


def persons_fault(error: BaseException) -> Misconfigured | None:
    """The setting that a person must change, where a group of errors holds nothing else."""
    if not isinstance(error, BaseExceptionGroup):
        return error if isinstance(error, Misconfigured) else None
    faults = [persons_fault(one) for one in error.exceptions]
    return faults[0] if None not in faults else None
