"""The report as a picture: each cycle in times of the line's minimum; SVG written by hand."""

from collections.abc import Iterator
from typing import Final

from benchmarks.bus.cycles import Load, State
from benchmarks.bus.report import MOST_OVER_LINE, MOST_OVER_LINE_8_DEAD, Report, Row
from benchmarks.svg import text

WIDTH: Final = 760
LEFT, RIGHT, TOP, ROW = 300, 70, 84, 30
BAR: Final = 16
LIVING: Final = "#228833"
TRIES: Final = "#ee6677"
LIMIT: Final = "#222222"


def svg(report: Report) -> str:
    """Draw a bar for each usual cycle: until the last living meter was read, and then the tries of the dead."""
    rows = [row for row in report.cycles if row.load is Load.USUAL]
    height = TOP + ROW * (len(rows) + 1) + 60
    body = "\n".join(_body(report, rows))
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}' role='img' "
        f"aria-label='Simulated line of 64 meters: reading cycles against the least time the line needs'>\n"
        f"<rect width='{WIDTH}' height='{height}' fill='#fff'/>\n{body}\n</svg>\n"
    )


def _body(report: Report, rows: list[Row]) -> Iterator[str]:
    yield text(16, 26, "Simulated: reading 64 electricity meters, in times of the line's own minimum", bold=True)
    yield text(16, 46, "green: until every meter that answers was read; red: tries of those that do not")
    yield text(16, 64, "black: the limit")
    named = [*((row, f"{row.form}, {row.state}") for row in rows)]
    named.append((report.terminal, f"{report.terminal.form}, {report.terminal.meters} meters, real time"))
    for place, (row, name) in enumerate(named):
        yield from _bar(row, name, TOP + ROW * place)
    bottom = TOP + ROW * len(named)
    for times in (0.0, 0.5, 1.0, 1.5):
        yield text(_x(times), bottom + 24, f"{times:g}", anchor="middle")
    yield text(_x(0.75), bottom + 46, f"codec: {report.codec_over_peer:.2f} × the PyPI package dlt645", anchor="middle")


def _bar(row: Row, name: str, y: float) -> Iterator[str]:
    living, whole = _x(row.living_over_line_time), _x(row.over_line_time)
    limit = _x(MOST_OVER_LINE if row.state is State.NONE_DEAD else MOST_OVER_LINE_8_DEAD)
    yield text(LEFT - 10, y + 13, name, anchor="end")
    yield f"<rect x='{LEFT}' y='{y}' width='{living - LEFT:.1f}' height='{BAR}' fill='{LIVING}'/>"
    yield f"<rect x='{living:.1f}' y='{y}' width='{whole - living:.1f}' height='{BAR}' fill='{TRIES}'/>"
    yield f"<path d='M{limit:.1f},{y - 4} v{BAR + 8}' stroke='{LIMIT}' stroke-width='2'/>"
    yield text(max(whole, limit) + 8, y + 13, f"{row.over_line_time:.2f}")


def _x(times: float) -> float:
    return LEFT + times / 1.6 * (WIDTH - RIGHT - LEFT)
