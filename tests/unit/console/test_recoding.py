"""Pictures from outside, drawn anew: what their files say beside the picture neither stops them nor the cloud."""

import io
import struct
import threading
import warnings

import pytest
from PIL import Image

from cloud.console.recoding import NoPicture, recoded

SHORT, ASCII, RATIONAL = 3, 2, 5
SIDEWAYS = (0x0112, SHORT, 1, b"\0\6\0\0")


def jpeg(*said: tuple[int, int, int, bytes]) -> bytes:
    """A picture of 64 by 32 pixels with Exif of these tags: number, type, how many, value or where it is."""
    rows = b"".join(struct.pack(">HHI", *row[:3]) + row[3] for row in said)
    exif = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">H", len(said)) + rows + b"\0\0\0\0"
    kept = io.BytesIO()
    Image.new("RGB", (64, 32)).save(kept, "JPEG", exif=exif)
    return kept.getvalue()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("name", "said", "size"),
    [
        ("sound", (SIDEWAYS,), (32, 64)),
        ("a text for a part", (SIDEWAYS, (0x014A, ASCII, 4, b"abc\0")), (32, 64)),
        ("a text for a part of Exif", (SIDEWAYS, (0x8769, ASCII, 4, b"abc\0")), (32, 64)),
        ("a value behind the end", (SIDEWAYS, (0x010F, ASCII, 400, b"\0\0\xff\0")), (32, 64)),
        ("half a number", (SIDEWAYS, (0x011A, RATIONAL, 1, b"\0\0\xff\0")), (32, 64)),
        ("a direction that is none", ((0x0112, SHORT, 1, b"\0\x63\0\0"),), (64, 32)),
        ("a text for a direction", ((0x0112, ASCII, 4, b"abc\0"),), (64, 32)),
    ],
)
def test_odd_metadata_does_not_spoil_a_sound_picture(
    name: str, said: tuple[tuple[int, int, int, bytes], ...], size: tuple[int, int]
) -> None:
    made = recoded(jpeg(*said))
    assert (made.width, made.height) == size, name
    with Image.open(io.BytesIO(made.body)) as kept:
        assert not kept.getexif(), name


@pytest.mark.parametrize("error", [struct.error, TypeError, KeyError, EOFError, ZeroDivisionError])
def test_whatever_the_decoder_stumbles_over_is_no_picture(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def stumble(*_: object, **__: object) -> Image.Image:
        raise error

    monkeypatch.setattr(Image.Image, "convert", stumble)
    with pytest.raises(NoPicture):
        recoded(jpeg())


def test_what_others_warn_of_meanwhile_is_no_error_of_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Filters of warnings are the whole process's: a picture that is drawn in a thread must not change them."""
    failed: list[Warning] = []

    def another() -> None:
        try:
            warnings.warn("elsewhere", stacklevel=1)
        except Warning as error:
            failed.append(error)

    def opened(*given: object, **named: object) -> Image.Image:
        thread = threading.Thread(target=another)
        thread.start()
        thread.join()
        return real(*given, **named)  # type: ignore[arg-type]

    real = Image.open
    monkeypatch.setattr(Image, "open", opened)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        recoded(jpeg())
    assert failed == []
