"""What is written on a picture: a strip below it with time and place, and a thin frame around the subject.

OpenCV draws ASCII only, so the strip holds ids, not names; names stand beside the picture wherever it is shown.
"""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

import cv2
import numpy as np

from edge.evidence.pixels import pixels_of
from edge.values import Box, Image, Moment

LEAST_HEIGHT: Final = 22  # pixels of one line
LINES: Final = 2
WHITE: Final = (255, 255, 255)
AMBER: Final = (0, 191, 255)  # BGR
SIMULATED: Final = "SIMULATED"


@dataclass(frozen=True, slots=True)
class Caption:
    """What the strip says. `place` is `community/gateway/camera`."""

    place: str
    zone: str
    kind: str
    taken: Moment
    timezone: tzinfo
    simulated: bool

    @property
    def lines(self) -> tuple[str, str]:
        """Time with offset and clock trust; place and zone."""
        time = self.taken.seen_at.astimezone(self.timezone).isoformat(sep=" ", timespec="milliseconds")
        place = f"{self.place}/{self.zone}" if self.zone else self.place
        return f"{time}  clock: {self.taken.trust}", f"{place}  {self.kind}"


def outline(image: Image, subject: Box) -> None:
    """Draw a thin frame around the subject into `image`."""
    x1, y1, x2, y2 = pixels_of(subject, image)
    cv2.rectangle(image, (x1, y1), (x2 - 1, y2 - 1), AMBER, max(1, image.shape[1] // 640))


def with_margin(image: Image, caption: Caption) -> Image:
    """Return the picture, shape (h, w, 3), with a strip below it; the picture itself is not covered."""
    height, width = image.shape[:2]
    line = max(LEAST_HEIGHT, height // 36)
    strip = np.zeros((line * LINES + line // 2, width, 3), np.uint8)
    text, place = caption.lines
    mark = SIMULATED if caption.simulated else ""
    taken_by_mark = _write(strip, mark, line, right=True, colour=AMBER)
    _write(strip, text, line, room=width - taken_by_mark)
    _write(strip, place, 2 * line)
    return np.vstack([image, strip])


def _write(
    strip: Image, text: str, baseline: int, *, room: int = 0, right: bool = False, colour: tuple[int, int, int] = WHITE
) -> int:
    """Write one line, smaller where it would not fit; return the pixels it takes."""
    if not text:
        return 0
    edge = 6
    height = strip.shape[0] * 0.28
    space = (room or strip.shape[1]) - 2 * edge
    scale = cv2.getFontScaleFromHeight(cv2.FONT_HERSHEY_SIMPLEX, max(1, int(height)), 1)
    (wide, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
    if wide > space:
        scale, wide = scale * space / wide, space
    left = strip.shape[1] - wide - edge if right else edge
    cv2.putText(strip, text, (left, baseline), cv2.FONT_HERSHEY_SIMPLEX, scale, colour, 1, cv2.LINE_AA)
    return int(wide) + 2 * edge
