"""What one look can be asked. Behind it are a frame and a detector, or a simulated street.

Everything is in the coordinates of the camera's first view: a bumped camera is put right before anything is asked.
"""

from dataclasses import dataclass
from typing import Protocol

from edge.perception.appearance import Appearance
from edge.values import Box, Detection, Moment


@dataclass(frozen=True, slots=True)
class Shift:
    """How a look's picture lies to the first view: a point p there is at scale · p + (dx, dy) here, in fractions."""

    dx: float = 0.0
    dy: float = 0.0
    scale: float = 1.0


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

    def looks(self, box: Box) -> Appearance:
        """How a place looks now; its embedding is there where the detector gives one."""
        ...
