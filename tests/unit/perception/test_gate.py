"""The motion gate: what opens it and what does not."""

from collections.abc import Callable
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from contract.parking import ZoneKind
from edge.config import Zone
from edge.perception.gate import WIDTH, Gate, glimpse, percentiles, zone_pixels
from edge.values import ClockTrust, Frame, Image, Luma, Moment, grey, shrunk

ZONE = Zone(id="lane", kind=ZoneKind.FIRE_LANE, polygon=((0.5, 0.5), (1, 0.5), (1, 1), (0.5, 1)))


def yard(seed: int = 0, noise: float = 3.0) -> Image:
    """A yard with walls, a gradient of light and a sensor's grain, 1280×720."""
    across = np.linspace(60, 180, 1280, dtype=np.float32)
    image = np.repeat(np.repeat(across[None, :, None], 720, axis=0), 3, axis=2)
    for n in range(8):
        cv2.rectangle(image, (n * 150, 60 + 20 * n), (n * 150 + 90, 200 + 20 * n), (40 + 20 * n,) * 3, -1)
    grain = np.random.default_rng(seed).normal(0, noise, image.shape)
    return np.asarray((image + grain).clip(0, 255), np.uint8)


def block(x: int, y: int, width: int, height: int, level: int = 250) -> Callable[[Image], Image]:
    def change(image: Image) -> Image:
        out = image.copy()
        out[y : y + height, x : x + width] = level
        return out

    return change


def light(gain: float, offset: float) -> Callable[[Image], Image]:
    return lambda image: np.asarray((image * gain + offset).clip(0, 255), np.uint8)


SCENES = [
    # name,                        what happens,                     moved
    ("nothing but noise", lambda image: image, False),
    ("a cloud", light(0.6, 0), False),
    ("exposure steps up", light(1.3, 15), False),
    ("a car in the zone", block(800, 450, 160, 90), True),
    ("a bicycle far off in the zone", block(900, 500, 16, 24), True),
    ("a car elsewhere", block(100, 450, 160, 90), True),
    ("a leaf elsewhere", block(104, 600, 8, 8), False),
    ("a car comes as the light steps", lambda image: light(0.7, 10)(block(800, 450, 160, 90)(image)), True),
    ("another size", lambda image: cv2.resize(image, (640, 480)), True),
]


@pytest.mark.parametrize(("happens", "moved"), [row[1:] for row in SCENES], ids=[row[0] for row in SCENES])
def test_gate(happens: Callable[[Image], Image], moved: bool) -> None:
    gate = Gate([ZONE])
    gate.keep(glimpse(yard(1)))
    assert gate.moved(glimpse(happens(yard(2)))) is moved


def test_a_small_grainy_stream_is_still() -> None:
    """No averaging helps here: only the picture's own noise tells what a change is."""
    first, second = (cv2.resize(yard(seed, noise=0), (160, 90)) + grain(seed) for seed in (1, 2))
    gate = Gate([ZONE])
    gate.keep(glimpse(np.asarray(first.clip(0, 255), np.uint8)))
    assert not gate.moved(glimpse(np.asarray(second.clip(0, 255), np.uint8)))


def grain(seed: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(0, 14, (90, 160, 3))


def test_the_first_picture_always_counts() -> None:
    assert Gate([]).moved(glimpse(yard()))


def test_slow_change_adds_up_until_it_counts() -> None:
    """The gate compares with the last look that was detected on, not with the last frame."""
    gate = Gate([ZONE])
    gate.keep(glimpse(yard()))
    moved = [gate.moved(glimpse(block(800, 450, width, 60)(yard(2)))) for width in range(0, 160, 4)]
    assert not moved[0]
    assert moved[-1]


def test_zones_and_their_margin_are_watched_closely() -> None:
    pixels = zone_pixels([ZONE.polygon], (90, 160))
    assert pixels[50, 100]
    assert pixels[40, 75]
    assert not pixels[30, 60]
    assert not zone_pixels([], (90, 160)).any()


REASONS = [
    ("a yard", yard(), ""),
    ("black", np.zeros((720, 1280, 3), np.uint8), "too dark"),
    ("grainy black", yard(1, 4) // 16, "too dark"),
    ("grey", np.full((720, 1280, 3), 128, np.uint8), "blank"),
    ("a hand on the lens", cv2.GaussianBlur(yard(), (0, 0), 120), "covered"),
    ("night with a lamp", block(600, 200, 200, 200)(np.full((720, 1280, 3), 4, np.uint8)), ""),
    ("one pixel", np.zeros((1, 1, 3), np.uint8), "too dark"),
]


@pytest.mark.parametrize(("image", "reason"), [row[1:] for row in REASONS], ids=[row[0] for row in REASONS])
def test_whether_a_picture_tells_anything(image: Image, reason: str) -> None:
    now = glimpse(image)
    assert now.visible == (not reason)
    assert reason in now.reason


class InTheDecoder:
    """A `RawPicture` of which nothing but the grey may be asked."""

    def __init__(self, image: Image) -> None:
        self._luma = grey(shrunk(image, WIDTH))

    @property
    def image(self) -> Image:
        raise AssertionError("the whole picture was converted")

    def small(self, side: int) -> Image:
        raise AssertionError("the small picture was made in colour")

    def grey(self, side: int) -> Luma:
        assert side == WIDTH
        return self._luma


def test_a_picture_is_judged_as_the_decoder_has_it() -> None:
    """To convert a picture in which nothing moved would cost more than to judge it."""
    now = Moment(0.0, datetime(2025, 3, 1, tzinfo=UTC), ClockTrust.SYNCED)
    gate = Gate([ZONE])
    gate.keep(glimpse(Frame("yard", now, InTheDecoder(yard(1)))))
    assert not gate.moved(glimpse(Frame("yard", now, InTheDecoder(yard(2)))))
    arrived = block(800, 450, 160, 90)(yard(2))
    assert gate.moved(glimpse(Frame("yard", now, InTheDecoder(arrived))))
    assert glimpse(Frame("yard", now, arrived)).picture.shape == (90, 160, 3)


@pytest.mark.parametrize("level", [0, 3, 40, 255])
def test_percentiles_are_those_of_sorting(level: int) -> None:
    luma = np.random.default_rng(level).normal(level, 20, (90, 160)).clip(0, 255).astype(np.float32)
    fractions = (0.01, 0.5, 0.99)
    assert percentiles(luma, fractions) == pytest.approx(np.percentile(luma, [1, 50, 99]).tolist(), abs=0.5)
