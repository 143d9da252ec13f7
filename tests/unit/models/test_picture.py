"""Pictures of any size become the network's input, and its boxes come back to where they were."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.manifest import Input
from models.picture import Preparation


def spec(**changes: Any) -> Input:
    fields: dict[str, Any] = {"name": "image", "size": (64, 96), "colour": "bgr", "fit": "letterbox", "pad": (9, 9, 9)}
    return Input.model_validate(fields | changes)


def picture(height: int, width: int) -> NDArray[np.uint8]:
    return np.full((height, width, 3), (10, 20, 30), np.uint8)


SIZES = [
    # name,                           fit,          picture,      tensor,      filled,     scale x, y
    ("stretch fills",                 "stretch",    (100, 50),    (64, 96),    (64, 96),   (1.92, 0.64)),
    ("wide letterbox pads below",     "letterbox",  (48, 192),    (64, 96),    (24, 96),   (0.5, 0.5)),
    ("tall letterbox pads right",     "letterbox",  (128, 96),    (64, 96),    (64, 48),   (0.5, 0.5)),
    ("letterbox enlarges",            "letterbox",  (8, 12),      (64, 96),    (64, 96),   (8, 8)),
    ("within pads to 32",             "within",     (100, 150),   (64, 96),    (64, 96),   (0.64, 0.64)),
    ("within keeps a thin one thin",  "within",     (20, 192),    (32, 96),    (10, 96),   (0.5, 0.5)),
    ("within enlarges twice at most", "within",     (10, 20),     (32, 64),    (20, 40),   (2, 2)),
    ("one pixel",                     "within",     (1, 1),       (32, 32),    (2, 2),     (2, 2)),
    ("a line",                        "letterbox",  (1, 4000),    (64, 96),    (1, 96),    (0.024, 1)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fit", "size", "tensor", "filled", "scale"), [case[1:] for case in SIZES], ids=[case[0] for case in SIZES]
)
def test_fit(
    fit: str, size: tuple[int, int], tensor: tuple[int, int], filled: tuple[int, int], scale: tuple[float, float]
) -> None:
    intake = Preparation(spec(fit=fit)).prepare(picture(*size))
    assert intake.tensor.shape == (1, 3, *tensor)
    assert intake.tensor.dtype == np.float32
    expected = np.full(tensor, 9)
    expected[: filled[0], : filled[1]] = 10
    np.testing.assert_array_equal(intake.tensor[0, 0], expected)
    np.testing.assert_allclose(intake.scale, scale, rtol=1e-6)


def test_channels_are_ordered_and_normalised() -> None:
    bgr = Preparation(spec(mean=(1, 2, 3), std=(2, 4, 8), fit="stretch")).prepare(picture(5, 5))
    assert bgr.tensor[0, :, 0, 0].tolist() == [4.5, 4.5, 3.375]
    rgb = Preparation(spec(mean=(1, 2, 3), std=(2, 4, 8), fit="stretch", colour="rgb")).prepare(picture(5, 5))
    assert rgb.tensor[0, :, 0, 0].tolist() == [14.5, 4.5, 0.875]


def test_a_smaller_picture_leaves_nothing_of_the_last_one() -> None:
    preparation = Preparation(spec())
    preparation.prepare(picture(64, 96))
    assert (preparation.prepare(picture(64, 10)).tensor[0, 0, :, 10:] == 9).all()


def test_boxes_come_back() -> None:
    intake = Preparation(spec(fit="stretch")).prepare(picture(128, 48))
    boxes = intake.boxes_in_picture(np.array([[0, 0, 96, 64], [48, 16, 96, 32]], np.float32))
    assert boxes.tolist() == [[0, 0, 48, 128], [24, 32, 48, 64]]
    assert boxes.dtype == np.float32


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 1), (4, 4, 4), (0, 4, 3), (4, 0, 3)])
def test_what_is_no_picture_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="a picture is"):
        Preparation(spec()).prepare(np.zeros(shape, np.uint8))
    with pytest.raises(ValueError, match="float32"):
        Preparation(spec()).prepare(np.zeros((4, 4, 3), np.float32))
