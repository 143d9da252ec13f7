"""Overlap and suppression, as tables."""

import numpy as np
import pytest

from models.boxes import CANDIDATE_LIMIT, RESULT_LIMIT, clip_to_picture, iou, nms

OVERLAPS = [
    # name,             a,               b,               overlap
    ("the same",        (0, 0, 10, 10),  (0, 0, 10, 10),  1.0),
    ("half",            (0, 0, 10, 10),  (0, 0, 10, 5),   0.5),
    ("a corner",        (0, 0, 10, 10),  (5, 5, 15, 15),  25 / 175),
    ("edge to edge",    (0, 0, 10, 10),  (10, 0, 20, 10), 0.0),
    ("apart",           (0, 0, 10, 10),  (30, 30, 40, 40), 0.0),
    ("without area",    (5, 5, 5, 5),    (5, 5, 5, 5),    0.0),
]  # fmt: skip

SUPPRESSIONS = [
    # name,                           boxes' left edges,  scores,        classes,    kept
    ("the better one stays",          [0, 1],             [0.5, 0.9],    None,       [1]),
    ("apart, best first",             [0, 50, 100],       [0.1, 0.9, 0.5], None,     [1, 2, 0]),
    ("another class stays",           [0, 1],             [0.5, 0.9],    [1, 2],     [1, 0]),
    ("equal scores keep their order", [0, 50],            [0.5, 0.5],    None,       [0, 1]),
    ("one gone suppresses nothing",   [0, 4, 8],          [0.9, 0.8, 0.7], None,     [0, 2]),
    ("overlap at the limit stays",    [0, 5],             [0.9, 0.8],    None,       [0, 1]),
    ("nothing",                       [],                 [],            None,       []),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b", "overlap"), [case[1:] for case in OVERLAPS], ids=[case[0] for case in OVERLAPS])
def test_overlap(a: tuple[float, ...], b: tuple[float, ...], overlap: float) -> None:
    found = iou(np.array([a, a], np.float32), np.array([b], np.float32))
    assert found.shape == (2, 1)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, overlap, rtol=1e-6)


@pytest.mark.parametrize(
    ("lefts", "scores", "classes", "kept"), [case[1:] for case in SUPPRESSIONS], ids=[case[0] for case in SUPPRESSIONS]
)
def test_suppression(lefts: list[float], scores: list[float], classes: list[int] | None, kept: list[int]) -> None:
    boxes = np.array([(left, 0, left + 10, 10) for left in lefts], np.float32).reshape(-1, 4)
    class_ids = None if classes is None else np.array(classes, np.int64)
    found = nms(boxes, np.array(scores, np.float32), class_ids, iou_limit=1 / 3)
    assert found.tolist() == kept
    assert found.dtype == np.int64


@pytest.mark.parametrize("count", [RESULT_LIMIT, RESULT_LIMIT + 1, CANDIDATE_LIMIT + 50])
def test_a_crowd_is_cut_to_the_best(count: int) -> None:
    boxes = np.array([(20 * i, 0, 20 * i + 10, 10) for i in range(count)], np.float32)
    scores = np.linspace(0.1, 0.9, count, dtype=np.float32)
    assert nms(boxes, scores, iou_limit=0.5).tolist() == list(range(count - 1, count - 1 - RESULT_LIMIT, -1))


def test_boxes_end_at_the_picture() -> None:
    boxes = np.array([(-5, -6, 200, 300), (10, 20, 30, 40), (150, 10, 160, 20)], np.float32)
    assert clip_to_picture(boxes, 50, 100).tolist() == [[0, 0, 100, 50], [10, 20, 30, 40], [100, 10, 100, 20]]
