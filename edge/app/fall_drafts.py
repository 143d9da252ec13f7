"""From a fall to the events that tell it."""

from dataclasses import dataclass
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


def thrown_draft(told: Told, camera: Camera, *, evidence: tuple[Evidence, ...], models: tuple[str, ...]) -> Draft:
    """The event of a fall; `evidence` is stored already, `models` are the ids of those that took part."""
    fall = told.fall
    data = ThrownData(
        evidence=evidence,
        models=models,
        simulated=camera.simulated,
        camera=camera.id,
        facade=told.facade.id,
        facade_name=told.facade.name,
        fall=told.name,
        began_at=told.began.seen_at,
        ended_at=told.ended.seen_at,
        floor=_floor(fall.floors),
        column=fall.column,
        height_m=_estimate(fall.height_m),
        fell_m=_estimate(fall.fell_m),
        speed_m_s=_rounded(max(0.0, fall.speed_m_s)),
        horizontal_m_s=_rounded(max(0.0, fall.horizontal_m_s)),
        metres_per_pixel=round(1 / fall.pixels_per_metre.value, 6),
        picture_size=told.size,
        score=_unit(fall.score),
        path=_path(fall.points, told.size),
        words_zh=fall.words_zh,
        words_en=fall.words_en,
    )
    return Draft(ObjectThrown, data, told.ended, _subject(camera, told))


def clip_draft(
    told: Told, camera: Camera, now: Moment, *, evidence: tuple[Evidence, ...], models: tuple[str, ...]
) -> Draft:
    """The event of a fall's film; arguments as `thrown_draft`."""
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
    return FloorEstimate(low=floors.low, likely=floors.likely, high=floors.high, by=FloorBy(floors.by.value))


def _estimate(measured: Measured) -> Estimate:
    low, value, high = (_rounded(max(0.0, number)) for number in (measured.low, measured.value, measured.high))
    return Estimate(low=low, value=value, high=high)


def _path(points: tuple[Point, ...], size: tuple[int, int]) -> tuple[PathPoint, ...]:
    """At most `MAX_PATH` of the points, the first and the last among them."""
    last = len(points) - 1
    chosen = range(len(points)) if last < MAX_PATH else [round(n * last / (MAX_PATH - 1)) for n in range(MAX_PATH)]
    width, height = size
    return tuple(
        PathPoint(
            s=_rounded(point.at_s - points[0].at_s),
            x=_unit(point.x / width),
            y=_unit(point.y / height),
            size=_unit(max(point.width, point.height) / height),
        )
        for point in (points[place] for place in chosen)
    )


def _unit(number: float) -> float:
    return _rounded(min(max(number, 0.0), 1.0))


def _rounded(number: float) -> float:
    """Four places, as all events have: a tenth of a millisecond."""
    return round(number, 4)
