"""Putting a long answer together from its parts."""

from dataclasses import dataclass, replace

from firmware_bridge.codecs.dlt645.meaning import FollowingReply, ReadReply
from firmware_bridge.codecs.values import Unreadable


@dataclass(frozen=True, slots=True)
class Gathering:
    """What has come of an answer so far; at most 256 parts of 200 bytes.

    Attributes:
        sequence: of the last part; 0 for the first, which has none.
        complete: the meter has no more.
    """

    identifier: int
    data: bytes
    sequence: int
    complete: bool

    @classmethod
    def begin(cls, first: ReadReply) -> "Gathering":
        return cls(first.identifier, first.data, 0, not first.following)

    @property
    def next_sequence(self) -> int:
        """What to ask for by `read_following`."""
        return self.sequence + 1

    def add(self, part: FollowingReply) -> "Gathering | Unreadable":
        """Append the part that was asked for.

        A repeated one changes nothing: a meter that is asked again may answer twice. Any other does not fit.
        """
        if part.identifier != self.identifier or self.complete:
            return Unreadable(part.data, "不是所请求的后续帧 not the part that was asked for")
        if part.sequence == self.sequence:
            return self
        if part.sequence != self.next_sequence:
            return Unreadable(part.data, "后续帧序号不连续 a part is missing")
        return replace(self, data=self.data + part.data, sequence=part.sequence, complete=not part.following)
