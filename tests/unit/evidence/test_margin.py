"""What stands below a picture, and that all of it fits: Chinese and English, or English alone where no other can be."""

import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import cv2
import numpy as np
import PIL.Image
import pytest

from contract.evidence import frame_size
from edge.config import Camera, Masking
from edge.evidence import lettering
from edge.evidence.development import Developer
from edge.evidence.lettering import fitted, has_chinese, legible, width_of, write
from edge.evidence.margin import Caption, with_margin
from edge.evidence.mask import Masker
from edge.values import Box, ClockTrust, Moment, PictureKind

AT = datetime(2026, 5, 1, 0, 0, 17, 166667, tzinfo=UTC)


def caption(
    *,
    kind: PictureKind = PictureKind.DUE,
    trust: ClockTrust = ClockTrust.SYNCED,
    zone: str = "fire-lane",
    zone_name: str = "3号楼消防通道",
    simulated: bool = False,
) -> Caption:
    taken = Moment(17.0, AT, trust)
    return Caption("yuhua/gw-1", "gate", zone, zone_name, kind, taken, ZoneInfo("Asia/Shanghai"), simulated)


def test_it_says_when_and_how_far_to_trust_that_by_what_device_where_and_why() -> None:
    assert has_chinese(), "the locked OpenCV has a font with Chinese"
    assert caption().lines == (
        "2026-05-01 08:00:17.166+08:00  时钟已校准 clock synced",
        "设备 device yuhua/gw-1  摄像机 camera gate",
        "超时时 when time was up  区域 zone fire-lane 3号楼消防通道",
    )
    assert caption().mark == ""
    assert caption(simulated=True).mark == "模拟画面 SIMULATED"
    assert caption(zone="", zone_name="").lines[2] == "超时时 when time was up"


@pytest.mark.parametrize("kind", list(PictureKind))
@pytest.mark.parametrize("trust", list(ClockTrust))
def test_every_kind_and_every_trust_has_its_words(kind: PictureKind, trust: ClockTrust) -> None:
    lines = caption(kind=kind, trust=trust).lines
    assert lines != caption(kind=kind, trust=next(other for other in ClockTrust if other is not trust)).lines
    assert all(line.strip() == line for line in lines)
    if trust is ClockTrust.UNSYNCED:
        assert "不可信" in lines[0]
        assert "not to be trusted" in lines[0]


def test_without_chinese_letters_it_is_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "_FACE", None)
    assert caption(simulated=True).mark == "SIMULATED"
    assert caption().lines[2] == "when time was up  zone fire-lane 3号楼消防通道"
    assert legible(caption().lines[2]) == "when time was up  zone fire-lane 3??????"
    image = np.zeros((720, 1280, 3), np.uint8)
    assert (with_margin(image, caption(simulated=True))[722:] > 200).any()


LONG = "号楼" * 40
HOSTILE = ["", "3号楼\n消防\r\n通道", "\x00\x07\x1b[31m", "\u202egnitirw", "😀🏳️‍🌈", "%s{}<b>", LONG, "W" * 80]


@pytest.mark.parametrize("width", [64, 160, 576, 1280, 3840])
@pytest.mark.parametrize("name", HOSTILE)
def test_it_fits_whatever_the_zone_is_called(name: str, width: int) -> None:
    image = np.full((max(48, width * 9 // 16), width, 3), 90, np.uint8)
    framed = with_margin(image, caption(zone="a" * 63, zone_name=name, simulated=True))
    assert framed.shape[1] == width
    assert (framed[: image.shape[0]] == image).all(), "the picture is not covered"
    strip = framed[image.shape[0] :]
    assert strip.max() > 150
    assert strip[:, -2:].max() == 0, "nothing runs out at the right"


@pytest.mark.parametrize("room", [40, 100, 300, 1000])
def test_words_grow_smaller_before_they_are_cut(room: int) -> None:
    text = "超时时 when time was up  区域 zone fire-lane"
    shown, size = fitted(text, 24, room)
    assert width_of(shown, size) <= room
    assert size <= 24
    assert shown == text or size == lettering.LEAST_SIZE


def test_chinese_letters_are_drawn_and_differ() -> None:
    drawn = []
    for text in ("驶入时", "驶离时", "???"):
        image = np.zeros((40, 120, 3), np.uint8)
        write(image, text, (4, 30), size=24, colour=(255, 255, 255))
        drawn.append(image)
    for one, other in ((0, 1), (0, 2)):
        assert np.abs(drawn[one].astype(int) - drawn[other]).max() > 200


@pytest.mark.parametrize("size", [(48, 64), (720, 1280), (996, 576)])
def test_a_picture_says_how_large_its_frame_is_without_the_margin(size: tuple[int, int]) -> None:
    image = np.full((*size, 3), 90, np.uint8)
    taken = Moment(17.0, AT, ClockTrust.SYNCED)
    camera = Camera.model_validate({"id": "gate", "url": "rtsp://gate", "zones": []})
    masker = Masker(None, Masking())
    developer = Developer(camera, masker=masker, device="yuhua/gw-1", timezone=ZoneInfo("Asia/Shanghai"))
    picture = developer.picture(image, taken, Box(0, 0, 1, 1), [], kind=PictureKind.DUE, zone="")
    with PIL.Image.open(io.BytesIO(picture.jpeg)) as opened:
        assert frame_size(opened.info["comment"]) == (size[1], size[0])
        assert opened.size[0] == size[1]
        assert opened.size[1] > size[0], "never enlarged: the margin is all there is more"
        assert opened.mode == "RGB"


NO_NOTES = [b"", b"linli-frame", b"linli-frame 0x1", b"linli-frame 1x1 ", b"linli-frame 123456x1", b"by someone else"]


@pytest.mark.parametrize("note", NO_NOTES)
def test_another_comment_tells_of_no_frame(note: bytes) -> None:
    assert frame_size(note) is None


def test_a_tenth_of_a_second_shows_in_the_picture() -> None:
    image = np.zeros((720, 1280, 3), np.uint8)
    later = caption()
    later = Caption(**{name: getattr(later, name) for name in Caption.__slots__} | {"taken": _later(later.taken)})
    one, other = (cv2.cvtColor(with_margin(image, each)[720:], cv2.COLOR_BGR2GRAY) for each in (caption(), later))
    assert (one != other).any()


def _later(taken: Moment) -> Moment:
    return Moment(taken.at_s, taken.seen_at + timedelta(seconds=0.1), taken.trust)
