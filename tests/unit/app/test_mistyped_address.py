"""A camera's address with a slip in its first letters is taken for a file; its password is not shown even so."""

import pytest

from edge.address import redact


@pytest.mark.parametrize("start", ["rtsp//", "rtsp:/", "rtsp：//", "rtsp:", ""])
def test_a_mistyped_address_is_shown_without_its_password(start: str) -> None:
    assert redact(f"{start}admin:hunter@2@192.0.2.10/stream1") == "***@192.0.2.10/stream1"


@pytest.mark.parametrize("file", ["/dev/video0", "street.mp4", "录像/街道.mp4"])
def test_a_file_is_shown_as_it_is(file: str) -> None:
    assert redact(file) == file
