"""An evaluation as PDF: A4, in Chinese and English."""

import io
import threading
from collections.abc import Sequence
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, SimpleDocTemplate, Spacer, Table, TableStyle

from cloud.console.evaluation_views import Board, Cell, Line
from cloud.console.evaluation_words import EVALUATION
from cloud.console.lettering import FAINT, INK, both, cut, font, text, width_of
from cloud.console.words import Word

MARGIN: Final = 12 * mm
PADDING: Final = 6  # points that the library's frames keep free on each side
TOP: Final = 8 * mm
BOTTOM: Final = 11 * mm
FOOT: Final = 6.5  # points that letters at the foot are high
NUMBER: Final = 8 * mm  # of the page, beside them
LINE: Final = HexColor("#c9cfc9")
HEAD: Final = HexColor("#eef1ec")
MARK: Final = HexColor("#ffe08a")
WARNING: Final = HexColor("#b3261e")
MAX_LINES: Final = 120  # organisations in a PDF; the other files have all

drawing: Final = threading.Lock()  # documents share a font, which notes the letters that each of them uses

Written = str | Flowable | Sequence[Flowable]


def document(board: Board) -> bytes:
    """An evaluation, landscape. Takes a second: not for the event loop."""
    size = landscape(A4)
    wide = size[0] - 2 * MARGIN
    title = f"{EVALUATION['title'].zh} {board.called.zh}"
    with drawing:
        name = Word(title, f"{EVALUATION['title'].en}, {board.called.en}")
        story: list[Flowable] = [*both(name, wide, 15), *_about(board, wide), Spacer(1, 2 * mm)]
        story += [_measures(board.cells, wide), Spacer(1, 4 * mm)]
        story += [*both(EVALUATION["by_organisation"], wide, 11), _lines(board, wide), Spacer(1, 4 * mm)]
        story += [KeepTogether([*both(EVALUATION["by_month"], wide, 11), _months(board, wide)]), Spacer(1, 4 * mm)]
        named = EVALUATION["problems" if board.few is None else "ranked"]
        story.append(KeepTogether([*both(named, wide, 11), *_problems(board, wide)]))
        return built(story, size, title, board.issued, simulated=board.simulated)


def built(story: list[Flowable], size: tuple[float, float], title: str, issued: Word, *, simulated: bool) -> bytes:
    """The file, with its foot on each page; to be called while `drawing` is held."""
    file = io.BytesIO()
    layout = SimpleDocTemplate(
        file,
        pagesize=size,
        leftMargin=MARGIN - PADDING,
        rightMargin=MARGIN - PADDING,
        topMargin=TOP,
        bottomMargin=BOTTOM,
        title=title,
        author="Linli 邻里",
    )
    foot = _Foot(title, issued, size[0], simulated=simulated)
    layout.build(story, onFirstPage=foot, onLaterPages=foot)
    return file.getvalue()


def _about(board: Board, wide: float) -> list[Flowable]:
    parts: list[Flowable] = [banner(EVALUATION["simulated"], wide)] if board.simulated else []
    parts += [] if board.left_out is None else [banner(board.left_out, wide)]
    running = EVALUATION["running"] if board.is_running else Word("", "")
    who = Word(f"{board.who.zh}  {board.days}  {running.zh}", f"{board.who.en}  {running.en}")
    said = [*both(who, wide, 9), *both(EVALUATION["lead"], wide, 7), *both(EVALUATION["rounded"], wide, 7)]
    return [*parts, *said]


def banner(said: Word, wide: float) -> Flowable:
    """What must not be overlooked."""
    table = Table([[both(said, wide, 9)]], colWidths=[wide])
    table.setStyle(TableStyle([("BACKGROUND", (0, 0), (-1, -1), MARK), ("BOX", (0, 0), (-1, -1), 0.5, INK)]))
    return table


def ruled(rows: list[list[Written]], widths: Sequence[float], *, head: bool = True) -> Flowable:
    """Rows with a line below each; `head`: the first names the columns."""
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


def headed(names: Sequence[str], widths: Sequence[float]) -> list[Written]:
    """Names of columns, each as wide as said."""
    return [both(EVALUATION[name], wide, 7, colour=FAINT) for name, wide in zip(names, widths, strict=True)]


def _measures(cells: Sequence[Cell], wide: float) -> Flowable:
    widths = [wide * part for part in (0.2, 0.09, 0.13, 0.58)]
    rows: list[list[Written]] = [headed(("measure", "value", "made_of", "formula"), widths)]
    for cell in cells:
        sure = EVALUATION["sure" if cell.sure else "confirm"]
        formula = Word(f"{cell.formula.zh}（{sure.zh}）", f"{cell.formula.en} ({sure.en})")
        made_of = text(cell.made_of, 7, colour=FAINT)
        rows.append([both(cell.called, widths[0], 7.5), text(cell.text, 8), made_of, both(formula, widths[3], 6.5)])
    return ruled(rows, widths)


def _lines(board: Board, wide: float) -> Flowable:
    first = wide * 0.19
    rest = (wide - first) / len(board.columns)
    heads: list[Written] = [both(EVALUATION["organisation"], first, 7, colour=FAINT)]
    heads += [both(column.called, rest, 6.5, colour=FAINT) for column in board.columns]
    rows = [heads, *(_line(line, first) for line in board.lines[:MAX_LINES])]
    return ruled(rows, [first, *[rest] * len(board.columns)])


def _line(line: Line, wide: float) -> list[Written]:
    indent = "　" * line.depth
    name = Word(f"{indent}{line.name.zh}", line.name.en)
    parts = ([text(cell.text, 7.5), text(cell.made_of, 5.5, colour=FAINT)] for cell in line.shown)
    return [both(name, wide, 7.5), *parts]


def _months(board: Board, wide: float) -> Flowable:
    cells = board.months[0].cells if board.months else ()
    each = wide / (1 + len(board.kinds) + len(cells))
    heads: list[Written] = [both(EVALUATION["month"], each, 7, colour=FAINT)]
    heads += [both(word, each, 6.5, colour=FAINT) for word in (*board.kinds, *(cell.called for cell in cells))]
    rows = [heads]
    for month in board.months:
        row: list[Written] = [text(month.name, 7.5), *(text(str(n), 7.5) for n in month.kinds)]
        parts = ([text(cell.text, 7), text(cell.made_of, 5.5, colour=FAINT)] for cell in month.cells)
        rows.append([*row, *parts])
    return ruled(rows, [each] * len(heads))


def _problems(board: Board, wide: float) -> list[Flowable]:
    why = both(EVALUATION["problems.size" if board.by_size else "problems.count"], wide, 6.5)
    why += [] if board.few is None else both(board.few, wide, 6.5)
    if not board.ranked:
        return [*both(EVALUATION["problems.none"], wide, 8), *why]
    names = ("community", "complaints", "reported", "found", "overdue", "per_hundred")
    widths = [wide * 0.3, *[wide * 0.14] * 5]
    rows = [headed(names, widths)]
    for each in board.ranked:
        told = each.complaints
        counts = (told.count, told.reported, told.found, told.overdue)
        mark = both(EVALUATION["problems.mark"], widths[0], 7, colour=WARNING) if each.is_problem else []
        row: list[Written] = [[*both(each.name, widths[0], 8), *mark], *(text(str(n), 8) for n in counts)]
        rows.append([*row, text(each.per_hundred or EVALUATION["unknown"].plain(), 8)])
    return [ruled(rows, widths), *why]


class _Foot:
    """What stands at the foot of each page."""

    def __init__(self, title: str, issued: Word, width: float, *, simulated: bool) -> None:
        mark = f"{EVALUATION['simulated'].zh}  " if simulated else ""
        room = width - 2 * MARGIN - NUMBER - width_of(f"{mark}  {issued.zh}", FOOT)
        self._said = f"{mark}{cut(title, FOOT, room)}  {issued.zh}"
        self._wide = width

    def __call__(self, canvas: Canvas, layout: SimpleDocTemplate) -> None:
        canvas.saveState()
        canvas.setFont(font(), FOOT)
        canvas.setFillColor(FAINT)
        canvas.drawString(MARGIN, 7 * mm, self._said)
        canvas.drawRightString(self._wide - MARGIN, 7 * mm, str(layout.page))
        canvas.restoreState()
