"""Models that all cameras of a gateway share: one camera at a time, so that memory does not grow with the cameras."""

import threading

import numpy as np
from numpy.typing import NDArray

from models.detection import Detections, Detector, PlateDetector, PlateGlimpse, PlateReader, Plates, Seen


class SharedDetector:
    """One detector; a `Detector`. Waits while another camera has its turn."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._lock = threading.Lock()

    @property
    def names(self) -> tuple[str, ...]:
        """Class names, as the detector has them."""
        return self._detector.names

    def look(self, image: NDArray[np.uint8]) -> Seen:
        """As `Detector.look`."""
        with self._lock:
            return self._detector.look(image)

    def detect(self, image: NDArray[np.uint8]) -> Detections:
        """As `Detector.detect`."""
        return self.look(image).detections


class SharedPlateDetector:
    """One plate detector; a `PlateDetector`."""

    def __init__(self, detector: PlateDetector) -> None:
        self._detector = detector
        self._lock = threading.Lock()

    def detect(self, image: NDArray[np.uint8]) -> Plates:
        """As `PlateDetector.detect`."""
        with self._lock:
            return self._detector.detect(image)


class SharedPlateReader:
    """One plate reader; a `PlateReader`."""

    def __init__(self, reader: PlateReader) -> None:
        self._reader = reader
        self._lock = threading.Lock()

    def read(self, crop: NDArray[np.uint8]) -> PlateGlimpse:
        """As `PlateReader.read`."""
        with self._lock:
            return self._reader.read(crop)
