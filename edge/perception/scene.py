"""One camera's perception: gate, detector, appearance and slots behind one call a frame."""

from collections.abc import Callable
from dataclasses import dataclass

from edge.config import Camera
from edge.values import Box, Detection, Frame, Moment, Sighting
from models.detection import Detector


@dataclass(frozen=True, slots=True)
class View:
    """What one frame told.

    Attributes:
        now: the frame's moment.
        sightings: one for every vehicle that stands; LEFT is told once.
        detections: vehicles and persons of the last look that was detected on, for masking. They are this frame's own
            only if `inferred`.
        moved: whether something changed since the last look that was detected on.
        inferred: whether the detector ran on this frame.
        visible: whether the picture tells anything; if not, every sighting is HIDDEN.
        reason: why it is not visible, Chinese and English, or empty.
        gate_ms, inference_ms: cost by the clock handed in, ≥ 0.
    """

    now: Moment
    sightings: tuple[Sighting, ...]
    detections: tuple[Detection, ...]
    moved: bool
    inferred: bool
    visible: bool
    reason: str
    gate_ms: float
    inference_ms: float


class Scene:
    """What one camera has seen and remembers.

    Args:
        camera: its settings.
        detector: handed in; reports at least scores from 0.25 upwards, if persons are to be kept.
        state: what `state()` gave before, or None to start afresh.
        cpu_clock: seconds of work done, for `gate_ms` and `inference_ms`; the default measures nothing.
        slots_from: slots numbered up to here are taken: for starting afresh without naming two places alike.
    Raises:
        ValueError: `state` is damaged, of another version or of another camera.
    """

    def __init__(
        self,
        camera: Camera,
        detector: Detector,
        *,
        state: bytes | None = None,
        cpu_clock: Callable[[], float] = lambda: 0.0,
        slots_from: int = 0,
    ) -> None:
        raise NotImplementedError

    def perceive(self, frame: Frame, *, force: bool = False) -> View:
        """Take the next frame. `force` runs the detector even if nothing moved: before evidence or a verification."""
        raise NotImplementedError

    def place(self, slot: str) -> Box | None:
        """Where a slot is, also while it is empty; None if it is not known (any more)."""
        raise NotImplementedError

    @property
    def slots_made(self) -> int:
        """The highest slot number given so far."""
        raise NotImplementedError

    def state(self) -> bytes:
        """Everything needed to go on after a restart, as versioned JSON; the same state gives the same bytes."""
        raise NotImplementedError
