"""How much is measured."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Plan:
    """One run.

    Attributes:
        rounds: of all contestants after each other, ≥ 1.
        loops: how often the encoded loop is repeated, ≥ 1.
        settled_loops: as many more in the still street, in which nothing new comes, ≥ 1.
        dwell_s: how long the car may stand: one alarm, with all its pictures, in each reading.
        peer_s: how much of the stream the dearest contestant reads; it costs the same in each second.
        warm_up_s: how much of it that one reads before anything counts; the others read one loop.
        quick: whether this is the short run.
        size: width and height of the stream.
        fleet_rounds: how often gateways of several cameras run, all at the same time, ≥ 1.
        fleet_warm_up_s: how long they run before anything counts, at least until each has raised its alarm.
        fleet_s: how long they are measured.
    """

    rounds: int
    loops: int = 12
    settled_loops: int = 12
    dwell_s: float = 60.0
    peer_s: int = 20
    warm_up_s: int = 2
    quick: bool = False
    size: tuple[int, int] = (1920, 1080)
    fleet_rounds: int = 3
    fleet_warm_up_s: float = 16.0
    fleet_s: float = 20.0


FULL: Final = Plan(rounds=7)
QUICK: Final = Plan(rounds=2, peer_s=6, quick=True, fleet_rounds=1, fleet_warm_up_s=8.0, fleet_s=8.0)
