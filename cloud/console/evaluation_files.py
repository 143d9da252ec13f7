"""An evaluation as CSV and as a spreadsheet, with each value's numerator and denominator."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from cloud.console.evaluation_views import Board, Cell
from cloud.console.evaluation_words import EVALUATION
from cloud.console.words import Word

MARK: Final = "\ufeff"  # with it spreadsheets read UTF-8
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
WIDE: Final = 28

_Value = str | int | float


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula, whoever wrote it: CSV injection, by OWASP."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return f"'{printable}" if text.startswith(FORMULA) else printable


def csv_of(board: Board) -> bytes:
    """One line for each organisation and measure, in UTF-8 with a mark, comma-separated."""
    file = io.StringIO(newline="")
    rows = csv.writer(file)
    for row in (*_about(board), (), *_measures(board)):
        rows.writerow([safe(value) if isinstance(value, str) else value for value in row])
    return (MARK + file.getvalue()).encode()


def xlsx_of(board: Board) -> bytes:
    """The measures of all organisations, the twelve months, and the communities that are complained about most."""
    book = Workbook(write_only=True)
    _sheet(book, EVALUATION["measures"], [*_about(board), (), *_measures(board)], bold=len(_about(board)) + 2)
    _sheet(book, EVALUATION["by_month"], _months(board), bold=1)
    _sheet(book, EVALUATION["problems"], _problems(board), bold=1)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet(book: Workbook, title: Word, rows: Sequence[Sequence[_Value]], *, bold: int) -> None:
    sheet = book.create_sheet(title.zh)
    for column in range(1, max(map(len, rows)) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = WIDE
    for number, row in enumerate(rows, 1):
        cells = [WriteOnlyCell(sheet, safe(value) if isinstance(value, str) else value) for value in row]
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # never a formula
            cell.font = Font(bold=number == bold)
        sheet.append(cells)


def _about(board: Board) -> list[Sequence[_Value]]:
    marks = [EVALUATION["simulated"].plain()] if board.simulated else []
    running = [EVALUATION["running"].plain()] if board.is_running else []
    return [
        [EVALUATION["title"].plain(), board.who.plain(), board.title, board.days, *marks, *running],
        *([[board.left_out.plain()]] if board.left_out is not None else []),
        [board.issued.plain()],
        [EVALUATION["lead"].plain()],
        [EVALUATION["rounded"].plain()],
    ]


def _measures(board: Board) -> list[Sequence[_Value]]:
    names = ("organisation", "kind", "measure", "value", "top", "bottom", "formula")
    rows: list[Sequence[_Value]] = [[EVALUATION[name].plain() for name in names]]
    if not board.lines:
        rows += [_row(board.who.plain(), "", cell) for cell in board.cells]
    for line in board.lines:
        rows += [_row(line.name.plain(), line.kind.plain(), cell) for cell in line.cells]
    return rows


def _row(name: str, kind: str, cell: Cell) -> Sequence[_Value]:
    said = EVALUATION["sure" if cell.sure else "confirm"].plain()
    formula = f"{cell.formula.plain()} ({said})"
    bottom: _Value = "" if cell.value.bottom is None else _number(cell.value.bottom)
    return [name, kind, cell.called.plain(), cell.text, _number(cell.value.top), bottom, formula]


def _number(number: float) -> _Value:
    """A count as a whole number; seconds with their tenths."""
    return int(number) if number == int(number) else round(number, 1)


def _months(board: Board) -> list[Sequence[_Value]]:
    heads = [EVALUATION["month"].plain(), *(kind.plain() for kind in board.kinds)]
    rates = [cell.called.plain() for cell in board.months[0].cells] if board.months else []
    parts = [f"{name} {EVALUATION[part].plain()}" for name in rates for part in ("value", "top", "bottom")]
    rows: list[Sequence[_Value]] = [[*heads, *parts]]
    for month in board.months:
        values = [part for cell in month.cells for part in (cell.text, *_made_of(cell))]
        rows.append([month.name, *month.kinds, *values])
    return rows


def _made_of(cell: Cell) -> tuple[_Value, _Value]:
    return _number(cell.value.top), _number(cell.value.bottom or 0)


def _problems(board: Board) -> list[Sequence[_Value]]:
    names = ("community", "problems.mark", "complaints", "reported", "found", "overdue", "households", "per_hundred")
    rows: list[Sequence[_Value]] = [[EVALUATION[name].plain() for name in names]]
    unknown = EVALUATION["unknown"].plain()
    for each in board.ranked:
        told, mark = each.complaints, EVALUATION["problems.mark"].zh if each.is_problem else ""
        counts = (told.count, told.reported, told.found, told.overdue)
        rows.append([each.name.plain(), mark, *counts, told.households or unknown, each.per_hundred or unknown])
    rows.append([EVALUATION["problems.size" if board.by_size else "problems.count"].plain()])
    return rows if board.few is None else [*rows, [board.few.plain()]]
