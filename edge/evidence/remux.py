"""A clip as an MP4 file, its packets as the camera coded them: nothing is decoded and coded again."""

import io
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Stream

from edge.evidence.reel import Clip, Coded

TICKS: Final = 90_000  # a second, as RTP counts video (RFC 3551, section 5)
FORMS: Final = {"h264": "h264", "hevc": "hevc"}  # FFmpeg's raw formats of the codecs that go into an MP4 here


class NotFilmed(Exception):
    """A clip cannot be made into a film; the text says why."""


def to_mp4(clip: Clip, size: tuple[int, int]) -> bytes:
    """Write the clip's packets into an MP4 whose first picture is shown at 0.

    Args:
        size: width and height of its pictures, pixels.
    Raises:
        NotFilmed: its codec does not go into an MP4 here, or FFmpeg refuses.
    """
    file = io.BytesIO()
    try:
        with _nothing(clip) as template, av.open(file, "w", format="mp4") as container:
            stream = container.add_stream_from_template(template.streams.video[0], opaque=True)
            stream.codec_context.width, stream.codec_context.height = size
            if clip.codec.extradata:
                stream.codec_context.extradata = clip.codec.extradata
            stream.time_base = Fraction(1, TICKS)
            for packet in _timed(clip.packets):
                packet.stream = stream
                container.mux(packet)
    except (FFmpegError, ValueError) as error:
        raise NotFilmed(f"{clip.codec.name}: {error}") from None
    return file.getvalue()


def _nothing(clip: Clip) -> InputContainer:
    """A stream of the clip's codec without anything in it, to be closed."""
    form = FORMS.get(clip.codec.name)
    if form is None:
        raise NotFilmed(f"{clip.codec.name or 'no codec'} is not put into films, only {', '.join(FORMS)}")
    return av.open(io.BytesIO(), "r", format=form)


def _timed(packets: Sequence[Coded]) -> "Iterator[av.Packet[Stream]]":
    """Packets with presentation times from 0, and decoding times that rise and are never later."""
    first_s = min(packet.at_s for packet in packets)
    shown = _distinct([round((packet.at_s - first_s) * TICKS) for packet in packets])
    rising = sorted(shown)
    lasts = max(1, rising[-1] // max(1, len(rising) - 1))  # without it a player leaves out the last one
    early = max(place - time for place, time in zip(rising, shown, strict=True))
    for packet, time, place in zip(packets, shown, rising, strict=True):
        coded = av.Packet(packet.data)
        coded.time_base, coded.pts, coded.dts = Fraction(1, TICKS), time, place - early
        coded.duration, coded.is_keyframe = lasts, packet.is_key
        yield coded


def _distinct(times: list[int]) -> list[int]:
    """The same times, later by a tick each where one is there already: an MP4 has no two pictures of one time."""
    taken: set[int] = set()
    for number, time in enumerate(times):
        free = time
        while free in taken:
            free += 1
        taken.add(free)
        times[number] = free
    return times
