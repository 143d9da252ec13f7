"""Each decoder on numbers written by hand: where a box lies, whose name it bears, what is left out."""

import numpy as np
import pytest

from models.decoders.clp import ClpDecoder, priors
from models.decoders.decoder import grid, sigmoid
from models.decoders.nanodet import BINS, NanoDetPlusDecoder
from models.decoders.ssd import SsdDecoder
from models.decoders.yolox import YoloxDecoder

WILD = np.float32(1e9)


def ssd(codes: list[list[float]], logits: list[list[float]], threshold: float = 0.5) -> list[tuple[object, ...]]:
    anchors = np.array([[0.25, 0.25, 0.75, 0.75], [0.0, 0.0, 0.2, 0.1]], np.float32)
    decoder = SsdDecoder(anchors, ["", "person", "", "car"], (100, 200))
    outputs = [np.array([codes], np.float32).reshape(1, 2, 1, 4), np.array([logits], np.float32)]
    seen = decoder(outputs, threshold)
    assert [array.dtype.name for array in (seen.boxes, seen.scores, seen.class_ids)] == ["float32", "float32", "int64"]
    rows = zip(seen.boxes, seen.scores, seen.class_ids, strict=True)
    return [(box.round(2).tolist(), round(float(score), 3), int(class_id)) for box, score, class_id in rows]


AT_REST = [[0.0] * 4, [0.0] * 4]
NOT_SEEN = [-9.0] * 4


def test_ssd_box_at_rest_is_its_anchor_in_x_y_order() -> None:
    assert ssd(AT_REST, [[-9, -9, -9, 2], NOT_SEEN]) == [([50, 25, 150, 75], 0.881, 1)]
    assert ssd(AT_REST, [NOT_SEEN, [-9, 0, -9, -9]]) == [([0, 0, 20, 20], 0.5, 0)]


def test_ssd_codes_are_y_x_h_w() -> None:
    # Centre moves by code / 10 of the anchor's side; sides grow by e^(code / 5).
    moved = ssd([[1, 2, 5 * np.log(2), 0], [0] * 4], [[-9, 2, -9, -9], NOT_SEEN])
    assert moved == [([70, 5, 170, 105], 0.881, 0)]


def test_ssd_never_reports_background_or_unnamed_classes() -> None:
    assert ssd(AT_REST, [[9, -9, 9, -9], NOT_SEEN]) == []


def test_ssd_reports_at_the_threshold_and_not_below() -> None:
    assert len(ssd(AT_REST, [[-9, 0.0, -9, -9], NOT_SEEN])) == 1
    assert ssd(AT_REST, [[-9, -0.001, -9, -9], NOT_SEEN]) == []


def test_ssd_survives_a_wild_code() -> None:
    ((box, _, _),) = ssd([[0, 0, float(WILD), 0], [0] * 4], [[-9, 2, -9, -9], NOT_SEEN])
    assert np.isfinite(np.array(box)).all()


def test_grid_runs_row_by_row_and_stride_by_stride() -> None:
    places, strides = grid(16, 24, (8, 16))
    assert places.tolist() == [[0, 0], [1, 0], [2, 0], [0, 1], [1, 1], [2, 1], [0, 0], [1, 0]]
    assert strides.tolist() == [8] * 6 + [16] * 2


def yolox_rows(decoder: YoloxDecoder) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.zeros((1, decoder.cells, 5 + 2), np.float32)


def test_yolox_box_stands_on_its_cell() -> None:
    decoder = YoloxDecoder((64, 64))
    assert decoder.cells == 64 + 16 + 4
    rows = yolox_rows(decoder)
    rows[0, 64 + 5] = np.array([0.5, 0.25, np.log(2), 0, 0.9, 0.1, 0.8])  # the cell (1, 1) of stride 16
    seen = decoder([rows], 0.5)
    np.testing.assert_allclose(seen.boxes, [[24 - 16, 20 - 8, 24 + 16, 20 + 8]], rtol=1e-5)
    np.testing.assert_allclose(seen.scores, [0.72], rtol=1e-5)
    assert seen.class_ids.tolist() == [1]


@pytest.mark.parametrize(("objectness", "class_score", "seen"), [(0.9, 0.9, 1), (0.9, 0.5, 0), (0.4, 1.0, 0)])
def test_yolox_score_is_objectness_times_class(objectness: float, class_score: float, seen: int) -> None:
    decoder = YoloxDecoder((64, 64))
    rows = yolox_rows(decoder)
    rows[0, 0, 4:6] = objectness, class_score
    assert len(decoder([rows], 0.5)) == seen


def test_yolox_survives_a_wild_code() -> None:
    decoder = YoloxDecoder((64, 64))
    rows = yolox_rows(decoder)
    rows[0, 0] = np.array([0, 0, WILD, WILD, 1, 1, 0])
    assert np.isfinite(decoder([rows], 0.5).boxes).all()


def test_nanodet_side_is_the_mean_of_its_distribution() -> None:
    decoder = NanoDetPlusDecoder((64, 64), classes=2)
    assert decoder.cells == 64 + 16 + 4 + 1
    columns = np.full((1, 2 + 4 * BINS, decoder.cells), -20, np.float32)
    cell = 8 * 3 + 2  # row 3, column 2 of stride 8: centre (16, 24)
    columns[0, 1, cell] = 1.0
    for side, bin_number in ((0, 1), (1, 2), (2, 0), (2, 2), (3, 7)):
        columns[0, 2 + side * BINS + bin_number, cell] = 20
    seen = decoder([columns], 0.6)
    np.testing.assert_allclose(seen.boxes, [[16 - 8, 24 - 16, 16 + 8, 24 + 56]], rtol=1e-5)
    np.testing.assert_allclose(seen.scores, [1 / (1 + np.exp(-1))], rtol=1e-5)
    assert seen.class_ids.tolist() == [1]
    assert len(decoder([columns], 0.74)) == 0


def test_sigmoid_has_no_overflow() -> None:
    np.testing.assert_allclose(sigmoid(np.array([-WILD, 0, WILD])), [0, 0.5, 1])


def test_priors_are_two_squares_a_cell() -> None:
    found = priors(32, 64)
    assert len(found) == 2 * (8 * 4 + 4 * 2 + 2 * 1)
    assert found[:3].tolist() == [[4, 4, 24], [4, 4, 48], [12, 4, 24]]
    assert found[-1].tolist() == [48, 16, 768]


def test_plate_corners_run_clockwise_from_the_top_left() -> None:
    outputs = [np.zeros((1, 84, size), np.float32) for size in (4, 2, 8)]
    prior = 3  # the 48 pixel square at (12, 4)
    outputs[1][0, prior, 1] = 0.9
    # The network's order: bottom right, bottom left, top left, top right; a code of 5 is half a prior's side.
    outputs[2][0, prior] = [5, 2.5, -5, 2.5, -5, -2.5, 5, -2.5]
    seen = ClpDecoder()(outputs, 0.5, (32, 64))
    np.testing.assert_allclose(seen.boxes, [[12 - 24, 4 - 24, 12 + 24, 4 + 24]])
    np.testing.assert_allclose(seen.corners, [[[-12, -8], [36, -8], [36, 16], [-12, 16]]])
    np.testing.assert_allclose(seen.scores, [0.9])
