"""Cameras as they are: a real RTSP server, and a network that fails in each way it can."""

import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.errors import SourceLost
from edge.sources.camera import CameraSource
from edge.values import Frame
from tests.integration.sources.clips import Clip, still
from tests.integration.sources.conftest import Studio
from tests.integration.sources.network import Server, Wire

CLIP = "clip.mp4"
MARGIN_S = 1.5  # a machine shared with others

Lost = tuple[list[Frame], str, float]


def lost_after(source: CameraSource, *, at_frame: int = 10**6, then: Callable[[], None] = lambda: None) -> Lost:
    """Read until the camera is lost; call `then` at a frame. Return frames, what was said, and how long it took."""
    frames: list[Frame] = []
    since = time.monotonic()
    try:
        for frame in source.frames(threading.Event()):
            frames.append(frame)
            if len(frames) == at_frame:
                then()
                since = time.monotonic()
    except SourceLost as lost:
        return frames, str(lost), time.monotonic() - since
    pytest.fail("the source ended without saying so")


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_looks_come_from_key_frames_at_their_time(codec: str, studio: Studio, rtsp: Server) -> None:
    path = studio.shoot(Clip(CLIP, codec=codec, seconds=5))
    source = studio.source(rtsp.url(path))
    frames, said, _ = lost_after(source)
    assert "the stream has ended" in said
    assert 4 <= len(frames) <= 6
    gaps = [b.moment.at_s - a.moment.at_s for a, b in itertools.pairwise(frames)]
    assert all(0.9 <= gap <= 2.1 for gap in gaps), gaps
    assert frames[0].image.shape == (180, 320, 3)
    cost = source.cost()
    assert cost.looks == len(frames)
    assert cost.decode_ms > 0
    assert source.cost().looks == 0


def test_key_frames_rarer_than_looks_are_no_excuse(studio: Studio, rtsp: Server) -> None:
    path = studio.shoot(Clip(CLIP, seconds=5, gop=1000))
    frames, _, _ = lost_after(studio.source(rtsp.url(path)))
    assert len(frames) >= 4


def test_a_picture_size_that_changes_is_followed(studio: Studio, rtsp: Server) -> None:
    path = studio.shoot(Clip("change.mkv", seconds=5, sizes=((320, 180), (480, 272))))
    frames, _, _ = lost_after(studio.source(rtsp.url(path)))
    assert {frame.image.shape for frame in frames} == {(180, 320, 3), (272, 480, 3)}


def test_a_camera_gone_at_start_is_noticed_at_once_and_keeps_its_password(studio: Studio, free_port: int) -> None:
    url = f"rtsp://admin:p@ss/w0rd@127.0.0.1:{free_port}/user=x_password=tl9"
    frames, said, took_s = lost_after(studio.source(url))
    assert (frames, took_s < MARGIN_S) == ([], True)
    assert f"rtsp://***@127.0.0.1:{free_port}/user***" in said
    assert "w0rd" not in said
    assert "tl9" not in said


def test_a_name_the_server_does_not_know_is_lost_without_password(studio: Studio, rtsp: Server, tmp_path: Path) -> None:
    url = rtsp.url(tmp_path / "absent.mp4", login="admin:secret@")
    _, said, took_s = lost_after(studio.source(url))
    assert "cannot be opened" in said
    assert "secret" not in said
    assert took_s < MARGIN_S


@contextmanager
def mute_server() -> Iterator[int]:
    """A server that accepts and says nothing, as a camera whose firmware hangs."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_server_that_accepts_and_says_nothing_is_left_after_its_time(studio: Studio) -> None:
    with mute_server() as port:
        _, said, took_s = lost_after(studio.source(f"rtsp://127.0.0.1:{port}/a"))
    assert "cannot be opened" in said
    assert took_s < 1 + 5 + MARGIN_S  # read_timeout and what opening is given beside it


FAULTS = [
    # name,     what is said,      noticed within (read_timeout is 1.5 s here)
    ("silent", "broken off", 2 * 1.5 + MARGIN_S),
    ("cut", "ended|broken off", MARGIN_S),
    ("garbage", "ended|broken off|no picture", 3 + 1.5 + MARGIN_S),
]


@pytest.mark.parametrize(("fault", "expected", "within_s"), FAULTS, ids=[row[0] for row in FAULTS])
def test_a_camera_that_fails_midway_is_noticed(
    fault: str, expected: str, within_s: float, *, studio: Studio, rtsp: Server, wire: Wire
) -> None:
    path = studio.shoot(Clip(CLIP, seconds=30, rate=10))
    url = rtsp.url(path, login="admin:secret@", port=wire.port)
    frames, said, took_s = lost_after(studio.source(url, read_timeout=1.5), at_frame=2, then=getattr(wire, fault).set)
    assert len(frames) >= 2
    assert any(words in said for words in expected.split("|")), said
    assert took_s < within_s, said
    assert "secret" not in said


def test_a_frozen_picture_is_noticed_though_the_stream_goes_on(studio: Studio, rtsp: Server) -> None:
    path = studio.shoot(Clip(CLIP, seconds=30, gop=5, draw=still, options={"crf": "20"}))
    frames, said, _ = lost_after(studio.source(rtsp.url(path), stale_after=3))
    assert "frozen: the very same picture" in said
    assert frames[-1].moment.at_s - frames[0].moment.at_s < 3 + 2


def test_arranged_footage_may_stand_still(studio: Studio, rtsp: Server) -> None:
    path = studio.shoot(Clip(CLIP, seconds=6, gop=5, draw=still))
    _, said, _ = lost_after(studio.source(rtsp.url(path), simulated=True))
    assert "has ended" in said


def test_stop_is_heard_within_the_read_timeout(studio: Studio, rtsp: Server) -> None:
    path = studio.shoot(Clip(CLIP, seconds=30))
    source = studio.source(rtsp.url(path))
    stop = threading.Event()
    since = time.monotonic()
    for _frame in source.frames(stop):
        stop.set()
        since = time.monotonic()
    assert time.monotonic() - since < 1


def test_a_lost_camera_can_be_read_again(studio: Studio, rtsp: Server) -> None:
    path = studio.shoot(Clip(CLIP, seconds=2))
    source = studio.source(rtsp.url(path))
    first, _, _ = lost_after(source)
    again, _, _ = lost_after(source)
    assert len(first) >= 1
    assert len(again) >= 1
    assert again[0].moment.at_s > first[-1].moment.at_s
