"""Every picture of real streams: at its own time, and what happens when time or the machine fails."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from edge.config import Camera
from edge.errors import SourceFrozen, SourceLost
from edge.sources import film_camera
from edge.sources.film import LEAST_STEP_S, PAUSE_S, Projector, Shot
from edge.sources.film_camera import FilmCamera
from edge.sources.film_recording import FilmRecording
from edge.sources.stamps import Placed
from edge.values import ClockTrust, Moment
from tests.integration.sources.clips import Clip, still
from tests.integration.sources.drops import Drops, remuxed
from tests.integration.sources.network import Server

START = datetime(2026, 11, 21, tzinfo=UTC)
SHORT = Drops(name="short.mp4", seconds=3.0, options={"bf": "0"})


class Shelf:
    """Keeps all packets."""

    def __init__(self) -> None:
        self.codec = ("", (0, 0), b"")
        self.packets: list[tuple[bytes, float, bool]] = []

    def begin(self, codec: str, size: tuple[int, int], extradata: bytes) -> None:
        self.codec = (codec, size, extradata)
        self.packets = []

    def keep(self, data: bytes, at_s: float, *, is_key: bool) -> None:
        self.packets.append((data, at_s, is_key))


def recorded(path: Path, shelf: Shelf | None = None) -> tuple[list[float], FilmRecording]:
    recording = FilmRecording(path, shelf or Shelf(), camera="east", start=START)
    return [shot.moment.at_s for shot in recording.shots()], recording


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("film")


@pytest.fixture(scope="module")
def short(folder: Path) -> Path:
    return SHORT.write(folder)


CLIPS = [
    Drops(name="b.mp4", seconds=2.0, options={"bf": "2"}),
    Drops(name="open.mp4", seconds=2.0, codec="libx265", options={"bf": "3"}),
    Drops(name="x.mkv", seconds=2.0),
    Drops(name="ten.mp4", seconds=2.0, codec="libx265", pix_fmt="yuv420p10le"),
]


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: f"{clip.name} {clip.codec}")
def test_every_picture_comes_at_its_own_time_with_its_own_luma(folder: Path, clip: Drops) -> None:
    path = clip.write(folder)
    with av.open(path) as container:
        frames = [(frame.time, frame.to_ndarray(format="gray")) for frame in container.decode(video=0)]
    shelf = Shelf()
    shots = list(FilmRecording(path, shelf, camera="east", start=START).shots())
    assert len(shelf.packets) == len(frames) == 50
    assert 44 <= len(shots) <= 50, "the last few wait in the decoder"
    assert [shot.begins for shot in shots] == [True] + [False] * (len(shots) - 1)
    for shot, (time_s, picture) in zip(shots, frames, strict=False):
        assert shot.moment.at_s == pytest.approx(time_s - frames[0][0], abs=1e-3)
        assert shot.luma.dtype == np.uint8
        assert shot.luma.shape == picture.shape
    # Luma is handed on in the range it was coded in; the reference was stretched from 16–235.
    stretched = np.clip((shots[30].luma.astype(float) - 16) * 255 / 219, 0, 255)
    assert float(np.abs(stretched - frames[30][1]).mean()) < 1.5


def test_eight_bits_are_not_copied(short: Path) -> None:
    shot = next(FilmRecording(short, Shelf(), camera="east", start=START).shots())
    assert not shot.luma.flags.owndata


def test_packets_are_kept_as_they_were_sent(short: Path) -> None:
    shelf = Shelf()
    recorded(short, shelf)
    with av.open(short) as container:
        sent = [(bytes(packet), packet.is_keyframe) for packet in container.demux(video=0) if packet.size]
        extradata = container.streams.video[0].codec_context.extradata
    assert [(data, is_key) for data, _, is_key in shelf.packets] == sent
    assert shelf.codec == ("h264", SHORT.size, extradata)


def test_the_same_recording_gives_the_same_again(short: Path) -> None:
    assert recorded(short)[0] == recorded(short)[0]


def test_after_a_jump_nothing_is_shown_until_no_track_can_span_it(short: Path, folder: Path) -> None:
    path = remuxed(short, folder / "jump.ts", [n / 25 + (1000 if n >= 40 else 0) for n in range(75)])
    times, recording = recorded(path)
    gaps = [after - before for before, after in pairwise(times)]
    assert recording.gaps().jumps == 1
    assert max(gaps) >= PAUSE_S
    assert sum(gap > 0.05 for gap in gaps) == 1
    assert times[-1] == pytest.approx(74 / 25, abs=0.2)


def test_of_two_pictures_of_one_time_the_second_is_left_out_and_counted(short: Path, folder: Path) -> None:
    path = remuxed(short, folder / "repeat.ts", [(n - n % 2) / 25 for n in range(75)])
    times, recording = recorded(path)
    assert all(after > before for before, after in pairwise(times))
    assert recording.gaps().repeated == 75 - len(times) > 30


@pytest.mark.parametrize(("apart_s", "left_out"), [(1 / 90_000, True), (0.0009, True), (0.0011, False)])
def test_two_pictures_less_than_a_millisecond_apart_are_one(
    short: Path, folder: Path, apart_s: float, left_out: bool
) -> None:
    path = remuxed(short, folder / "close.ts", [(n - n % 2) / 25 + n % 2 * apart_s for n in range(75)])
    times, recording = recorded(path)
    assert min(after - before for before, after in pairwise(times)) >= LEAST_STEP_S
    assert (recording.gaps().repeated > 30) is left_out


def test_the_pause_after_a_jump_back_is_counted_from_what_was_shown(short: Path) -> None:
    shown: list[float] = []
    with av.open(short) as container:
        projector = Projector(container.streams.video[0].codec_context, Shelf())
        packets = (packet for packet in container.demux(video=0) if packet.size)
        for number, packet in enumerate(packets):
            placed = Placed(number / 25 - (0.4 if number >= 30 else 0.0), jumped=number == 30)
            shown += [at_s for at_s, _, _ in projector.feed(packet, placed)]
    assert max(after - before for before, after in pairwise(shown)) >= PAUSE_S


def test_without_stamps_the_stated_rate_counts(folder: Path) -> None:
    path = Clip("raw.h264", seconds=2.0, rate=25, gop=25).write(folder)
    times, recording = recorded(path)
    assert recording.gaps().unstamped == 50
    assert times[:4] == pytest.approx([0.0, 0.04, 0.08, 0.12])


def camera(url: Path | str, **fields: object) -> Camera:
    return Camera.model_validate({"id": "east", "url": str(url), **fields})


def live(source: Camera, keeper: Shelf) -> FilmCamera:
    started = time.monotonic()
    return FilmCamera(source, keeper, moment=lambda: Moment(time.monotonic() - started, START, ClockTrust.SYNCED))


def test_a_file_plays_at_its_own_pace_and_is_then_lost(short: Path) -> None:
    started = time.monotonic()
    shots = taken(live(camera(short), Shelf()), threading.Event())
    assert time.monotonic() - started > 2.5
    assert len(shots) > 70


def taken(source: FilmCamera, stop: threading.Event, slow: dict[int, float] | None = None) -> list[Shot]:
    shots: list[Shot] = []
    watched = source.shots(stop)
    with pytest.raises(SourceLost, match="ended"):
        _watch(watched, shots, slow or {})
    return shots


def _watch(watched: Iterator[Shot], shots: list[Shot], slow: dict[int, float]) -> None:
    for shot in watched:
        shots.append(shot)
        time.sleep(slow.get(len(shots), 0.0))


def test_a_machine_that_cannot_keep_up_goes_on_at_a_later_key_frame(folder: Path) -> None:
    path = Drops(name="slow.mp4", seconds=7.0, options={"bf": "0"}).write(folder)
    shelf, stop = Shelf(), threading.Event()
    source = live(camera(path), shelf)
    shots = taken(source, stop, slow={10: 2.5})
    times = [shot.moment.at_s for shot in shots]
    gaps = source.gaps()
    assert gaps.skips == 1
    assert gaps.jumps == 0
    assert len(shelf.packets) == 175, "packets are kept all the same"
    missed = max(after - before for before, after in pairwise(times))
    assert 2.0 < missed < 4.5
    assert times[-1] > 6.5


def test_a_frozen_camera_is_told_although_few_rows_of_few_pictures_are_compared(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Clip("still.mp4", seconds=6.0, rate=10, gop=5, draw=still).write(folder)
    monkeypatch.setattr(film_camera, "MARK_EVERY_S", 0.3)
    source = live(camera(path, stale_after=1), Shelf())
    with pytest.raises(SourceFrozen):
        for _ in source.shots(threading.Event()):
            pass


def test_a_stream_that_starts_again_begins_anew(short: Path) -> None:
    shelf = Shelf()
    source = live(camera(short), shelf)
    stop = threading.Event()
    begun = [next(shots).begins for shots in (source.shots(stop), source.shots(stop))]
    assert begun == [True, True]


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_over_a_network_every_picture_comes_by_the_cameras_own_time(codec: str, tmp_path: Path, rtsp: Server) -> None:
    path = Drops(name="net.mp4", seconds=4.0, codec=codec, options={"bf": "0"}).write(tmp_path)
    shelf = Shelf()
    source = live(camera(rtsp.url(path), read_timeout=1), shelf)
    shots = taken(source, threading.Event())
    steps = np.diff([shot.moment.at_s for shot in shots])
    assert len(shots) >= 90
    assert np.median(steps) == pytest.approx(0.04, abs=1e-3)
    assert float(np.mean(np.abs(steps - 0.04) < 2e-3)) > 0.95, "by its stamps, however the packets arrive"
    assert len(shelf.packets) >= len(shots)
    assert shelf.codec[1] == (640, 360)
