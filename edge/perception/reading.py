"""One camera's plates: which vehicle is looked at in which frame, and what all looks say. Models are handed in."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, TypeAdapter, ValidationError

from edge.config import Camera
from edge.perception.ownership import LEAST_WIDTH, is_own, shows_plate
from edge.perception.places import FITS, match
from edge.perception.plates import Seen, Votes
from edge.values import Box, Detection, Frame, Image, Plate, PlateState, Presence, Sighting, VehicleClass
from models.detection import PlateDetector, PlateGlimpse, PlateReader
from models.plates import rectify, split

WIDENED: Final = 0.08  # of a vehicle's box at each side: detectors cut bumpers off
LEAST_SCORE: Final = 0.4  # of a plate found
LEAST_PLATE: Final = 30.0  # pixels of width: smaller ones are found and not read

A_LOOK: Final = 2  # vehicles looked at in one frame, some 40 ms each: with one alone, what waits briefly is never read
FIRST_LOOKS: Final = 8
FIRST_EVERY_S: Final = 1.0
UNSURE_EVERY_S: Final = 600.0
UNSURE_LOOKS: Final = 60  # after which an unsure plate is looked at no more often than a sure one
EVERY_S: Final = 3600.0
FRUITLESS: Final = 4  # first looks that found no plate: this side of the vehicle shows none, or it is too far away
URGENT_EVERY_S: Final = 2.0

MAX_PASSING: Final = 32
PASSING_OVERLAP: Final = 0.3  # with its box of the look before
FOLLOWED_S: Final = 5.0  # a passing vehicle is known again by its place after so long, or at the next look …
FOLLOWED_MOST_S: Final = 20.0  # … if that is no later than this
GONE_S: Final = 120.0  # … and what was read of it is remembered for so long, for a stay that began while it was seen
MAX_STAYS: Final = 128  # as many as a camera has slots
MAX_STATE_BYTES: Final = 1024 * 1024  # 128 stays come to about 400 KB at most
MOTORED: Final = frozenset({VehicleClass.CAR, VehicleClass.TRUCK, VehicleClass.BUS})


@dataclass(frozen=True, slots=True)
class Watched:
    """One vehicle whose plate is looked for. `name` is its stay's, or `{camera}.v{n}` while it has none."""

    name: str
    votes: Votes = field(default_factory=Votes)
    looks: int = 0
    looked_s: float | None = None
    due_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Passing:
    """A vehicle that has no stay (yet), in view or not long gone."""

    watched: Watched
    box: Box
    seen_s: float


@dataclass(frozen=True, slots=True)
class Kept:
    """What outlives a restart: the stays' votes. Vehicles that pass are looked at anew."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    camera: str
    made: int
    stays: tuple[Watched, ...]
    version: Literal[1] = 1


_KEPT: Final = TypeAdapter(Kept)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of one vehicle's plate now. `stay` is None while it has none."""

    name: str
    stay: str | None
    box: Box
    plate: Plate


@dataclass(frozen=True, slots=True)
class Subject:
    """A vehicle that may be looked at in this frame, where it is now."""

    watched: Watched
    box: Box
    vehicle: VehicleClass


class PlateBook:
    """Reads the plates of one camera's vehicles, at most two a look, and votes.

    Args:
        camera: its settings.
        plates: finds plates in a vehicle's crop; what it scores below 0.4 is passed over.
        reader: reads one.
        state: what `state()` gave before, or None.
    Raises:
        ValueError: `state` is damaged, of another version or of another camera.
    """

    def __init__(self, camera: Camera, plates: PlateDetector, reader: PlateReader, state: bytes | None = None) -> None:
        self._camera = camera.id
        self._plates = plates
        self._reader = reader
        kept = _load(state, camera.id) if state is not None else Kept(camera.id, 0, ())
        self._made = kept.made
        self._stays = {watched.name: watched for watched in kept.stays}
        self._passing: tuple[Passing, ...] = ()
        self._boxes: dict[str, Box] = {}
        self._told: dict[str, tuple[Votes, Plate]] = {}
        self._read_s: float | None = None

    def read(
        self,
        frame: Frame,
        sightings: Sequence[Sighting],
        detections: Sequence[Detection],
        *,
        urgent: Collection[str] = (),
    ) -> None:
        """Take one frame; look at two vehicles' plates at most, where due. Stays not among the sightings are forgotten.

        Some 20 to 40 ms a vehicle. A new vehicle is looked at eight times, some seconds apart; then once an
        hour, or every ten minutes while its text is unsure.

        Args:
            frame: a picture in which something can be seen.
            sightings: of this look; boxes in this picture's coordinates.
            detections: of this picture, or of the last one before it that was detected on if nothing has moved since. A
                vehicle at a stay that is not SEEN is not that one and passes.
            urgent: stays of which evidence is about to be made: looked at first, again if need be.
        """
        now_s = frame.moment.at_s
        vehicles = [found for found in detections if found.vehicle in MOTORED]
        standing = [sighting for sighting in sightings if sighting.presence is not Presence.LEFT][:MAX_STAYS]
        seen = [sighting for sighting in standing if sighting.presence is Presence.SEEN]
        pairs = match([sighting.box for sighting in seen], [found.box for found in vehicles])
        self._follow([found for j, found in enumerate(vehicles) if j not in pairs.values()], now_s)
        self._settle(standing)
        self._read_s = now_s
        where = {sighting.stay: sighting.box for sighting in standing}
        where |= {seen[i].stay: vehicles[j].box for i, j in pairs.items()}
        subjects = [*self._standing(standing, where), *self._moving(vehicles, now_s)]
        others = [*(found.box for found in detections), *where.values()]
        for subject in _chosen([one for one in subjects if _is_large(one, frame.image)], now_s, urgent):
            self._put(self._look(frame, subject, others))
        self._forget()

    def plate(self, stay: str) -> Plate:
        """What is known of a stay's plate; UNKNOWN for one that was never looked at."""
        watched = self._stays.get(stay)
        return self._plate(watched) if watched is not None else Plate(state=PlateState.UNKNOWN, looks=0)

    def readings(self) -> tuple[Reading, ...]:
        """Every vehicle of the last look: those that stand by stay, then those that pass."""
        standing = (
            Reading(name, name, self._boxes[name], self._plate(watched))
            for name, watched in sorted(self._stays.items())
            if name in self._boxes
        )
        passing = (
            Reading(one.watched.name, None, one.box, self._plate(one.watched))
            for one in self._passing
            if one.seen_s == self._read_s
        )
        return (*standing, *passing)

    def state(self) -> bytes:
        """What outlives a restart, as versioned JSON; the same state gives the same bytes."""
        return _KEPT.dump_json(Kept(self._camera, self._made, tuple(self._stays[name] for name in sorted(self._stays))))

    def _plate(self, watched: Watched) -> Plate:
        """What its votes say, worked out once: it is asked at each look, and most looks bring nothing new."""
        known = self._told.get(watched.name)
        if known is None or known[0] is not watched.votes:
            known = self._told[watched.name] = (watched.votes, watched.votes.reading())
        return known[1]

    def _forget(self) -> None:
        """Keep in mind what is in view alone."""
        names = {*self._stays, *(one.watched.name for one in self._passing)}
        self._told = {name: told for name, told in self._told.items() if name in names}

    def _follow(self, vehicles: Sequence[Detection], now_s: float) -> None:
        """Know vehicles without a stay again by where they were; name new ones."""
        before_s = now_s if self._read_s is None else self._read_s
        since_s = max(min(now_s - FOLLOWED_S, before_s), now_s - FOLLOWED_MOST_S)
        followed = [one for one in self._passing if one.seen_s >= since_s]
        rest = [one for one in self._passing if now_s - GONE_S < one.seen_s < since_s]
        pairs = match([one.box for one in followed], [found.box for found in vehicles], PASSING_OVERLAP)
        here = [
            replace(one, box=vehicles[pairs[i]].box, seen_s=now_s) if i in pairs else one
            for i, one in enumerate(followed)
        ]
        for j, found in enumerate(vehicles):
            if j not in pairs.values():
                self._made += 1
                here.append(Passing(Watched(f"{self._camera}.v{self._made}"), found.box, now_s))
        lately = sorted((*rest, *here), key=lambda one: -one.seen_s)[:MAX_PASSING]
        self._passing = tuple(lately)

    def _settle(self, standing: Sequence[Sighting]) -> None:
        """Drop what has left; a new stay takes over what was read while it came to stand."""
        stays = {}
        for sighting in standing:
            known = self._stays.get(sighting.stay)
            stays[sighting.stay] = known if known is not None else self._arrived(sighting)
        self._stays = stays
        self._boxes = {sighting.stay: sighting.box for sighting in standing}

    def _arrived(self, sighting: Sighting) -> Watched:
        """A new stay: what was read at its place since it began was read of its vehicle."""
        there = [one for one in self._passing if one.seen_s >= sighting.entered.at_s]
        place = max(there, key=lambda one: one.box.overlap(sighting.box), default=None)
        if place is None or place.box.overlap(sighting.box) < FITS:
            return Watched(sighting.stay)
        self._passing = tuple(one for one in self._passing if one is not place)
        return replace(place.watched, name=sighting.stay)

    def _standing(self, standing: Sequence[Sighting], where: dict[str, Box]) -> Iterator[Subject]:
        for sighting in standing:
            if sighting.presence is Presence.SEEN and sighting.vehicle in MOTORED:
                yield Subject(self._stays[sighting.stay], where[sighting.stay], sighting.vehicle)

    def _moving(self, vehicles: Sequence[Detection], now_s: float) -> Iterator[Subject]:
        classes = {found.box: found.vehicle for found in vehicles}
        for one in self._passing:
            vehicle = classes.get(one.box)
            if one.seen_s == now_s and vehicle is not None:
                yield Subject(one.watched, one.box, vehicle)

    def _look(self, frame: Frame, subject: Subject, boxes: Sequence[Box]) -> Watched:
        """Look for the plate of one vehicle and count what was seen."""
        others = [box for box in boxes if subject.box.overlap(box) < FITS]
        crop, left, top = _crop(frame.image, subject.box)
        light = float(crop.mean())
        height, width = frame.image.shape[:2]
        found = self._plates.detect(crop)
        votes, now_s = subject.watched.votes, frame.moment.at_s
        offset = np.array([left, top], np.float32)
        own = [
            corners
            for corners, score in zip(found.corners, found.scores.tolist(), strict=True)
            if score >= LEAST_SCORE and is_own(_box_of(corners + offset, width, height), subject.box, others)
        ]
        if own:
            votes = votes.add(*self._glimpse(crop, own[0], offset, now_s, light))
        elif not len(found) and shows_plate(subject.box, others, width=width, height=height):
            votes = votes.none_shown(now_s, light)
        return _counted(subject.watched, votes, now_s)

    def _glimpse(
        self, crop: Image, corners: NDArray[np.float32], offset: NDArray[np.float32], now_s: float, light: float
    ) -> tuple[PlateGlimpse, Seen]:
        x, y = (corners.mean(axis=0) + offset).tolist()
        wide = float(np.linalg.norm(corners[1] - corners[0]) + np.linalg.norm(corners[2] - corners[3])) / 2
        straight = rectify(crop, corners) if wide >= LEAST_PLATE else None
        glimpse = self._reader.read(split(straight)) if straight is not None else PlateGlimpse(())
        return glimpse, Seen(now_s, x, y, wide, light)

    def _put(self, watched: Watched) -> None:
        if watched.name in self._stays:
            self._stays[watched.name] = watched
        else:
            self._passing = tuple(
                replace(one, watched=watched) if one.watched.name == watched.name else one for one in self._passing
            )


def _chosen(subjects: Sequence[Subject], now_s: float, urgent: Collection[str]) -> list[Subject]:
    """The vehicles to look at: what evidence is about to be made of, then those that were looked at least.

    Those that have shown no plate so far come last.
    """
    due = [subject.watched for subject in subjects if _is_due(subject.watched, now_s, urgent)]
    order = sorted(due, key=lambda one: (_is_fruitless(one), one.name not in urgent, one.looks, one.due_s))
    by_name = {subject.watched.name: subject for subject in subjects}
    return [by_name[one.name] for one in order[:A_LOOK]]


def _is_fruitless(watched: Watched) -> bool:
    return watched.looks > 0 and not watched.votes.found


def _is_due(watched: Watched, now_s: float, urgent: Collection[str]) -> bool:
    if watched.looked_s is None or now_s >= watched.due_s:
        return True
    return watched.name in urgent and now_s - watched.looked_s >= URGENT_EVERY_S


def _counted(watched: Watched, votes: Votes, now_s: float) -> Watched:
    looks = watched.looks + 1
    if looks < FIRST_LOOKS and (votes.found or looks < FRUITLESS):
        wait_s = FIRST_EVERY_S
    elif votes.is_settled or not votes.found or looks >= UNSURE_LOOKS:
        wait_s = EVERY_S
    else:
        wait_s = UNSURE_EVERY_S
    return replace(watched, votes=votes, looks=looks, looked_s=now_s, due_s=now_s + wait_s)


def _is_large(subject: Subject, image: Image) -> bool:
    width: int = image.shape[1]
    return (subject.box.x2 - subject.box.x1) * width >= LEAST_WIDTH


def _crop(image: Image, box: Box) -> tuple[Image, int, int]:
    """The widened box's pixels, and where they start."""
    height, width = image.shape[:2]
    across, down = WIDENED * (box.x2 - box.x1), WIDENED * (box.y2 - box.y1)
    left, top = (max(0, int(edge)) for edge in ((box.x1 - across) * width, (box.y1 - down) * height))
    right, bottom = round((box.x2 + across) * width), round((box.y2 + down) * height)
    crop = image[top : max(top + 1, min(bottom, height)), left : max(left + 1, min(right, width))]
    return np.ascontiguousarray(crop), left, top


def _box_of(corners: NDArray[np.float32], width: int, height: int) -> Box:
    (x1, y1), (x2, y2) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return Box(x1 / width, y1 / height, x2 / width, y2 / height)


def _load(raw: bytes, camera: str) -> Kept:
    if len(raw) > MAX_STATE_BYTES:
        raise ValueError(f"{len(raw)} bytes; a camera's plates have at most {MAX_STATE_BYTES}")
    try:
        kept = _KEPT.validate_json(raw)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        raise ValueError(f"not a camera's plates of version 1: {fault['msg']}") from None
    if kept.camera != camera:
        raise ValueError(f"the plates are of camera {kept.camera!r}, not of {camera!r}")
    return kept
