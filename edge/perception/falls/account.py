"""What is told of a fall: how far, how fast, from which floor, and in words."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge.perception.falls.ballistics import GRAVITY, NINE_OF_TEN, Ballistics
from edge.perception.falls.motion import Motion
from edge.perception.falls.place import Place
from edge.perception.falls.ruler import GridRuler
from edge.trajectory import Curve, Estimate, Fall, FloorBy, Floors

CURVE_STEP_S: Final = 0.02
BACK_S: Final = 1.5  # a launch is looked for so far before the first point
SILL_M: Final = 1.0  # a hand lets go somewhere between a window's sill and its top
HIGHEST: Final = 200  # floors; what physics alone holds for more is told as this
WIDEST: Final = 2.0  # log of an interval's half width: beyond it nothing is known
Floats = NDArray[np.float64]
Launch = tuple[Floors | None, int | None, Estimate]  # floors, column, metres above the ground


def fall(motion: Motion, place: Place, score: float) -> Fall:
    """Tell a fall of its motion."""
    fitted = motion.fall
    fell_m = _estimate(fitted, lambda one: float(one.fallen_m(motion.t[-1:])[0]))
    ruler = place.ruler
    floors, column, height_m = _by_physics(motion, place) if ruler is None else _by_grid(motion, ruler)
    speed, ppm = max(0.0, fitted.speed_at(motion.lasted_s)), _pixels_per_metre(motion, ruler)
    words_zh, words_en = _words(floors, fell_m, speed, motion.lasted_s)
    return Fall(
        points=motion.points,
        curve=_curve(motion),
        pixels_per_metre=ppm,
        fell_m=fell_m,
        height_m=height_m,
        floors=floors,
        column=column,
        speed_m_s=speed,
        horizontal_m_s=abs(motion.sideways[0] + motion.sideways[1] * motion.lasted_s / 2) / ppm.value,
        score=score,
        words_zh=words_zh,
        words_en=words_en,
    )


def _curve(motion: Motion) -> Curve:
    """The fit in the picture, from when it would have been at rest to when it was last seen."""
    back_s = float(np.clip(motion.fall.speed / GRAVITY, 0.0, BACK_S))
    t = np.arange(-back_s, motion.lasted_s + CURVE_STEP_S, CURVE_STEP_S)
    sideways = np.polynomial.polynomial.polyfit(motion.t, motion.xy[:, 0], 2)
    x = np.polynomial.polynomial.polyval(t, sideways)
    began = motion.points[0].at_s
    return Curve(began, began + motion.lasted_s, began + t, np.asarray(x, np.float64), motion.free.seen(t))


def _pixels_per_metre(motion: Motion, ruler: GridRuler | None) -> Estimate:
    if ruler is None or motion.on_plane is None:
        return _estimate(motion.free, lambda one: one.scale_at(motion.lasted_s / 2))
    on_wall = float(ruler.pixels_per_metre(motion.xy[len(motion.xy) // 2][None, :])[0])
    return _estimate(motion.on_plane, lambda one: on_wall * one.scale)


def _by_grid(motion: Motion, ruler: GridRuler) -> Launch:
    """First seen on the façade's plane, and as far above as it must have fallen to be so fast by then."""
    fitted = motion.fall
    seen = ruler.place(motion.xy[:3])
    column, first_m = (float(one) for one in np.median(seen, axis=0))
    above, spread = _above(fitted) * fitted.scale, fitted.spread_of(_above) * fitted.scale
    likely = first_m + above
    low, high = first_m - SILL_M, likely + NINE_OF_TEN * spread
    floors = Floors(ruler.floor(low), ruler.floor(likely), ruler.floor(high), FloorBy.GRID)
    low_m, likely_m, high_m = (max(0.0, metres + ruler.ground_m) for metres in (low, likely, high))
    return floors, ruler.column(column), Estimate(low_m, likely_m, high_m)


def _by_physics(motion: Motion, place: Place) -> Launch:
    """From the launch down to the ground line, by the fall's own scale and squeeze."""
    ground = place.facade.ground_line * place.height

    def height_m(one: Ballistics) -> float:
        below = (ground - one.start) / one.scale
        below = below / max(0.3, 1.0 + one.squeeze * below)  # the map y(z), turned round
        return max(below, float(one.fallen_m(motion.t[-1:])[0])) + _above(one)

    height = _estimate(motion.free, height_m)
    per = place.facade.floor_height
    low, likely, high = (min(HIGHEST, int(metres / per) + 1) for metres in (height.low, height.value, height.high))
    return Floors(low, likely, high, FloorBy.PHYSICS), None, height


def _above(fitted: Ballistics) -> float:
    """Metres that it must have fallen before, to be so fast when first seen."""
    return max(0.0, fitted.speed) ** 2 / (2 * GRAVITY)


def _estimate(fitted: Ballistics, measure: Callable[[Ballistics], float]) -> Estimate:
    """A measure above 0 and its interval, which is one of shares."""
    value = max(1e-6, measure(fitted))
    share = float(np.exp(min(WIDEST, NINE_OF_TEN * fitted.spread_of(measure) / value)))
    return Estimate(value / share, value, value * share)


def _words(floors: Floors | None, fell: Estimate, speed: float, lasted_s: float) -> tuple[str, str]:
    zh = f"{lasted_s:.1f} 秒内下落约 {fell.value:.0f} 米，末速约 {speed:.0f} 米/秒，加速与重力相符"
    en = f"fell about {fell.value:.0f} m in {lasted_s:.1f} s, {speed:.0f} m/s at the end, as gravity has it"
    if floors is not None:
        sure = floors.low == floors.high
        zh = f"约 {floors.likely} 层{'' if sure else f'（{floors.low}–{floors.high}）'}落下；{zh}"
        en = f"from about floor {floors.likely}{'' if sure else f' ({floors.low} to {floors.high})'}; {en}"
    return zh, en
