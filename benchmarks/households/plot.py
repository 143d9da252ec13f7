"""The report as a picture: recall against false alarms, of the rules and of water alone; SVG written by hand."""

import math
from collections.abc import Iterator
from typing import Final

from benchmarks.households.report import Report
from benchmarks.svg import text

WIDTH: Final = 760
HEIGHT: Final = 430
LEFT, RIGHT, TOP, BOTTOM = 80, 40, 70, 70
FALSE: Final = (0.1, 300.0)  # a household-year, from left to right
RECALL: Final = (0.8, 1.0)
WANTED: Final = (0.98, 1.0)  # recall at least, false at most
RULES: Final = "#228833"
ALONE: Final = "#ee6677"


def svg(report: Report) -> str:
    """Draw one point for each way to judge; the shaded corner is what is wanted."""
    body = "\n".join(_body(report))
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}' role='img' "
        f"aria-label='Simulated households: recall of illness against false alarms'>\n"
        f"<rect width='{WIDTH}' height='{HEIGHT}' fill='#fff'/>\n{body}\n</svg>\n"
    )


def _body(report: Report) -> Iterator[str]:
    yield text(16, 26, f"Simulated: people who live alone fall ill ({report.family} seeds {report.seeds})", bold=True)
    yield text(16, 46, f"leaks told: {_percent(report.leak_recall)}; alone: {report.alone_years:g} household-years")
    left, top, right, bottom = LEFT, TOP, WIDTH - RIGHT, HEIGHT - BOTTOM
    edge, floor = _x(WANTED[1]), _y(WANTED[0])
    size = f"width='{edge - left:.1f}' height='{floor - top:.1f}'"
    yield f"<rect x='{left}' y='{top}' {size} fill='{RULES}' opacity='0.12'/>"
    yield f"<path d='M{left},{top} V{bottom} H{right}' fill='none' stroke='#222'/>"
    for false in (0.1, 1, 10, 100):
        yield text(_x(false), bottom + 18, f"{false:g}", anchor="middle")
    for percent in (80, 85, 90, 95, 98, 100):
        yield text(left - 8, _y(percent / 100) + 4, f"{percent} %", anchor="end")
    yield text((left + right) / 2, bottom + 44, "false alarms a household-year", anchor="middle")
    yield text(left, top - 8, "told within 26 hours")
    yield from _point(report.welfare_false_per_household_year, report.welfare_recall, "rules", RULES, 22)
    for naive, below in zip(report.naive, (22, -12), strict=True):  # words apart from each other
        words = f"water alone, {naive.hours:g} h"
        yield from _point(naive.welfare_false_per_household_year, naive.welfare_recall, words, ALONE, below)


def _point(false: float | None, recall: float | None, words: str, colour: str, below: int) -> Iterator[str]:
    if false is None or recall is None:
        return
    x, y = _x(false), _y(recall)
    yield f"<circle cx='{x:.1f}' cy='{y:.1f}' r='6' fill='{colour}'/>"
    yield text(x, y + below, f"{words}: {_percent(recall)}, {false:.2f}", anchor="middle")


def _x(false: float) -> float:
    low, high = (math.log(value) for value in FALSE)
    share = (math.log(min(max(false, FALSE[0]), FALSE[1])) - low) / (high - low)
    return LEFT + share * (WIDTH - RIGHT - LEFT)


def _y(recall: float) -> float:
    share = (max(recall, RECALL[0]) - RECALL[0]) / (RECALL[1] - RECALL[0])
    return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"
