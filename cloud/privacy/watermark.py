"""Who looked and when, written all over a picture: diagonally, again and again, so that no part of it is without."""

import math
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFont, UnidentifiedImageError

MAX_PIXELS: Final = 50_000_000
QUALITY: Final = 90
ANGLE: Final = 30  # degrees, rising
LINES: Final = 48  # of text from the top to the bottom of a picture, were they level
MIN_SIZE: Final = 9  # pixels of a letter's height
PITCH: Final = 2.2  # from line to line, in letters' heights
GAP: Final = "   ·   "
LIGHT, DARK = 110, 130  # of 255: how much of the letters, and of their shadow, covers the picture
# Fonts with Chinese that Debian packages. Without any a Chinese character is written as its code, U+5F20.
FONTS: Final = (
    Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"),
    Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
)


class NoPicture(Exception):
    """It cannot be opened as a picture, or has too many pixels."""


def words(who: str, at: datetime, matter: str) -> str:
    """What is written.

    Args:
        who: the name of the user.
        at: when it was opened, aware; written with its own offset from UTC.
        matter: the number of the case.
    """
    return f"{who} {at:%Y-%m-%d %H:%M:%S%z} {matter}"


def marked(picture: bytes, text: str) -> bytes:
    """A picture with a watermark, as JPEG, and with nothing else that stood in its file.

    Args:
        picture: JPEG or PNG of at most `MAX_PIXELS`.
        text: one line, at least one character.
    Raises:
        NoPicture
    """
    image = _read(picture)
    size = max(MIN_SIZE, min(image.size) // LINES)
    letters = _pattern(image.size, _font(size), _writable(text), size)
    shadow = ImageChops.offset(letters, max(1, size // 12))
    for colour, strength, mask in (((0, 0, 0), DARK, shadow), ((255, 255, 255), LIGHT, letters)):
        image.paste(colour, mask=mask.point(lambda value, strength=strength: value * strength // 255))
    out = BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _read(picture: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(picture), formats=("JPEG", "PNG")) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise NoPicture
            bare = Image.new("RGB", opened.size)  # a copy would carry comments and more along
            bare.paste(opened)
            return bare
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError, SyntaxError):
        raise NoPicture from None


def _pattern(
    size: tuple[int, int], font: ImageFont.FreeTypeFont | ImageFont.ImageFont, text: str, height: int
) -> Image.Image:
    """The lines over all of a picture, as a mask. Each line begins a little further on than the one above."""
    side = math.ceil(math.hypot(*size))
    level = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(level)
    line = text + GAP
    width = max(1.0, draw.textlength(line, font=font))
    step = max(1, round(height * PITCH))
    for number, top in enumerate(range(0, side, step)):
        start = -(number * 0.37 % 1.0) * width
        draw.text((start, top), line * (math.ceil(side / width) + 1), fill=255, font=font)
    turned = level.rotate(ANGLE, Image.Resampling.BICUBIC)
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    return turned.crop((left, top, left + size[0], top + size[1]))


@cache
def _chinese() -> Path | None:
    return next((path for path in FONTS if path.is_file()), None)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    path = _chinese()
    return ImageFont.load_default(size) if path is None else ImageFont.truetype(str(path), size)


def _writable(text: str) -> str:
    """Text that the font has letters for: what it may not have is written as its code, so that no two look the same."""
    if _chinese() is not None:
        return "".join(letter if letter.isprintable() else "?" for letter in text)
    return "".join(letter if " " <= letter <= "~" else f"U+{ord(letter):04X}" for letter in text)
