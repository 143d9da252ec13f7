"""Faults of a stream: what cameras and networks do to it, and what each of them makes of a recording.

None that breaks what is measured, a burst or a jump, lies in a fall: the gateway measures nothing across a gap and says
so. Pictures dropped one by one and steps of exposure go on all through it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.throw.simulation import Clip
from models.throw.simulation.confusers.whole import infrared
from models.throw.simulation.shooting import QUIET_S

DROPPED: Final = 0.1  # share of pictures
BURST_S: Final = (0.1, 0.3)
BETWEEN_BURSTS_S: Final = (0.3, 1.0)
JUMP_S: Final = 3600.0
AWAY_S: Final = 2.0  # while a camera starts again
STEP: Final = 0.25  # of the exposure's gain
SWITCH_S: Final = 0.2  # then the filter swings; the picture is there again before anything falls

Plane = NDArray[np.uint8]
Spoiler = Callable[[Plane, float], Plane | None]
"""A picture, shape (h, w), at a moment of the stream: as the detector is shown it; None: it is not."""


class Fault(StrEnum):
    """What befalls a stream."""

    DROPPED = "dropped"  # one picture of ten, by chance, in falls too
    BURSTS = "bursts"  # up to 0.3 s of pictures at once, again and again, before falls and after
    JUMPS = "jumps"  # its stamps leap an hour ahead before a fall, and an hour back after it
    RESTART = "restart"  # the camera starts again before a fall, and its stamps begin anew
    EXPOSURE = "exposure"  # a step of a quarter, up or down, at every whole second
    INFRARED = "infrared"  # the switch to infrared or back, once, before a fall


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what a camera sends: the recording from its beginning.

    Attributes:
        comes_s: when its first packet comes, seconds on the gateway's timeline.
        till_s: of the recording: there the part ends.
        stamped_s: the first packet's stamp.
        anew: whether it is a stream of its own.
    """

    comes_s: float
    till_s: float
    stamped_s: float
    anew: bool


@dataclass(frozen=True, slots=True)
class Broadcast:
    """What a camera sends of a clip.

    Attributes:
        parts: in the order they come; the first begins a stream.
        whole_s: when the clip begins that is shown whole; its quiet opening may be shown before it, and after.
    """

    parts: tuple[Part, ...]
    whole_s: float


def broadcast(fault: Fault | None, clip: Clip) -> Broadcast:
    """What a camera with a fault sends of a clip; None: without one.

    The opening in which nothing falls yet, `QUIET_S`, is sent once more wherever the fault needs room beside a fall.
    """
    ends_s = clip.seconds + QUIET_S
    if fault is Fault.JUMPS:
        ahead = Part(QUIET_S, math.inf, QUIET_S + JUMP_S, anew=False)
        return Broadcast(
            (Part(0.0, QUIET_S, 0.0, anew=True), ahead, Part(ends_s, QUIET_S, ends_s, anew=False)), QUIET_S
        )
    if fault is Fault.RESTART:
        again_s = QUIET_S + AWAY_S
        return Broadcast((Part(0.0, QUIET_S, 0.0, anew=True), Part(again_s, math.inf, 0.0, anew=True)), again_s)
    return Broadcast((Part(0.0, math.inf, 0.0, anew=True),), 0.0)


def spoiler(fault: Fault | None, clip: Clip) -> Spoiler:
    """What a fault makes of the pictures: of the same clip always the same. One spoiler serves one stream."""
    rng = np.random.default_rng([clip.number, 0 if fault is None else 1 + list(Fault).index(fault)])
    if fault is Fault.DROPPED:
        return lambda picture, _: None if rng.random() < DROPPED else picture
    if fault is Fault.BURSTS:
        gaps = bursts(clip, rng)
        return lambda picture, at_s: None if any(begin <= at_s < end for begin, end in gaps) else picture
    if fault is Fault.EXPOSURE:
        return _exposed(rng, clip.seconds)
    if fault is Fault.INFRARED:
        tone = infrared(clip.scene, rng, clip.seconds)
        earlier_s = SWITCH_S - tone.dark[0]
        return replace(tone, at_s=tone.at_s + earlier_s, dark=(SWITCH_S, tone.dark[1] + earlier_s)).apply
    return lambda picture, _: picture


def bursts(clip: Clip, rng: np.random.Generator) -> list[tuple[float, float]]:
    """From and till when pictures are missing, seconds of the clip; never while something falls."""
    falls = [(throw.start_s, (throw.frames[-1] + 1) / clip.scene.fps) for throw in clip.throws if throw.frames]
    gaps: list[tuple[float, float]] = []
    begin = float(rng.uniform(*BETWEEN_BURSTS_S))
    while begin < clip.seconds:
        end = begin + float(rng.uniform(*BURST_S))
        if not any(begin < till and end > since for since, till in falls):
            gaps.append((begin, end))
        begin = end + float(rng.uniform(*BETWEEN_BURSTS_S))
    return gaps


def _exposed(rng: np.random.Generator, seconds: float) -> Spoiler:
    """Every other second by a quarter brighter or darker, and back."""
    gains = 1.0 + STEP * rng.choice((-1.0, 1.0), math.ceil(seconds) + 1)
    gains[::2] = 1.0

    def spoil(picture: Plane, at_s: float) -> Plane:
        gain = float(gains[min(int(at_s + 1e-6), len(gains) - 1)])  # stamps are rounded
        return np.asarray(cv2.LUT(picture, np.clip(np.arange(256) * gain + 0.5, 0, 255).astype(np.uint8)), np.uint8)

    return spoil
