"""The last seconds of a camera as it coded them, in memory, and the clip that is cut from them."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from edge.evidence.parameters import is_byte_stream, parameter_sets

MAX_PACKETS: Final = 8192  # 60 pictures a second for over two minutes
REORDER_S: Final = 1.0  # a picture may be needed by others, by up to 16 of them, that are shown before it
SLACK_S: Final = 10.0  # kept longer than is asked for: a fall lasts seconds, and is only told once it is over


@dataclass(frozen=True, slots=True)
class Codec:
    """What the packets of a stream are coded with.

    Attributes:
        name: FFmpeg's, `h264` or `hevc`.
        size: width and height, pixels; 0, 0 where the stream did not say.
        extradata: what a decoder starts with, as FFmpeg has it.
    """

    name: str
    size: tuple[int, int]
    extradata: bytes


@dataclass(frozen=True, slots=True)
class Coded:
    """One picture as the camera coded it; `at_s` is when it is shown, on the camera's timeline."""

    data: bytes
    at_s: float
    is_key: bool


@dataclass(frozen=True, slots=True)
class Clip:
    """Packets in decoding order; the first is a key frame."""

    codec: Codec
    packets: tuple[Coded, ...]

    @property
    def began_s(self) -> float:
        """When its first picture is shown."""
        return self.packets[0].at_s

    @property
    def size(self) -> int:
        """Bytes of all packets."""
        return sum(len(packet.data) for packet in self.packets)


class Reel:
    """Keeps groups of pictures, each a key frame and what follows it; whole groups go, the oldest first.

    Bounded by time, by bytes and by count. One instance serves one thread at a time.
    """

    def __init__(self, *, seconds: float, max_bytes: int, max_packets: int = MAX_PACKETS) -> None:
        """Start empty.

        Args:
            seconds: so much is kept before now, back to a key frame; more while `hold` asks for it, if there is room.
            max_bytes: of all packets; ≥ 1.
        """
        self._keep_s = seconds + SLACK_S
        self._max_bytes = max_bytes
        self._max_packets = max_packets
        self._codec = Codec("", (0, 0), b"")
        self._packets: deque[Coded] = deque()
        self._keys: deque[float] = deque()  # when each group begins
        self._bytes = 0
        self._held_s = float("inf")

    def begin(self, codec: str, size: tuple[int, int], extradata: bytes) -> None:
        """A stream begins; what was kept of the one before is dropped."""
        self._codec = Codec(codec, size, extradata)
        self._clear()

    def keep(self, data: bytes, at_s: float, *, is_key: bool) -> None:
        """Take the next packet, in decoding order; without a key frame to begin with it is of no use and dropped."""
        if is_key:
            self._begin_group(data, at_s)
        if not self._keys:
            return
        self._packets.append(Coded(data, at_s, is_key))
        self._bytes += len(data)
        wanted_s = min(at_s - self._keep_s, self._held_s)
        while self._is_over() or (len(self._keys) > 1 and self._keys[1] <= wanted_s):
            self._drop_group()

    def hold(self, from_s: float | None) -> None:
        """Drop nothing from then on for its age, whatever comes; None: as usual."""
        self._held_s = float("inf") if from_s is None else from_s

    def cut(self, from_s: float, to_s: float, *, max_bytes: int) -> Clip | None:
        """The pictures from `from_s` to `to_s`, from the key frame before on; later ones on where there is too much.

        Args:
            max_bytes: of the clip; the key frame that it begins with is then a later one.
        Returns:
            None where nothing is kept of that time, or it cannot be cut so small.
        """
        packets = tuple(self._packets)
        packets = packets[: _end(packets, to_s)]
        keys = [place for place, packet in enumerate(packets) if packet.is_key and packet.at_s <= to_s]
        before = sum(packets[place].at_s <= from_s for place in keys)
        clips = (Clip(self._codec, _spanned(packets[start:], to_s)) for start in keys[max(0, before - 1) :])
        return next((clip for clip in clips if clip.size <= max_bytes), None)

    @property
    def bytes_used(self) -> int:
        """Bytes of all packets kept."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._packets)

    def _begin_group(self, data: bytes, at_s: float) -> None:
        codec = self._codec
        found = parameter_sets(codec.name, data) if is_byte_stream(codec.extradata) else b""
        if found and found != parameter_sets(codec.name, codec.extradata):
            self._clear()  # what was kept was coded with others
            self._codec = Codec(codec.name, codec.size if not codec.extradata else (0, 0), found)
        self._keys.append(at_s)

    def _is_over(self) -> bool:
        return bool(self._keys) and (self._bytes > self._max_bytes or len(self._packets) > self._max_packets)

    def _drop_group(self) -> None:
        self._keys.popleft()
        self._bytes -= len(self._packets.popleft().data)
        while self._packets and not self._packets[0].is_key:
            self._bytes -= len(self._packets.popleft().data)

    def _clear(self) -> None:
        self._packets.clear()
        self._keys.clear()
        self._bytes = 0


def _end(packets: Sequence[Coded], to_s: float) -> int:
    """How many packets a clip up to `to_s` may need: to the first key frame after it, and what is shown before that."""
    past = next((place for place, packet in enumerate(packets) if packet.is_key and packet.at_s > to_s), len(packets))
    if past == len(packets):
        return past
    key_s = packets[past].at_s
    early = takewhile(lambda packet: key_s - REORDER_S <= packet.at_s < key_s, packets[past + 1 :])
    return past + 1 + len(list(early))


def _spanned(packets: tuple[Coded, ...], to_s: float) -> tuple[Coded, ...]:
    """What of packets from a key frame on belongs in a clip.

    What is shown before the key frame may need what came earlier to be decoded; what is shown long after those around
    it has a broken time, and would make the clip as long.
    """
    key, *rest = packets
    span = key, *(packet for packet in rest if key.at_s <= packet.at_s <= to_s + REORDER_S)
    end = max((place for place, packet in enumerate(span) if packet.at_s <= to_s), default=0) + 1
    return span[:end]
