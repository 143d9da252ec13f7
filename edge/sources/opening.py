"""How each kind of address is opened: RTSP over TCP, a USB device, a file."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias
from urllib.parse import unquote, urlsplit

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.stream import VideoStream

from edge.address import redact
from edge.errors import SourceLost

# FFmpeg looks at a stream before it hands out the first packet, and what it has looked at comes late by as much. Its
# own 5 s would put a false time on the first picture (GA/T 832 allows 1 s) and meet the read timeout.
PROBE_S: Final = 0.5
OPEN_EXTRA_S: Final = 5.0  # a camera behind a slow link takes its time to connect and log in


VideoPacket: TypeAlias = "Packet[VideoStream]"


class Kind(StrEnum):
    """What an address names."""

    RTSP = "rtsp"
    DEVICE = "device"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Address:
    """What FFmpeg is told for a camera's `url`."""

    kind: Kind
    target: str
    form: str | None = None
    options: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, url: str) -> "Address":
        """Read an address: `rtsp://`, `rtsps://`, `/dev/video*`, `/dev/v4l/*`, `file:` or a path."""
        scheme = urlsplit(url).scheme
        if scheme in {"rtsp", "rtsps"}:
            return cls(Kind.RTSP, url, None, _RTSP)
        path = unquote(urlsplit(url).path) if scheme == "file" else url
        if path.startswith(_DEVICES):
            return cls(Kind.DEVICE, path, "v4l2")
        return cls(Kind.FILE, f"file:{path}", None, {"protocol_whitelist": "file"})


_DEVICES: Final = ("/dev/video", "/dev/v4l/")  # by number, and by what stays the same when the kernel counts anew
_RTSP: Final = {
    "rtsp_transport": "tcp",
    "allowed_media_types": "video",
    "analyzeduration": str(int(PROBE_S * 1_000_000)),
    "fpsprobesize": "0",  # nobody asks for the frame rate
}


def open_video(url: str, *, read_timeout: float) -> tuple[InputContainer, VideoStream]:
    """Open an address and choose its first video stream. The caller closes the container.

    Args:
        url: see `Address.of`; a file needs no timeout but may lie on a network share.
        read_timeout: seconds that one read may take.
    Raises:
        SourceLost: it does not open or holds no video; the text names it without its secrets.
    """
    address = Address.of(url)
    try:
        container = av.open(
            address.target,
            mode="r",
            format=address.form,
            options=dict(address.options),
            timeout=(read_timeout + OPEN_EXTRA_S, max(read_timeout, PROBE_S + 1)),
            metadata_errors="replace",
        )
    except (FFmpegError, ValueError) as error:
        raise SourceLost(f"{redact(url)}: cannot be opened ({reason(error)})") from None
    if not container.streams.video:
        container.close()
        raise SourceLost(f"{redact(url)}: holds no video")
    return container, container.streams.video[0]


def reason(error: Exception) -> str:
    """What went wrong, in FFmpeg's words; never the address, which its errors' text would hold."""
    return (isinstance(error, FFmpegError) and error.strerror) or type(error).__name__
