"""Clips of real streams: cut, remuxed, sealed, masked; and the one picture of a fall. The footage is simulated."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import av
import cv2
import numpy as np
import pytest
from av.container import InputContainer, OutputContainer
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from numpy.typing import NDArray

from contract.sealing import context_of, open_sealed, public_text
from edge.config import Camera, Masking
from edge.evidence import remux
from edge.evidence.fall_evidence import FallDeveloper
from edge.evidence.parameters import parameter_sets
from edge.evidence.reel import Clip, Codec, Reel
from edge.evidence.remux import NotFilmed, to_mp4
from edge.evidence.rendition import MAX_SIDE
from edge.evidence.screening import picture_size, screen
from edge.sources.film_recording import FilmRecording
from edge.values import PERSON, Box, ClockTrust, Detection, Image, Moment
from tests.integration.sources.drops import BOTTOM, COLUMNS, FLOORS, LEFT, RIGHT, TOP, Drop, Drops, facade
from tests.unit.evidence.falls import fall

KEY = X25519PrivateKey.generate()
TAKEN = Moment(1.0, datetime(2026, 11, 21, 2, 0, 1, tzinfo=UTC), ClockTrust.SYNCED)
CAMERA = Camera.model_validate(
    {
        "id": "east",
        "url": "rtsp://192.0.2.1/s",
        "facades": [
            {
                "id": "front",
                "polygon": [[0, 0], [1, 0], [1, 1], [0, 1]],
                "grid": {
                    "corners": [[LEFT, TOP], [RIGHT, TOP], [RIGHT, BOTTOM], [LEFT, BOTTOM]],
                    "floors": [1, FLOORS],
                    "columns": COLUMNS,
                },
            }
        ],
    }
)
DROP = Drops(drops=(Drop(2.0, 330.0, 50.0),))  # column 5 of the top floor
STREAMS = [
    # name,                       how it is sent
    ("H.264 in a file",           Drops(name="a.mp4", seconds=5.0)),
    ("H.264, reordered",          Drops(name="b.mp4", seconds=5.0, options={"bf": "3"})),
    ("H.264 in band",             Drops(name="c.ts", seconds=5.0, options={"bf": "0"})),
    ("HEVC in a file",            Drops(name="d.mp4", seconds=5.0, codec="libx265")),
    ("HEVC in band, open groups", Drops(name="e.ts", seconds=5.0, codec="libx265", options={"bf": "3"})),
]  # fmt: skip


def kept(path: Path) -> Reel:
    reel = Reel(seconds=60.0, max_bytes=10**8)
    for _ in FilmRecording(path, reel, camera="east", start=TAKEN.seen_at).shots():
        pass
    return reel


def cut(path: Path, from_s: float, to_s: float) -> Clip:
    clip = kept(path).cut(from_s, to_s, max_bytes=10**8)
    assert clip is not None
    return clip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("falls")


@pytest.fixture(scope="module")
def clip(folder: Path) -> Clip:
    return cut(DROP.write(folder), 0.0, 6.0)


def units(data: bytes, *, lengths: bool) -> list[bytes]:
    """The units of a packet, whichever way they are told apart."""
    if not lengths:
        return [unit.rstrip(b"\x00") for unit in data.split(b"\x00\x00\x01") if unit.strip(b"\x00")]
    found = []
    while data:
        size = int.from_bytes(data[:4])
        found.append(data[4 : 4 + size].rstrip(b"\x00"))
        data = data[4 + size :]
    return found


@pytest.mark.parametrize("drops", [row[1] for row in STREAMS], ids=[row[0] for row in STREAMS])
def test_a_clip_begins_on_a_key_frame_plays_from_0_and_holds_the_packets_that_were_sent(
    folder: Path, drops: Drops
) -> None:
    part = cut(drops.write(folder), 2.5, 4.0)
    mp4 = to_mp4(part, picture_size(part))
    with av.open(io.BytesIO(mp4), "r") as film:
        packets = [(bytes(packet), packet.is_keyframe) for packet in film.demux(video=0) if packet.size]
    with av.open(io.BytesIO(mp4), "r") as film:
        frames = list(film.decode(video=0))
        size = film.streams.video[0].width, film.streams.video[0].height
    assert packets[0][1]
    assert size == drops.size
    assert part.began_s == pytest.approx(2.0, abs=0.3)
    sent = [units(packet.data, lengths=not drops.name.endswith(".ts")) for packet in part.packets]
    assert [units(data, lengths=True) for data, _ in packets] == sent
    times = [frame.time for frame in frames]
    assert len(times) == len(part.packets)
    assert times[0] == 0
    steps = np.diff(np.array(times, float))
    assert steps == pytest.approx(np.full(len(steps), 0.04), abs=1e-3)
    assert not any(frame.is_corrupt for frame in frames)


@pytest.mark.parametrize("drops", [row[1] for row in STREAMS], ids=[row[0] for row in STREAMS])
def test_what_is_seen_again_is_what_was_shown_at_the_same_times(folder: Path, drops: Drops) -> None:
    path = folder / drops.name
    shown = {
        round(shot.moment.at_s, 5): shot.luma[::9].copy()
        for shot in FilmRecording(path, Reel(seconds=1, max_bytes=1), camera="east", start=TAKEN.seen_at).shots()
    }
    again = {round(at_s, 5): picture for at_s, picture in screen(cut(path, 2.0, 3.0), 2.2, 3.0)}
    assert len(again) == 21
    for at_s, picture in again.items():
        plane = np.frombuffer(memoryview(picture.planes[0]), np.uint8).reshape(-1, picture.planes[0].line_size)
        assert np.array_equal(plane[: picture.height : 9, : picture.width], shown[at_s])


def test_parameter_sets_that_come_in_band_alone_are_found(folder: Path) -> None:
    part = cut(folder / "c.ts", 2.5, 4.0)
    in_band = parameter_sets("h264", part.packets[0].data)
    assert in_band
    bare = Reel(seconds=60.0, max_bytes=10**8)
    bare.begin("h264", (0, 0), b"")
    for packet in part.packets:
        bare.keep(packet.data, packet.at_s, is_key=packet.is_key)
    unsaid = bare.cut(0.0, 9.0, max_bytes=10**8)
    assert unsaid is not None
    assert unsaid.codec.extradata == in_band
    assert picture_size(unsaid) == DROP.size
    with av.open(io.BytesIO(to_mp4(unsaid, DROP.size)), "r") as film:
        assert len(list(film.decode(video=0))) == len(part.packets)


@pytest.mark.parametrize("codec", ["mjpeg", "vp9", ""])
def test_what_does_not_go_into_an_mp4_says_so(clip: Clip, codec: str) -> None:
    with pytest.raises(NotFilmed, match="not put into films"):
        to_mp4(replace(clip, codec=Codec(codec, (640, 360), b"")), (640, 360))


def test_nothing_that_decodes_says_so(clip: Clip) -> None:
    noise = tuple(replace(packet, data=b"\x00\x00\x00\x02\x65\x00") for packet in clip.packets)
    with pytest.raises(NotFilmed):
        picture_size(replace(clip, packets=noise, codec=replace(clip.codec, size=(0, 0))))


class Persons:
    """Finds one person in the middle of whatever it is shown, or nobody."""

    def __init__(self, *, there: bool = False) -> None:
        self.there = there
        self.asked = 0

    def __call__(self, image: Image) -> tuple[Detection, ...]:
        self.asked += 1
        return (Detection(PERSON, 0.9, Box(0.3, 0.3, 0.7, 0.7)),) if self.there else ()


def developer(find: Persons | None = None, **masking: object) -> FallDeveloper:
    return FallDeveloper(
        CAMERA,
        Masking.model_validate(masking),
        find=find or Persons(),
        device="demo/gw-1",
        timezone=ZoneInfo("Asia/Shanghai"),
    )


def composite(clip: Clip, find: Persons | None = None, **masking: object) -> NDArray[np.uint8]:
    began, ended = (replace(TAKEN, at_s=at_s) for at_s in (fall().began_s, fall().ended_s))
    made = developer(find, **masking).picture(clip, fall(), CAMERA.facades[0], began, ended)
    assert made is not None
    decoded = cv2.imdecode(np.frombuffer(made.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.asarray(decoded, np.uint8)


def window(row: int, column: int, size: tuple[int, int] = DROP.size) -> tuple[slice, slice]:
    """A window's pixels, less its rim; rows and columns from the top left, from 0."""
    wide, tall = (RIGHT - LEFT) * size[0] / COLUMNS, (BOTTOM - TOP) * size[1] / FLOORS
    x, y = LEFT * size[0] + (column + 0.2) * wide, TOP * size[1] + (row + 0.2) * tall
    return slice(int(y) + 3, int(y + 0.6 * tall) - 3), slice(int(x) + 3, int(x + 0.6 * wide) - 3)


OTHERS = [(row, column) for row in range(FLOORS) for column in range(COLUMNS) if (row, column) != (0, 4)]


def unlike(image: NDArray[np.uint8], place: tuple[slice, slice]) -> float:
    truth = facade(*DROP.size)
    return float(np.abs(image[place].astype(int) - truth[place].astype(int)).mean())


def test_the_picture_shows_the_launch_window_and_no_other(clip: Clip) -> None:
    shown, plain = composite(clip), composite(clip, enabled=False)
    assert unlike(shown, window(0, 4)) < 15
    for row, column in OTHERS:
        if column != 4:  # the thing and its curve pass those below
            assert unlike(shown, window(row, column)) > 20, (row, column)
            assert unlike(plain, window(row, column)) < 15, (row, column)


def test_the_picture_shows_the_thing_all_the_way_down(clip: Clip) -> None:
    shown = composite(clip)
    dark = (shown[: DROP.size[1], 326:340].max(axis=2) < 70).any(axis=1)
    places = [round(point.y) for point in fall().points[8:-2]]
    assert np.mean([dark[y - 3 : y + 4].any() for y in places]) > 0.9
    assert shown.shape[0] > DROP.size[1] + 60, "a margin with four lines"


def test_a_person_in_the_launch_window_is_covered(clip: Clip) -> None:
    find = Persons(there=True)
    covered, bare = composite(clip, find), composite(clip)
    assert find.asked > 0
    assert unlike(covered, window(0, 4)) > 15 > unlike(bare, window(0, 4))


def pictures(mp4: bytes) -> list[NDArray[np.uint8]]:
    with av.open(io.BytesIO(mp4), "r") as film:
        return [np.asarray(frame.to_ndarray(format="bgr24"), np.uint8) for frame in film.decode(video=0)]


def test_the_film_shows_the_launch_window_alone_in_every_picture_and_the_thing(clip: Clip) -> None:
    find = Persons()
    film = developer(find).film(clip, TAKEN, [(fall(), CAMERA.facades[0])])
    assert film.masked
    assert film.sealed is None
    shown = pictures(film.mp4)
    assert len(shown) == len(clip.packets)
    for image in shown[::10]:
        assert unlike(image, window(0, 4)) < 15
        assert all(unlike(image, window(row, column)) > 20 for row, column in OTHERS if column != 4)
    point = fall().points[40]
    place = slice(round(point.y) - 4, round(point.y) + 5), slice(328, 336)
    assert shown[round(point.at_s * 25)][place].max(axis=2).min() < 60
    assert shown[10][place].min() > 60
    passed = round(fall().points[20].y)
    amber = [(image[passed, 332, 2] - image[passed, 332, 0].astype(int)) > 60 for image in shown]
    assert not any(amber[:50]), "it has no path yet"
    assert all(amber[75:]), "and keeps it to the end"
    assert find.asked == pytest.approx(len(shown) * 0.04 / 0.5, abs=2)


def test_the_film_is_no_larger_than_its_limit(folder: Path) -> None:
    path = Drops(name="large.mp4", seconds=0.5, size=(1920, 1080), rate=50).write(folder)
    film = developer().film(cut(path, 0.0, 0.5), TAKEN, [])
    with av.open(io.BytesIO(film.mp4), "r") as container:
        stream = container.streams.video[0]
        times = [frame.time for frame in container.decode(video=0)]
    assert (stream.width, stream.height) == (MAX_SIDE, 720)
    assert len(times) <= 16


def test_the_original_is_sealed_as_it_was_sent(clip: Clip) -> None:
    film = developer(seal_to=public_text(KEY.public_key())).film(clip, TAKEN, [(fall(), CAMERA.facades[0])])
    assert film.sealed is not None
    context = context_of("demo", "gw-1", "east", TAKEN.seen_at)
    assert open_sealed(film.sealed, KEY, context) == to_mp4(clip, DROP.size)


def test_unmasked_the_original_itself_leaves_and_nothing_is_sealed(clip: Clip) -> None:
    film = developer(enabled=False, seal_to=public_text(KEY.public_key())).film(
        clip, TAKEN, [(fall(), CAMERA.facades[0])]
    )
    assert (film.masked, film.sealed) == (False, None)
    assert film.mp4 == to_mp4(clip, DROP.size)


def test_what_a_film_is_written_with_is_closed(clip: Clip, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[InputContainer | OutputContainer] = []

    def noted(*arguments: object, **more: object) -> InputContainer | OutputContainer:
        opened.append(av.open(*arguments, **more))  # type: ignore[call-overload]
        return opened[-1]

    monkeypatch.setattr(remux, "av", SimpleNamespace(open=noted, Packet=av.Packet))
    to_mp4(clip, DROP.size)
    (read,) = (container for container in opened if isinstance(container, InputContainer))
    with pytest.raises(AssertionError, match="not open"):
        read.seek(0)
