"""A sheet as PDF, A4, in Chinese and English.

Chinese letters come from a font of this machine where there is one that may be put into documents: then the sheet looks
the same everywhere and for good. Otherwise the PDF names Adobe's STSong-Light, and whoever opens it draws it with a
Chinese font of theirs, as all common readers do.
"""

import io
from functools import cache
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Image, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from cloud.console.facts import Fact
from cloud.console.sheet import Plaque, Sheet
from cloud.console.sheet_words import SHEET
from cloud.console.shots import for_print
from cloud.console.standard import Check, Verdict
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

MARGIN: Final = 12 * mm
WIDTH: Final = A4[0] - 2 * MARGIN
GAP: Final = 4 * mm
COLUMN: Final = (WIDTH - GAP) / 2
LABEL: Final = 25 * mm
VALUE: Final = WIDTH / 2 - LABEL
PICTURE_ONE_ROW: Final = 70 * mm  # the most that a picture may be high
PICTURE_TWO_ROWS: Final = 42 * mm
FRAME_PADDING: Final = 6  # points that the library's frames keep free on each side
INK: Final = HexColor("#1b211d")
FAINT: Final = HexColor("#5c655f")
LINE: Final = HexColor("#c9cfc9")
TONES: Final = {Verdict.YES: HexColor("#1d6b3a"), Verdict.NO: HexColor("#b3261e"), Verdict.OPEN: HexColor("#8a5a00")}
SIMULATED: Final = HexColor("#ffe08a")


def document(sheet: Sheet) -> bytes:
    """The sheet as PDF; one page where its words and pictures allow. Takes half a second: not for the event loop."""
    file = io.BytesIO()
    layout = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=MARGIN - FRAME_PADDING,
        rightMargin=MARGIN - FRAME_PADDING,
        topMargin=8 * mm,
        bottomMargin=10 * mm,
        title=f"{SHEET['title'].zh} {sheet.number}",
        author="Linli 邻里",
    )
    foot = _Foot(sheet)
    layout.build(_story(sheet), onFirstPage=foot, onLaterPages=foot)
    return file.getvalue()


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


def _style(size: float, colour: Color = INK, *, splits: bool = True) -> ParagraphStyle:
    """Letters of a size in points. Neither font has a bold face: size and colour tell titles apart.

    Args:
        splits: break lines anywhere, as Chinese does; otherwise between words, as English does.
    """
    wrap = "CJK" if splits else None
    return ParagraphStyle("sheet", fontName=font(), fontSize=size, leading=size * 1.28, textColor=colour, wordWrap=wrap)


def _text(text: str, size: float = 8, *, colour: Color = INK) -> Paragraph:
    return Paragraph(_plain(text), _style(size, colour))


def _both(word: Word, width: float, size: float = 8, *, colour: Color = INK) -> list[Flowable]:
    """Chinese, and English in a fainter colour: beside it where one line of `width` points holds both, else below."""
    if word.zh == word.en:
        return [_text(word.zh, size, colour=colour)]
    small, zh, en = size * 0.9, _plain(word.zh), _plain(word.en)
    if (
        pdfmetrics.stringWidth(word.zh, font(), size) + pdfmetrics.stringWidth(f"  {word.en}", font(), small)
        < width - 4
    ):
        beside = f'{zh} <font color="#{FAINT.hexval()[2:]}" size="{small:.1f}">{en}</font>'
        return [Paragraph(beside, _style(size, colour))]
    return [Paragraph(zh, _style(size, colour)), Paragraph(en, _style(small, FAINT, splits=False))]


def _plain(text: str) -> str:
    """Text from outside as text: no markup, one line, and only letters that a font can have."""
    shown = "".join(" " if not letter.isprintable() else "□" if ord(letter) > 0xFFFF else letter for letter in text)
    return escape(shown)


def _story(sheet: Sheet) -> list[Flowable]:
    story: list[Flowable] = [_head(sheet)]
    if sheet.simulated:
        story.append(_banner(SHEET["simulated"]))
    return [
        *story,
        Spacer(1, 1.5 * mm),
        *_both(sheet.lead, WIDTH, 8.5),
        Spacer(1, 1.5 * mm),
        _facts(sheet.facts),
        Spacer(1, 2.5 * mm),
        *_pictures(sheet),
        Spacer(1, 1.5 * mm),
        KeepTogether([*_both(SHEET["standard"], WIDTH, 9), Spacer(1, 0.5 * mm), _checks(sheet.checks)]),
        Spacer(1, 1.5 * mm),
        KeepTogether(_rests(sheet)),
    ]


def _head(sheet: Sheet) -> Flowable:
    wide = WIDTH * 0.68
    number = Paragraph(_plain(sheet.number), _style(11))
    number.style.alignment = TA_RIGHT
    table = Table([[_both(SHEET["title"], wide, 15), number]], colWidths=[wide, WIDTH - wide])
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
                ("LINEBELOW", (0, 0), (-1, -1), 1, INK),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
            ]
        )
    )
    return table


def _banner(word: Word) -> Flowable:
    table = Table([[_both(word, WIDTH, 9)]], colWidths=[WIDTH])
    table.setStyle(TableStyle([("BACKGROUND", (0, 0), (-1, -1), SIMULATED), ("BOX", (0, 0), (-1, -1), 0.5, INK)]))
    table.spaceBefore = 2 * mm
    return table


def _facts(facts: tuple[Fact, ...]) -> Flowable:
    """Two columns of facts, read down the left and then down the right."""
    half = (len(facts) + 1) // 2
    cells = [_fact(fact) for fact in facts] + [["", ""]]
    rows = [[*cells[at], *cells[min(half + at, len(facts))]] for at in range(half)]
    table = Table(rows, colWidths=[LABEL, VALUE, LABEL, VALUE])
    table.setStyle(_lines())
    return table


def _fact(fact: Fact) -> list[list[Flowable] | str]:
    value, hint = fact.value, fact.hint
    if hint is not None:
        same = value.zh == value.en and hint.zh == hint.en
        zh = f"{value.zh} · {hint.zh}"
        value = Word(zh, zh if same else f"{value.en} · {hint.en}")
    return [_both(fact.label, LABEL, 7, colour=FAINT), _both(value, VALUE, 8)]


def _lines() -> TableStyle:
    return TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.25, LINE),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ("TOPPADDING", (0, 0), (-1, -1), 1.2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.8),
        ]
    )


def _pictures(sheet: Sheet) -> list[Flowable]:
    if not sheet.plaques:
        return _both(SHEET["pictures.none"], WIDTH, 9)
    high = PICTURE_ONE_ROW if len(sheet.plaques) <= 2 else PICTURE_TWO_ROWS
    cells: list[list[Flowable] | str] = [_cell(number, plaque, high) for number, plaque in enumerate(sheet.plaques, 1)]
    cells += [""] * (len(cells) % 2)
    rows = [[cells[at], "", cells[at + 1]] for at in range(0, len(cells), 2)]
    table = Table(rows, colWidths=[COLUMN, GAP, COLUMN])
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 0),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
            ]
        )
    )
    said = [SHEET["pictures.masked"]] if sheet.masked else []
    said += [] if sheet.more is None else [sheet.more]
    return [table, *(line for word in said for line in _both(word, WIDTH, 6.5, colour=FAINT))]


def _cell(number: int, plaque: Plaque, high: float) -> list[Flowable]:
    notes = Word(" · ".join(note.zh for note in plaque.notes), " · ".join(note.en for note in plaque.notes))
    return [
        _picture(plaque, high),
        *_both(Word(f"{number} {plaque.kind.zh} {plaque.taken}", plaque.kind.en), COLUMN, 7.5),
        *_both(notes, COLUMN, 6.5, colour=FAINT),
        _text(f"SHA-256 {plaque.shot.sha256[:16]}…", 6.5, colour=FAINT),
    ]


def _picture(plaque: Plaque, most: float) -> Flowable:
    """The picture, as large as a column allows and at most `most` points high; or why there is none."""
    shot = plaque.shot
    if plaque.fault is not None or shot.body is None or shot.measured is None:
        why = _both(plaque.fault or SHEET["picture.unreadable"], COLUMN, 8)
        box = Table([[why]], colWidths=[COLUMN], rowHeights=[18 * mm])
        box.setStyle(TableStyle([("BOX", (0, 0), (-1, -1), 0.5, FAINT), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
        return box
    wide, high = shot.measured.width, shot.measured.height
    scale = min(COLUMN / wide, most / high)
    image = Image(io.BytesIO(for_print(shot.body)), width=wide * scale, height=high * scale)
    image.hAlign = "LEFT"
    return image


def _checks(checks: tuple[Check, ...]) -> Flowable:
    item, verdict = WIDTH * 0.45, WIDTH * 0.15
    rows = [
        [
            _both(check.item, item, 7.2),
            _both(SHEET[f"verdict.{check.verdict}"], verdict, 7.2, colour=TONES[check.verdict]),
            _both(check.why, WIDTH - item - verdict, 7.2),
        ]
        for check in checks
    ]
    table = Table(rows, colWidths=[item, verdict, WIDTH - item - verdict])
    table.setStyle(_lines())
    return table


def _rests(sheet: Sheet) -> list[Flowable]:
    size = 6.2
    models = sheet.models or SHEET["rests.models_none"].plain()
    names = [
        f"{number}  {plaque.shot.sha256}  {plaque.compared.plain()}" for number, plaque in enumerate(sheet.plaques, 1)
    ]
    return [
        *_both(SHEET["rests"], WIDTH, 9),
        *(_both(SHEET["rests.files"], WIDTH, size, colour=FAINT) if names else ()),
        *(_text(name, size) for name in names),
        _text(f"{SHEET['rests.models'].plain()}: {models}", size),
        *(line for message in sheet.messages for line in _both(message, WIDTH, size)),
        *_both(SHEET["standard.note"], WIDTH, size, colour=FAINT),
    ]


class _Foot:
    """What stands at the foot of each page."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    def __call__(self, canvas: Canvas, layout: SimpleDocTemplate) -> None:
        sheet = self._sheet
        mark = f"{SHEET['simulated'].zh}  " if sheet.simulated else ""
        canvas.saveState()
        canvas.setFont(font(), 6.5)
        canvas.setFillColor(FAINT)
        canvas.drawString(MARGIN, 7 * mm, f"{mark}{sheet.number}  {sheet.issued.zh} {sheet.issued.en}")
        canvas.drawRightString(A4[0] - MARGIN, 7 * mm, str(layout.page))
        canvas.restoreState()
