"""Files: what a recording gives, twice the same; what is broken in it; and a file that stands for a camera."""

import gc
import itertools
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import av
import pytest
from av.video.frame import VideoFrame

from edge.errors import Misconfigured, SourceLost
from edge.sources import decoding
from edge.sources.decoding import LookDecoder
from edge.sources.opening import VideoPacket
from edge.sources.recording import Recording
from edge.values import ClockTrust, Frame
from tests.integration.sources.clips import Clip, noisy, sound
from tests.integration.sources.conftest import Studio

START = datetime(2025, 3, 1, 23, 59, 58, tzinfo=UTC)


def recording(path: Path, look_every: float = 1.0) -> Recording:
    return Recording(path, camera="gate", start=START, look_every=look_every)


def times(path: Path, look_every: float) -> list[float]:
    return [round(frame.moment.at_s, 2) for frame in recording(path, look_every).frames()]


SPACINGS = [
    # name,                               gop, look_every, looks of a clip of 6 s at 10 pictures a second
    ("key frames at the looks", 10, 1.0, [0, 1, 2, 3, 4, 5]),
    ("key frames twice as often", 5, 1.0, [0, 1, 2, 3, 4, 5]),
    ("key frames a little early", 19, 2.0, [0, 1.9, 3.8, 5.7]),
    ("key frames a little late", 12, 1.0, [0, 1, 2.4, 3.6, 4.8]),
    ("key frames rare: decoded between", 30, 1.0, [0, 1, 2, 3, 4]),  # 5 waits for a key at 6
    ("one key frame for ever", 1000, 1.0, [0, 1, 2, 3, 4, 5]),
    ("looks rarer than key frames", 10, 2.5, [0, 3]),
]


@pytest.mark.parametrize(("gop", "look_every", "expected"), [row[1:] for row in SPACINGS], ids=[r[0] for r in SPACINGS])
def test_looks_come_about_as_often_as_asked(gop: int, look_every: float, expected: list[float], studio: Studio) -> None:
    assert times(studio.shoot(Clip("a.mp4", gop=gop)), look_every) == expected


@pytest.mark.parametrize("gop", [10, 12, 1000])
def test_pictures_out_of_order_shift_a_look_by_no_more_than_their_reach(gop: int, studio: Studio) -> None:
    looks = times(studio.shoot(Clip("a.mp4", codec="libx265", gop=gop)), 1.0)  # three B pictures, 0.1 s each
    assert len(looks) >= 5
    assert all(0.9 <= b - a <= 1.5 for a, b in itertools.pairwise(looks)), looks


def test_only_what_a_look_needs_is_decoded(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    path = studio.shoot(Clip("a.mp4", gop=10))
    decoded: list[object] = []
    original = LookDecoder._decoded

    def counted(self: LookDecoder, packet: "VideoPacket | None") -> list[VideoFrame]:
        decoded.append(packet)
        return original(self, packet)

    monkeypatch.setattr(LookDecoder, "_decoded", counted)
    assert len(times(path, 2.0)) == 3
    assert sum(packet is not None for packet in decoded) == 3


def test_of_all_that_is_decoded_for_a_look_one_picture_is_held(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 1080p a picture is 3 MB, and a camera with a key frame in ten seconds has 50 between two looks."""
    path = studio.shoot(Clip("a.mp4", gop=1000))
    held: list[int] = []
    original = LookDecoder._decoded

    def counted(self: LookDecoder, packet: "VideoPacket | None") -> list[VideoFrame]:
        held.append(sum(isinstance(each, VideoFrame) for each in gc.get_objects()))
        return original(self, packet)

    gc.collect()
    before = sum(isinstance(each, VideoFrame) for each in gc.get_objects())
    monkeypatch.setattr(LookDecoder, "_decoded", counted)
    assert len(times(path, 2.0)) == 3
    assert len(held) > 30
    assert max(held) - before <= 3  # the newest so far, the one that takes its place, and the last look's


@pytest.mark.parametrize("held_up_s", [0.0, 1.0, 3.0, 7.0])
def test_a_reader_that_was_held_up_decodes_no_more_for_it(
    held_up_s: float, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waited comes all at once: key frames are then close in time, and none of what lies between is needed."""
    path = studio.shoot(Clip("a.mp4", seconds=20, gop=20))  # a key frame each 2 s
    decoded: list[VideoPacket] = []
    original = LookDecoder._decoded

    def counted(self: LookDecoder, packet: "VideoPacket | None") -> list[VideoFrame]:
        decoded.extend([packet] if packet else [])
        return original(self, packet)

    monkeypatch.setattr(LookDecoder, "_decoded", counted)
    with av.open(str(path)) as container:
        decoder = LookDecoder(container.streams.video[0].codec_context, 2.0)
        places = [(packet, number / 10) for number, packet in enumerate(container.demux(video=0)) if packet.size]
        came = [place_s if place_s < 6.5 else max(place_s, 6.5 + held_up_s) for _, place_s in places]
        fed = (decoder.feed(packet, at_s, place_s) for (packet, place_s), at_s in zip(places, came, strict=True))
        looks = sum(picture is not None for picture in fed)
    assert len(decoded) == looks >= 10 - held_up_s / 2 - 1
    assert all(packet.is_keyframe for packet in decoded)


def test_the_same_recording_twice_is_the_same_to_the_bit(studio: Studio) -> None:
    path = studio.shoot(Clip("a.mp4", gop=25))
    one, two = ([(f.moment, f.image.tobytes()) for f in recording(path).frames()] for _ in range(2))
    assert one == two
    assert one[0][0].seen_at == START
    assert one[1][0].seen_at.isoformat() == "2025-03-01T23:59:59+00:00"
    assert {moment.trust for moment, _ in one} == {ClockTrust.SYNCED}


def test_a_look_of_zero_seconds_is_every_picture(studio: Studio) -> None:
    assert len(times(studio.shoot(Clip("a.mp4", gop=7)), 0)) >= 59


def test_pictures_between_key_frames_are_the_right_ones(studio: Studio) -> None:
    frames = list(recording(studio.shoot(Clip("a.mp4", gop=1000, options={"crf": "10"}))).frames())
    for frame in frames:
        drawn = noisy(round(frame.moment.at_s * 10), 320, 180)
        assert abs(frame.image.astype(int) - drawn.astype(int)).mean() < 8
        assert abs(frame.image[75].astype(int) - drawn[75].astype(int)).mean() < 12  # the bar stands where it should


def test_a_change_of_size_and_a_bare_stream_without_time_stamps_are_read(studio: Studio) -> None:
    path = studio.shoot(Clip("change.h264", sizes=((320, 180), (480, 272))))
    frames = list(recording(path, 0.5).frames())
    assert {frame.image.shape for frame in frames} == {(180, 320, 3), (272, 480, 3)}
    assert all(a.moment.at_s < b.moment.at_s for a, b in itertools.pairwise(frames))


def test_damage_is_skipped_and_counted(studio: Studio) -> None:
    path = studio.shoot(Clip("a.mkv", gop=10, seconds=8))
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3000] = bytes(range(250)) * 12
    path.write_bytes(data)
    read = recording(path)
    looks = [frame.moment.at_s for frame in read.frames()]
    assert len(looks) >= 5
    assert looks == sorted(looks)


def test_a_truncated_file_gives_what_it_holds(studio: Studio) -> None:
    path = studio.shoot(Clip("a.mkv", gop=10, seconds=8))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert 3 <= len(times(path, 1)) <= 5


UNREADABLE = [
    ("empty", b"", "cannot be opened"),
    ("garbage", bytes(range(256)) * 64, "cannot be opened"),
    (
        "a playlist that would reach elsewhere",
        b"ffconcat version 1.0\nfile 'http://127.0.0.1:1/x.mp4'\n",
        "cannot be opened",
    ),
    ("sound only", None, "holds no video"),
    ("absent", None, "cannot be opened"),
]


@pytest.mark.parametrize(("name", "data", "said"), UNREADABLE, ids=[row[0] for row in UNREADABLE])
def test_a_file_that_cannot_be_read_is_for_a_person_to_fix(
    name: str, data: bytes | None, said: str, tmp_path: Path
) -> None:
    path = sound(tmp_path / "sound.wav") if name == "sound only" else tmp_path / "file.mp4"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(Misconfigured, match=said) as fault:
        list(recording(path).frames())
    assert str(path) in str(fault.value)
    with pytest.raises(Misconfigured):
        _ = recording(path).duration_s


def test_an_mp4_cut_before_its_index_is_for_a_person_to_fix(studio: Studio) -> None:
    path = studio.shoot(Clip("a.mp4"))
    path.write_bytes(path.read_bytes()[:-4000])
    with pytest.raises(Misconfigured, match=r"a\.mp4"):
        list(recording(path).frames())


def test_duration_is_told_before_reading(studio: Studio) -> None:
    assert recording(studio.shoot(Clip("a.mp4", seconds=6))).duration_s == pytest.approx(6, abs=0.2)


def test_pictures_beyond_any_camera_are_refused(studio: Studio) -> None:
    path = studio.shoot(Clip("wide.mp4", seconds=0.2, codec="mjpeg", sizes=((decoding.MAX_SIDE + 16, 16),)))
    with pytest.raises(decoding.PictureTooLarge, match="8208×16"):
        list(recording(path).frames())


def test_packets_kept_are_bounded(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_KEPT_PACKETS", 8)
    path = studio.shoot(Clip("a.mp4", gop=30))
    assert times(path, 1) == [
        0,
        3,
    ]  # between key frames too much would have to be kept; the next key frame is waited for


def test_a_file_as_a_camera_plays_at_its_own_pace_and_is_lost_at_its_end(studio: Studio) -> None:
    path = studio.shoot(Clip("a.mp4", seconds=3))
    started = time.monotonic()
    frames: list[Frame] = []
    with pytest.raises(SourceLost, match=r"a\.mp4: the stream has ended"):
        frames.extend(studio.source(path).frames(threading.Event()))
    assert 2.5 < time.monotonic() - started < 4.5
    source = studio.source(f"file://{path}")
    assert next(iter(source.frames(threading.Event()))).image.shape == (180, 320, 3)


def test_street_footage_gives_looks_for_its_whole_length(shared_dir: Path) -> None:
    read = recording(shared_dir / "media" / "street_parking.mp4", 2.0)
    frames = list(read.frames())
    assert len(frames) == 18  # it has 18 key frames, 1.9 s apart
    assert frames[-1].moment.at_s == pytest.approx(32.4, abs=0.1)
    assert read.damaged == 0
