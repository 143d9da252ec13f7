"""An eye of pixels: in the first view's coordinates whatever the camera's shift, and small enough to keep."""

import numpy as np
import pytest

from edge.perception.appearance import MAX_EMBEDDING, WHOLE, Appearance, describe, embed, kinship, similarity
from edge.perception.eye import HERE, Shift
from edge.perception.gate import glimpse
from edge.perception.pixels import REDUCED, put_back, see
from edge.values import Box, Frame, Image
from models.detection import Detections, FeatureMap, Seen
from tests.unit.perception.street import Street, moment

PLACE = Box(0.3, 0.4, 0.5, 0.7)
FEATURES = FeatureMap(np.random.default_rng(1).normal(0, 1, (9, 16, 96)).astype(np.float32))


class Finds:
    """Finds one car at a place of the picture given."""

    names = ("car",)

    def __init__(self, place: Box | None, features: FeatureMap | None = None) -> None:
        self.place = place
        self.features = features

    def detect(self, image: np.ndarray) -> Detections:
        return self.look(image).detections

    def look(self, image: np.ndarray) -> Seen:
        height, width = image.shape[:2]
        if self.place is None:
            return Seen(Detections.none(), self.features)
        box = self.place
        corners = np.array([[box.x1 * width, box.y1 * height, box.x2 * width, box.y2 * height]], np.float32)
        return Seen(Detections(corners, np.array([0.8], np.float32), np.array([0])), self.features)


def frame(image: Image) -> Frame:
    return Frame("yard", moment(0), image)


def bumped(image: Image, shift: Shift) -> Image:
    """The picture that a camera so shifted would give."""
    inverse = Shift(-shift.dx / shift.scale, -shift.dy / shift.scale, 1 / shift.scale)
    return put_back(image, inverse)


SHIFTS = [
    ("none", HERE),
    ("a few pixels", Shift(0.02, -0.03)),
    ("turned down and zoomed", Shift(-0.05, 0.04, 1.06)),
    ("zoomed out", Shift(0.03, 0.03, 0.95)),
]


@pytest.mark.parametrize("shift", [row[1] for row in SHIFTS], ids=[row[0] for row in SHIFTS])
def test_a_bumped_camera_sees_its_places_where_they_were(shift: Shift) -> None:
    street = Street({PLACE: 1})
    before, image = street.image(0), bumped(street.image(0), shift)
    there = shift.forth(PLACE)
    assert there is not None
    eye = see(frame(image), Finds(there), glimpse(image), threshold=0.4, shift=shift)
    assert eye.detections[0].box.overlap(PLACE) > 0.99
    assert eye.present[0].box.overlap(there) > 0.99
    assert (similarity(eye.looks(PLACE), describe(before, PLACE)) or 0) > 0.95
    assert (similarity(eye.whole, describe(before, WHOLE)) or 0) > 0.9
    assert eye.shown.area == pytest.approx((shift.back(WHOLE) or WHOLE).area)


def test_there_and_back_is_the_same_box_and_what_is_out_of_the_picture_is_none() -> None:
    shift = Shift(0.1, -0.05, 1.1)
    there = shift.forth(PLACE)
    assert there is not None
    back = shift.back(there)
    assert back is not None
    assert back.overlap(PLACE) > 0.999
    assert Shift(0.5).forth(Box(0.6, 0.1, 0.8, 0.2)) is None
    assert Shift(0.5).back(Box(0.1, 0.1, 0.4, 0.2)) is None


def test_an_eye_keeps_little() -> None:
    image = np.zeros((1080, 1920, 3), np.uint8)
    image[::7] = 200
    eye = see(frame(image), Finds(None), glimpse(image), threshold=0.4)
    assert eye.picture.shape == (360, 640, 3)
    assert eye.picture.nbytes == REDUCED * 360 * 3
    assert not np.shares_memory(eye.picture, image), "the frame is free to go"


def test_looks_have_an_embedding_where_the_network_gives_features() -> None:
    image = Street({PLACE: 1}).image(0)
    with_features = see(frame(image), Finds(None, FEATURES), glimpse(image), threshold=0.4)
    without = see(frame(image), Finds(None), glimpse(image), threshold=0.4)
    assert kinship(with_features.looks(PLACE), with_features.looks(PLACE)) == pytest.approx(1.0)
    assert kinship(with_features.looks(PLACE), without.looks(PLACE)) is None
    shift = Shift(0.1, 0.1)
    shifted = see(frame(image), Finds(None, FEATURES), glimpse(image), threshold=0.4, shift=shift)
    there = shift.forth(PLACE)
    assert there is not None
    assert shifted.looks(PLACE).embedding == with_features.looks(there).embedding, (
        "features are of the picture as it is"
    )


@pytest.mark.parametrize("size", [1, 96, 512, 513, 1280])
def test_embeddings_keep_the_angle_and_512_bytes_at_most(size: int) -> None:
    draw = np.random.default_rng(size)
    one = draw.normal(0, 1, size).astype(np.float32)
    other = (one + draw.normal(0, 0.7, size)).astype(np.float32)
    raw = [embed(features) for features in (one, other)]
    assert all(kept is not None and len(kept) == min(size, MAX_EMBEDDING) for kept in raw)
    true = float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))
    data = bytes(432)
    assert kinship(Appearance(data, raw[0]), Appearance(data, raw[1])) == pytest.approx(true, abs=0.1)


def test_features_of_zeros_are_no_embedding_and_a_long_one_is_refused() -> None:
    assert embed(np.zeros(96, np.float32)) is None
    with pytest.raises(ValueError, match="1 to 512 bytes, not 513"):
        Appearance(bytes(432), bytes(513))
