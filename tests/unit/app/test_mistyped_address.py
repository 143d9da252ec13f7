"""A camera's address with a slip in its first letters is refused, not taken for a file, and never shown."""

from pathlib import Path

import pytest

from edge.address import redact
from edge.config import Config, parse
from edge.errors import Misconfigured


def with_camera(url: str) -> Config:
    document: dict[str, object] = {
        "gateway": {"community": "demo", "id": "gw-1", "data": "data"},
        "cameras": [{"id": "east", "url": url}],
    }
    return parse(document, "gateway.toml", folder=Path("/etc/linli"))


SLIPS = [
    "rtsp//admin:hunter2@192.0.2.10/stream1",
    "rtsp:/admin:hunter2@192.0.2.10/stream1",
    "rtsp:admin:hunter2@192.0.2.10/stream1",
    "rtsp：//admin:hunter2@192.0.2.10/stream1",
    "RTSP//192.0.2.10/hunter2",
    "http//192.0.2.10/hunter2",
    "http:/192.0.2.10/hunter2",
    "//192.0.2.10/hunter2",
    "admin:hunter2@192.0.2.10/stream1",
    "camera@hunter2",
    "192.0.2.10",
    "192.0.2.10:554/hunter2",
    "192.0.2.10/hunter2",
    "[2001:db8::1]/hunter2",
    "rtsp://",
]


@pytest.mark.parametrize("url", SLIPS)
def test_a_mistyped_address_is_refused_and_no_part_of_it_told(url: str) -> None:
    with pytest.raises(Misconfigured, match=r"cameras\.0\.url.*rtsp://") as caught:
        with_camera(url)
    assert "hunter2" not in str(caught.value)
    assert "stream1" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["rtsp://192.0.2.10/s", "RTSPS://u:p@h/s", "street.mp4", "rtsp_street.mp4", "1.mp4", "192.0.2.10.mp4", "./a@b.mp4"],
)
def test_an_address_or_a_file_is_taken(url: str) -> None:
    assert with_camera(url).cameras


@pytest.mark.parametrize("start", ["rtsp//", "rtsp:/", "rtsp：//", "rtsp:", ""])
def test_a_mistyped_address_is_shown_without_its_password(start: str) -> None:
    assert redact(f"{start}admin:hunter@2@192.0.2.10/stream1") == "***@192.0.2.10/stream1"


@pytest.mark.parametrize("file", ["/dev/video0", "street.mp4", "录像/街道.mp4"])
def test_a_file_is_shown_as_it_is(file: str) -> None:
    assert redact(file) == file
