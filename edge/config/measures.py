"""How the file writes times, places in the picture, and outlines of places; and that no id stands twice."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field

from edge.polygon import crossing

_UNITS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


def seconds(value: object) -> object:
    """Read `90`, `"90s"`, `"5m"`, `"1h30m"` or `"7d"` as seconds; anything else is left for pydantic to refuse."""
    if not isinstance(value, str):
        return value
    parts = re.findall(r"(\d+(?:\.\d+)?)([smhd])", value)
    if not parts or "".join(number + unit for number, unit in parts) != value:
        raise ValueError(
            '时长写成 "30s"、"5m"、"1h30m" 或 "7d" a duration is written like "30s", "5m", "1h30m" or "7d"'
        )
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


Seconds = Annotated[float, BeforeValidator(seconds), Field(ge=0, le=400 * 86_400, allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Point = tuple[Fraction, Fraction]


def outlined(polygon: tuple[Point, ...]) -> tuple[Point, ...]:
    """Check that a polygon has a clear inside.

    Raises:
        ValueError: its border crosses itself, or it has no area.
    """
    if edges := crossing(polygon):
        (a, b), (c, d) = edges
        raise ValueError(
            f"第 {a} 到第 {b} 个角的边与第 {c} 到第 {d} 个角的边交叉（从 1 数起），请沿着边依次写各个角 "
            f"the edge from corner {a} to {b} crosses the one from {c} to {d} (counted from 1): write the corners "
            "in order along the border"
        )
    doubled = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(polygon, (*polygon[1:], polygon[0]), strict=True))
    if abs(doubled) < 1e-6:
        raise ValueError("各个角在一条直线上 the corners lie on one line")
    return polygon


Polygon = Annotated[tuple[Point, ...], Field(min_length=3, max_length=64), AfterValidator(outlined)]


def no_doubles(what: str, ids: list[str]) -> None:
    """Check that no id stands twice.

    Raises:
        ValueError: one does.
    """
    if double := first_double(sorted(ids)):
        raise ValueError(f"{what}: 代号 {double!r} 重复了 the id {double!r} stands there twice")


def first_double(names: list[str]) -> str:
    """The first name that has stood before, or nothing."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""
