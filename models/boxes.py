"""Arithmetic on boxes that all decoders share."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

CANDIDATE_LIMIT: Final = 400
"""Most boxes that compete in one picture: the overlap matrix is the square of it, 640 kB."""

RESULT_LIMIT: Final = 100
"""Most objects reported in one picture."""


def iou(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """Overlap of every box in `a` with every box in `b`.

    Args:
        a: shape (n, 4), float32, pixels, `x1 y1 x2 y2`, x2 ≥ x1, y2 ≥ y1.
        b: shape (m, 4), same layout.
    Returns:
        shape (n, m), float32, in [0, 1]; boxes without area overlap nothing.
    Source: Jaccard index, as in PASCAL VOC.
    """
    top_left = np.maximum(a[:, None, :2], b[None, :, :2])
    bottom_right = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = np.prod(np.maximum(bottom_right - top_left, 0), axis=2, dtype=np.float32)
    joined = _areas(a)[:, None] + _areas(b)[None, :] - shared
    overlap = np.zeros(shared.shape, np.float32)
    np.divide(shared, joined, out=overlap, where=joined > 0)
    return overlap


def nms(
    boxes: NDArray[np.float32],
    scores: NDArray[np.float32],
    class_ids: NDArray[np.int64] | None = None,
    *,
    iou_limit: float,
) -> NDArray[np.int64]:
    """Choose the boxes that no better box of the same class overlaps too much (greedy non-maximum suppression).

    Args:
        boxes: shape (n, 4), float32, pixels, `x1 y1 x2 y2`.
        scores: shape (n,), float32.
        class_ids: shape (n,), int64; none means one class.
        iou_limit: a box goes when a better one overlaps it by more than this, in [0, 1].
    Returns:
        indices of the boxes kept, int64, best score first and equal scores in the order given; at most `RESULT_LIMIT`,
        out of the best `CANDIDATE_LIMIT`.
    """
    order = np.argsort(-scores, kind="stable")[:CANDIDATE_LIMIT]
    candidates = boxes[order]
    suppresses = iou(candidates, candidates) > iou_limit
    if class_ids is not None:
        suppresses &= class_ids[order][:, None] == class_ids[order][None, :]
    alive = np.ones(len(order), np.bool_)
    kept: list[int] = []
    for place in range(len(order)):
        if alive[place]:
            kept.append(place)
            alive &= ~suppresses[place]
    return order[kept[:RESULT_LIMIT]].astype(np.int64)


def clip_to_picture(boxes: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    """Cut boxes of shape (n, 4) at the picture's edges; a box outside becomes one without area."""
    return np.clip(boxes, 0, np.array([width, height, width, height], np.float32))


def _areas(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
