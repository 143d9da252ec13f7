"""The adapter: what is kept of a model's answer, and each vehicle once."""

import numpy as np
import pytest

from edge.perception.detection import detect, distinct, same_object
from edge.values import Box, Detection
from models.detection import Detections, Seen

NAMES = ("person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck")
IMAGE = np.zeros((100, 200, 3), np.uint8)
Row = tuple[str, float, tuple[float, float, float, float]]


class Says:
    """A detector that says what it is told to."""

    names = NAMES

    def __init__(self, *rows: Row) -> None:
        self.rows = rows

    def detect(self, image: np.ndarray) -> Detections:
        return Detections(
            np.array([row[2] for row in self.rows], np.float32).reshape(-1, 4),
            np.array([row[1] for row in self.rows], np.float32),
            np.array([NAMES.index(row[0]) for row in self.rows], np.int64),
        )

    def look(self, image: np.ndarray) -> Seen:
        return Seen(self.detect(image))


CASES: list[tuple[str, list[Row], list[str]]] = [
    ("nothing", [], []),
    ("a car", [("car", 0.5, (20, 20, 60, 60))], ["car"]),
    ("no car below the threshold", [("car", 0.39, (20, 20, 60, 60))], []),
    ("a person is kept at less", [("person", 0.26, (20, 20, 30, 60))], ["person"]),
    ("no person below that", [("person", 0.24, (20, 20, 30, 60))], []),
    ("no aeroplane, no train", [("airplane", 0.9, (0, 0, 50, 50)), ("train", 0.9, (90, 0, 150, 50))], []),
    ("one box for car and truck", [("car", 0.6, (20, 20, 60, 60)), ("truck", 0.7, (21, 20, 60, 61))], ["truck"]),
    ("a part of a car", [("car", 0.8, (20, 20, 80, 60)), ("car", 0.5, (20, 22, 50, 60))], ["car"]),
    ("a car behind a bus", [("bus", 0.8, (20, 0, 120, 90)), ("car", 0.5, (60, 20, 90, 50))], ["bus", "car"]),
    (
        "a rider and the cycle",
        [("bicycle", 0.6, (20, 20, 40, 60)), ("person", 0.5, (20, 20, 40, 60))],
        ["bicycle", "person"],
    ),
    ("a row of cars", [("car", 0.6, (n * 30, 20, n * 30 + 50, 60)) for n in range(4)], ["car"] * 4),
    ("no extent", [("car", 0.6, (20, 20, 20, 60)), ("car", 0.6, (250, 20, 260, 60))], []),
]


@pytest.mark.parametrize(("rows", "labels"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_detect(rows: list[Row], labels: list[str]) -> None:
    assert [found.label for found in detect(Says(*rows), IMAGE, 0.4)] == labels


def test_boxes_are_fractions_inside_the_picture() -> None:
    (found,) = detect(Says(("car", 0.5, (-10, 20, 100, 130))), IMAGE, 0.4)
    assert found.box == Box(0.0, 0.2, 0.5, 1.0)


def test_the_best_of_several_stays() -> None:
    boxes = [Detection("car", score, Box(0.1, 0.1, 0.5, 0.5)) for score in (0.5, 0.9, 0.7)]
    assert distinct(boxes) == (boxes[1],)


def test_same_object_does_not_care_who_is_first() -> None:
    whole, part = Box(0.1, 0.1, 0.5, 0.5), Box(0.1, 0.15, 0.3, 0.5)
    assert same_object(whole, part)
    assert same_object(part, whole)
