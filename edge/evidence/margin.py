"""What is written on a picture: a strip below it with when, where and why, and a thin frame around the subject.

GA/T 832-2014 wants time, place and device on the picture itself; so that it cannot be mistaken, the strip also says how
far the time can be trusted. Chinese first with English beside it; English alone where no Chinese can be drawn.
"""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, Protocol

import cv2
import numpy as np

from edge.evidence.lettering import fitted, has_chinese, legible, width_of, write
from edge.evidence.pixels import pixels_of
from edge.values import Box, ClockTrust, Image, Moment, PictureKind

LEAST_HEIGHT: Final = 22  # pixels of one line
EDGE: Final = 6  # pixels left free on both sides
WHITE: Final = (255, 255, 255)
AMBER: Final = (0, 191, 255)  # BGR

SIMULATED: Final = ("模拟画面", "SIMULATED")
TRUST: Final = {
    ClockTrust.SYNCED: ("时钟已校准", "clock synced"),
    ClockTrust.HOLDOVER: ("时钟近期校准过，现靠自走", "clock was synced, now running free"),
    ClockTrust.UNSYNCED: ("时钟未校准，时间不可信", "CLOCK NOT SET: time not to be trusted"),
}
KINDS: Final = {
    PictureKind.ENTER: ("驶入时", "on arrival"),
    PictureKind.INTERVAL: ("停放中", "in between"),
    PictureKind.DUE: ("超时时", "when time was up"),
    PictureKind.LEAVE: ("驶离时", "on leaving"),
    PictureKind.LOOK: ("复查", "second look"),
    PictureKind.FALL: ("高空抛物", "thrown or fallen"),
    PictureKind.CLIP: ("高空抛物录像", "film of a fall"),
}


@dataclass(frozen=True, slots=True)
class Caption:
    """What the strip says.

    Attributes:
        device: `community/gateway`.
        zone: the zone's id; empty where none is meant.
        zone_name: as staff read it, perhaps empty; at most 80 characters of anything.
    """

    device: str
    camera: str
    zone: str
    zone_name: str
    kind: PictureKind
    taken: Moment
    timezone: tzinfo
    simulated: bool

    @property
    def lines(self) -> tuple[str, str, str]:
        """When, to the millisecond with its offset, and how far to trust it; by what device; where and why."""
        time = self.taken.seen_at.astimezone(self.timezone).isoformat(sep=" ", timespec="milliseconds")
        device = f"{both('设备', 'device')} {self.device}  {both('摄像机', 'camera')} {self.camera}"
        zone = f"{both('区域', 'zone')} {self.zone} {self.zone_name}".rstrip() if self.zone else ""
        where = "  ".join(filter(None, (both(*KINDS[self.kind]), zone)))
        return f"{time}  {both(*TRUST[self.taken.trust])}", device, where

    @property
    def mark(self) -> str:
        """What says that this is no real event; empty where it is one."""
        return both(*SIMULATED) if self.simulated else ""


class Strip(Protocol):
    """What is written below a picture."""

    @property
    def lines(self) -> tuple[str, ...]:
        """From the top; as many as there is something to say."""
        ...

    @property
    def mark(self) -> str:
        """Written at the right end of the first line; may be empty."""
        ...


def outline(image: Image, subject: Box) -> None:
    """Draw a thin frame around the subject into `image`."""
    x1, y1, x2, y2 = pixels_of(subject, image)
    cv2.rectangle(image, (x1, y1), (x2 - 1, y2 - 1), AMBER, max(1, image.shape[1] // 640))


def with_margin(image: Image, caption: Strip) -> Image:
    """Return the picture, shape (h, w, 3), with a strip below it; the picture itself is not covered."""
    height, width = image.shape[:2]
    line = max(LEAST_HEIGHT, height // 36)
    strip = np.zeros((line * len(caption.lines) + line // 2, width, 3), np.uint8)
    room = width - 2 * EDGE
    taken_by_mark = _write_right(strip, caption.mark, line, room // 3)
    for number, text in enumerate(caption.lines, 1):
        shown, size = fitted(legible(text), line * 3 // 4, room - taken_by_mark if number == 1 else room)
        write(strip, shown, (EDGE, number * line), size=size, colour=WHITE)
    return np.vstack([image, strip])


def both(zh: str, en: str) -> str:
    """Chinese with English beside it; English alone where no Chinese can be drawn."""
    return f"{zh} {en}" if has_chinese() else en


def _write_right(strip: Image, text: str, line: int, room: int) -> int:
    """Write at the right end of the first line; return the pixels taken, the gap beside it too."""
    if not text:
        return 0
    shown, size = fitted(text, line * 3 // 4, room)
    wide = width_of(shown, size)
    write(strip, shown, (strip.shape[1] - EDGE - wide, line), size=size, colour=AMBER)
    return wide + 2 * EDGE
