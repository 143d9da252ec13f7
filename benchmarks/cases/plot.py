"""The report as a picture: each page's 95th percentile at both sizes; SVG written by hand."""

from collections.abc import Iterator
from typing import Final

from benchmarks.cases.report import P95_MS, Page, Report
from benchmarks.svg import text

WIDTH: Final = 760
LEFT, RIGHT, TOP, ROW = 190, 90, 92, 52
BAR: Final = 16
SMALL, LARGE, LIMIT = "#88ccee", "#4477aa", "#222222"


def svg(report: Report) -> str:
    """Draw two bars for each page: the small database and the large one."""
    height = TOP + ROW * len(report.pages) + 66
    body = "\n".join(_body(report))
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}' role='img' "
        f"aria-label='How soon pages of cases are answered at two sizes of the database'>\n"
        f"<rect width='{WIDTH}' height='{height}' fill='#fff'/>\n{body}\n</svg>\n"
    )


def _body(report: Report) -> Iterator[str]:
    most = max(P95_MS, *(max(page.small_p95, page.large_p95) for page in report.pages.values())) * 1.05
    small, large = report.small, report.large
    yield text(16, 26, "Simulated: pages of cases, milliseconds at the 95th percentile", bold=True)
    yield text(
        16, 46, f"light: {small.events:,} events in {small.cases:,} cases; dark: {large.events:,} in {large.cases:,}"
    )
    yield text(16, 64, "black: what is wanted of list, filter, search and case")
    for place, (name, page) in enumerate(report.pages.items()):
        yield from _bars(page, name, TOP + ROW * place, most)
    bottom = TOP + ROW * len(report.pages)
    limit = _x(P95_MS, most)
    yield f"<path d='M{limit:.1f},{TOP - 8} V{bottom}' stroke='{LIMIT}' stroke-width='2'/>"
    yield text(limit, bottom + 18, f"{P95_MS:g} ms", anchor="middle")
    taken = f"taken in: {report.intake.small:g} events a second, {report.over_single_insert:.2f} of bare single inserts"
    yield text(WIDTH / 2, bottom + 46, f"{taken}, {report.over_copy:.3f} of a bare COPY", anchor="middle")


def _bars(page: Page, name: str, y: float, most: float) -> Iterator[str]:
    yield text(LEFT - 10, y + 22, name, anchor="end")
    for at, (p95, fill) in enumerate(((page.small_p95, SMALL), (page.large_p95, LARGE))):
        end = _x(p95, most)
        yield f"<rect x='{LEFT}' y='{y + at * (BAR + 2)}' width='{end - LEFT:.1f}' height='{BAR}' fill='{fill}'/>"
        yield text(end + 6, y + at * (BAR + 2) + 13, f"{p95:.1f}")


def _x(ms: float, most: float) -> float:
    return LEFT + ms / most * (WIDTH - RIGHT - LEFT)
