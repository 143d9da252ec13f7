"""How much is measured."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Plan:
    """One run.

    Attributes:
        rounds: of all contestants after each other, ≥ 1.
        loops: how often the encoded loop is repeated, ≥ 1.
        dwell_s: how long the car may stand: one alarm, with all its pictures, in each reading.
        peer_s: how much of the stream the dearest contestant reads; it costs the same in each second.
        warm_up_s: how much of it that one reads before anything counts; the others read one loop.
        quick: whether this is the short run.
        size: width and height of the stream.
    """

    rounds: int
    loops: int = 12
    dwell_s: float = 60.0
    peer_s: int = 20
    warm_up_s: int = 2
    quick: bool = False
    size: tuple[int, int] = (1920, 1080)


FULL: Final = Plan(rounds=7)
QUICK: Final = Plan(rounds=2, peer_s=6, quick=True)
