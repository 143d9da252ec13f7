"""The report as a picture: recall by size and by weather beside the baseline's, false alarms by confuser; own SVG."""

from collections.abc import Iterator, Mapping
from typing import Final
from xml.sax.saxutils import escape

from benchmarks.svg import text
from benchmarks.throw.report import TARGETS, ConfuserRow, Group, Report, Share

WIDTH: Final = 980
LEFT: Final = 130
RIGHT: Final = 620
PANEL: Final = 330
STEP: Final = 34
BAR: Final = 12
TOP: Final = 56
OWN: Final = "#228833"
OTHER: Final = "#bbbbbb"
MISSED: Final = "#ee6677"
WANTED: Final = {target.name: target.value for target in TARGETS}


def svg(report: Report) -> str:
    """Draw it; a dashed line marks what is wanted, a thin one each share's 95 % interval."""
    upper = TOP + 40 + STEP * max(len(report.by_size), len(report.by_weather), 1) + 30
    height = upper + 40 + STEP * max(len(report.by_confuser), 1) + 20
    body = "\n".join(_body(report, upper))
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}' role='img' "
        f"aria-label='Simulated falls: recall and false alarms'>\n<rect width='{WIDTH}' height='{height}' fill='#fff'/>"
        f"\n{body}\n</svg>\n"
    )


def _body(report: Report, upper: float) -> Iterator[str]:
    yield text(16, 26, f"Simulated falls, {report.family} family: {report.falls} in {report.clips} clips", bold=True)
    yield text(WIDTH - 16, 26, "coloured: Linli · grey, and after the dot: MOG2 with downward linking", anchor="end")
    yield from _recall("recall by size of the thing", report.by_size, LEFT, TOP)
    yield from _recall("recall by weather", report.by_weather, RIGHT, TOP)
    yield from _rendered("false alarms, rendered confusers", report.by_confuser, LEFT, upper)
    yield from _tracks("false alarms a camera-day, tracks", report.by_confuser, RIGHT, upper)


def _recall(title: str, groups: Mapping[str, Group], x: float, y: float) -> Iterator[str]:
    yield text(x, y + 16, f"{title} (≥ {WANTED['recall']:g})", bold=True)
    scale = PANEL - 60
    for i, (name, group) in enumerate(groups.items()):
        top = y + 30 + i * STEP
        yield text(x - 8, top + 16, f"{name} ({group.falls})", anchor="end")
        colour = OWN if (group.recall.value or 0.0) >= WANTED["recall"] else MISSED
        yield from _bar(x, top, (group.recall.value or 0.0) * scale, colour, f"{name}: {group.recall.value}")
        yield from _bar(x, top + BAR + 1, (group.baseline_recall.value or 0.0) * scale, OTHER, f"{name}, MOG2")
        yield from _whisker(x, top + BAR / 2, group.recall, scale)
        yield text(x + scale + 8, top + 16, "–" if group.recall.value is None else f"{100 * group.recall.value:.1f} %")
    line = x + WANTED["recall"] * scale
    yield _line(line, y + 24, line, y + 28 + STEP * len(groups), dashed=True)


def _rendered(title: str, rows: Mapping[str, ConfuserRow], x: float, y: float) -> Iterator[str]:
    pairs = {name: (float(row.rendered_false), float(row.rendered_baseline_false)) for name, row in rows.items()}
    shown = {name: f"{row.rendered_false} in {row.rendered_hours:.2f} h" for name, row in rows.items()}
    yield from _false(title, pairs, shown, x, y)


def _tracks(title: str, rows: Mapping[str, ConfuserRow], x: float, y: float) -> Iterator[str]:
    pairs = {
        name: (row.tracks_false / row.camera_days, row.tracks_baseline_false / row.camera_days)
        for name, row in rows.items()
        if row.camera_days
    }
    shown = {name: f"{own:.3g}" for name, (own, _) in pairs.items()}
    yield from _false(f"{title} (≤ {WANTED['false_alarms_per_camera_day']:g} in all)", pairs, shown, x, y)


def _false(
    title: str, pairs: Mapping[str, tuple[float, float]], shown: Mapping[str, str], x: float, y: float
) -> Iterator[str]:
    """Bars on one scale; the baseline's, far longer, are cut at the edge and carry their number."""
    yield text(x, y + 16, title, bold=True)
    most = max([1e-9, *(own for own, _ in pairs.values()), *(0.5 * other for _, other in pairs.values())])
    scale = (PANEL - 100) / most
    for i, (name, (own, other)) in enumerate(pairs.items()):
        top = y + 30 + i * STEP
        yield text(x - 8, top + 16, name, anchor="end")
        yield from _bar(x, top, own * scale, MISSED if own else OWN, f"{name}: {own:g}")
        yield from _bar(x, top + BAR + 1, min(other * scale, PANEL - 100), OTHER, f"{name}, MOG2: {other:g}")
        yield text(x + min(max(own, other) * scale, PANEL - 100) + 8, top + 16, f"{shown[name]} · {other:.3g}")


def _bar(x: float, y: float, width: float, colour: str, words: str) -> Iterator[str]:
    yield (
        f"<rect x='{x:.1f}' y='{y:.1f}' width='{max(0.5, width):.1f}' height='{BAR}' fill='{colour}'>"
        f"<title>{escape(words)}</title></rect>"
    )


def _whisker(x: float, y: float, share: Share, scale: float) -> Iterator[str]:
    if share.low is not None and share.high is not None:
        yield _line(x + share.low * scale, y, x + share.high * scale, y)


def _line(x1: float, y1: float, x2: float, y2: float, *, dashed: bool = False) -> str:
    dash = " stroke-dasharray='3 3'" if dashed else ""
    return f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='#222'{dash}/>"
