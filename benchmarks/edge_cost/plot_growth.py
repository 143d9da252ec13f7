"""Growth as a picture: points over the number of cameras and the straight line through them."""

from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.edge_cost.growth import line
from benchmarks.edge_cost.report import Growth
from benchmarks.svg import text

WIDTH: Final = 330
HEIGHT: Final = 180
LEFTS: Final = (90, 510)
HEAD: Final = 56
FOOT: Final = 44
ALL: Final = HEAD + HEIGHT + FOOT


def panels(growth: Growth, top: float) -> Iterator[str]:
    """Draw CPU time and memory beside each other, from `top` down, `ALL` high."""
    cameras = [row.cameras for row in growth.rows]
    cpu = [row.ms_per_stream_s.least for row in growth.rows]
    memory = [row.mb.most for row in growth.rows]
    yield text(16, top + 14, "Several cameras, busy street", bold=True)
    power = f"CPU ms a second, grows with the power {growth.exponent:.2f}"
    yield from _panel(LEFTS[0], top + HEAD, power, cameras, cpu)
    slope = f"MB resident, {growth.mb_per_extra_camera:.0f} for each camera more"
    yield from _panel(LEFTS[1], top + HEAD, slope, cameras, memory)


def _panel(left: float, top: float, title: str, cameras: Sequence[int], values: Sequence[float]) -> Iterator[str]:
    right, bottom, most = max(cameras) * 1.05, top + HEIGHT, max(values) * 1.1

    def at(number: float, value: float) -> tuple[float, float]:
        return left + number / right * WIDTH, bottom - value / most * HEIGHT

    yield text(left, top - 10, title)
    yield f"<path d='M{left} {top}V{bottom}H{left + WIDTH}' fill='none' stroke='#888'/>"
    each, base, _ = line(cameras, values)
    begins = -base / each if base < 0 < each else 0.0  # below nothing there is nothing to draw
    (x1, y1), (x2, y2) = at(begins, base + each * begins), at(right, base + each * right)
    yield f"<path d='M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}' stroke='#4477aa' stroke-dasharray='6 4'/>"
    for number, value in zip(cameras, values, strict=True):
        x, y = at(number, value)
        yield f"<circle cx='{x:.1f}' cy='{y:.1f}' r='5' fill='#ee6677'><title>{number}: {value:.1f}</title></circle>"
        yield text(x - 8, y - 8, f"{value:.0f}", anchor="end")
        yield text(x, bottom + 18, str(number), anchor="middle")
    yield text(left + WIDTH / 2, bottom + 36, "cameras", anchor="middle")
