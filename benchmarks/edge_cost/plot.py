"""The report as a picture: stacked bars, SVG written by hand."""

from collections.abc import Iterator
from typing import Final

from benchmarks.edge_cost import plot_growth
from benchmarks.edge_cost.report import Report, Stages
from benchmarks.svg import text

WIDTH: Final = 860
LEFT: Final = 210
RIGHT: Final = 90
TOP: Final = 64
BAR: Final = 26
STEP: Final = 36
GROUP: Final = 44
FOOT: Final = 56
STAGES: Final = (
    ("decode", "decode_ms", "#4477aa"),
    ("gate", "gate_ms", "#ccbb44"),
    ("inference", "inference_ms", "#ee6677"),
    ("rest", "rest_ms", "#228833"),
)
BARS: Final = (
    ("Linli gateway", "gateway"),
    ("every frame, supervision", "supervision"),
    ("key frames decoded only", "key_frames"),
)


def svg(report: Report) -> str:
    """Draw CPU milliseconds a stream-second, a bar a contestant, a group of bars a kind of traffic; then growth."""
    height = TOP + len(report.scenes) * (GROUP + STEP * len(BARS)) + plot_growth.ALL + FOOT
    body = "\n".join(_body(report, height))
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}' role='img' "
        f"aria-label='CPU milliseconds a second of stream'>\n"
        f"<rect width='{WIDTH}' height='{height}' fill='#fff'/>\n{body}\n</svg>\n"
    )


def _body(report: Report, height: int) -> Iterator[str]:
    video, machine = report.stream, report.machine
    title = f"CPU milliseconds a second of {video.width} × {video.height} stream: less is better"
    yield text(16, 24, title, bold=True)
    yield from _legend()
    y = TOP + 16
    for traffic, scene in report.scenes.items():
        yield text(16, y + 14, f"{traffic} street", bold=True)
        y += GROUP - 18
        for words, name in BARS:
            yield from _bar(words, getattr(scene, name), y, _scale(report))
            y += STEP
        y += 18
    yield from plot_growth.panels(report.growth, y)
    measured = f"median of {report.rounds} rounds on {machine.cpu}, {machine.cores} cores"
    stream = f"{video.fps} pictures a second, {video.kilobits_per_s / 1000:.1f} Mbit/s"
    yield text(16, height - 16, f"{measured}; {stream}")


def _scale(report: Report) -> float:
    """Pixels a millisecond, so that the longest bar just fits."""
    longest = max(getattr(scene, name).total_ms.median for scene in report.scenes.values() for _, name in BARS)
    return float((WIDTH - LEFT - RIGHT) / longest)


def _legend() -> Iterator[str]:
    for number, (words, _, colour) in enumerate(STAGES):
        x = LEFT + number * 110
        yield f"<rect x='{x}' y='38' width='14' height='14' fill='{colour}'/>"
        yield text(x + 20, 50, words)


def _bar(words: str, stages: Stages, y: float, scale: float) -> Iterator[str]:
    yield text(LEFT - 8, y + BAR * 0.7, words, anchor="end")
    x = float(LEFT)
    for title, field, colour in STAGES:
        ms = getattr(stages, field).median
        width = ms * scale
        yield (
            f"<rect x='{x:.1f}' y='{y}' width='{width:.1f}' height='{BAR}' fill='{colour}'>"
            f"<title>{title}: {ms:.1f} ms</title></rect>"
        )
        x += width
    yield text(x + 6, y + BAR * 0.7, f"{stages.total_ms.median:.1f}")
