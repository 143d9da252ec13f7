"""From a fall to the events that tell it.

What is measured is put within what the contract lets an event say, here and nowhere else: an alarm whose height is
cut to what can be is still an alarm, and one that is refused is none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Final

from contract.envelope import MAX_SUBJECT, Evidence
from contract.throwing import (
    Estimate,
    FloorBy,
    FloorEstimate,
    ObjectThrown,
    ObjectThrownClip,
    PathPoint,
    ThrownClipData,
    ThrownData,
)
from edge.config import Camera, Facade
from edge.outbox import Draft
from edge.trajectory import Estimate as Measured
from edge.trajectory import Fall, Floors, Point
from edge.values import Moment

MAX_PATH: Final = 120  # points that an event holds
MAX_PATH_S: Final = 60.0  # after it began
LOWEST, HIGHEST = -3, 200  # floors
MAX_COLUMN: Final = 100
MAX_WORDS: Final = 300  # characters
MOST: Final = 1_000_000.0  # of any measure: no metre, no metre a second is more, and infinity is not told
LEAST_SCALE: Final = 0.001  # pixels a metre


@dataclass(frozen=True, slots=True)
class Told:
    """A fall that is told: its name, where, and when by both clocks.

    Attributes:
        size: width and height of the picture, pixels.
    """

    name: str
    fall: Fall
    facade: Facade
    size: tuple[int, int]
    began: Moment
    ended: Moment


def fall_name(began: Moment, number: int) -> str:
    """What joins a fall with its clip: when it began, and a number from the second of one millisecond on."""
    began_at = began.seen_at.astimezone(UTC)
    name = f"f{began_at:%Y%m%dt%H%M%S}.{began_at.microsecond // 1000:03d}"
    return name if number == 0 else f"{name}-{number + 1}"


def thrown_draft(told: Told, camera: Camera, *, models: tuple[str, ...]) -> Draft:
    """The event of a fall, without evidence; `models` are the ids of those that took part."""
    fall = told.fall
    data = ThrownData(
        models=models,
        simulated=camera.simulated,
        camera=camera.id,
        facade=told.facade.id,
        facade_name=told.facade.name,
        fall=told.name,
        began_at=told.began.seen_at,
        ended_at=told.ended.seen_at,
        floor=_floor(fall.floors),
        column=None if fall.column is None else min(max(fall.column, 1), MAX_COLUMN),
        height_m=_estimate(fall.height_m),
        fell_m=_estimate(fall.fell_m),
        speed_m_s=_measure(fall.speed_m_s),
        horizontal_m_s=_measure(fall.horizontal_m_s),
        metres_per_pixel=round(1 / _within(fall.pixels_per_metre.value, LEAST_SCALE, 1 / LEAST_SCALE), 6),
        picture_size=told.size,
        score=_unit(fall.score),
        path=_path(fall.points, told.size),
        words_zh=fall.words_zh[:MAX_WORDS],
        words_en=fall.words_en[:MAX_WORDS],
    )
    return Draft(ObjectThrown, data, told.ended, _subject(camera, told))


def with_evidence(draft: Draft, evidence: tuple[Evidence, ...]) -> Draft:
    """The same event with evidence, which is stored already."""
    return replace(draft, data=draft.data.model_copy(update={"evidence": evidence}))


def clip_draft(
    told: Told, camera: Camera, now: Moment, *, evidence: tuple[Evidence, ...], models: tuple[str, ...]
) -> Draft:
    """The event of a fall's film; `evidence` is stored already, `models` as for `thrown_draft`."""
    data = ThrownClipData(
        evidence=evidence,
        models=models,
        simulated=camera.simulated,
        camera=camera.id,
        facade=told.facade.id,
        fall=told.name,
    )
    return Draft(ObjectThrownClip, data, now, _subject(camera, told))


def _subject(camera: Camera, told: Told) -> str:
    return f"{camera.id}/{told.facade.id}/{told.name}"[:MAX_SUBJECT]


def _floor(floors: Floors | None) -> FloorEstimate | None:
    if floors is None:
        return None
    likely = _storey(floors.likely, zero=1)
    low, high = min(_storey(floors.low, zero=-1), likely), max(_storey(floors.high, zero=1), likely)
    return FloorEstimate(low=low, likely=likely, high=high, by=FloorBy(floors.by.value))


def _storey(floor: int, *, zero: int) -> int:
    """A floor that there is: none is 0, and `zero` is its neighbour to take."""
    return min(max(floor, LOWEST), HIGHEST) or zero


def _estimate(measured: Measured) -> Estimate:
    value = _measure(measured.value)
    return Estimate(low=min(_measure(measured.low), value), value=value, high=max(_measure(measured.high), value))


def _path(points: tuple[Point, ...], size: tuple[int, int]) -> tuple[PathPoint, ...]:
    """At most `MAX_PATH` of the points, the first and the last that can be told among them."""
    timed = list(_rising(points))
    last = len(timed) - 1
    chosen = range(len(timed)) if last < MAX_PATH else [round(n * last / (MAX_PATH - 1)) for n in range(MAX_PATH)]
    width, height = size
    return tuple(
        PathPoint(
            s=passed_s,
            x=_unit(point.x / width),
            y=_unit(point.y / height),
            size=_unit(max(point.width, point.height) / height),
        )
        for passed_s, point in (timed[place] for place in chosen)
    )


def _rising(points: Sequence[Point]) -> Iterator[tuple[float, Point]]:
    """Points with their seconds since the first, as they are told: what does not come later then is left out."""
    last_s = -1.0
    for point in points:
        passed_s = _rounded(point.at_s - points[0].at_s)
        if last_s < passed_s <= MAX_PATH_S:
            last_s = passed_s
            yield passed_s, point


def _measure(number: float) -> float:
    return _rounded(_within(number, 0.0, MOST))


def _unit(number: float) -> float:
    return _rounded(_within(number, 0.0, 1.0))


def _within(number: float, low: float, high: float) -> float:
    """The number, or the nearest limit; `low` for what is no number."""
    return min(max(low, number), high)


def _rounded(number: float) -> float:
    """Four places, as all events have: a tenth of a millisecond."""
    return round(number, 4)
