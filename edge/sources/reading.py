"""The next packet of a camera, or why there is none."""

import time
from collections.abc import Iterator

from av.error import FFmpegError

from edge.errors import SourceLost
from edge.sources.opening import VideoPacket, reason


def next_packet(packets: Iterator[VideoPacket], shown: str) -> VideoPacket:
    """Read on.

    Args:
        packets: of one video stream, in order.
        shown: the camera's address without its secrets, for errors.
    Raises:
        SourceLost: the stream has ended, or broke off.
    """
    started = time.monotonic()
    try:
        packet = next(packets, None)
    except FFmpegError as error:
        waited = time.monotonic() - started
        raise SourceLost(f"{shown}: broken off after {waited:.1f} s of waiting ({reason(error)})") from None
    if packet is None or not packet.size:
        raise SourceLost(f"{shown}: the stream has ended")
    return packet
