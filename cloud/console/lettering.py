"""Words on a PDF, in Chinese and English.

Chinese letters come from a font of this machine where there is one that may be put into documents: then a sheet looks
the same everywhere and for good. Otherwise the PDF names Adobe's STSong-Light, and whoever opens it draws it with a
Chinese font of theirs, as all common readers do.
"""

from functools import cache
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.platypus import Flowable, Paragraph

from cloud.console.words import Word

EMBEDDED: Final = "LinliSheet"
NAMED: Final = "STSong-Light"
# TrueType fonts with Chinese that Debian packages: WenQuanYi Micro Hei (Apache-2.0), Droid Sans Fallback (Apache-2.0),
# WenQuanYi Zen Hei (its licence lets documents contain it).
FONTS: Final = (
    Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"),
    Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
)

INK: Final = HexColor("#1b211d")
FAINT: Final = HexColor("#5c655f")


@cache
def font() -> str:
    """The name of the font to write with, made known to the PDF library at the first call."""
    for path in FONTS:
        if not path.is_file():
            continue
        try:
            pdfmetrics.registerFont(TTFont(EMBEDDED, str(path), subfontIndex=0))
        except (TTFError, OSError):
            continue
        return EMBEDDED
    pdfmetrics.registerFont(UnicodeCIDFont(NAMED))
    return NAMED


def style(size: float, colour: Color = INK, *, splits: bool = True) -> ParagraphStyle:
    """Letters of a size in points. Neither font has a bold face: size and colour tell titles apart.

    Args:
        splits: break lines anywhere, as Chinese does; otherwise between words, as English does.
    """
    wrap = "CJK" if splits else None
    return ParagraphStyle("sheet", fontName=font(), fontSize=size, leading=size * 1.28, textColor=colour, wordWrap=wrap)


def text(text: str, size: float = 8, *, colour: Color = INK) -> Paragraph:
    return Paragraph(plain(text), style(size, colour))


def both(word: Word, width: float, size: float = 8, *, colour: Color = INK) -> list[Flowable]:
    """Chinese, and English in a fainter colour: beside it where one line of `width` points holds both, else below."""
    if word.zh == word.en:
        return [text(word.zh, size, colour=colour)]
    small, zh, en = size * 0.9, plain(word.zh), plain(word.en)
    takes = pdfmetrics.stringWidth(word.zh, font(), size) + pdfmetrics.stringWidth(f"  {word.en}", font(), small)
    if takes < width - 4:
        beside = f'{zh} <font color="#{FAINT.hexval()[2:]}" size="{small:.1f}">{en}</font>'
        return [Paragraph(beside, style(size, colour))]
    return [Paragraph(zh, style(size, colour)), Paragraph(en, style(small, FAINT, splits=False))]


def cut(text: str, size: float, width: float) -> str:
    """Text as one line of `width` points holds it: of one that is longer the beginning, and ``…``."""
    said = shown(text)
    if width_of(said, size) <= width:
        return said
    room, kept = width - width_of("…", size), 0
    while kept < len(said) and width_of(said[: kept + 1], size) <= room:
        kept += 1
    return f"{said[:kept]}…"


def width_of(text: str, size: float) -> float:
    """How wide text is in points."""
    return pdfmetrics.stringWidth(text, font(), size)


def shown(text: str) -> str:
    """Text from outside on one line, and only in letters that a font can have."""
    return "".join(" " if not letter.isprintable() else "□" if ord(letter) > 0xFFFF else letter for letter in text)


def plain(text: str) -> str:
    """Text from outside as text: no markup, one line, and only letters that a font can have."""
    return escape(shown(text))
