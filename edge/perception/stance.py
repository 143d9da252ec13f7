"""How a camera stands to the view that its zones were drawn in: bumps are put right, a camera turned away says so.

Light tells nothing here: pictures are compared by where their edges lie. What one look says:

    edges lie as in the look before, or in a kept view    stands as it did
    registered to the first view, or by way of a kept one bumped: the shift is what was found
    … but farther off than `MAX_OFF` or `MAX_ZOOM`        moved away: no guesses until it is back
    neither, once or twice                                no word: this look tells nothing
    neither, `LOST_LOOKS` times over `LOST_S`             moved away
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from edge.config import Zone
from edge.perception.eye import HERE, Shift
from edge.perception.registration import Registration, Sketch, agreement, registered

MAX_OFF: Final = 0.12  # of the picture, how far its middle may have moved
MAX_ZOOM: Final = 1.33  # … or the picture grown or shrunk
STANDS: Final = 0.6  # share of tiles whose edges agree from which nothing moved; a lorry covers a quarter of them
BARELY: Final = 0.4  # … from which it is the same view in another light
BETTER: Final = 0.1  # a shift is believed if so many more tiles agree with it than without
LEAST_AGREEMENT: Final = 0.4
LEAST_SHIFT: Final = 0.004  # of the picture: less is jitter
LOST_LOOKS: Final = 5
LOST_S: Final = 20.0
MAX_VIEWS: Final = 3  # kept of a camera, in different light; the first stays
MAX_VIEW_BYTES: Final = 64 * 1024
NEW_LIGHT_S: Final = 600.0  # whether the light wants a view of its own is asked so often
QUALITY: Final = 75

MOVED: Final = "摄像机被移动，画面与布防区域对不上 the camera was moved: its picture no longer fits the zones"
UNCERTAIN: Final = "画面变化过大，无法核对摄像机位置 the picture changed too much to tell how the camera stands"


@dataclass(frozen=True, slots=True)
class KnownView:
    """A picture of the place to register to: a small grey JPEG of at most 64 KB, and how it lies to the first view."""

    jpeg: bytes
    shift: Shift


@dataclass(frozen=True, slots=True)
class Stance:
    """What is known of how a camera stands.

    Attributes:
        zones: fingerprint of the zones that the first view goes with; others are drawn in another view.
        views: at most 3, in different light, the first view first; none before the first look.
        moved_away: whether the camera shows something else.
        lost, lost_since_s: looks in a row that could not be registered.
        shifted_s: when the picture last came to lie otherwise: places are not framed as they were before.
        asked_s: when it was last asked whether the light wants a view.
    """

    zones: str = ""
    views: tuple[KnownView, ...] = ()
    shift: Shift = HERE
    moved_away: bool = False
    lost: int = 0
    lost_since_s: float = 0.0
    shifted_s: float | None = None
    asked_s: float = 0.0

    @property
    def reason(self) -> str:
        """Why a look tells nothing, Chinese and English, or empty."""
        if self.moved_away:
            return MOVED
        return UNCERTAIN if self.lost else ""


def fingerprint(zones: Sequence[Zone]) -> str:
    """Sixteen hex digits that change when a zone is drawn otherwise; its name and limits do not matter."""
    drawn = sorted((zone.id, [list(corner) for corner in zone.polygon]) for zone in zones)
    return hashlib.sha256(repr(drawn).encode()).hexdigest()[:16]


def begun(stance: Stance, zones: Sequence[Zone]) -> Stance:
    """Start with a configuration: zones drawn anew were drawn in what the camera shows now, so that is the first view.

    A state from before there were views has no zones either and goes on.
    """
    drawn = fingerprint(zones)
    return stance if stance.zones == drawn else Stance(drawn)


def step(stance: Stance, now: Sketch, before: Sketch | None, at_s: float) -> Stance:
    """Take one look.

    Args:
        before: the look before, if it was registered and is still kept: its shift is the stance's.
    """
    if not stance.views:
        return replace(stance, views=(_kept(now, HERE),), asked_s=at_s)
    if before is not None and not stance.reason and agreement(before, now) >= STANDS:
        return _in_new_light(stance, now, at_s)
    found = _found(stance, now, before)
    if found is None:
        return _lost(stance, at_s)
    if _is_far(found.shift):
        return replace(stance, lost=0, moved_away=True)
    if stance.reason or _differs(found.shift, stance.shift):
        return replace(stance, lost=0, moved_away=False, shift=found.shift, shifted_s=at_s)
    return stance


def _found(stance: Stance, now: Sketch, before: Sketch | None) -> Registration | None:
    """The best word on how the picture lies to the first view."""
    known = [(_drawn(view), view.shift) for view in stance.views]
    words = [word for view, shift in known if (word := _compared(view, shift, stance.shift, now))]
    if not words and before is not None and not stance.moved_away:
        words = [word for word in [_compared(before, stance.shift, stance.shift, now)] if word]
    return max(words, key=lambda word: word.agreement, default=None)


def _compared(view: Sketch, shift: Shift, current: Shift, now: Sketch) -> Registration | None:
    """Register to one view. What lies as before need not be registered; a shift must explain more than none does."""
    plain = agreement(view, now)
    found = registered(view, now)
    if found is not None and found.agreement >= max(LEAST_AGREEMENT, plain + BETTER):
        return Registration(shift.then(found.shift), found.agreement)
    if plain >= BARELY:
        return Registration(shift, plain)
    if found is not None and found.agreement >= LEAST_AGREEMENT:
        return Registration(shift.then(found.shift), found.agreement)
    return None


def _lost(stance: Stance, at_s: float) -> Stance:
    lost, since_s = stance.lost + 1, stance.lost_since_s if stance.lost else at_s
    away = stance.moved_away or (lost >= LOST_LOOKS and at_s - since_s >= LOST_S)
    return replace(stance, lost=min(lost, LOST_LOOKS), lost_since_s=since_s, moved_away=away)


def _in_new_light(stance: Stance, now: Sketch, at_s: float) -> Stance:
    """Keep a view in this light if none of those kept would be known again."""
    if at_s - stance.asked_s < NEW_LIGHT_S:
        return stance
    stance = replace(stance, asked_s=at_s)
    if any(agreement(_drawn(view), now) >= STANDS for view in stance.views if view.shift == stance.shift):
        return stance
    if any(registered(_drawn(view), now) for view in stance.views):
        return stance
    first, *others = stance.views
    return replace(stance, views=(first, *others[-(MAX_VIEWS - 2) :], _kept(now, stance.shift)))


def _is_far(shift: Shift) -> bool:
    off = (shift.dx + shift.scale / 2 - 0.5, shift.dy + shift.scale / 2 - 0.5)
    return max(map(abs, off)) > MAX_OFF or max(shift.scale, 1 / shift.scale) > MAX_ZOOM


def _differs(one: Shift, other: Shift) -> bool:
    """Whether two shifts put a corner of the view so far apart that it matters."""
    near = (one.dx - other.dx, one.dy - other.dy)
    far = (off + one.scale - other.scale for off in near)
    return max(map(abs, (*near, *far))) > LEAST_SHIFT


def _kept(view: Sketch, shift: Shift) -> KnownView:
    _, jpeg = cv2.imencode(".jpg", view, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return KnownView(jpeg.tobytes()[:MAX_VIEW_BYTES], shift)


def _drawn(view: KnownView) -> Sketch:
    picture = cv2.imdecode(np.frombuffer(view.jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    return np.zeros((1, 1), np.uint8) if picture is None else np.asarray(picture, np.uint8)
