"""The usual way: OpenCV decodes every frame, five a second are detected on and counted in a zone of `supervision`.

Frames in between are decoded but not converted to BGR, as supervision's own generator of frames does with a stride.

It does less than a parking watch must: it has no identities (since 0.30 supervision's trackers live in a package of
their own, which brings a second OpenCV), takes no pictures, masks and keeps nothing. All that is in its favour.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import supervision as sv

from benchmarks.edge_cost.cost import Cost, Stopwatch, TimedDetector
from benchmarks.edge_cost.stream import FPS, Stream
from edge.config import Camera
from edge.values import Image
from models.detection import Detector

DETECTIONS_A_SECOND: Final = 5
FRAMES_A_DETECTION: Final = FPS // DETECTIONS_A_SECOND


@dataclass(slots=True)
class Dwell:
    """For how long a zone has been occupied without a break, as a user would count it."""

    limit_s: float
    since_s: float | None = None
    told: bool = False

    def look(self, at_s: float, *, occupied: bool) -> bool:
        """Take one look; True once when the limit is reached."""
        if not occupied:
            self.since_s, self.told = None, False
            return False
        self.since_s = at_s if self.since_s is None else self.since_s
        due = not self.told and at_s - self.since_s >= self.limit_s
        self.told = self.told or due
        return due


class EveryFrame:
    """Reads the beginning of a stream: what it costs is the same in every loop of it.

    Args:
        detector: the very one that the gateway uses.
        camera: whose first zone, classes and threshold hold here too.
        seconds: how much of the stream is read.
    """

    def __init__(self, stream: Stream, detector: Detector, camera: Camera, *, seconds: int) -> None:
        self._stream = stream
        self._detector = detector
        self._camera = camera
        self._seconds = min(seconds, stream.seconds)
        zone = camera.zones[0]
        self._zone = sv.PolygonZone(
            np.array([(x * stream.width, y * stream.height) for x, y in zone.polygon], np.int64)
        )
        self._class_ids = [detector.names.index(vehicle.value) for vehicle in zone.vehicles]

    def __call__(self) -> Cost:
        """See `Contestant`."""
        total, decode = Stopwatch(), Stopwatch()
        detector = TimedDetector(self._detector)
        # Opening is left out: over the little that is read here it would weigh more than it does for the others.
        with _opened(self._stream) as capture, total.running():
            alarms = self._watch(capture, detector, decode)
        return Cost(
            self._seconds,
            total_ms=total.ms,
            decode_ms=decode.ms,
            inference_ms=detector.watch.ms,
            pictures=decode.times,
            inferences=detector.watch.times,
            alarms=alarms,
        )

    def _watch(self, capture: cv2.VideoCapture, detector: TimedDetector, decode: Stopwatch) -> int:
        dwell = Dwell(self._camera.zones[0].dwell)
        alarms = 0
        for number in range(self._seconds * FPS):
            with decode.running():
                image = _next(capture, wanted=number % FRAMES_A_DETECTION == 0)
            if image is not None:
                inside = self._zone.trigger(self._detections(detector, image))
                alarms += dwell.look(number / FPS, occupied=bool(inside.any()))
        return alarms

    def _detections(self, detector: Detector, image: Image) -> sv.Detections:
        found = detector.detect(image)
        detections = sv.Detections(xyxy=found.boxes, confidence=found.scores, class_id=found.class_ids.astype(int))
        wanted = np.isin(found.class_ids, self._class_ids) & (found.scores >= self._camera.threshold)
        chosen = detections[wanted]
        assert isinstance(chosen, sv.Detections)
        return chosen


def _next(capture: cv2.VideoCapture, *, wanted: bool) -> Image | None:
    """Decode the next frame; convert and return it only if it is wanted."""
    decoded = capture.grab()
    image = capture.retrieve()[1] if decoded and wanted else None
    if not decoded or (wanted and image is None):
        raise RuntimeError("OpenCV gives fewer pictures than the stream has")
    return None if image is None else np.asarray(image, np.uint8)


@contextmanager
def _opened(stream: Stream) -> Iterator[cv2.VideoCapture]:
    # One decoding thread, as the gateway has: more would finish sooner but cost more CPU, not less.
    capture = cv2.VideoCapture(str(stream.path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
    try:
        if not capture.isOpened():
            raise RuntimeError(f"OpenCV cannot open {stream.path.name}")
        yield capture
    finally:
        capture.release()
