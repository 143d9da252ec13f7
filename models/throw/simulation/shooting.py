"""Clips, drawn by chance: a fall with the day's usual round it, or all that moves when nothing falls."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from models.throw.simulation.bodies import BUILDS, Look, ObjectKind, body_and_look
from models.throw.simulation.clip import Clip, Throw
from models.throw.simulation.confusers.place import object_brightness, wind
from models.throw.simulation.fall import Vector, fall
from models.throw.simulation.family import Family
from models.throw.simulation.flyer import Flight
from models.throw.simulation.play import play, stage_of
from models.throw.simulation.scene import Confuser, Scene, Weather
from models.throw.simulation.scenery import Resolution, Setting, column_at, floor_at, point_on, scene
from models.throw.simulation.truth import Sight, plain, sights

QUIET_S: Final = 1.2  # at least, before anything falls: a detector learns what stands
LENGTH_S: Final = (3.0, 6.0)
AFTER_S: Final = 0.5
LONGEST_FALL_S: Final = 12.0
FEWEST_SIGHTS: Final = 6
SMALLEST_PX: Final = 2.0  # a cigarette end before a camera that is near enough for it: two or three pixels
SCENES: Final = 6  # tried before another kind of thing is taken
THROWS: Final = 5  # tried in each scene
TWO: Final = 0.06  # share of clips with a second fall
USUAL: Final = 0.4  # share of clips with something else that moves
PHOTOGRAPHED: Final = 0.5  # share of walls textured by a photograph, where that is wanted
HANDS_M: Final = (0.9, 1.9)  # above a floor's slab
OUT_M: Final = (0.12, 0.6)  # before the façade's plane
BY_DAY: Final = (Confuser.BIRD, Confuser.LEAF, Confuser.LAUNDRY, Confuser.TREES, Confuser.SHAKE, Confuser.REFLECTION)
BY_NIGHT: Final = (Confuser.INSECT, Confuser.LIGHTS, Confuser.SHAKE, Confuser.TREES, Confuser.LAUNDRY)
OF_NIGHT: Final = frozenset({Confuser.LIGHTS, Confuser.INSECT})
OF_DAY: Final = frozenset({Confuser.BIRD, Confuser.REFLECTION, Confuser.LAUNDRY})


def throw_clip(family: Family, number: int, *, resolution: Resolution | None = None, photographs: bool = False) -> Clip:
    """Shoot one fall, sometimes two, with the day's usual in some clips.

    A fall that no person could follow (`truth.plain`), or that is smaller than two pixels, is drawn
    again: first from another window, then before another camera, at last another kind of thing.

    Args:
        resolution: width and height in pixels; none leaves it to chance among FADE's four.
        photographs: texture half the walls with the family's photograph, which `photographs()` must have brought.
    Raises:
        ValueError: the number is not one of the family's.
        models.errors.ModelMissing: a photograph is asked for and not here.
    """
    rng = family.rng(number)
    first = list(ObjectKind)[int(rng.integers(len(ObjectKind)))]
    setting = Setting(resolution=resolution, photograph=_photograph(family, rng, wanted=photographs))
    for kind in (first, ObjectKind.BOTTLE, ObjectKind.BOX, ObjectKind.CLOTH):
        for _ in range(SCENES):
            chosen = replace(setting, near=True) if kind is ObjectKind.CIGARETTE else setting
            if (clip := _filmed(family, number, rng, scene(family, rng, chosen), kind)) is not None:
                return clip
    raise ValueError(f"no fall can be seen in clip {number} of family {family.name}")


def confuser_clip(
    family: Family,
    number: int,
    *,
    confusers: Sequence[Confuser] | None = None,
    seconds: float = 20.0,
    resolution: Resolution | None = None,
    photographs: bool = False,
) -> Clip:
    """Shoot a façade before which nothing falls that was thrown.

    Args:
        confusers: what appears; none leaves one to three to chance. Rain and snow are weathers and bring theirs; of
            the two the first named is taken.
        seconds: length, above 0.
        resolution, photographs: as for `throw_clip`.
    Raises:
        ValueError: the number is not one of the family's, or the length is not above 0.
        models.errors.ModelMissing: a photograph is asked for and not here.
    """
    if seconds <= 0:
        raise ValueError(f"a clip lasts longer than {seconds:g} s")
    rng = family.rng(number, 1)
    wanted = tuple(dict.fromkeys(confusers)) if confusers is not None else _by_chance(rng)
    setting = Setting(
        resolution=resolution,
        night=_night(wanted, rng),
        weather=_weather(wanted, rng),
        photograph=_photograph(family, rng, wanted=photographs),
    )
    place = scene(family, rng, setting)
    return Clip(family.name, number, _breezy(place, wanted, rng), seconds, (), _with_weather(place, wanted), 1.0)


def _filmed(family: Family, number: int, rng: np.random.Generator, place: Scene, kind: ObjectKind) -> Clip | None:
    usual = _usual(place, rng)
    clip = Clip(family.name, number, place, LENGTH_S[1], (), _with_weather(place, usual), 0.3)
    for _ in range(THROWS):
        start_s = QUIET_S + float(rng.uniform(0.0, 0.6))
        if (one := _thrown(clip, family, rng, kind, start_s)) is not None:
            throws, seconds = [one], _length(one, rng)
            if rng.random() < TWO:
                other = list(ObjectKind)[int(rng.integers(len(ObjectKind)))]
                two = _thrown(clip, family, rng, other, start_s + float(rng.uniform(0.2, 1.5)))
                throws += [two] if two is not None else []
            return replace(clip, seconds=seconds, throws=tuple(_until(throw, seconds, place.fps) for throw in throws))
    return None


def _length(throw: Throw, rng: np.random.Generator) -> float:
    """Three to six seconds, and long enough for a fall that ends in them."""
    wanted = max(float(rng.uniform(*LENGTH_S)), throw.path[-1][0] + AFTER_S)
    return round(min(LENGTH_S[1], wanted), 2)


def _until(throw: Throw, seconds: float, fps: float) -> Throw:
    """What of a fall's truth lies in the clip."""
    count = sum(frame < round(seconds * fps) for frame in throw.frames)
    return replace(throw, frames=throw.frames[:count], boxes=throw.boxes[:count], peaks=throw.peaks[:count])


def _thrown(clip: Clip, family: Family, rng: np.random.Generator, kind: ObjectKind, start_s: float) -> Throw | None:
    place = clip.scene
    body, look = body_and_look(kind, rng, cornered=family.outline == "polygon")
    look = _lit(place, rng, kind, look)
    start = _window(place, family, rng)
    path = fall(body, start, _hand(family, rng, kind), wind(place), rng, longest_s=LONGEST_FALL_S)
    path[:, 0] += start_s
    flight = Flight(path[:, 0], path[:, 1:], look)
    stage = stage_of(clip)
    seen = plain(stage, sights(stage, play(clip), flight, clip.seconds))
    if len([sight for sight in seen if sight.frame < LENGTH_S[0] * place.fps]) < FEWEST_SIGHTS:
        return None
    if float(np.median([sight.area for sight in seen])) < SMALLEST_PX:
        return None
    return _told(place, kind, look, path, seen)


def _told(place: Scene, kind: ObjectKind, look: Look, path: np.ndarray, seen: list[Sight]) -> Throw:
    at_s, x, y, _ = (float(value) for value in path[0])
    return Throw(
        kind=kind,
        look=look,
        floor=floor_at(place, y),
        column=column_at(place, x),
        start_s=at_s,
        height_m=y,
        path=tuple((float(a), float(b), float(c), float(d)) for a, b, c, d in path),
        frames=tuple(sight.frame for sight in seen),
        boxes=tuple(sight.box for sight in seen),
        peaks=tuple(sight.peak for sight in seen),
        area=float(np.median([sight.area for sight in seen])),
    )


def _lit(place: Scene, rng: np.random.Generator, kind: ObjectKind, look: Look) -> Look:
    if kind is ObjectKind.CIGARETTE and place.night:
        return replace(look, brightness=255.0)  # it burns
    return replace(look, brightness=object_brightness(place, rng, look.brightness))


def _window(place: Scene, family: Family, rng: np.random.Generator) -> Vector:
    """Where a fall begins: a window or balcony in the rectangle, or, seldom, above what the picture shows."""
    low, high = place.floors
    floor_number = int(rng.integers(low + 1, high + 1))
    if rng.random() < family.above and place.storeys > high:
        floor_number = min(place.storeys, high + int(rng.integers(1, 4)))
    column = float(rng.integers(1, place.columns + 1)) + float(rng.uniform(0.25, 0.75))
    x, y = point_on(place, floor_number, column, float(rng.uniform(*HANDS_M)))
    return x, y, float(rng.uniform(*OUT_M))


def _hand(family: Family, rng: np.random.Generator, kind: ObjectKind) -> Vector:
    """The speed at which a thing leaves the hand: dropped, or thrown outwards, sideways, somewhat up."""
    if rng.random() < family.drop:
        return float(rng.normal(0, 0.2)), float(rng.normal(0, 0.2)), float(rng.uniform(0, 0.4))
    speed = min(float(rng.uniform(*family.push)), BUILDS[kind].speed)
    aside = np.radians(rng.uniform(-80, 80))
    up = np.radians(rng.uniform(-20, 35))
    # Out of a window an arm throws along the wall more easily than far out: falls end within some metres of it.
    out = min(float(speed * np.cos(up) * np.cos(aside)), float(rng.uniform(0.3, 2.2)))
    return float(speed * np.cos(up) * np.sin(aside)), float(speed * np.sin(up)), out


def _usual(place: Scene, rng: np.random.Generator) -> tuple[Confuser, ...]:
    if rng.random() > USUAL:
        return ()
    offered = BY_NIGHT if place.night else BY_DAY
    chosen = offered[int(rng.integers(len(offered)))]
    return () if chosen is Confuser.TREES and not place.trees else (chosen,)


def _by_chance(rng: np.random.Generator) -> tuple[Confuser, ...]:
    every = list(Confuser)
    chosen = rng.choice(len(every), int(rng.integers(1, 4)), replace=False)
    return tuple(every[int(i)] for i in chosen)


def _weather(confusers: Sequence[Confuser], rng: np.random.Generator) -> Weather:
    """Rain and snow only where they are asked for, so that what a clip shows is what it is named for."""
    dry = Weather.CLEAR if rng.random() < 0.6 else Weather.CLOUDY
    falling = (Weather(c.value) for c in confusers if c in {Confuser.RAIN, Confuser.SNOW})
    return next(falling, dry)


def _with_weather(place: Scene, confusers: Sequence[Confuser]) -> tuple[Confuser, ...]:
    """Confusers with the one that the weather is, and without the one that it is not."""
    falling = {Weather.RAIN: Confuser.RAIN, Weather.SNOW: Confuser.SNOW}.get(place.weather)
    others = tuple(c for c in confusers if c not in {Confuser.RAIN, Confuser.SNOW})
    return (*others, falling) if falling else others


def _night(confusers: Sequence[Confuser], rng: np.random.Generator) -> bool | None:
    """Lights and insects are of the night, birds and laundry of the day; the first named decides."""
    for confuser in confusers:
        if confuser in OF_NIGHT:
            return bool(rng.random() < 0.85)
        if confuser in OF_DAY:
            return bool(rng.random() < 0.1)
    return None


def _breezy(place: Scene, confusers: Sequence[Confuser], rng: np.random.Generator) -> Scene:
    """Trees need standing, and what hangs or sways wind."""
    if Confuser.TREES in confusers and not place.trees:
        reach = place.columns * place.column_width
        bottom = (place.floors[0] - 1) * place.floor_height
        place = replace(place, trees=((place.left + float(rng.uniform(0, reach)), 0.6 * bottom + 5.0),))
    if {Confuser.TREES, Confuser.LAUNDRY} & set(confusers):
        side = float(np.sign(place.wind[0])) or 1.0
        strong = float(rng.uniform(2.0, 5.0))
        return replace(place, wind=(side * strong, place.wind[1], 0.2 + 0.4 * strong))
    return place


def _photograph(family: Family, rng: np.random.Generator, *, wanted: bool) -> str | None:
    drawn = rng.random() < PHOTOGRAPHED  # drawn in any case, so that the rest of the clip is the same without
    return family.photograph if wanted and drawn else None
