"""The motion gate: whether a picture differs from the last one that was detected on, at next to no cost.

Light that changes as a whole (a cloud, exposure, a lamp) is taken out first, and so is what the sensor's noise makes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.config import Zone
from edge.values import Frame, Image, Luma, grey, shrunk

WIDTH: Final = 160  # pixels of the small picture's longer side
LEAST_CHANGE: Final = 10.0  # grey levels: what 8-bit compression makes of a still scene stays below
NOISE_FACTOR: Final = 6.0  # … or so many standard deviations of the picture's own noise
CHANGED_IN_ZONE: Final = 3  # pixels of the small picture that differ: a bicycle twenty metres away
CHANGED_ELSEWHERE: Final = 12
MARGIN: Final = 0.05  # of the picture: a zone's surroundings count as zone, for a vehicle stands out of its ground

DARK: Final = 12.0  # mean grey level below which a picture without contrast tells nothing
FLAT: Final = 3.0  # grey levels of spread below which a picture is blank: a covered lens, a signal lost
DETAIL: Final = 0.35  # grey levels of local contrast below which a lens is covered or wholly out of focus
BINS: Final = 1024  # of the histogram over 0–256 that percentiles are read from: a quarter of a level


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A small picture and what it tells. It holds the frame: keep what you need of it, not the glimpse.

    Attributes:
        luma: (h, w) float32, grey, lightly blurred, the longer side 160 pixels at most.
        reason: why it tells nothing, or empty.
        source: what it was made from.
    """

    luma: Luma
    reason: str
    source: Frame | Image

    @property
    def picture(self) -> Image:
        """(h, w, 3) uint8 BGR, of the size of `luma`; made when asked for, for a still picture is judged without."""
        return self.source.small(WIDTH) if isinstance(self.source, Frame) else shrunk(self.source, WIDTH)

    @property
    def visible(self) -> bool:
        return not self.reason


def glimpse(source: Frame | Image) -> Glimpse:
    """Make the small picture and say whether it tells anything; `reason` is empty if it does.

    Args:
        source: best the frame, which need not be converted to BGR for this; or (h, w, 3) uint8 BGR.
    """
    luma = source.grey(WIDTH) if isinstance(source, Frame) else grey(shrunk(source, WIDTH))
    blurred = np.asarray(cv2.GaussianBlur(luma, (3, 3), 0), np.float32)
    return Glimpse(blurred, _fault(blurred), source)


def _fault(luma: Luma) -> str:
    """Why a picture tells nothing, or ''. A night scene with lamps is dark but has contrast, so it passes."""
    low, middle, high = percentiles(luma, (0.01, 0.5, 0.99))
    if middle < DARK and high - low < 2 * DARK:
        return "画面太暗 the picture is too dark"
    if high - low < FLAT:
        return "画面空白 the picture is blank"
    detail = cv2.norm(luma, cv2.blur(luma, (5, 5)), cv2.NORM_L1) / luma.size
    return "镜头被遮挡或失焦 the lens is covered or out of focus" if detail < DETAIL else ""


def percentiles(luma: Luma, fractions: Sequence[float]) -> list[float]:
    """The levels below which such fractions of the pixels lie, to a quarter of a level: cheaper than sorting."""
    counts = cv2.calcHist([luma], [0], None, [BINS], [0.0, 256.0]).ravel()
    places = np.searchsorted(counts.cumsum(), np.array(fractions) * luma.size)
    return [float(place) * 256 / BINS for place in places]


@dataclass(slots=True)
class Gate:
    """Remembers the last small picture that was detected on.

    A new gate, also one after a restart, has nothing to compare with, so the first picture always counts as changed.
    """

    zones: Sequence[Zone]
    _reference: Luma | None = None
    _watched: NDArray[np.bool_] | None = None

    def moved(self, now: Glimpse) -> bool:
        """Whether something changed since `keep`; pictures of another size always did."""
        reference = self._reference
        if reference is None or reference.shape != now.luma.shape:
            return True
        # Where no pixel differs by half of what counts, no change of light can hide a change that does.
        if cv2.norm(reference, now.luma, cv2.NORM_INF) <= LEAST_CHANGE / 2:
            return False
        changed = changed_pixels(reference, now.luma)
        inside = int((changed & self._zone_pixels(now.luma.shape)).sum())
        return inside >= CHANGED_IN_ZONE or int(changed.sum()) >= CHANGED_ELSEWHERE

    def keep(self, now: Glimpse) -> None:
        """Compare with this picture from now on: it is being detected on."""
        self._reference = now.luma

    def _zone_pixels(self, shape: tuple[int, ...]) -> NDArray[np.bool_]:
        if self._watched is None or self._watched.shape != shape:
            self._watched = zone_pixels([zone.polygon for zone in self.zones], shape)
        return self._watched


def changed_pixels(before: Luma, now: Luma) -> NDArray[np.bool_]:
    """Pixels that differ after gain and offset have been taken out: a boolean picture of the same shape."""
    difference = np.abs(now - _relit(before, now))
    noise = 1.4826 * float(np.median(difference))  # of a half-normal: median → standard deviation, robust to motion
    return np.asarray(difference > max(LEAST_CHANGE, NOISE_FACTOR * noise), np.bool_)


def _relit(before: Luma, now: Luma) -> Luma:
    """`before` in the light of `now`: a straight line fitted twice, the second time without what does not fit it."""
    usable = (before > 4) & (before < 250) & (now > 4) & (now < 250)  # clipped pixels follow no line
    gain, offset = _line(before[usable], now[usable])
    misfit = np.abs(now - (gain * before + offset))
    fits = usable & (misfit <= max(2.0, float(np.percentile(misfit, 75))))
    gain, offset = _line(before[fits], now[fits])
    return np.asarray(np.clip(gain * before + offset, 0, 255), np.float32)


def _line(x: Luma, y: Luma) -> tuple[float, float]:
    """Least squares y = gain·x + offset; no line where there is nothing to fit one to."""
    if x.size < 16:
        return 1.0, 0.0
    variance = float(x.var())
    gain = float(((x - x.mean()) * (y - y.mean())).mean()) / variance if variance > 1.0 else 1.0
    gain = min(max(gain, 0.2), 5.0)  # a lamp or a cloud does no more
    return gain, float(y.mean()) - gain * float(x.mean())


def zone_pixels(polygons: Iterable[Sequence[tuple[float, float]]], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """The pixels of all polygons and a margin around them; without polygons nowhere is special."""
    height, width = shape[0], shape[1]
    mask = np.zeros((height, width), np.uint8)
    for polygon in polygons:
        corners = np.array([(x * width, y * height) for x, y in polygon], np.float32).round().astype(np.int32)
        cv2.fillPoly(mask, [corners], 1)
    reach = 2 * round(MARGIN * max(width, height)) + 1
    return np.asarray(cv2.dilate(mask, np.ones((reach, reach), np.uint8)), np.bool_)
