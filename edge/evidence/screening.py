"""A clip seen again: its pictures decoded from the packets that were kept."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

import av
from av.codec.context import CodecContext
from av.error import FFmpegError
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from edge.evidence.reel import Clip, Coded
from edge.evidence.remux import NotFilmed

TICKS: Final = 1_000_000  # a second
MAX_PIXELS: Final = 8192 * 4608  # as the source reads them


def screen(clip: Clip, from_s: float, to_s: float) -> Iterator[tuple[float, VideoFrame]]:
    """Decode the clip in the calling thread and give its pictures of that time, each with its own time.

    Raises:
        NotFilmed: there is no decoder for it, or it cannot be opened.
    """
    decoder = _decoder(clip)
    for packet in (*clip.packets, None):
        for picture in _decoded(decoder, packet):
            at_s = None if picture.pts is None else picture.pts / TICKS
            if at_s is None or picture.is_corrupt or at_s < from_s:
                continue
            if at_s > to_s:
                return
            yield at_s, picture


def picture_size(clip: Clip) -> tuple[int, int]:
    """Width and height of its pictures, pixels: what the stream said, else what is decoded.

    Raises:
        NotFilmed: nothing can be decoded.
    """
    if all(clip.codec.size):
        return clip.codec.size
    first = next(screen(clip, float("-inf"), float("inf")), None)
    if first is None:
        raise NotFilmed("nothing of it can be decoded")
    return first[1].width, first[1].height


def _decoder(clip: Clip) -> VideoCodecContext:
    try:
        decoder = CodecContext.create(clip.codec.name, "r")
    except (FFmpegError, ValueError) as error:
        raise NotFilmed(f"{clip.codec.name or 'no codec'}: {error}") from None
    if not isinstance(decoder, VideoCodecContext):
        raise NotFilmed(f"{clip.codec.name}: is not video")
    decoder.thread_count = 1
    decoder.options = {"max_pixels": str(MAX_PIXELS)}
    if clip.codec.extradata:
        decoder.extradata = clip.codec.extradata
    return decoder


def _decoded(decoder: VideoCodecContext, packet: Coded | None) -> list[VideoFrame]:
    try:
        return decoder.decode(None if packet is None else _packet(packet))
    except FFmpegError:
        return []


def _packet(packet: Coded) -> "av.Packet[Stream]":
    coded = av.Packet(len(packet.data))  # with room behind it, into which decoders look
    coded.update(packet.data)
    coded.time_base, coded.pts = Fraction(1, TICKS), round(packet.at_s * TICKS)
    return coded
