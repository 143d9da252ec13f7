"""A detector as a whole, its network played by a written-out answer."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.decoders.yolox import YoloxDecoder
from models.detectors import NetworkDetector
from models.manifest import Model, load
from tests.unit.models.conftest import DescribeModel

NAMES = ["person", "car", "truck"]


class Answer:
    """Gives the rows it was told to, whatever it is shown."""

    def __init__(self, rows: list[tuple[float, float, float, float, str, float]]) -> None:
        self._output = np.zeros((1, 84, 8), np.float32)
        for cell, (x, y, w, h, name, score) in enumerate(rows):
            place = np.array([x / 8 - cell, y / 8, np.log(w / 8), np.log(h / 8), 1], np.float32)
            self._output[0, cell, :5] = place
            self._output[0, cell, 5 + NAMES.index(name)] = score

    def run(self, _: tuple[str, ...], __: dict[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        return [self._output]


@pytest.fixture
def model(describe: DescribeModel) -> Model:
    (found,) = load(describe(classes=NAMES))
    return found


Rows = list[tuple[float, float, float, float, str, float]]
CASES: list[tuple[str, Rows, list[tuple[str, float]]]] = [
    ("one body, two names", [(20, 20, 16, 16, "car", 0.6), (20, 20, 16, 16, "truck", 0.8)], [("truck", 0.8)]),
    ("a person before a car", [(20, 20, 16, 16, "car", 0.6), (20, 20, 16, 16, "person", 0.8)],
     [("person", 0.8), ("car", 0.6)]),
    ("two cars apart", [(10, 20, 8, 8, "car", 0.6), (40, 20, 8, 8, "truck", 0.8)], [("truck", 0.8), ("car", 0.6)]),
    ("below the threshold", [(20, 20, 16, 16, "car", 0.4)], []),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "seen"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_reported(rows: Rows, seen: list[tuple[str, float]], model: Model) -> None:
    detector = NetworkDetector(model, Answer(rows), YoloxDecoder((64, 64)), threshold=0.5)
    found = detector.detect(np.zeros((64, 64, 3), np.uint8))
    names = [detector.names[class_id] for class_id in found.class_ids]
    assert [(name, round(float(score), 3)) for name, score in zip(names, found.scores, strict=True)] == seen


def test_boxes_are_the_pictures_pixels_and_end_at_its_edges(model: Model) -> None:
    answer = Answer([(16, 16, 16, 8, "car", 0.9), (4, 4, 20, 20, "person", 0.8)])
    detector = NetworkDetector(model, answer, YoloxDecoder((64, 64)), threshold=0.5)
    found = detector.detect(np.zeros((640, 320, 3), np.uint8))
    np.testing.assert_allclose(found.boxes, [[80, 120, 240, 200], [0, 0, 140, 140]], atol=1e-3)
    assert found.boxes.dtype == np.float32


class Looks(Answer):
    """Also gives how things look, and remembers what it was asked for."""

    def run(self, names: tuple[str, ...], inputs: dict[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        self.asked = names
        looks = np.arange(24, dtype=np.float32).reshape(1, 2, 3, 4)
        return [*super().run(names, inputs), looks][: len(names)]


def test_one_run_gives_boxes_and_looks(describe: DescribeModel) -> None:
    (model,) = load(describe(classes=NAMES, features="looks"))
    network = Looks([(20, 20, 16, 16, "car", 0.9)])
    seen = NetworkDetector(model, network, YoloxDecoder((64, 64)), threshold=0.5).look(np.zeros((64, 64, 3), np.uint8))
    assert network.asked == ("output", "looks")
    assert len(seen.detections) == 1
    assert seen.features is not None
    assert seen.features.grid.tolist() == np.arange(24).reshape(2, 3, 4).tolist()


def test_a_network_without_looks_gives_none(model: Model) -> None:
    network = Looks([(20, 20, 16, 16, "car", 0.9)])
    seen = NetworkDetector(model, network, YoloxDecoder((64, 64)), threshold=0.5).look(np.zeros((64, 64, 3), np.uint8))
    assert network.asked == ("output",)
    assert (len(seen.detections), seen.features) == (1, None)
