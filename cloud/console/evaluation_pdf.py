"""An evaluation, and a community's page, as PDF: A4, in Chinese and English."""

import io
import threading
from collections.abc import Sequence
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, SimpleDocTemplate, Spacer, Table, TableStyle

from cloud.console.dossier import Bar, Page
from cloud.console.evaluation_views import Board, Cell, Line
from cloud.console.evaluation_words import EVALUATION
from cloud.console.lettering import FAINT, INK, both, font, text
from cloud.console.words import Word

MARGIN: Final = 12 * mm
PADDING: Final = 6  # points that the library's frames keep free on each side
LINE: Final = HexColor("#c9cfc9")
HEAD: Final = HexColor("#eef1ec")
MARK: Final = HexColor("#ffe08a")
WARNING: Final = HexColor("#b3261e")
MAX_LINES: Final = 120  # organisations in a PDF; the other files have all

_drawing: Final = threading.Lock()  # documents share a font, which notes the letters that each of them uses

_Cell = str | Flowable | Sequence[Flowable]


def document(board: Board) -> bytes:
    """An evaluation, landscape. Takes a second: not for the event loop."""
    size = landscape(A4)
    wide = size[0] - 2 * MARGIN
    title = f"{EVALUATION['title'].zh} {board.called.zh}"
    with _drawing:
        name = Word(title, f"{EVALUATION['title'].en}, {board.called.en}")
        story: list[Flowable] = [*both(name, wide, 15), *_about(board, wide), Spacer(1, 2 * mm)]
        story += [_measures(board.cells, wide), Spacer(1, 4 * mm)]
        story += [*both(EVALUATION["by_organisation"], wide, 11), _lines(board, wide), Spacer(1, 4 * mm)]
        story += [KeepTogether([*both(EVALUATION["by_month"], wide, 11), _months(board, wide)]), Spacer(1, 4 * mm)]
        named = EVALUATION["problems" if board.few is None else "ranked"]
        story.append(KeepTogether([*both(named, wide, 11), *_problems(board, wide)]))
        return _built(story, size, title, board.issued, simulated=board.simulated)


def dossier(page: Page) -> bytes:
    """A community's page: one sheet, upright. Takes half a second: not for the event loop."""
    wide = A4[0] - 2 * MARGIN
    title = f"{EVALUATION['dossier'].zh} {page.name.zh} {page.called.zh}"
    with _drawing:
        name = Word(f"{EVALUATION['dossier'].zh}：{page.name.zh} {page.called.zh}", f"{page.name.en}, {page.called.en}")
        story: list[Flowable] = [*both(name, wide, 15)]
        if page.simulated:
            story.append(_mark(wide))
        if page.is_problem:
            story += both(EVALUATION["is_problem"], wide, 9, colour=WARNING)
        story += [_complaints(page, wide), Spacer(1, 2 * mm), _compared(page, wide), Spacer(1, 2 * mm)]
        story += [*both(EVALUATION["causes"], wide, 10), _causes(page, wide), _hours(page, wide), Spacer(1, 2 * mm)]
        story += [*both(EVALUATION["standing"], wide, 10), _overdue(page, wide), Spacer(1, 2 * mm)]
        story += [KeepTogether([*both(EVALUATION["plan"], wide, 10), _plan(wide)]), Spacer(1, 2 * mm)]
        story += both(EVALUATION["problems.size" if page.by_size else "problems.count"], wide, 6.5)
        story += [] if page.few is None else both(page.few, wide, 6.5)
        return _built(story, A4, title, page.issued, simulated=page.simulated)


def _built(story: list[Flowable], size: tuple[float, float], title: str, issued: Word, *, simulated: bool) -> bytes:
    file = io.BytesIO()
    layout = SimpleDocTemplate(
        file,
        pagesize=size,
        leftMargin=MARGIN - PADDING,
        rightMargin=MARGIN - PADDING,
        topMargin=8 * mm,
        bottomMargin=11 * mm,
        title=title,
        author="Linli 邻里",
    )
    foot = _Foot(title, issued, size[0], simulated=simulated)
    layout.build(story, onFirstPage=foot, onLaterPages=foot)
    return file.getvalue()


def _about(board: Board, wide: float) -> list[Flowable]:
    parts: list[Flowable] = [_mark(wide)] if board.simulated else []
    running = EVALUATION["running"] if board.is_running else Word("", "")
    who = Word(f"{board.who.zh}  {board.days}  {running.zh}", f"{board.who.en}  {running.en}")
    said = [*both(who, wide, 9), *both(EVALUATION["lead"], wide, 7), *both(EVALUATION["rounded"], wide, 7)]
    return [*parts, *said]


def _mark(wide: float) -> Flowable:
    table = Table([[both(EVALUATION["simulated"], wide, 9)]], colWidths=[wide])
    table.setStyle(TableStyle([("BACKGROUND", (0, 0), (-1, -1), MARK), ("BOX", (0, 0), (-1, -1), 0.5, INK)]))
    return table


def _table(rows: list[list[_Cell]], widths: Sequence[float], *, head: bool = True) -> Flowable:
    table = Table(rows, colWidths=list(widths), repeatRows=1 if head else 0)
    style: list[Any] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.25, LINE),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.6),
    ]
    if head:
        style.append(("BACKGROUND", (0, 0), (-1, 0), HEAD))
    table.setStyle(TableStyle(style))
    return table


def _heads(names: Sequence[str], widths: Sequence[float]) -> list[_Cell]:
    return [both(EVALUATION[name], wide, 7, colour=FAINT) for name, wide in zip(names, widths, strict=True)]


def _measures(cells: Sequence[Cell], wide: float) -> Flowable:
    widths = [wide * part for part in (0.2, 0.09, 0.13, 0.58)]
    rows: list[list[_Cell]] = [_heads(("measure", "value", "made_of", "formula"), widths)]
    for cell in cells:
        sure = EVALUATION["sure" if cell.sure else "confirm"]
        formula = Word(f"{cell.formula.zh}（{sure.zh}）", f"{cell.formula.en} ({sure.en})")
        made_of = text(cell.made_of, 7, colour=FAINT)
        rows.append([both(cell.called, widths[0], 7.5), text(cell.text, 8), made_of, both(formula, widths[3], 6.5)])
    return _table(rows, widths)


def _lines(board: Board, wide: float) -> Flowable:
    first = wide * 0.19
    rest = (wide - first) / len(board.columns)
    heads: list[_Cell] = [both(EVALUATION["organisation"], first, 7, colour=FAINT)]
    heads += [both(column.called, rest, 6.5, colour=FAINT) for column in board.columns]
    rows = [heads, *(_line(line, first) for line in board.lines[:MAX_LINES])]
    return _table(rows, [first, *[rest] * len(board.columns)])


def _line(line: Line, wide: float) -> list[_Cell]:
    indent = "　" * line.depth
    name = Word(f"{indent}{line.name.zh}", line.name.en)
    parts = ([text(cell.text, 7.5), text(cell.made_of, 5.5, colour=FAINT)] for cell in line.shown)
    return [both(name, wide, 7.5), *parts]


def _months(board: Board, wide: float) -> Flowable:
    cells = board.months[0].cells if board.months else ()
    each = wide / (1 + len(board.kinds) + len(cells))
    heads: list[_Cell] = [both(EVALUATION["month"], each, 7, colour=FAINT)]
    heads += [both(word, each, 6.5, colour=FAINT) for word in (*board.kinds, *(cell.called for cell in cells))]
    rows = [heads]
    for month in board.months:
        row: list[_Cell] = [text(month.name, 7.5), *(text(str(n), 7.5) for n in month.kinds)]
        parts = ([text(cell.text, 7), text(cell.made_of, 5.5, colour=FAINT)] for cell in month.cells)
        rows.append([*row, *parts])
    return _table(rows, [each] * len(heads))


def _problems(board: Board, wide: float) -> list[Flowable]:
    why = both(EVALUATION["problems.size" if board.by_size else "problems.count"], wide, 6.5)
    why += [] if board.few is None else both(board.few, wide, 6.5)
    if not board.ranked:
        return [*both(EVALUATION["problems.none"], wide, 8), *why]
    names = ("community", "complaints", "reported", "found", "overdue", "per_hundred")
    widths = [wide * 0.3, *[wide * 0.14] * 5]
    rows = [_heads(names, widths)]
    for each in board.ranked:
        told = each.complaints
        counts = (told.count, told.reported, told.found, told.overdue)
        mark = both(EVALUATION["problems.mark"], widths[0], 7, colour=WARNING) if each.is_problem else []
        row: list[_Cell] = [[*both(each.name, widths[0], 8), *mark], *(text(str(n), 8) for n in counts)]
        rows.append([*row, text(each.per_hundred or EVALUATION["unknown"].plain(), 8)])
    return [_table(rows, widths), *why]


def _complaints(page: Page, wide: float) -> Flowable:
    told, each = page.complaints, wide / 6
    households = EVALUATION["unknown"]
    if told.households:
        per = EVALUATION["per_hundred"]
        households = Word(f"{told.households}，{per.zh} {page.per_hundred}", f"{per.en} {page.per_hundred}")
    facts = (
        ("rank", page.place),
        ("complaints", _same(str(told.count))),
        ("reported", _same(str(told.reported))),
        ("found", _same(str(told.found))),
        ("overdue", _same(str(told.overdue))),
        ("households", households),
    )
    heads: list[_Cell] = [both(EVALUATION[name], each, 7, colour=FAINT) for name, _ in facts]
    return _table([heads, [both(value, each, 9) for _, value in facts]], [each] * 6)


def _compared(page: Page, wide: float) -> Flowable:
    """Measures in two columns, each now and before."""
    widths = [wide * part for part in (0.2, 0.17, 0.13)] * 2
    heads = _heads(("measure", "now", "before") * 2, widths)
    half = (len(page.rows) + 1) // 2
    rows: list[list[_Cell]] = [heads]
    for at in range(half):
        row: list[_Cell] = []
        for now, before in page.rows[at::half]:
            made_of = f" ({now.made_of})" if now.made_of else ""
            row += [both(now.called, widths[0], 7), text(f"{now.text}{made_of}", 7), text(before.text, 7)]
        rows.append([*row, *[""] * (len(widths) - len(row))])
    return _table(rows, widths)


def _causes(page: Page, wide: float) -> Flowable:
    each = wide / len(page.causes)
    heads: list[_Cell] = [both(name, each, 7.5, colour=FAINT) for name, _ in page.causes]
    columns = [[_bar(bar) for bar in bars[:8]] for _, bars in page.causes]
    return _table([heads, [column or [text("—", 8)] for column in columns]], [each] * len(columns))


def _bar(bar: Bar) -> Flowable:
    return text(f"{bar.text.plain()} — {bar.n}", 7.5)


def _hours(page: Page, wide: float) -> Flowable:
    label = wide * 0.1
    each = (wide - label) / 24
    most = max((bar.n for bar in page.hours), default=0) or 1
    name: list[_Cell] = [both(EVALUATION["causes.hours"], label, 7, colour=FAINT)]
    rows: list[list[_Cell]] = [[*name, *(text(bar.text.zh, 6) for bar in page.hours)]]
    rows.append(["", *(text(str(bar.n), 7) for bar in page.hours)])
    table = Table(rows, colWidths=[label, *[each] * 24])
    shade = [
        ("BACKGROUND", (1 + at, 1), (1 + at, 1), HexColor(_shade(bar.n / most)))
        for at, bar in enumerate(page.hours)
        if bar.n
    ]
    table.setStyle(TableStyle([("LEFTPADDING", (0, 0), (-1, -1), 2), ("RIGHTPADDING", (0, 0), (-1, -1), 0), *shade]))
    return table


def _shade(part: float) -> str:
    """From almost white to a mid green that black letters can be read on."""
    light, dark = (0xF2, 0xF7, 0xF4), (0x86, 0xC5, 0xA9)
    mixed = (round(a + (b - a) * part) for a, b in zip(light, dark, strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)


def _overdue(page: Page, wide: float) -> Flowable:
    if not page.overdue:
        return both(EVALUATION["standing.none"], wide, 8)[0]
    widths = [wide * part for part in (0.2, 0.2, 0.34, 0.18, 0.08)]
    rows: list[list[_Cell]] = []
    for each in page.overdue:
        row: list[_Cell] = [text(each.number, 7), both(each.kind, widths[1], 7), text(each.place, 7)]
        rows.append([*row, text(each.due, 7), text(f"{EVALUATION['rework'].zh} {each.rework}", 7)])
    return _table(rows, widths, head=False)


def _plan(wide: float) -> Flowable:
    widths = [wide * part for part in (0.6, 0.2, 0.2)]
    heads: list[_Cell] = _heads(("plan.what", "plan.who", "plan.until"), widths)
    table = Table([heads, *[["", "", ""]] * 3], colWidths=widths, rowHeights=[None, 9 * mm, 9 * mm, 9 * mm])
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, FAINT), ("BACKGROUND", (0, 0), (-1, 0), HEAD)]))
    return table


def _same(said: str) -> Word:
    return Word(said, said)


class _Foot:
    """What stands at the foot of each page."""

    def __init__(self, title: str, issued: Word, wide: float, *, simulated: bool) -> None:
        mark = f"{EVALUATION['simulated'].zh}  " if simulated else ""
        self._said = f"{mark}{title}  {issued.zh}"
        self._wide = wide

    def __call__(self, canvas: Canvas, layout: SimpleDocTemplate) -> None:
        canvas.saveState()
        canvas.setFont(font(), 6.5)
        canvas.setFillColor(FAINT)
        canvas.drawString(MARGIN, 7 * mm, self._said)
        canvas.drawRightString(self._wide - MARGIN, 7 * mm, str(layout.page))
        canvas.restoreState()
