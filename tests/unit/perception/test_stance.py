"""How a camera stands: bumped, turned away, or merely in another light. Generated views, changed as the world does."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from contract.parking import ZoneKind
from edge.config import Zone
from edge.perception.eye import HERE, Shift
from edge.perception.pixels import put_back
from edge.perception.registration import Sketch, agreement, registered, sketch
from edge.perception.stance import LOST_LOOKS, MAX_VIEW_BYTES, MAX_VIEWS, Stance, begun, fingerprint, step
from edge.values import Image

Change = Callable[[Image], Image]
ZONE = Zone(id="lane", kind=ZoneKind.FIRE_LANE, polygon=((0.5, 0.5), (1, 0.5), (1, 1), (0.5, 1)))


def view(seed: int = 1) -> Image:
    """A street: walls, windows, kerbs and trees of simple shapes."""
    draw = np.random.default_rng(seed)
    image = np.full((360, 640, 3), 110, np.uint8)
    for _ in range(70):
        x, y, wide, high = (int(draw.integers(low, high)) for low, high in ((0, 620), (0, 340), (8, 90), (8, 60)))
        cv2.rectangle(image, (x, y), (x + wide, y + high), draw.integers(20, 235, 3).tolist(), -1)
    for _ in range(25):
        cv2.circle(
            image,
            draw.integers(0, (640, 360)).tolist(),
            int(draw.integers(4, 25)),
            draw.integers(0, 255, 3).tolist(),
            2,
        )
    return np.asarray(cv2.GaussianBlur(image, (3, 3), 0), np.uint8)


def bumped(shift: Shift) -> Change:
    """A camera so shifted shows what was out of the view too: the picture is the middle of a larger one."""

    def change(image: Image) -> Image:
        return put_back(image, Shift(-shift.dx / shift.scale, -shift.dy / shift.scale, 1 / shift.scale))

    return change


def night(image: Image) -> Image:
    """Infrared: grey, grainy, bright in the middle alone."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.float64)
    ys, xs = np.mgrid[-1 : 1 : grey.shape[0] * 1j, -1 : 1 : grey.shape[1] * 1j]
    grey = 0.8 * grey * np.exp(-(xs**2) - ys**2) + np.random.default_rng(2).normal(0, 8, grey.shape)
    return np.asarray(cv2.cvtColor(grey.clip(0, 255).astype(np.uint8), cv2.COLOR_GRAY2BGR), np.uint8)


def lorry(image: Image) -> Image:
    out = image.copy()
    out[60:300, 130:430] = (170, 160, 150)
    out[80:180, 150:400] = (60, 90, 160)
    return out


def headlights(image: Image) -> Image:
    ys, xs = np.mgrid[0:360, 0:640]
    glow = sum(400 * np.exp(-((xs - x) ** 2 + (ys - 220) ** 2) / 3000) for x in (220, 300))
    return np.asarray((0.3 * image + glow[..., None]).clip(0, 255), np.uint8)


def shadows(image: Image) -> Image:
    out = image.astype(np.float64)
    for x in range(30, 640, 90):
        out[:, x : x + 40] *= 0.65
    return out.astype(np.uint8)


def rain(image: Image) -> Image:
    drops = np.random.default_rng(3)
    out = image.copy()
    for _ in range(60):
        x, y = drops.integers(0, (640, 360)).tolist()
        patch = out[max(0, y - 9) : y + 9, max(0, x - 9) : x + 9]
        patch[:] = cv2.blur(patch, (9, 9))
    return out


def both(*changes: Change) -> Change:
    def change(image: Image) -> Image:
        for one in changes:
            image = one(image)
        return image

    return change


def looks(change: Change, *, restarted: bool = False, count: int = 8, seed: int = 1) -> Stance:
    """A day's view, then so many looks at the changed one, four seconds apart; a restart leaves no look before."""
    before: Sketch | None = sketch(view())
    stance = step(begun(Stance(), [ZONE]), sketch(view()), None, 0.0)
    before = None if restarted else before
    for n in range(count):
        now = sketch(change(view(seed)))
        stance = step(stance, now, before, 2.0 + 4.0 * n)
        before = before if stance.reason else now
    return stance


STANDS = [
    ("as it was", lambda image: image),
    ("at night", night),
    ("a quarter of the light", lambda image: image // 4),
    ("a lorry parked before it", lorry),
    ("headlights", headlights),
    ("hard shadows", shadows),
    ("rain on the lens", rain),
    ("out of focus", lambda image: cv2.GaussianBlur(image, (0, 0), 3)),
    ("a pixel off", bumped(Shift(1 / 640, -1 / 360))),
]


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("change", [row[1] for row in STANDS], ids=[row[0] for row in STANDS])
def test_nothing_but_motion_is_a_bump(change: Change, restarted: bool) -> None:
    stance = looks(change, restarted=restarted)
    assert (stance.shift, stance.reason) == (HERE, "")


BUMPS = [
    ("a few pixels", Shift(0.01, -0.012)),
    ("further", Shift(-0.05, 0.04)),
    ("as far as can be put right", Shift(0.1, 0.09)),
    ("zoomed in", Shift(-0.05, -0.04, 1.1)),
    ("zoomed out", Shift(0.04, 0.04, 0.92)),
]


@pytest.mark.parametrize("light", [lambda image: image, rain, lambda image: image // 2], ids=["day", "rain", "dusk"])
@pytest.mark.parametrize("shift", [row[1] for row in BUMPS], ids=[row[0] for row in BUMPS])
def test_a_bump_is_put_right(shift: Shift, light: Change) -> None:
    stance = looks(both(light, bumped(shift)), count=2)
    assert stance.reason == ""
    assert stance.shift.dx == pytest.approx(shift.dx, abs=0.006)
    assert stance.shift.dy == pytest.approx(shift.dy, abs=0.006)
    assert stance.shift.scale == pytest.approx(shift.scale, abs=0.01)


def test_a_bump_is_put_right_behind_a_lorry_too_and_over_a_restart() -> None:
    change = both(lorry, bumped(Shift(0.04, 0.03)))
    for restarted in (False, True):
        assert looks(change, restarted=restarted).shift.dx == pytest.approx(0.04, abs=0.006)


AWAY = [
    ("moved too far", bumped(Shift(0.2, 0.15)), 1),
    ("zoomed too far", bumped(Shift(-0.25, -0.25, 1.5)), 1),
    ("another street", lambda image: image, 2),
    ("turned", lambda image: cv2.rotate(image, cv2.ROTATE_180), 1),
]


@pytest.mark.parametrize(("change", "seed"), [row[1:] for row in AWAY], ids=[row[0] for row in AWAY])
def test_a_camera_that_shows_something_else_has_moved_away(change: Change, seed: int) -> None:
    stance = looks(change, seed=seed)
    assert stance.moved_away
    assert "摄像机被移动" in stance.reason
    assert "the camera was moved" in stance.reason


def test_it_is_back_when_the_view_is() -> None:
    stance = looks(lambda image: image, seed=2)
    assert stance.moved_away
    stance = step(stance, sketch(view()), None, 100.0)
    assert (stance.shift, stance.reason) == (HERE, "")


def test_one_look_that_cannot_be_placed_is_no_motion_and_no_word() -> None:
    stance = looks(lambda image: image, seed=2, count=1)
    assert not stance.moved_away
    assert "无法核对" in stance.reason
    assert not looks(lambda image: image, seed=2, count=LOST_LOOKS - 1).moved_away
    assert not step(stance, sketch(view()), None, 4.0).reason


def test_zones_drawn_anew_make_a_new_first_view_and_other_settings_do_not() -> None:
    stance = looks(bumped(Shift(0.05, 0.04)))
    renamed = ZONE.model_copy(update={"name": "Lane", "dwell": 60.0})
    assert begun(stance, [renamed]) == stance
    redrawn = ZONE.model_copy(update={"polygon": ((0.4, 0.5), (1, 0.5), (1, 1), (0.4, 1))})
    fresh = begun(stance, [redrawn])
    assert fresh == Stance(fingerprint([redrawn]))
    assert step(fresh, sketch(view(2)), None, 0.0).shift == HERE


def test_views_in_new_light_are_kept_within_bounds() -> None:
    stance = begun(Stance(), [ZONE])
    for n in range(40):
        now = sketch(view(1 + n // 8))  # by and by another street, as when light and seasons change all edges
        stance = step(Stance(stance.zones, stance.views, asked_s=stance.asked_s), now, now, 700.0 * n)
        assert len(stance.views) <= MAX_VIEWS
        assert all(len(kept.jpeg) <= MAX_VIEW_BYTES for kept in stance.views)
    assert len(stance.views) == MAX_VIEWS


def test_a_picture_without_detail_or_of_another_size_is_registered_to_nothing_and_breaks_nothing() -> None:
    blank, small = np.full((180, 320), 90, np.uint8), np.full((1, 1), 90, np.uint8)
    noisy = np.random.default_rng(1).integers(0, 255, (240, 320), dtype=np.uint8)
    for one in (blank, small, noisy, sketch(view())):
        for other in (blank, small, noisy):
            found = registered(one, other)
            assert found is None or found.agreement <= 1.0
            assert 0.0 <= agreement(one, other) <= 1.0
