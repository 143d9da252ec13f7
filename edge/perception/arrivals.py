"""When a vehicle came: looks before its first detection asked whether they show it already, or its place without it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from edge.perception.appearance import Appearance, clear_cells, similarity
from edge.perception.eye import Eye
from edge.perception.faces import seen_cells
from edge.perception.memory import Remembered
from edge.perception.places import passers
from edge.perception.stays import ALIKE, STILL
from edge.values import Box, Moment

UNARRIVED_LOOKS: Final = 4  # before the first detection that show the place as it is now: it came before, or is nothing
STEADY: Final = 0.8  # likeness of two looks at a place between which nothing moved there


@dataclass(frozen=True, slots=True)
class Arrival:
    """What looks before a first detection tell.

    Attributes:
        first: the first look that shows the vehicle; at the latest the one that detected it.
        within_s: how much earlier it may have come; None if no look before tells.
        arrived: as `Candidate.arrived`.
        ground: the place without it; None if no two looks show that.
    """

    first: Moment
    within_s: float | None
    arrived: bool | None
    ground: Remembered | None


def arrival(box: Box, eye: Eye, past: Sequence[Eye], *, not_before_s: float) -> Arrival:
    """Go back look by look for as long as the place looks as it does now; a look that cannot tell is passed over.

    Args:
        past: looks before this one, oldest first.
        not_before_s: until then something else is known to have stood there.
    """
    now = eye.looks(box)
    earlier = [one for one in past if not_before_s < one.moment.at_s < eye.moment.at_s]
    first, alike = eye.moment, 0
    for i in reversed(range(len(earlier))):
        likeness = _likeness(box, now, earlier[i])
        if likeness is not None and likeness < STILL:
            ground = _bare(box, now, earlier[: i + 1])
            bare = Remembered(box, ground) if ground else None
            return Arrival(first, first.at_s - earlier[i].moment.at_s, True if bare else None, bare)
        if likeness is not None:
            first, alike = earlier[i].moment, alike + 1
    gap_s = earlier[1].moment.at_s - earlier[0].moment.at_s if len(earlier) > 1 else 0.0
    return Arrival(first, gap_s if alike else None, False if alike >= UNARRIVED_LOOKS else None, None)


def _likeness(box: Box, looks: Appearance, earlier: Eye) -> float | None:
    cells = clear_cells(box, passers(box, earlier.detections)) & seen_cells(box, earlier)
    return similarity(looks, earlier.looks(box), cells)


def _bare(box: Box, vehicle: Appearance, earlier: Sequence[Eye]) -> Appearance | None:
    """The place as two looks in a row show it, without anything before it and unlike the vehicle: the newest such."""
    free = [one.looks(box) for one in earlier if not any(found.box.shared(box) for found in one.detections)]
    for before, after in reversed(list(pairwise(free))):
        steady = (similarity(before, after) or 0.0) >= STEADY
        if steady and (similarity(vehicle, after) or 0.0) < ALIKE:
            return after
    return None
