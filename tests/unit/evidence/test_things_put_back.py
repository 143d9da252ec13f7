"""What is put back of a falling thing into a picture that was veiled: the thing, and nobody with it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC

import numpy as np
import pytest
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from edge.config import Camera, Masking
from edge.evidence import rendition
from edge.evidence.fall_evidence import FallDeveloper
from edge.evidence.margin import AMBER
from edge.evidence.pixels import Pixels
from edge.evidence.reel import Clip, Codec, Coded
from edge.evidence.rendition import Subject
from edge.evidence.strobe import MOST_BLOCKS, draw_curve, expose, patch_area
from edge.evidence.veil import Find, block_side, veil
from edge.trajectory import Fall, Point
from edge.values import PERSON, Box, Detection, Image
from tests.unit.evidence.falls import fall

WIDTH, HEIGHT = 1280, 720
WINDOW: Pixels = (270, 170, 330, 250)
HEAD: Pixels = (288, 205, 312, 229)
CLIP = Clip(Codec("h264", (WIDTH, HEIGHT), b""), (Coded(b"", 0.0, is_key=True),))
GROUND = np.random.default_rng(0).integers(60, 200, (HEIGHT, WIDTH, 3)).astype(np.uint8)
CAMERA = Camera.model_validate({"id": "east", "url": "rtsp://192.0.2.1/s"})
MOST = MOST_BLOCKS * block_side(HEIGHT)


def thrown() -> Fall:
    """Thrown by somebody: hand, arm, head and thing are one speck of 60 by 60 pixels."""
    thing = fall(2.0, x=300.0, y=212.0, until_y=600.0, pixels_per_metre=20.0)
    return replace(thing, points=tuple(replace(one, width=60.0, height=60.0) for one in thing.points))


FALL = thrown()


def taken(point: Point, side: int) -> NDArray[np.uint8]:
    """What the camera sees: a square around the point is not as on the ground."""
    image, x, y, half = GROUND.copy(), round(point.x), round(point.y), side // 2
    image[y - half : y + half, x - half : x + half] ^= 0x80
    return image


def pictures(side: int) -> list[tuple[float, VideoFrame]]:
    """The ground, and each sighting."""
    seen = [(1.6, GROUND), *((one.at_s, taken(one, side)) for one in FALL.points)]
    return [(at_s, VideoFrame.from_ndarray(image, format="bgr24")) for at_s, image in seen]


def nobody(image: Image) -> tuple[Detection, ...]:
    return ()


def thrower(image: Image) -> tuple[Detection, ...]:
    """Sees the head in the part around the window that it is shown."""
    tall, wide = image.shape[:2]
    left, top = WINDOW[0] - (WINDOW[2] - WINDOW[0]), WINDOW[1] - (WINDOW[3] - WINDOW[1])
    x1, y1, x2, y2 = HEAD
    box = Box((x1 - left) / wide, (y1 - top) / tall, (x2 - left) / wide, (y2 - top) / tall)
    return (Detection(PERSON, 0.9, box),)


def film(monkeypatch: pytest.MonkeyPatch, side: int, find: Find) -> list[tuple[float, Image]]:
    def screened(_clip: Clip, _from_s: float, _to_s: float) -> Iterator[tuple[float, VideoFrame]]:
        yield from pictures(side)

    monkeypatch.setattr(rendition, "screen", screened)
    return list(rendition._veiled(CLIP, [Subject(FALL, WINDOW)], find))


def shades_of_the_head(image: Image) -> int:
    x1, y1, x2, y2 = HEAD
    return len(np.unique(image[y1:y2, x1:x2].reshape(-1, 3), axis=0))


def test_in_the_film_the_thrower_stays_covered_although_the_thing_is_before_him(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bare = film(monkeypatch, 60, nobody)
    assert min(shades_of_the_head(image) for _, image in bare) > 100, "what is to be covered"
    shown = film(monkeypatch, 60, thrower)
    assert len(shown) == 1 + len(FALL.points)
    assert max(shades_of_the_head(image) for at_s, image in shown if at_s < FALL.began_s + 0.9) < 16


def test_in_the_picture_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn(find: Find) -> Image:
        developer = FallDeveloper(CAMERA, Masking(), find=find, device="demo/gw-1", timezone=UTC)
        exposure = expose(pictures(60), FALL)
        assert exposure is not None
        return developer._drawn(exposure, FALL, WINDOW)

    assert shades_of_the_head(drawn(nobody)) > 100
    assert shades_of_the_head(drawn(thrower)) < 16


@pytest.mark.parametrize(("side", "shown"), [(6, 6), (60, MOST)])
def test_outside_the_window_the_film_shows_what_differs_and_no_more_than_a_small_box(
    monkeypatch: pytest.MonkeyPatch, side: int, shown: float
) -> None:
    at_s, image = film(monkeypatch, side, nobody)[-3]
    point = FALL.points[-3]
    assert at_s == point.at_s
    camera = taken(point, side)
    bare = veil(camera, [WINDOW])
    draw_curve(bare, FALL, until_s=at_s)
    back = (image != bare).any(axis=2)
    rows, columns = np.nonzero(back)
    assert shown - 1 <= np.ptp(rows) + 1 <= shown + 2
    assert shown - 1 <= np.ptp(columns) + 1 <= shown + 2
    assert (image[back] == camera[back]).all()
    assert (camera[back] != GROUND[back]).any(axis=1).all()


def test_the_film_shows_the_path_that_it_has_come_and_none_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = film(monkeypatch, 6, nobody)
    assert (shown[0][1] == veil(GROUND, [WINDOW])).all(), "it has not fallen yet"
    for one, (_, image) in zip(FALL.points, shown[1:], strict=True):
        drawn = np.flatnonzero((image != veil(taken(one, 6), [WINDOW])).any(axis=2)[:, 300])
        past = range(round(FALL.curve.y[0]), round(one.y) - 3)  # the thing itself is 3 pixels to either side
        assert set(past) <= set(drawn) <= set(range(past.start - 1, round(one.y) + 4))
        assert (np.abs(image[past[1:-1], 300].astype(int) - AMBER) < 64).all()


@pytest.mark.parametrize("size", [3.0, 20.0, 1000.0])
def test_the_box_of_a_thing_is_bounded(size: float) -> None:
    x1, y1, x2, y2 = patch_area(Point(0.0, 640.0, 360.0, size, size, 9.0, 50.0), (HEIGHT, WIDTH))
    assert max(x2 - x1, y2 - y1) <= min(size + 8, MOST + 2)
    assert x1 <= 640 <= x2
    assert y1 <= 360 <= y2
