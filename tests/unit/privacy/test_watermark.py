"""A watermark: in every part of a picture of any shape, another for each who looks; and nothing else of its file."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops

from cloud.privacy import watermark
from cloud.privacy.watermark import NoPicture, marked

SHAPES = [(320, 240), (1280, 720), (720, 1280), (2560, 400), (64, 64)]


def picture(size: tuple[int, int], colour: tuple[int, int, int] = (90, 120, 150), kind: str = "JPEG") -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind, quality=95)
    return out.getvalue()


def strongest(first: bytes, second: bytes, parts: int) -> list[int]:
    """How much two pictures differ at most, in each of `parts` times `parts` parts."""
    images = [Image.open(BytesIO(each)).convert("L") for each in (first, second)]
    differ = ImageChops.difference(*images)
    width, height = differ.width // parts, differ.height // parts
    boxes = [(x * width, y * height, (x + 1) * width, (y + 1) * height) for x in range(parts) for y in range(parts)]
    return [max(differ.crop(box).tobytes()) for box in boxes]


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize("colour", [(0, 0, 0), (90, 120, 150), (255, 255, 255)], ids=["black", "grey", "white"])
def test_it_is_in_every_part_on_any_ground(size: tuple[int, int], colour: tuple[int, int, int]) -> None:
    plain = picture(size, colour)
    parts = 1 if size == (64, 64) else 6
    assert min(strongest(plain, marked(plain, "wang.fang 2026-11-21 08:00:00+0800 LL-20261121-0001"), parts)) > 40


def test_two_who_look_have_two_and_one_at_the_same_time_has_the_same() -> None:
    plain = picture((1280, 720))
    first, second = marked(plain, "wang.fang 2026-11-21 08:00:00"), marked(plain, "wang.fang 2026-11-21 08:00:01")
    assert marked(plain, "wang.fang 2026-11-21 08:00:00") == first
    assert max(strongest(first, second, 1)) > 40


def test_nothing_else_of_the_file_comes_along() -> None:
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "who is in it"
    Image.new("RGB", (200, 200)).save(out, "JPEG", exif=exif, comment=b"where it was")
    done = marked(out.getvalue(), "x")
    assert b"who is in it" not in done
    assert b"where it was" not in done


@pytest.mark.parametrize("name", ["王芳", "王方"])
def test_a_chinese_name_is_told_from_another_without_a_chinese_font(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watermark, "FONTS", ())
    watermark._chinese.cache_clear()
    watermark._font.cache_clear()
    try:
        plain = picture((640, 480))
        assert marked(plain, name) != marked(plain, "王")
        assert watermark._writable(name) == "".join(f"U+{ord(letter):04X}" for letter in name)
    finally:
        watermark._chinese.cache_clear()
        watermark._font.cache_clear()


BAD = [
    ("nothing", b""),
    ("no picture", b"not a picture at all"),
    ("cut short", picture((640, 480))[:300]),
    ("another format", picture((20, 20), kind="GIF") if Image.init() else b""),
]


@pytest.mark.parametrize("body", [row[1] for row in BAD], ids=[row[0] for row in BAD])
def test_what_is_no_picture_is_refused(body: bytes) -> None:
    with pytest.raises(NoPicture):
        marked(body, "x")


def test_a_picture_of_more_pixels_than_may_be_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watermark, "MAX_PIXELS", 100 * 100)
    assert marked(picture((100, 100)), "x")
    with pytest.raises(NoPicture):
        marked(picture((101, 100)), "x")
