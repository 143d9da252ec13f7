"""One camera-week: looks as a gateway takes them, perception and rules as they are, and what came of it."""

import math
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Generic, TypeVar

import numpy as np

from benchmarks.parking.chance import Chance, tick
from benchmarks.parking.detecting import SimulatedDetector, Target, clipped
from benchmarks.parking.eye import Grain, SimulatedEye
from benchmarks.parking.light import Light
from benchmarks.parking.motion import WALK_S, moved
from benchmarks.parking.picture import CELLS, Painter, Thing
from benchmarks.parking.street import Stay, Street
from benchmarks.parking.textures import DIMENSIONS
from benchmarks.parking.witness import Witness
from edge.perception import scene
from edge.perception.eye import Eye
from edge.perception.memory import Memory, dump, load
from edge.perception.observation import idle, observe
from edge.perception.slots import Slots
from edge.rules.dwell import Dwell
from edge.rules.dwell import step as dwell_step
from edge.values import PERSON, Box, ClockTrust, Detection, Moment, Sighting

START: Final = datetime(2026, 3, 2, tzinfo=UTC)
LOOK_EVERY_S: Final = 2.0
STILL_LOOK_S: Final = scene.LOOK_AT_LEAST_S
SAVED_S: Final = 60.0  # a power cut takes what was not yet saved: so much at most
TIMEZONE: Final = "Asia/Shanghai"
LUMA: Final = 1.0
LUMA_NIGHT: Final = 2.2
LUMA_RAIN: Final = 2.0
NETWORK: Final = 0.25
NETWORK_NIGHT: Final = 0.4


@dataclass(slots=True)
class Clock:
    """Walks from look to look: every 2 s while something moves or is undecided, else one a minute."""

    street: Street
    light: Light
    still_look_s: float = STILL_LOOK_S
    _spans: list[tuple[float, float]] = field(default_factory=list)
    _ends: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        spans = sorted(_motions(self.street, self.light))

        for start, end in spans:
            if self._spans and start <= self._spans[-1][1]:
                self._spans[-1] = (self._spans[-1][0], max(end, self._spans[-1][1]))
            else:
                self._spans.append((start, end))
        self._ends = [end for _, end in self._spans]

    def after(self, at_s: float, *, settled: bool) -> float:
        """When the next look falls due."""
        if not settled:
            return at_s + LOOK_EVERY_S
        i = bisect_right(self._ends, at_s)
        still_s = at_s - self._ends[i - 1] if i else float("inf")
        again = max(1, math.ceil(still_s / LOOK_EVERY_S)) if still_s < self.still_look_s else 10**6
        moves_s = self._spans[i][0] if i < len(self._spans) else float("inf")
        ticks = max(1, int(np.ceil((moves_s - at_s) / LOOK_EVERY_S))) if moves_s < at_s + self.still_look_s else 10**6
        return min(at_s + self.still_look_s, at_s + min(ticks, again) * LOOK_EVERY_S)


def _motions(street: Street, light: Light) -> Iterator[tuple[float, float]]:
    """When the gate sees a picture unlike the last that was detected on."""
    rng = street.family.rng(street.seed, salt=4)
    for stay in street.stays:
        yield stay.starts_s, stay.comes.rest_s + LOOK_EVERY_S
        yield stay.goes.rest_s, stay.ends_s + LOOK_EVERY_S
    for passer in street.passers:
        yield passer.starts_s, passer.ends_s + LOOK_EVERY_S
    for person in street.bystanders:
        yield person.starts_s, person.starts_s + WALK_S + LOOK_EVERY_S
        yield person.ends_s - WALK_S, person.ends_s + LOOK_EVERY_S
    for at_s in light.steps:
        if rng.random() < 0.8:  # the others are a gain that the gate takes out
            yield at_s, at_s + LOOK_EVERY_S
    for at_s, *_ in street.rests:
        yield at_s, at_s + LOOK_EVERY_S
    for start, end in light.rains:
        at_s = start
        while (at_s := at_s + float(rng.exponential(60.0))) < end:
            yield at_s, at_s + LOOK_EVERY_S


T = TypeVar("T")


class Present(Generic[T]):
    """Who is there at a moment; moments only go forward."""

    def __init__(self, rows: Sequence[tuple[float, float, T]]) -> None:
        self._coming = sorted(rows, key=lambda row: row[0], reverse=True)
        self._there: list[tuple[float, T]] = []

    def at(self, at_s: float) -> list[T]:
        while self._coming and self._coming[-1][0] <= at_s:
            _, end, one = self._coming.pop()
            self._there.append((end, one))
        if any(end < at_s for end, _ in self._there):
            self._there = [row for row in self._there if row[0] >= at_s]
        return [one for _, one in self._there]


class Week:
    """Runs one camera-week."""

    def __init__(self, street: Street, witness: Witness, *, still_look_s: float = STILL_LOOK_S) -> None:
        self.street = street
        self.witness = witness
        self.looks = 0
        self._light = Light(street)
        self._clock = Clock(street, self._light, still_look_s)
        self._painter = Painter(street, self._light)
        self._detector = SimulatedDetector(street)
        rng = street.family.rng(street.seed, salt=5)
        self._bank = rng.standard_normal(CELLS * CELLS * DIMENSIONS + 60_000).astype(np.float32)
        self._chance = Chance(rng)
        self._drifts: dict[object, np.ndarray] = {}
        self._memory = Memory(Slots(street.camera.id), places={}, picture=None, detections=(), looked_s=None)
        self._dwell = Dwell()
        self._past: deque[Eye] = deque(maxlen=scene.MAX_PAST)
        self._saved = (0.0, dump(self._memory), self._dwell)
        self._stays = Present([(stay.starts_s, stay.ends_s, stay) for stay in street.stays])
        self._passers = Present([(one.starts_s, one.ends_s, one) for one in street.passers])
        self._bystanders = Present([(one.starts_s, one.ends_s, one) for one in street.bystanders])

    def run(self) -> None:
        """Walk through the week."""
        street, at_s, last_s = self.street, 0.0, 0.0
        cuts, turned = list(street.cuts), list(street.turned)
        while at_s < street.ends_s:
            if cuts and at_s >= cuts[0][0]:
                at_s = self._cut(cuts.pop(0), at_s)
                continue
            if turned and at_s >= turned[0][0]:
                at_s = self._away(turned.pop(0), at_s)
                continue
            if at_s - last_s > LOOK_EVERY_S and not self._blind_between(last_s, at_s):
                self._idle(at_s - LOOK_EVERY_S)
            self._look(at_s)
            last_s = at_s
            following = self._clock.after(at_s, settled=self._memory.slots.settled)
            edges = [spans[0][0] for spans in (cuts, turned) if spans]
            at_s = min([following, *(edge for edge in edges if edge > at_s)])
        self.witness.ended(street.ends_s)

    def eye(self, at_s: float) -> SimulatedEye:
        """What a look at a moment would give; moments only go forward."""
        return self._eye(at_s)[0]

    def _blind_between(self, last_s: float, at_s: float) -> bool:
        return any(last_s < end <= at_s for _, end in (*self.street.cuts, *self.street.turned))

    def _cut(self, span: tuple[float, float], at_s: float) -> float:
        """The gateway is off; what it wrote last is what it knows."""
        _, saved, self._dwell = self._saved
        self._memory = load(saved, self.street.camera.id)
        self._past.clear()
        self.witness.blind(*span)
        return span[1]

    def _away(self, span: tuple[float, float], at_s: float) -> float:
        """The camera looks elsewhere: not visible."""
        for when in (span[0], (span[0] + span[1]) / 2, span[1] - 1.0):
            self._idle(when, visible=False)
        self.witness.blind(*span)
        return span[1]

    def _idle(self, at_s: float, *, visible: bool = True) -> None:
        moment = _moment(at_s)
        self._memory, sightings = idle(self._memory, moment, visible=visible)
        self.witness.told(at_s, sightings)
        self.judge(sightings, moment)
        if visible:
            self.witness.stood_still(at_s)

    def _look(self, at_s: float) -> None:
        eye, shares = self._eye(at_s)
        self.looks += 1
        before = self._memory
        self._memory, sightings = observe(before, eye, self.street.camera, tuple(self._past))
        self._past.append(eye)
        self.witness.looked(at_s, eye.detections, sightings, self._stays.at(at_s), shares)
        self.judge(sightings, eye.moment)
        if at_s - self._saved[0] >= SAVED_S:
            self._saved = (at_s, dump(self._memory), self._dwell)

    def present(self, at_s: float) -> list[Stay]:
        """Stays whose vehicle is in the picture."""
        return self._stays.at(at_s)

    def dark(self, at_s: float) -> bool:
        """Whether it is night."""
        return self._light.at(at_s).dark

    def judge(self, sightings: Sequence[Sighting], moment: Moment) -> None:
        """Ask the rules."""
        self._dwell, findings = dwell_step(self._dwell, sightings, zones=self.street.camera.zones, timezone=TIMEZONE)
        if findings:
            self.witness.found(findings, moment)
            self._saved = (moment.at_s, dump(self._memory), self._dwell)  # events and state are written as one

    def _eye(self, at_s: float) -> tuple[SimulatedEye, dict[int, float]]:
        things, targets, stays = self._things(at_s)
        shot = self._painter.paint(things, at_s, list(self._glows(at_s)))
        weather = self._light.at(at_s)
        seen = [replace(target, share=shot.shares[i]) for i, target in targets]
        found = self._detector.detect(seen, at_s, weather)
        rest = self._rest(at_s)
        found = tuple(_put_back(found, rest))
        shares = {number: shot.shares[i] for i, number in stays}
        return SimulatedEye(_moment(at_s), found, _shown(rest), shot, self._grain(at_s), rest), shares

    def _things(self, at_s: float) -> tuple[list[Thing], list[tuple[int, Target]], list[tuple[int, int]]]:
        """All that is in the picture, farthest first; what could be detected; and which of it are stays."""
        rows: list[tuple[Thing, Target, int | None]] = []
        for stay in self._stays.at(at_s):
            before_s, after_s = stay.comes.rest_s - at_s, at_s - stay.goes.rest_s
            shift = moved(stay.box, stay.comes, before_s) if before_s > 0 else moved(stay.box, stay.goes, after_s)
            box = stay.box
            edges = (box.x1 + shift[0], box.y1 + shift[1], box.x2 + shift[0], box.y2 + shift[1])
            moving = before_s > 0 or after_s > 0
            target = Target(stay.number, stay.label.value, edges, 1.0, stay.doubt, moving)
            look = self._painter.glossed(stay, at_s) if stay.gloss else stay.look
            rows.append((Thing(look, edges), target, stay.number))
        for passer in self._passers.at(at_s):
            edges = passer.box(at_s)
            label = PERSON if passer.person else "car"
            target = Target(-1 - passer.look, label, edges, 1.0, 0.0, True)
            rows.append((Thing(self.street.extras[passer.look], edges), target, None))
        for one in self._bystanders.at(at_s):
            edges = one.at(at_s)
            target = Target(-1001 - one.look, PERSON, edges, 1.0, 0.0, False)
            rows.append((Thing(self.street.extras[one.look], edges), target, None))
        rows.sort(key=lambda row: row[0].foot)
        things = [thing for thing, _, _ in rows]
        targets = [(i, target) for i, (_, target, _) in enumerate(rows) if clipped(*target.edges)]
        return things, targets, [(i, number) for i, (_, _, number) in enumerate(rows) if number is not None]

    def _glows(self, at_s: float) -> Iterator[tuple[float, float, float]]:
        """Headlights of what passes in the dark."""
        weather = self._light.at(at_s)
        if not (weather.dark and weather.epoch[2]):
            return
        for passer in self._passers.at(at_s):
            if not passer.person:
                x1, _, x2, y2 = passer.box(at_s)
                ahead = x2 + 0.08 if passer.rightwards else x1 - 0.08
                yield ahead, y2 - 0.5 * passer.height, 90.0

    def _grain(self, at_s: float) -> Grain:
        weather = self._light.at(at_s)
        key = weather.infrared, weather.rain, weather.epoch[1]
        if key not in self._drifts:
            lit = int(weather.infrared), int(weather.rain), weather.epoch[1]
            drift = 0.12 * self._chance.normals(DIMENSIONS, *lit) / np.sqrt(DIMENSIONS)
            night = np.random.default_rng(5).standard_normal(DIMENSIONS) / np.sqrt(DIMENSIONS)
            self._drifts[key] = (drift + 0.5 * weather.infrared * night).astype(np.float32)
        luma = LUMA_RAIN if weather.rain else LUMA_NIGHT if weather.infrared else LUMA
        network = NETWORK_NIGHT if weather.infrared else NETWORK
        at = self._chance.whole(len(self._bank) - CELLS * CELLS * DIMENSIONS, tick(at_s))
        return Grain(self._bank, at, luma, 0.6, network, self._drifts[key])

    def _rest(self, at_s: float) -> tuple[float, float, float]:
        i = bisect_right([row[0] for row in self.street.rests], at_s) - 1
        return self.street.rests[i][1:] if i >= 0 else (0.0, 0.0, 1.0)


def _moment(at_s: float) -> Moment:
    return Moment(at_s, START + timedelta(seconds=at_s), ClockTrust.SYNCED)


def _put_back(found: Sequence[Detection], rest: tuple[float, float, float]) -> Iterator[Detection]:
    """Detections as alignment moves them: out by what is left of the bump."""
    dx, dy, scale = rest
    for one in found:
        box = one.box
        moved_box = clipped((box.x1 - dx) / scale, (box.y1 - dy) / scale, (box.x2 - dx) / scale, (box.y2 - dy) / scale)
        if moved_box:
            yield replace(one, box=moved_box)


def _shown(rest: tuple[float, float, float]) -> Box:
    return Box(0.0, 0.0, 1.0, 1.0)
