"""What FFmpeg is told for each kind of address."""

import pytest

from edge.sources.opening import Address, Kind

ADDRESSES = [
    ("rtsp://10.0.0.9/h264", Kind.RTSP, "rtsp://10.0.0.9/h264", None),
    ("rtsps://a:b@10.0.0.9:322/s", Kind.RTSP, "rtsps://a:b@10.0.0.9:322/s", None),
    ("/dev/video0", Kind.DEVICE, "/dev/video0", "v4l2"),
    ("/dev/v4l/by-id/usb-cam-index0", Kind.DEVICE, "/dev/v4l/by-id/usb-cam-index0", "v4l2"),
    ("/srv/clip.mp4", Kind.FILE, "file:/srv/clip.mp4", None),
    ("clip.mp4", Kind.FILE, "file:clip.mp4", None),
    ("file:///srv/a%20clip.mp4", Kind.FILE, "file:/srv/a clip.mp4", None),
]


@pytest.mark.parametrize(("url", "kind", "target", "form"), ADDRESSES)
def test_an_address_says_how_it_is_opened(url: str, kind: Kind, target: str, form: str | None) -> None:
    address = Address.of(url)
    assert (address.kind, address.target, address.form) == (kind, target, form)


def test_rtsp_goes_over_tcp_and_files_reach_nothing_but_files() -> None:
    assert Address.of("rtsp://a/b").options["rtsp_transport"] == "tcp"
    assert Address.of("a.mp4").options == {"protocol_whitelist": "file"}
