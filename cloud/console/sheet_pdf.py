"""A sheet as PDF, A4, in Chinese and English."""

import io
import threading
from collections.abc import Sequence
from typing import Final, TypeVar

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Image, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from cloud.console.facts import Fact
from cloud.console.lettering import FAINT, INK, both, font, plain, style, text
from cloud.console.sheet import Plaque, Sheet
from cloud.console.sheet_words import SHEET
from cloud.console.shots import for_print
from cloud.console.standard import Check, Verdict
from cloud.console.words import Word

MARGIN: Final = 12 * mm
WIDTH: Final = A4[0] - 2 * MARGIN
GAP: Final = 4 * mm
LABEL: Final = 25 * mm
VALUE: Final = WIDTH / 2 - LABEL
PICTURE_ONE_ROW: Final = 70 * mm  # the most that a picture may be high
PICTURE_TWO_ROWS: Final = 42 * mm
FRAME_PADDING: Final = 6  # points that the library's frames keep free on each side
LINE: Final = HexColor("#c9cfc9")
TONES: Final = {Verdict.YES: HexColor("#1d6b3a"), Verdict.NO: HexColor("#b3261e"), Verdict.OPEN: HexColor("#8a5a00")}
SIMULATED: Final = HexColor("#ffe08a")


T = TypeVar("T")

_drawing: Final = threading.Lock()  # documents share a font, which notes the letters that each of them uses


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
    with _drawing:
        layout.build(_story(sheet), onFirstPage=foot, onLaterPages=foot)
    return file.getvalue()


def _story(sheet: Sheet) -> list[Flowable]:
    story: list[Flowable] = [_head(sheet)]
    if sheet.simulated:
        story.append(_banner(SHEET["simulated"]))
    return [
        *story,
        Spacer(1, 1.5 * mm),
        *both(sheet.lead, WIDTH, 8.5),
        Spacer(1, 1.5 * mm),
        _facts(sheet.facts),
        Spacer(1, 2.5 * mm),
        *_pictures(sheet),
        Spacer(1, 1.5 * mm),
        KeepTogether([*both(SHEET["standard"], WIDTH, 9), Spacer(1, 0.5 * mm), _checks(sheet.checks)]),
        Spacer(1, 1.5 * mm),
        KeepTogether(_rests(sheet)),
    ]


def _head(sheet: Sheet) -> Flowable:
    wide = WIDTH * 0.68
    number = Paragraph(plain(sheet.number), style(11))
    number.style.alignment = TA_RIGHT
    table = Table([[both(SHEET["title"], wide, 15), number]], colWidths=[wide, WIDTH - wide])
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
    table = Table([[both(word, WIDTH, 9)]], colWidths=[WIDTH])
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
    return [both(fact.label, LABEL, 7, colour=FAINT), both(value, VALUE, 8)]


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
        return both(SHEET["pictures.none"], WIDTH, 9)
    columns = _columns(sheet.plaques)
    wide = (WIDTH - GAP * (columns - 1)) / columns
    high = PICTURE_ONE_ROW if len(sheet.plaques) <= columns else PICTURE_TWO_ROWS
    cells: list[list[Flowable] | str] = [
        _cell(number, plaque, (wide, high)) for number, plaque in enumerate(sheet.plaques, 1)
    ]
    cells += [""] * (-len(cells) % columns)
    rows = [_spaced(cells[at : at + columns], "") for at in range(0, len(cells), columns)]
    table = Table(rows, colWidths=_spaced([wide] * columns, GAP))
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
    return [table, *(line for word in said for line in both(word, WIDTH, 6.5, colour=FAINT))]


def _columns(plaques: Sequence[Plaque]) -> int:
    """Two, or as many as there are where a camera that hangs on its side leaves room for them."""
    sizes = [plaque.shot.measured for plaque in plaques if plaque.shot.measured is not None]
    upright = bool(sizes) and all(size.height > size.width for size in sizes)
    return max(2, len(plaques)) if upright else 2


def _spaced(cells: Sequence[T], gap: T) -> list[T]:
    """Cells with a narrow one between each two."""
    return [part for cell in cells for part in (gap, cell)][1:]


def _cell(number: int, plaque: Plaque, room: tuple[float, float]) -> list[Flowable]:
    notes = Word(" · ".join(note.zh for note in plaque.notes), " · ".join(note.en for note in plaque.notes))
    return [
        _picture(plaque, room),
        *both(Word(f"{number} {plaque.kind.zh} {plaque.taken}", plaque.kind.en), room[0], 7.5),
        *both(notes, room[0], 6.5, colour=FAINT),
        text(f"SHA-256 {plaque.shot.sha256[:16]}…", 6.5, colour=FAINT),
    ]


def _picture(plaque: Plaque, room: tuple[float, float]) -> Flowable:
    """The picture, as large as `room` (width, height in points) allows; or why there is none."""
    shot = plaque.shot
    if plaque.fault is not None or shot.body is None or shot.measured is None:
        why = both(plaque.fault or SHEET["picture.unreadable"], room[0] - 4 * mm, 8)
        box = Table([[why]], colWidths=[room[0]], rowHeights=[18 * mm])
        box.setStyle(TableStyle([("BOX", (0, 0), (-1, -1), 0.5, FAINT), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
        return box
    wide, high = shot.measured.width, shot.measured.height
    scale = min(room[0] / wide, room[1] / high)
    image = Image(io.BytesIO(for_print(shot.body)), width=wide * scale, height=high * scale)
    image.hAlign = "LEFT"
    return image


def _checks(checks: tuple[Check, ...]) -> Flowable:
    item, verdict = WIDTH * 0.45, WIDTH * 0.15
    rows = [
        [
            both(check.item, item, 7.2),
            both(SHEET[f"verdict.{check.verdict}"], verdict, 7.2, colour=TONES[check.verdict]),
            both(check.why, WIDTH - item - verdict, 7.2),
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
        *both(SHEET["rests"], WIDTH, 9),
        *(both(SHEET["rests.files"], WIDTH, size, colour=FAINT) if names else ()),
        *(text(name, size) for name in names),
        text(f"{SHEET['rests.models'].plain()}: {models}", size),
        *(line for message in sheet.messages for line in both(message, WIDTH, size)),
        *both(SHEET["standard.note"], WIDTH, size, colour=FAINT),
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
