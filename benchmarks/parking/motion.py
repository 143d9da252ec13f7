"""How things move through the picture: vehicles that come and go, those that pass, persons that stop before a place."""

import math
from dataclasses import dataclass
from typing import Final

from edge.values import Box

STANDS: Final = 0.1  # widths: nearer to where it comes to rest, nobody can tell that a vehicle has yet to stop
FAR: Final = 5.0  # widths from its place at which a vehicle is out of the picture, or of interest


@dataclass(frozen=True, slots=True)
class Move:
    """A vehicle coming to its place, or going: `away` runs backwards in time for one that comes.

    Attributes:
        rest_s: when it comes to rest, or leaves it.
        pull: widths a second², of starting and of braking alike.
        across, down: direction to where it comes from or goes to; a unit in widths and heights.
        pause, pause_s, creep_s: it stops short by so many widths for so long, then creeps the rest; 0 if it does not.
    """

    rest_s: float
    pull: float
    across: float
    down: float
    pause: float = 0.0
    pause_s: float = 0.0
    creep_s: float = 0.0

    @property
    def duration_s(self) -> float:
        """From far to rest."""
        return self.creep_s + self.pause_s + math.sqrt(2 * (FAR - self.pause) / self.pull)

    @property
    def near_s(self) -> float:
        """Seconds between standing, as nearly as anybody can tell, and being at rest."""
        if self.pause:
            return self.creep_s * math.sqrt(STANDS / self.pause)
        return math.sqrt(2 * STANDS / self.pull)

    def distance(self, from_rest_s: float) -> float:
        """How far off it is, in widths, so many seconds before or after being at rest."""
        if from_rest_s <= 0:
            return 0.0
        if self.pause and from_rest_s <= self.creep_s:
            return self.pause * (from_rest_s / self.creep_s) ** 2
        run_s = from_rest_s - self.creep_s - self.pause_s
        return self.pause + (0.5 * self.pull * run_s * run_s if run_s > 0 else 0.0)


def moved(box: Box, move: Move, from_rest_s: float) -> tuple[float, float]:
    """Shift of a box, as fractions of the picture."""
    far = move.distance(from_rest_s)
    return far * move.across * (box.x2 - box.x1), far * move.down * (box.y2 - box.y1)


@dataclass(frozen=True, slots=True)
class Passer:
    """A vehicle or person that goes through the picture from one side to the other. `look`: number of its looks."""

    starts_s: float
    ends_s: float
    width: float
    height: float
    foot: float
    rightwards: bool
    person: bool
    look: int

    def box(self, at_s: float) -> tuple[float, float, float, float]:
        """Where it is, `x1 y1 x2 y2`; it may lie partly outside."""
        share = (at_s - self.starts_s) / (self.ends_s - self.starts_s)
        x = -self.width + share * (1 + self.width) if self.rightwards else 1 - share * (1 + self.width)
        return x, self.foot - self.height, x + self.width, self.foot


@dataclass(frozen=True, slots=True)
class Bystander:
    """A person who stands before a place for minutes; walks up and off in `WALK_S`."""

    starts_s: float
    ends_s: float
    box: Box
    look: int

    def at(self, at_s: float) -> tuple[float, float, float, float]:
        """Where the person is; while standing, the weight is shifted from foot to foot by next to nothing."""
        walk = max(0.0, self.starts_s + WALK_S - at_s, at_s - self.ends_s + WALK_S) / WALK_S
        shift = 0.25 * walk
        return self.box.x1 + shift, self.box.y1, self.box.x2 + shift, self.box.y2


WALK_S: Final = 5.0
