"""Confusers as tracks without pixels, at the rates they come: hundreds of camera-days in minutes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.throw.simulation.clip import Clip
from models.throw.simulation.confusers.birds import bird
from models.throw.simulation.confusers.drips import drips
from models.throw.simulation.confusers.insects import insect, spider
from models.throw.simulation.confusers.laundry import beaten, hanging
from models.throw.simulation.confusers.leaves import leaf
from models.throw.simulation.confusers.precipitation import single
from models.throw.simulation.family import FAMILIES, Family
from models.throw.simulation.flyer import NEAREST, Flight
from models.throw.simulation.scene import Confuser, Scene, Weather
from models.throw.simulation.scenery import Setting, scene

DAY_S: Final = 86_400.0
FEWEST: Final = 3  # sightings: fewer are no track
THROWN: Final = 400  # salt of falls
DAYS: Final = 500  # salts from here on are days
MOST_DAYS: Final = 100_000.0
SEEN_SIGMA: Final = 3.0  # of the noise, over the thing's own pixels, from which a detector finds it
STILL_PX: Final = 0.5  # a frame: what hangs and moves less is part of the background
CENTRE_PX: Final = (0.25, 0.8)
"""Error of a middle, one sigma, pixels: on each side of a small blob a pixel more or less is a coin's throw."""
MISSED: Final = (0.02, 0.2)  # share of pictures in which it is not found
BUSY: Final = 0.6  # sigma of the logarithm by which days differ

RATES: Final[dict[Confuser, float]] = {
    # 13 hours of light × 9. Ten-minute point counts in housing estates find 10 to 20 birds within 50 m; a camera's
    # wedge before one façade is about a tenth of that circle.
    Confuser.BIRD: 120.0,
    # A street tree sheds 50,000 to 200,000 leaves in about 40 days: some thousands a day, of which one in fifty is
    # blown past the wall above the crown; a sixth of the year, and scraps and petals in the rest.
    Confuser.LEAF: 60.0,
    # Warm nights, half of the year: the camera's lamp draws some each minute for some hours.
    Confuser.INSECT: 300.0,
    # 900 wet hours in a year (Yangtze delta), two and a half a day, in each of which some 160 drops can be followed
    # over three pictures by accident.
    Confuser.RAIN: 400.0,
    # A tenth as many hours, but a flake is slow and is followed for long.
    Confuser.SNOW: 60.0,
    # Ten pieces before a façade, and fifteen gusts a day that move each so far that it is seen.
    Confuser.LAUNDRY: 150.0,
    # Of the thousands of drops of a summer's day those that the sun lights before a dark wall; an average of the year.
    Confuser.DRIP: 100.0,
    # A web before the lens is cleaned away within days; it is there one day in five, and runs a hundred times.
    Confuser.SPIDER: 20.0,
}
"""Flights that begin before a camera in a mean day of the year. Most of these are estimates, their ground beside them:
nobody has published counts. Fewer tracks come of them, for some are too faint or too short to be followed."""


@dataclass(frozen=True, slots=True)
class FlightTrack:
    """What a tracker would make of something that is no fall, without pixels.

    Attributes:
        confuser: what it is; None where it is a fall. `day`: of the simulated days, from 0.
        scene: the camera that saw it, another each day.
        t: shape (n,), n ≥ 3, seconds since that day's midnight, rising; frames in which it was missed are left out.
        xy: shape (n, 2), its middle, pixels of the whole picture, with a detector's noise; it may lie outside the
            scene's polygon.
        size: shape (n,), square root of the area that moved, pixels. `extent`: shape (n, 2), its width and height.
        contrast: shape (n,), grey levels against what lies behind; negative is darker.
    """

    confuser: Confuser | None
    day: int
    scene: Scene
    t: NDArray[np.float64]
    xy: NDArray[np.float64]
    size: NDArray[np.float64]
    extent: NDArray[np.float64]
    contrast: NDArray[np.float64]


def tracks(family: Family, number: int, confuser: Confuser, days: float) -> Iterator[FlightTrack]:
    """Give a confuser's tracks over camera-days, in order of days, at `RATES`; days differ as weather does.

    Args:
        number: 0 to 999,999, of the site.
        days: above 0; a part of a day is that share of its tracks.
    Raises:
        ValueError: the confuser is not one that flies, or the days are out of range.
    """
    if confuser not in RATES:
        raise ValueError(f"{confuser} has no tracks; there are {', '.join(RATES)}")
    if not 0 < days <= MOST_DAYS:
        raise ValueError(f"days are above 0 and at most {MOST_DAYS:g}, not {days:g}")
    return _tracks(family, number, confuser, days)


def thrown(clip: Clip) -> Iterator[FlightTrack]:
    """Give a clip's falls as tracks, seen as confusers are: else a classifier would learn how tracks are made.

    Their times are the clip's own.
    """
    for number, throw in enumerate(clip.throws):
        rng = np.random.default_rng([FAMILIES[clip.family].first_seed + clip.number, THROWN, number])
        if (track := _followed(None, 0, clip.scene, throw.flight, rng)) is not None:
            yield track


def _tracks(family: Family, number: int, confuser: Confuser, days: float) -> Iterator[FlightTrack]:
    for day in range(int(np.ceil(days))):
        rng = np.random.default_rng([family.first_seed + number, DAYS + day, list(Confuser).index(confuser)])
        place = scene(family, rng, _setting(confuser, rng))
        share = min(1.0, days - day)
        busy = float(np.exp(rng.normal(-(BUSY**2) / 2, BUSY)))  # its mean is 1
        for _ in range(int(rng.poisson(RATES[confuser] * share * busy))):
            flight = _FLIGHTS[confuser](place, family, rng)
            if (track := _followed(confuser, day, place, flight, rng)) is not None:
                yield track


def _setting(confuser: Confuser, rng: np.random.Generator) -> Setting:
    night = {Confuser.INSECT: True, Confuser.BIRD: False}.get(confuser)
    weather = {Confuser.RAIN: Weather.RAIN, Confuser.SNOW: Weather.SNOW}.get(confuser)
    dry = Weather.CLEAR if rng.random() < 0.6 else Weather.CLOUDY
    return Setting(night=night, weather=weather or dry)


def _followed(
    confuser: Confuser | None, day: int, place: Scene, flight: Flight, rng: np.random.Generator
) -> FlightTrack | None:
    """A flight sampled at the camera's pictures, with a detector's errors; None where too little is seen."""
    times = np.arange(np.ceil(flight.at_s[0] * place.fps), np.floor(flight.at_s[-1] * place.fps)) / place.fps
    if len(times) < FEWEST:
        return None
    half = place.exposure_s / 2
    middle = place.camera.project(flight.at(times + half))
    way = np.abs(place.camera.project(flight.at(times + 2 * half)) - place.camera.project(flight.at(times)))[:, :2]
    extent, area, own = _extent(place, flight, times + half, middle[:, 2], way)
    behind = _behind(place, middle, rng)
    contrast = (flight.brightness(times) - behind) * np.minimum(1.0, own / area)
    contrast = np.clip(contrast, -behind, 255.0 - behind)
    seen = _inside(place, middle) & (np.abs(contrast) * np.sqrt(np.minimum(area, 9.0)) > SEEN_SIGMA * place.noise_sigma)
    seen &= rng.random(len(times)) > rng.uniform(*MISSED)
    if confuser is Confuser.LAUNDRY:
        seen &= np.hypot(*np.gradient(middle[:, :2], axis=0).T) > STILL_PX
    if seen.sum() < FEWEST:
        return None
    xy = middle[:, :2] + rng.normal(0, rng.uniform(*CENTRE_PX), (len(times), 2)) * (1 + 0.05 * extent)
    midnight = times[0] if confuser is None else _begins(confuser, rng)
    start = (midnight - times[0]) if midnight + times[-1] - times[0] < DAY_S else DAY_S - times[-1] - 1.0
    wobble = np.exp(rng.normal(0, 0.12, len(times)))
    return FlightTrack(
        confuser=confuser,
        day=day,
        scene=place,
        t=(times + np.round(start * place.fps) / place.fps)[seen],
        xy=xy[seen],
        size=np.sqrt(area * wobble)[seen],
        extent=np.maximum(1.0, extent * np.sqrt(wobble)[:, None])[seen],
        contrast=(contrast * np.exp(rng.normal(0, 0.1, len(times))))[seen],
    )


def _extent(
    place: Scene, flight: Flight, times: NDArray[np.float64], depth: NDArray[np.float64], way: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Width and height of what moved, its streak and the blur with it: (n, 2); its area, and the thing's own: (n,)."""
    scale = place.camera.focal / np.maximum(depth, NEAREST)
    long, broad = flight.look.length * scale, flight.look.breadth * flight.breadth(times) * scale
    turn = np.radians(flight.angle(times))
    cos, sin = np.abs(np.cos(turn)), np.abs(np.sin(turn))
    blur = 2.0 * float(np.hypot(place.blur, flight.blur))
    width, height = long * cos + broad * sin, long * sin + broad * cos
    round_ = np.hypot(long, blur) * np.hypot(broad, blur)
    area = np.maximum(1.0, 0.8 * round_ + np.hypot(*way.T) * np.sqrt(round_))
    return np.hypot(np.stack([width, height], axis=1), blur) + way, area, 0.8 * long * broad


def _behind(place: Scene, middle: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Grey levels of the wall along a way: bright between windows, dark on their glass."""
    period = place.floor_height * place.camera.focal / place.camera.position[2]
    glass = np.sin(2 * np.pi * middle[:, 1] / period + rng.uniform(0, 6)) > 0.2
    lit = place.night and rng.random() < 0.2
    return np.where(glass, place.light + 90.0 if lit else place.light - place.reveal, place.light)


def _inside(place: Scene, middle: NDArray[np.float64]) -> NDArray[np.bool_]:
    x, y, depth = middle.T
    return np.asarray((depth > NEAREST) & (x >= 0) & (x < place.width) & (y >= 0) & (y < place.height))


def _begins(confuser: Confuser, rng: np.random.Generator) -> float:
    """Seconds since midnight: birds from six to seven in the evening, insects in the other hours."""
    if confuser is Confuser.BIRD:
        return float(rng.uniform(6.0, 19.0)) * 3600
    if confuser is Confuser.INSECT:
        return float(np.mod(rng.uniform(19.0, 29.0), 24.0)) * 3600
    return float(rng.uniform(0.0, DAY_S - 60))


def _drip(place: Scene, _family: Family, rng: np.random.Generator) -> Flight:
    return drips(place, rng, 3.0)[0]


def _cloth(place: Scene, _family: Family, rng: np.random.Generator) -> Flight:
    seconds = float(rng.uniform(2.0, 8.0))
    return beaten(place, rng, seconds) if rng.random() < 0.2 else hanging(place, rng, seconds)


_FLIGHTS: Final[dict[Confuser, Callable[[Scene, Family, np.random.Generator], Flight]]] = {
    Confuser.BIRD: lambda place, family, rng: bird(place, family, rng, 0.0),
    Confuser.LEAF: lambda place, family, rng: leaf(place, family, rng, 0.0),
    Confuser.INSECT: lambda place, family, rng: insect(place, family, rng, 0.0),
    Confuser.SPIDER: lambda place, _family, rng: spider(place, rng, 0.0, 12.0),
    Confuser.RAIN: lambda place, _family, rng: single(place, rng, 0.0),
    Confuser.SNOW: lambda place, _family, rng: single(place, rng, 0.0),
    Confuser.LAUNDRY: _cloth,
    Confuser.DRIP: _drip,
}
