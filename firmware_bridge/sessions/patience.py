"""How long to wait on a line."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Patience:
    """Times of one kind of device, in seconds; the time that bytes take on the wire comes on top.

    Attributes:
        answer_s: from the end of a request to the first byte of the answer.
        silence_s: after the last byte that came: a frame that is not complete then will not be.
        gap_s: silence before a request.
        tries: how often a request is sent before a device is given up, at least 1.

    Raises:
        ValueError: a time is not positive, or there are no tries.
    """

    answer_s: float
    silence_s: float
    gap_s: float
    tries: int = 3

    def __post_init__(self) -> None:
        if min(self.answer_s, self.silence_s, self.gap_s) <= 0 or self.tries < 1:
            raise ValueError(f"{self}: times are positive, and there is at least one try")


# DL/T 645-2007, 5.3: a meter answers after 20 to 500 ms, and bytes of a frame are not 500 ms apart: common knowledge,
# to be confirmed. The gap and the silence are shorter than that: real meters send without pauses.
METER: Final = Patience(answer_s=0.6, silence_s=0.1, gap_s=0.03)
BOARD: Final = Patience(answer_s=0.5, silence_s=0.05, gap_s=0.001)  # docs/board-protocol.md
