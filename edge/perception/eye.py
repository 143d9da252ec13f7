"""What one look can be asked. Behind it are a frame and a detector, or a simulated street.

Everything is in the coordinates of the camera's first view: a bumped camera is put right before anything is asked.
"""

from dataclasses import dataclass
from typing import Final, Protocol

from edge.perception.appearance import Appearance
from edge.perception.detection import LEAST_SIDE
from edge.values import Box, Detection, Moment


@dataclass(frozen=True, slots=True)
class Shift:
    """How a look's picture lies to the first view: a point p there is at scale · p + (dx, dy) here, in fractions."""

    dx: float = 0.0
    dy: float = 0.0
    scale: float = 1.0

    def forth(self, box: Box) -> Box | None:
        """A box of the first view as it lies in this look's picture, clipped to it; None if nothing is left."""
        x1, x2 = (self.scale * x + self.dx for x in (box.x1, box.x2))
        y1, y2 = (self.scale * y + self.dy for y in (box.y1, box.y2))
        return _clipped(x1, x2, y1, y2)

    def then(self, next_one: "Shift") -> "Shift":
        """How a picture lies to the first view that lies so to this one."""
        scale = next_one.scale
        return Shift(scale * self.dx + next_one.dx, scale * self.dy + next_one.dy, scale * self.scale)

    def back(self, box: Box) -> Box | None:
        """A box of this look's picture as it lies in the first view, clipped to it; None if nothing is left."""
        x1, x2 = ((x - self.dx) / self.scale for x in (box.x1, box.x2))
        y1, y2 = ((y - self.dy) / self.scale for y in (box.y1, box.y2))
        return _clipped(x1, x2, y1, y2)


HERE: Final = Shift()


def _clipped(x1: float, x2: float, y1: float, y2: float) -> Box | None:
    box = Box(max(0.0, x1), max(0.0, y1), min(1.0, x2), min(1.0, y2))
    return box if box.x2 - box.x1 >= LEAST_SIDE and box.y2 - box.y1 >= LEAST_SIDE else None


class Eye(Protocol):
    """One look that was detected on."""

    @property
    def moment(self) -> Moment:
        """When."""
        ...

    @property
    def detections(self) -> tuple[Detection, ...]:
        """Vehicles and persons, best score first, each once."""
        ...

    @property
    def whole(self) -> Appearance:
        """The whole picture's looks."""
        ...

    @property
    def shown(self) -> Box:
        """What of the first view this look's picture shows: all of it, unless the camera was bumped."""
        ...

    def looks(self, box: Box) -> Appearance:
        """How a place looks now; its embedding is there where the detector gives one."""
        ...
