"""The truth of one camera-week: who stands where from when to when, what passes. Drawn by chance, kept from eyes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np

from benchmarks.parking.family import Family
from benchmarks.parking.motion import Bystander, Move, Passer
from benchmarks.parking.noise import Noise
from benchmarks.parking.textures import Look, Model, model, person, posed, vehicle
from contract.parking import VehicleClass, ZoneKind
from edge.config import Camera, Zone
from edge.values import Box

DAY_S: Final = 86_400.0
SETTLES_S: Final = 60.0  # nothing stands at first, so that every stay has a beginning
SHORTEST_S: Final = 40.0
NOWHERE: Final = -1  # place of a van that stops where nobody has a place
POOL: Final = 14  # vehicles, and as many persons, that pass and stand about
FIRE_LANE_S: Final = 180.0
ROAD_S: Final = 300.0
KERB_S: Final = 8 * 3600.0


class Cover(StrEnum):
    """What an exchange of similar vehicles happens behind."""

    IN_VIEW = "in view"
    OCCLUDER = "behind an occluder"
    RESTART = "across a restart"


COVERS: Final = ((Cover.IN_VIEW, 0.70), (Cover.OCCLUDER, 0.15), (Cover.RESTART, 0.15))


@dataclass(frozen=True, slots=True)
class Place:
    """Where vehicles stand. `front` places lie before others: vans stop there for minutes."""

    number: int
    box: Box
    front: bool
    zone: str


@dataclass(frozen=True, slots=True)
class Stay:
    """One vehicle standing once.

    Attributes:
        number: counts stays of the week from 0.
        individual: the same for the same vehicle.
        label: what the detector mostly calls it.
        stands_from_s, stands_to_s: when it is within a tenth of its width of where it rests.
        after: number of the stay before in the place if this is a similar vehicle that took the place within a minute.
        cover: what that happened behind.
        returns: number of the stay before of the same vehicle in this place.
        doubt: how badly it is seen, in units of the spread between looks.
        gloss: grey levels by which what its paint and glass reflect changes from hour to hour; 0 of dust or a cover.
        washed_s: when the rain washes the dust off.
    """

    number: int
    place: int
    box: Box
    kind: Model
    individual: int
    look: Look
    label: VehicleClass
    comes: Move
    goes: Move
    stands_from_s: float
    stands_to_s: float
    doubt: float
    gloss: float = 0.0
    washed_s: float | None = None
    after: int | None = None
    cover: Cover | None = None
    returns: int | None = None

    @property
    def starts_s(self) -> float:
        """When it comes into the picture."""
        return self.comes.rest_s - self.comes.duration_s

    @property
    def ends_s(self) -> float:
        """When it is out of it."""
        return self.goes.rest_s + self.goes.duration_s

    @property
    def dwell_s(self) -> float:
        """How long it truly stood."""
        return self.stands_to_s - self.stands_from_s


@dataclass(slots=True)
class Street:
    """A camera-week.

    Attributes:
        littered: leaves, bins and puddles about are others each day.
        extras: looks of passers and bystanders.
        cuts: when the gateway was off.
        turned: when the camera looked elsewhere.
        rests: what is left of bumps after alignment, from when on: (at, dx, dy, scale).
    """

    family: Family
    noise: Noise
    seed: int
    ends_s: float
    camera: Camera
    places: tuple[Place, ...]
    stays: list[Stay] = field(default_factory=list)
    littered: bool = False
    passers: list[Passer] = field(default_factory=list)
    bystanders: list[Bystander] = field(default_factory=list)
    extras: list[Look] = field(default_factory=list)
    cuts: list[tuple[float, float]] = field(default_factory=list)
    turned: list[tuple[float, float]] = field(default_factory=list)
    rests: list[tuple[float, float, float, float]] = field(default_factory=list)


def build(family: Family, noise: Noise, seed: int, *, days: float = 7.0) -> Street:
    """Draw a camera-week."""
    street, rng = empty(family, noise, seed, days=days)
    for place in street.places:
        occupy(street, place, rng)
    return furnished(street, rng)


def empty(family: Family, noise: Noise, seed: int, *, days: float) -> tuple[Street, np.random.Generator]:
    """Draw a street in which nobody stands yet, and the chance to go on with."""
    rng = family.rng(seed)
    places = tuple(_places(family, noise, rng))
    return Street(family, noise, seed, days * DAY_S, _camera(places, rng), places), rng


def furnished(street: Street, rng: np.random.Generator, *, passing: float = 1.0) -> Street:
    """Add what passes, what stands about, and what befalls gateway and camera; `passing`: part of the usual traffic."""
    street.extras += [vehicle(model(rng), int(rng.integers(1 << 30)), street.family, 9.0) for _ in range(POOL)]
    street.extras += [person(rng) for _ in range(POOL)]
    _pass(street, rng, passing)
    _bystand(street, rng)
    _cut(street, rng)
    _bump(street, rng)
    return street


def _places(family: Family, noise: Noise, rng: np.random.Generator) -> Iterator[Place]:
    """A row at the kerb, and before it, where occluders are asked for, places where vans stop."""
    count = int(rng.integers(family.kerb[0], family.kerb[1] + 1))
    width = min(rng.uniform(*family.width), 0.9 / (1 + (count - 1) * family.pitch[1]))
    pitch = rng.uniform(*family.pitch) * width
    height = width * rng.uniform(1.15, 1.5)
    left = rng.uniform(0.03, max(0.031, 0.97 - pitch * (count - 1) - width))
    foot, slope = rng.uniform(0.48, 0.58), rng.uniform(-0.02, 0.02)
    boxes = []
    for i in range(count):
        x, y = left + i * pitch, foot + i * slope
        boxes.append(Box(x, y - height, x + width, y))
        yield Place(i, boxes[-1], False, "kerb")
    if noise.has(Noise.OCCLUDERS):
        before = boxes[int(rng.integers(count))]
        wide, tall = width * rng.uniform(1.2, 1.5), height * rng.uniform(1.2, 1.45)
        middle = before.foot[0] + rng.uniform(-0.3, 0.3) * width
        bottom = before.y2 + height * rng.uniform(0.45, 0.6)
        middle = min(max(middle, wide / 2 + 0.01), 0.99 - wide / 2)
        yield Place(count, Box(middle - wide / 2, bottom - tall, middle + wide / 2, bottom), True, "road")


def _camera(places: tuple[Place, ...], rng: np.random.Generator) -> Camera:
    """The kerb is a fire lane at one end and a row with hours of grace at the other; before it lies the road."""
    kerb = [place.box for place in places if not place.front]
    split = kerb[int(rng.integers(len(kerb)))].x2 - 0.15 * (kerb[0].x2 - kerb[0].x1)
    foot, deep = kerb[0].y2, kerb[0].y2 - kerb[0].y1
    slope = (kerb[-1].y2 - kerb[0].y2) if len(kerb) > 1 else 0.0
    top, bottom = foot - 0.25 * deep + min(slope, 0), foot + 0.2 * deep + max(slope, 0)
    zones = [
        _zone("lane", ZoneKind.FIRE_LANE, (0.0, top, split, bottom), FIRE_LANE_S),
        _zone("row", ZoneKind.BERTH, (split, top, 1.0, bottom), KERB_S),
        _zone("road", ZoneKind.ROAD, (0.0, bottom + 0.001, 1.0, 1.0), ROAD_S),
    ]
    return Camera(id="cam", url="rtsp://camera.example/street", zones=tuple(zones))


def _zone(name: str, kind: ZoneKind, edges: tuple[float, float, float, float], dwell_s: float) -> Zone:
    left, top, right, bottom = edges
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Zone(id=name, kind=kind, polygon=corners, dwell=dwell_s, vehicles=tuple(WATCHED))


WATCHED: Final = (VehicleClass.CAR, VehicleClass.TRUCK, VehicleClass.BUS)


def occupy(street: Street, place: Place, rng: np.random.Generator) -> None:
    """Let vehicles come to a place and go, one after another."""
    family, noise = street.family, street.noise
    gap_mean_s = rng.uniform(*family.gap_s) * (1.5 if place.front else 1.0)
    calls = 1.0 if place.front else rng.uniform(*family.calls)
    detail = rng.uniform(*family.detail)
    at_s = SETTLES_S + rng.exponential(gap_mean_s)
    before: Stay | None = None
    while True:
        after = before is not None and not place.front and _swaps(noise, rng)
        if after and before is not None:
            stay = _similar(street, place, before, rng, detail)
        else:
            again = before is not None and rng.random() < 0.1
            stay = draw_stay(street, place, at_s, rng, detail, calls=calls, again=before if again else None)
        if stay.stands_to_s + stay.goes.duration_s > street.ends_s and not after:
            if stay.stands_from_s + 600 < street.ends_s:
                street.stays.append(stay)  # stands when the week ends
            return
        street.stays.append(stay)
        before = stay
        gap_s = rng.exponential(gap_mean_s) * _quiet(stay.stands_to_s, rng)
        at_s = stay.stands_to_s + stay.goes.duration_s + 20.0 + gap_s


def _swaps(noise: Noise, rng: np.random.Generator) -> bool:
    return noise.has(Noise.SWAPS) and rng.random() < (0.3 if noise is Noise.SWAPS else 0.08)


def _quiet(at_s: float, rng: np.random.Generator) -> float:
    """Fewer come at night."""
    return rng.uniform(2, 5) if (at_s % DAY_S) / 3600 < 6 else 1.0


def _dwell_s(rng: np.random.Generator, calls: float, *, front: bool) -> float:
    if front:
        return float(rng.uniform(90.0, 900.0))
    kind = rng.random()
    if kind < calls:
        return float(rng.uniform(SHORTEST_S, 240.0))
    if kind < calls + 0.35:
        return float(np.exp(rng.uniform(np.log(240.0), np.log(3600.0))))
    if kind < calls + 0.60:
        return float(rng.uniform(3600.0, 4 * 3600.0))
    return float(rng.uniform(5 * 3600.0, 26 * 3600.0))


def draw_stay(
    street: Street,
    place: Place,
    rest_s: float,
    rng: np.random.Generator,
    detail: float,
    *,
    calls: float,
    again: Stay | None = None,
    dwell_s: float | None = None,
    kind: Model | None = None,
) -> Stay:
    """Draw a vehicle and its stay; `again`: the same vehicle as before, `kind`: another of this model."""
    family = street.family
    number = len(street.stays)
    kind = again.kind if again else kind or model(rng)
    individual = again.individual if again else int(rng.integers(1 << 30))
    look = posed(vehicle(kind, individual, family, detail), rng, turn=1.5)
    comes, goes = _move(rng, rest_s, coming=True), _move(rng, 0.0, coming=False)
    dwell_s = dwell_s if dwell_s is not None else _dwell_s(rng, calls, front=place.front)
    leaves_s = rest_s + comes.near_s + dwell_s
    goes = Move(leaves_s, goes.pull, goes.across, goes.down)
    label = VehicleClass.TRUCK if place.front or rng.random() < 0.1 else VehicleClass.CAR
    return Stay(
        number=number,
        place=place.number,
        box=_settled(place.box, rng, rng.uniform(*family.settle)),
        kind=kind,
        individual=individual,
        look=look,
        label=label,
        comes=comes,
        goes=goes,
        stands_from_s=rest_s - comes.near_s,
        stands_to_s=leaves_s + goes.near_s,
        doubt=float(rng.normal(0, rng.uniform(*family.doubt))),
        returns=again.number if again else None,
    )


def _similar(street: Street, place: Place, before: Stay, rng: np.random.Generator, detail: float) -> Stay:
    """Another vehicle of the same model and colour takes the place within a minute of its leaving."""
    gap_s = rng.uniform(9.0, 40.0)
    rest_s = before.stands_to_s + gap_s
    covers = [cover for cover, _ in COVERS]
    cover = covers[int(rng.choice(len(covers), p=[share for _, share in COVERS]))]
    if cover is Cover.RESTART:
        street.cuts.append((before.stands_to_s - rng.uniform(2, 30), rest_s + rng.uniform(2, 60)))
    if cover is Cover.OCCLUDER:
        _stand_before(street, before, rest_s, rng)
    stay = draw_stay(street, place, rest_s, rng, detail, calls=0.3, kind=before.kind)
    values = {name: getattr(stay, name) for name in Stay.__slots__}
    return Stay(**{**values, "after": before.number, "cover": cover})


def _stand_before(street: Street, before: Stay, rest_s: float, rng: np.random.Generator) -> None:
    """A van stands before the place while the exchange happens, so that nobody can see it. It is a stay of its own."""
    box = before.box
    width, height = box.x2 - box.x1, box.y2 - box.y1
    cover = Box(
        max(0.0, box.x1 - 0.25 * width),
        max(0.0, box.y1 - 0.1 * height),
        min(1.0, box.x2 + 0.25 * width),
        min(1.0, box.y2 + 0.3 * height),
    )
    comes_s, ends_s = before.stands_to_s - rng.uniform(15, 40), rest_s + rng.uniform(20, 90)
    place = Place(NOWHERE, cover, True, "road")
    street.stays.append(draw_stay(street, place, comes_s, rng, 9.0, calls=1.0, dwell_s=ends_s - comes_s))


def _move(rng: np.random.Generator, rest_s: float, *, coming: bool) -> Move:
    side = rng.choice((-1.0, 1.0))
    angle = rng.uniform(0.0, 0.7)
    manoeuvres = coming and rng.random() < 0.15
    return Move(
        rest_s,
        rng.uniform(0.25, 0.5),
        float(side * np.cos(angle)),
        float(0.7 * np.sin(angle)),
        pause=rng.uniform(0.35, 0.7) if manoeuvres else 0.0,
        pause_s=rng.uniform(2.0, 8.0) if manoeuvres else 0.0,
        creep_s=rng.uniform(2.0, 4.0) if manoeuvres else 0.0,
    )


def _settled(box: Box, rng: np.random.Generator, spread: float) -> Box:
    width, height = box.x2 - box.x1, box.y2 - box.y1
    size = 1 + rng.normal(0, 0.02)
    x, y = box.foot[0] + rng.normal(0, spread) * width, box.y2 + rng.normal(0, spread * 0.5) * height
    x1, y1 = max(0.002, x - size * width / 2), max(0.002, y - size * height)
    return Box(x1, y1, min(0.998, x + size * width / 2), min(0.998, y))


def _pass(street: Street, rng: np.random.Generator, passing: float) -> None:
    kerb = [place.box for place in street.places if not place.front]
    width, height = kerb[0].x2 - kerb[0].x1, kerb[0].y2 - kerb[0].y1
    rate = passing * rng.uniform(*street.family.passers)
    at_s = SETTLES_S
    while True:
        hour = (at_s % DAY_S) / 3600
        at_s += rng.exponential(3600.0 / (rate if 6 <= hour < 22 else rate / 8))
        if at_s > street.ends_s - 60:
            return
        walks = rng.random() < 0.25
        wide, tall = (width * 0.22, height * 0.75) if walks else (width * 1.15, height * 1.1)
        foot = min(0.99, kerb[0].y2 + height * rng.uniform(0.25, 0.7))
        lasts_s = rng.uniform(12, 25) if walks else rng.uniform(3.0, 8.0)
        street.passers.append(
            Passer(at_s, at_s + lasts_s, wide, tall, foot, bool(rng.random() < 0.5), walks, _extra(rng, person=walks))
        )


def _extra(rng: np.random.Generator, *, person: bool) -> int:
    return int(rng.integers(POOL)) + (POOL if person else 0)


def _bystand(street: Street, rng: np.random.Generator) -> None:
    if not street.noise.has(Noise.OCCLUDERS):
        return
    for place in street.places:
        at_s = SETTLES_S
        while not place.front:
            at_s += rng.exponential(5 * 3600.0)
            if at_s > street.ends_s - 600:
                break
            width, height = place.box.x2 - place.box.x1, place.box.y2 - place.box.y1
            x = place.box.x1 + rng.uniform(0.0, 0.65) * width
            foot = place.box.y2 + rng.uniform(0.05, 0.2) * height
            box = Box(x, max(0.0, foot - rng.uniform(0.8, 1.05) * height), min(1.0, x + 0.35 * width), min(1.0, foot))
            street.bystanders.append(Bystander(at_s, at_s + rng.uniform(60, 480), box, _extra(rng, person=True)))


def _cut(street: Street, rng: np.random.Generator) -> None:
    if street.noise.has(Noise.RESTARTS):
        at_s = SETTLES_S
        mean_s = DAY_S / (3.0 if street.noise is Noise.RESTARTS else 0.6)
        while (at_s := at_s + rng.exponential(mean_s)) < street.ends_s - 1200:
            lasts_s = rng.uniform(15, 60) if rng.random() < 0.6 else rng.uniform(120, 900)
            street.cuts.append((at_s, at_s + lasts_s))
    street.cuts = _merged(street.cuts)


def _bump(street: Street, rng: np.random.Generator) -> None:
    if not street.noise.has(Noise.BUMPS):
        return
    at_s = SETTLES_S
    mean_s = DAY_S / (2.0 if street.noise is Noise.BUMPS else 0.4)
    while (at_s := at_s + rng.exponential(mean_s)) < street.ends_s - 7200:
        if rng.random() < 0.2:
            street.turned.append((at_s, at_s + rng.uniform(120, 3600)))
            at_s = street.turned[-1][1]
        rest = rng.normal(0, 0.0025, 2)
        street.rests.append((at_s, float(rest[0]), float(rest[1]), float(1 + rng.normal(0, 0.002))))
    street.turned = _merged(street.turned)


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans in order, those that overlap made one."""
    merged: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1] + 4.0:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
