"""One camera's perception: gate, detector, appearance and slots behind one call a frame."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from edge.config import Camera
from edge.perception.eye import HERE, Shift
from edge.perception.gate import Gate, Glimpse, glimpse
from edge.perception.memory import blank, dump, in_view, load
from edge.perception.observation import idle, observe
from edge.perception.pixels import PixelEye, see
from edge.perception.registration import Sketch, sketch
from edge.perception.stance import step as stand
from edge.values import Box, Detection, Frame, Moment, Sighting
from models.detection import Detector

LOOK_AT_LEAST_S: Final = 60.0  # a still picture is detected on so often: what the gate overlooks is found then
MAX_PAST: Final = 8  # looks kept to find a stay's beginning in: of 16:9 pictures 5.5 MB, and 1.1 MB of features


@dataclass(frozen=True, slots=True)
class View:
    """What one frame told.

    Attributes:
        now: the frame's moment.
        sightings: one for every vehicle that stands; LEFT is told once.
        detections: vehicles and persons of the last look that was detected on. They are this frame's own only if
            `inferred`.
        moved: whether something changed since the last look that was detected on.
        inferred: whether the detector ran on this frame.
        visible: whether the picture tells anything; if not, every sighting is HIDDEN.
        reason: why it is not visible, Chinese and English, or empty.
        gate_ms, inference_ms: cost by the clock handed in, ≥ 0.
        present: the detections where this picture has them, for drawing and masking, also what lies outside the first
            view. Everything else is in the first view's coordinates, as zones are.
        shift: how this picture lies to the first view: `shift.forth(box)` is where to draw a sighting.
        moved_away: whether the camera shows something else than what its zones were drawn in; nothing is judged.
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
    present: tuple[Detection, ...] = ()
    shift: Shift = HERE
    moved_away: bool = False


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
        self._camera = camera
        self._detector = detector
        self._clock = cpu_clock
        self._gate = Gate(camera.zones)
        self._moved_s = float("-inf")
        self._past: deque[PixelEye] = deque(maxlen=MAX_PAST)
        self._present: tuple[Detection, ...] = ()
        self._sketch: Sketch | None = None
        memory = load(state, camera.id) if state is not None else blank(camera.id, slots_from=slots_from)
        self._memory = in_view(memory, camera.zones)

    def perceive(self, frame: Frame, *, force: bool = False) -> View:
        """Take the next frame. `force` runs the detector even if nothing moved: before evidence or a verification."""
        started = self._clock()
        now = glimpse(frame)
        moved = now.visible and self._gate.moved(now)
        gate_ms = 1000 * (self._clock() - started)
        if not now.visible:
            sightings = self._idle(frame, visible=False)
            return self._view(frame, sightings, moved=False, inferred=False, reason=now.reason, gate_ms=gate_ms)
        if not (moved or force or self._is_due(frame.moment)):
            sightings = self._idle(frame, visible=True)
            return self._view(frame, sightings, moved=False, inferred=False, gate_ms=gate_ms)
        self._gate.keep(now)
        self._moved_s = frame.moment.at_s if moved else self._moved_s
        started = self._clock()
        self._stand(frame)
        if reason := self._memory.stance.reason:
            sightings = self._idle(frame, visible=False)
            return self._view(frame, sightings, moved=moved, inferred=False, reason=reason, gate_ms=gate_ms)
        sightings = self._look(frame, now)
        inference_ms = 1000 * (self._clock() - started)
        return self._view(frame, sightings, moved=moved, inferred=True, gate_ms=gate_ms, inference_ms=inference_ms)

    def place(self, slot: str) -> Box | None:
        """Where a slot is, also while it is empty; None if it is not known (any more)."""
        return next((one.box for one in self._memory.slots.slots if one.name == slot), None)

    @property
    def slots_made(self) -> int:
        """The highest slot number given so far."""
        return self._memory.slots.made

    def state(self) -> bytes:
        """Everything needed to go on after a restart, as versioned JSON; the same state gives the same bytes."""
        return dump(self._memory)

    def _is_due(self, now: Moment) -> bool:
        """Whether a still picture must be detected on: something is undecided, or it has been long.

        After something moved it is looked at after 2, 4, 8 … seconds: what came to stand may have been missed.
        """
        looked_s = self._memory.looked_s
        if not self._memory.slots.settled or looked_s is None:
            return True
        return now.at_s - looked_s >= min(LOOK_AT_LEAST_S, max(0.0, now.at_s - self._moved_s) / 2)

    def _idle(self, frame: Frame, *, visible: bool) -> tuple[Sighting, ...]:
        self._memory, sightings = idle(self._memory, frame.moment, visible=visible)
        return sightings

    def _stand(self, frame: Frame) -> None:
        """Find out how the camera stands; a picture that is known serves to register the next one to."""
        now = sketch(frame)
        stance = stand(self._memory.stance, now, self._sketch, frame.moment.at_s)
        if not stance.reason:
            self._sketch = now
        self._memory = replace(self._memory, stance=stance)

    def _look(self, frame: Frame, small: Glimpse) -> tuple[Sighting, ...]:
        shift = self._memory.stance.shift
        eye = see(frame, self._detector, small, threshold=self._camera.threshold, shift=shift)
        self._present = eye.present
        self._memory, sightings = observe(self._memory, eye, self._camera, tuple(self._past))
        self._past.append(eye)
        return sightings

    def _view(
        self,
        frame: Frame,
        sightings: tuple[Sighting, ...],
        *,
        moved: bool,
        inferred: bool,
        gate_ms: float,
        reason: str = "",
        inference_ms: float = 0.0,
    ) -> View:
        return View(
            now=frame.moment,
            sightings=sightings,
            detections=self._memory.detections,
            moved=moved,
            inferred=inferred,
            visible=not reason,
            reason=reason,
            gate_ms=gate_ms,
            inference_ms=inference_ms,
            present=self._present,
            shift=self._memory.stance.shift,
            moved_away=self._memory.stance.moved_away,
        )
