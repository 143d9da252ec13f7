"""A fall as a detector would tell it, made by the formula."""

import numpy as np

from edge.trajectory import Curve, Estimate, Fall, FloorBy, Floors, Point

GRAVITY = 9.80665


def fall(
    at_s: float = 2.0,
    *,
    x: float = 332.0,
    y: float = 52.0,
    until_y: float = 350.0,
    pixels_per_metre: float = 12.0,
    rate: int = 25,
    column: int | None = 5,
    floor: int | None = 6,
) -> Fall:
    """A thing let go at `at_s`, seen in every picture that is not the first."""
    lasted_s = float(np.sqrt(2 * (until_y - y) / (GRAVITY * pixels_per_metre)))
    times = np.arange(1, int(lasted_s * rate) + 1) / rate
    drop = GRAVITY * pixels_per_metre * times**2 / 2
    points = tuple(Point(at_s + t, x, y + d, 5.0, 6.0, 20.0, -100.0) for t, d in zip(times, drop, strict=True))
    fell_m = float(drop[-1] / pixels_per_metre)
    return Fall(
        points=points,
        curve=Curve(at_s, points[-1].at_s, at_s + np.r_[0.0, times], np.full(len(times) + 1, x), y + np.r_[0.0, drop]),
        pixels_per_metre=Estimate(pixels_per_metre * 0.9, pixels_per_metre, pixels_per_metre * 1.1),
        fell_m=Estimate(fell_m * 0.9, fell_m, fell_m * 1.1),
        height_m=Estimate(fell_m * 0.9, fell_m, fell_m * 1.1),
        floors=None if floor is None else Floors(floor, floor, floor, FloorBy.GRID),
        column=column,
        speed_m_s=GRAVITY * float(times[-1]),
        horizontal_m_s=0.0,
        score=0.97,
        words_zh="从 6 层落下",
        words_en="fell from floor 6",
    )
