"""Detectors: a picture prepared, a network run, its numbers read, overlapping boxes removed."""

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from models.boxes import clip_to_picture, nms
from models.decoders.clp import ClpDecoder
from models.decoders.decoder import Decoder
from models.detection import Detections, FeatureMap, Plates, Seen
from models.manifest import Model
from models.picture import Preparation


class Network(Protocol):
    """Runs one network; `models.session.Session` is one."""

    def run(self, outputs: tuple[str, ...], inputs: dict[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        """Run once and give the outputs asked for, in that order."""
        ...


_RUN_TIME_OUTPUTS: Final = {"ssd": 2}
"""How many of a row's outputs are wanted anew for each picture, where it is not all: SSD's anchors never change."""


class NetworkDetector:
    """Finds objects with one network; a `Detector`.

    Args:
        model: the network's manifest row.
        network: runs it.
        decoder: reads its outputs.
        threshold: least score to report, in (0, 1).
    """

    def __init__(self, model: Model, network: Network, decoder: Decoder, *, threshold: float) -> None:
        _require_threshold(threshold)
        self.names = model.names
        self._model = model
        self._network = network
        self._decoder = decoder
        self._threshold = threshold
        self._preparation = Preparation(model.input)
        self._rivals = _rivals(model)
        self._outputs = model.outputs[: _RUN_TIME_OUTPUTS.get(model.decoder)]
        self._extra = (model.features,) if model.features else ()

    def detect(self, image: NDArray[np.uint8]) -> Detections:
        """Find objects in one picture; see `Detector`."""
        return self.look(image).detections

    def look(self, image: NDArray[np.uint8]) -> Seen:
        """Find objects in one picture, and how it looks to the network; see `Detector`."""
        intake = self._preparation.prepare(image)
        outputs = self._network.run((*self._outputs, *self._extra), {self._model.input.name: intake.tensor})
        features = FeatureMap(outputs[len(self._outputs)][0]) if self._extra else None
        seen = self._decoder(outputs[: len(self._outputs)], self._threshold)
        kept = nms(seen.boxes, seen.scores, self._rivals[seen.class_ids], iou_limit=self._model.nms_iou)
        boxes = clip_to_picture(intake.boxes_in_picture(seen.boxes[kept]), *image.shape[:2])
        return Seen(Detections(boxes, seen.scores[kept], seen.class_ids[kept]), features)


class NetworkPlateDetector:
    """Finds number plates with one network; a `PlateDetector`.

    Args:
        model: the network's manifest row.
        network: runs it.
        threshold: least score to report, in (0, 1).
    """

    def __init__(self, model: Model, network: Network, *, threshold: float) -> None:
        _require_threshold(threshold)
        self._model = model
        self._network = network
        self._decoder = ClpDecoder()
        self._threshold = threshold
        self._preparation = Preparation(model.input)

    def detect(self, image: NDArray[np.uint8]) -> Plates:
        """Find number plates in one picture; see `PlateDetector`."""
        intake = self._preparation.prepare(image)
        outputs = self._network.run(self._model.outputs, {self._model.input.name: intake.tensor})
        seen = self._decoder(outputs, self._threshold, (intake.tensor.shape[2], intake.tensor.shape[3]))
        kept = nms(seen.boxes, seen.scores, iou_limit=self._model.nms_iou)
        boxes = clip_to_picture(intake.boxes_in_picture(seen.boxes[kept]), *image.shape[:2])
        return Plates(boxes, seen.scores[kept], intake.points_in_picture(seen.corners[kept]))


def _rivals(model: Model) -> NDArray[np.int64]:
    """Give for each class the class that its boxes compete as: itself, or the first of those that are one body."""
    alike = [class_id for class_id, name in enumerate(model.names) if name in model.one_body]
    rivals = np.arange(len(model.names))
    rivals[alike] = alike[:1] * len(alike)
    return rivals


def _require_threshold(threshold: float) -> None:
    if not 0 < threshold < 1:
        raise ValueError(f"threshold must lie between 0 and 1, not {threshold}")
