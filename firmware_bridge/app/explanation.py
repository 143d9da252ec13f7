"""A stretch of a line in words."""

from dataclasses import dataclass

from firmware_bridge.codecs.garbage import Garbage
from firmware_bridge.codecs.values import Status

UNCHECKED = "（未核对 unchecked）"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One frame, or garbage between frames, in Chinese and English.

    Attributes:
        raw: its bytes on the line.
        what: who says what to whom, or why it is no frame.
        details: its values, one a line.
        is_frame: False for garbage.
    """

    raw: bytes
    what: str
    details: tuple[str, ...] = ()
    is_frame: bool = True


def explain_garbage(garbage: Garbage) -> Explanation:
    return Explanation(garbage.raw, garbage.reason.value, is_frame=False)


def direction(*, reply: bool) -> str:
    return "应答 reply" if reply else "请求 request"


def status_text(status: Status) -> str:
    """A status word and what it says; marked where nobody could confirm a bit that is set."""
    if not status.conditions:
        return f"{status} 无告警 nothing to report"
    return f"{status}{UNCHECKED if any(not condition.checked for condition in status.conditions) else ''}"
