"""The report as a picture: a row of bars for each figure, one bar a kind of noise; SVG written by hand."""

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape

from benchmarks.parking.report import TARGETS, Figures, Report, Target
from benchmarks.svg import text

WIDTH: Final = 900
LEFT: Final = 120
PANEL: Final = 360
GAP: Final = 70
BAR: Final = 16
STEP: Final = 22
TOP: Final = 56
PANELS: Final = (
    ("dwell_within_one_look", "stays whose dwell is within one look of the truth"),
    ("switches_per_1000_stays", "identity switches in 1,000 stays"),
    ("false_openings_per_camera_week", "false openings a camera-week"),
    ("swaps_told_apart", "swaps of similar vehicles told apart"),
)
MET: Final = "#228833"
MISSED: Final = "#ee6677"


def svg(report: Report) -> str:
    """Draw the four figures of stays, kind by kind; a line marks what is wanted."""
    panel = 34 + STEP * len(report.kinds) + 24
    height = TOP + 2 * panel + 20
    body = "\n".join(_body(report, panel))
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}' role='img' "
        f"aria-label='Simulated parking, kind by kind'>\n<rect width='{WIDTH}' height='{height}' fill='#fff'/>\n"
        f"{body}\n</svg>\n"
    )


def _body(report: Report, panel: int) -> Iterator[str]:
    words = f"Simulated parking, {report.family} family: {report.camera_weeks:g} camera-weeks with all noise together"
    yield text(16, 26, words, bold=True)
    for i, (name, title) in enumerate(PANELS):
        x, y = (LEFT, LEFT + PANEL + GAP)[i % 2], TOP + (i // 2) * panel
        target = next(one for one in TARGETS if one.name == name)
        yield from _panel(report, target, title, x, y, labels=i % 2 == 0)


def _panel(report: Report, target: Target, title: str, x: float, y: float, *, labels: bool) -> Iterator[str]:
    share = target.value < 1 and target.at_least
    values = {kind: _value(row, target.name) for kind, row in report.kinds.items()}
    low = min([0.9, *(value for value in values.values() if value is not None)]) if share else 0.0
    high = 1.0 if share else max([2 * target.value, *(value for value in values.values() if value is not None)])
    yield text(x, y + 16, f"{title} ({'≥' if target.at_least else '≤'} {target.value:g})", bold=True)
    scale = (PANEL - 50) / max(high - low, 1e-9)
    for i, (kind, value) in enumerate(values.items()):
        top = y + 28 + i * STEP
        if labels:
            yield text(x - 8, top + 12, kind, anchor="end")
        if value is None:
            yield text(x + 4, top + 12, "–")
            continue
        good = value >= target.value if target.at_least else value <= target.value
        width = max(0.5, (value - low) * scale)
        yield (
            f"<rect x='{x}' y='{top}' width='{width:.1f}' height='{BAR}' fill='{MET if good else MISSED}'>"
            f"<title>{escape(kind)}: {value:g}</title></rect>"
        )
        yield text(x + width + 5, top + 12, f"{value:.4g}")
    line = x + (target.value - low) * scale
    bottom = y + 26 + STEP * len(values)
    yield f"<line x1='{line:.1f}' y1='{y + 24}' x2='{line:.1f}' y2='{bottom}' stroke='#222' stroke-dasharray='3 3'/>"


def _value(row: Figures, name: str) -> float | None:
    value: float | None = getattr(row, name)
    return value
