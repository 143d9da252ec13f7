"""Every picture of a stream, for what happens within a second: the part that a camera and a recording have in common.

A picture's time is its packet's own stamp on the camera's timeline (`edge.sources.stamps`). A picture that comes less
than `LEAST_STEP_S` after the one before is left out, and so is what comes within `PAUSE_S` after a jump: no fall is
measured across it, for nothing is followed over so long a gap.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from edge.sources.full_decoding import FullDecoder
from edge.sources.luma import luma
from edge.sources.opening import VideoPacket
from edge.sources.stamps import Placed
from edge.values import Moment

PAUSE_S: Final = 0.7  # longer than anything is followed unseen: 0.6 s, in `edge.perception.falls`
LEAST_STEP_S: Final = 0.001  # no such camera takes 1000 pictures a second: it is one picture twice


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of a camera that is watched at full rate.

    Attributes:
        moment: when it was taken; `at_s` rises from shot to shot.
        luma: shape (h, w), uint8, mostly a view of the decoder's memory: whoever keeps it copies it.
        begins: the first of a stream: nothing before it belongs with it.
    """

    camera: str
    moment: Moment
    luma: NDArray[np.uint8]
    begins: bool


@dataclass(frozen=True, slots=True)
class Gaps:
    """What of a stream was not shown as it came, since the source was last asked.

    Attributes:
        repeated: pictures whose time did not rise by `LEAST_STEP_S`, left out.
        unstamped: packets without a time of their own.
        jumps: times that the stamps jumped and were anchored anew.
        skips: times that the reader could not keep up and went on with a later key frame.
        damaged: packets that could not be decoded.
    """

    repeated: int = 0
    unstamped: int = 0
    jumps: int = 0
    skips: int = 0
    damaged: int = 0

    def __add__(self, other: "Gaps") -> "Gaps":
        return Gaps(
            self.repeated + other.repeated,
            self.unstamped + other.unstamped,
            self.jumps + other.jumps,
            self.skips + other.skips,
            self.damaged + other.damaged,
        )


class Keeper(Protocol):
    """Who keeps packets as the camera coded them. Called by the thread that reads."""

    def begin(self, codec: str, size: tuple[int, int], extradata: bytes) -> None:
        """A stream begins: its codec as FFmpeg calls it, width and height or 0, and what a decoder starts with."""

    def keep(self, data: bytes, at_s: float, *, is_key: bool) -> None:
        """The next packet in decoding order, and where its picture lies on the timeline."""


@dataclass(slots=True)
class _Shown:
    """How far a stream was shown."""

    last_s: float | None = None
    not_before_s: float = float("-inf")


class Projector:
    """Takes the packets of one stream that were placed, and gives its pictures."""

    def __init__(self, codec: VideoCodecContext, keeper: Keeper) -> None:
        """Use `codec` alone from now on, in the calling thread only."""
        size = codec.width, codec.height
        keeper.begin(codec.name, size, codec.extradata or b"")
        self._decoder = FullDecoder(codec)
        self._keeper = keeper
        self._step_s = float(1 / codec.framerate) if codec.framerate else 0.04
        self._shown = _Shown()
        self._skipping = False
        self._gaps = Gaps()

    def feed(self, packet: VideoPacket, placed: Placed) -> Iterator[tuple[float, NDArray[np.uint8], bool]]:
        """Keep a packet and decode it; give each picture with its time, and whether it is the stream's first.

        Raises:
            PictureTooLarge: its pictures are larger than any camera's.
        """
        is_key = packet.is_keyframe
        self._keeper.keep(bytes(packet), placed.at_s, is_key=is_key)
        self._note(placed)
        if self._left_out(placed, is_key=is_key):
            return
        for picture, at_s in self._decoder.feed(packet, placed):
            time_s = self._rising(at_s)
            if time_s is not None:
                first, self._shown.last_s = self._shown.last_s is None, time_s
                yield time_s, luma(picture), first

    def take_gaps(self) -> Gaps:
        """What was left out since last asked."""
        gaps, self._gaps = replace(self._gaps, damaged=self._decoder.damaged), Gaps()
        self._decoder.damaged = 0
        return gaps

    def _note(self, placed: Placed) -> None:
        if placed.jumped:
            shown_s = self._shown.last_s  # time may have gone back a little with the jump
            self._shown.not_before_s = max(placed.at_s, placed.at_s if shown_s is None else shown_s) + PAUSE_S
        if placed.jumped or not placed.stamped:
            self._gaps += Gaps(jumps=int(placed.jumped), unstamped=int(not placed.stamped))

    def _left_out(self, placed: Placed, *, is_key: bool) -> bool:
        """Whether to decode nothing until there is time again: then the next key frame is where it goes on."""
        if placed.behind and not self._skipping:
            self._skipping = True
            self._decoder.begin_anew()
            self._gaps += Gaps(skips=1)
        elif self._skipping and is_key and not placed.behind:
            self._skipping = False
        return self._skipping

    def _rising(self, at_s: float | None) -> float | None:
        """The time of a picture that may be shown; None where it is left out."""
        shown = self._shown
        if at_s is None:
            at_s = 0.0 if shown.last_s is None else shown.last_s + self._step_s
        if at_s < shown.not_before_s:
            return None
        if shown.last_s is not None and at_s < shown.last_s + LEAST_STEP_S:
            self._gaps += Gaps(repeated=1)
            return None
        return at_s
