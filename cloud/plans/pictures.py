"""A plan's picture as it is kept: drawn anew, so that nothing that came with the file is kept beside what is seen."""

import io
from dataclasses import dataclass
from typing import Final

from PIL import Image, UnidentifiedImageError

from cloud.plans.domain import NoPlan

MAX_FILE: Final = 4 * 1024 * 1024  # bytes as given
MAX_KEPT: Final = 2 * 1024 * 1024  # bytes as kept
MAX_PIXELS: Final = 40_000_000  # as given: Pillow needs four bytes for each
LONGEST: Final = 2_400  # pixels as kept: a plan is read on a phone
LEAST: Final = 200  # pixels
QUALITIES: Final = (88, 75, 60)
FORMATS: Final = ("PNG", "JPEG")

TOO_LARGE: Final = NoPlan("文件太大：最多 4 MiB", "the file is too large: at most 4 MiB")
NO_PICTURE: Final = NoPlan("不是 PNG 或 JPEG 图片", "it is no PNG or JPEG picture")
TOO_MANY_PIXELS: Final = NoPlan("图片太大：最多 4000 万像素", "the picture is too large: at most 40 million pixels")
TOO_SMALL: Final = NoPlan("图片太小：长和宽至少 200 像素", "the picture is too small: at least 200 pixels each way")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to keep."""

    body: bytes
    media_type: str
    width: int
    height: int


def drawn_anew(raw: bytes) -> Picture:
    """The picture in a size for a screen. Takes some tenths of a second: not for the event loop.

    Raises:
        NoPlan: it is no picture, or too large or too small.
    """
    if len(raw) > MAX_FILE:
        raise TOO_LARGE
    try:
        with Image.open(io.BytesIO(raw), formats=FORMATS) as image:
            _check(image.size)
            image.load()
            flat = _on_white(image)
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError):
        raise NO_PICTURE from None  # SyntaxError is how Pillow calls a damaged PNG
    flat.thumbnail((LONGEST, LONGEST))
    return _coded(flat)


def _check(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MAX_PIXELS:
        raise TOO_MANY_PIXELS
    if min(size) < LEAST:
        raise TOO_SMALL


def _on_white(image: Image.Image) -> Image.Image:
    """Drawings are often transparent, and would be black on a dark page."""
    whole = image.convert("RGBA")
    white = Image.new("RGBA", whole.size, "white")
    white.alpha_composite(whole)
    return white.convert("RGB")


def _coded(image: Image.Image) -> Picture:
    """As PNG where that is small, which a drawing is; else as JPEG."""
    body, media_type = _png(image), "image/png"
    for quality in QUALITIES:
        if len(body) <= MAX_KEPT:
            break
        body, media_type = _jpeg(image, quality), "image/jpeg"
    if len(body) > MAX_KEPT:
        raise TOO_LARGE
    return Picture(body, media_type, image.width, image.height)


def _png(image: Image.Image) -> bytes:
    coded = io.BytesIO()
    image.save(coded, "PNG", optimize=True)
    return coded.getvalue()


def _jpeg(image: Image.Image, quality: int) -> bytes:
    coded = io.BytesIO()
    image.save(coded, "JPEG", quality=quality, optimize=True)
    return coded.getvalue()
