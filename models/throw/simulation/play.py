"""Who appears in a clip: its confusers as actors, each in its layer."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from models.throw.simulation.clip import Clip
from models.throw.simulation.confusers.birds import bird
from models.throw.simulation.confusers.drips import drips
from models.throw.simulation.confusers.insects import insect, spider
from models.throw.simulation.confusers.laundry import beaten, hanging
from models.throw.simulation.confusers.leaves import leaf
from models.throw.simulation.confusers.lights import lamps
from models.throw.simulation.confusers.openings import openings
from models.throw.simulation.confusers.precipitation import rain, snow
from models.throw.simulation.confusers.reflections import reflections
from models.throw.simulation.confusers.whole import Shake, Tone, infrared, shake, stepping
from models.throw.simulation.flyer import Flyer
from models.throw.simulation.scene import Confuser
from models.throw.simulation.stage import Stage, stage

CHANCE: Final = 200  # salts from here on are the confusers' own
SHAKE_PX: Final = (1.0, 7.0)  # at full strength; a fixed camera's everyday tremble is a fifth of that
Rng = np.random.Generator


class Actor(Protocol):
    """Something that draws itself."""

    def draw(self, picture: NDArray[np.uint8], at_s: float) -> None:
        """Draw it as the picture exposed from a moment on has it, in place."""
        ...


@dataclass(frozen=True, slots=True)
class Play:
    """The actors of a clip by layer: on the façade, in the air before it, close to the lens; then the whole picture.

    Trees stand between the air and the lens.
    """

    wall: tuple[Actor, ...]
    air: tuple[Actor, ...]
    lens: tuple[Actor, ...]
    shake: Shake | None
    tone: Tone | None

    def offset(self, at_s: float) -> tuple[float, float]:
        """How far the picture is off its place at a moment, pixels."""
        return self.shake.offset(at_s) if self.shake else (0.0, 0.0)


def stage_of(clip: Clip) -> Stage:
    """Build, or give again, the stage on which a clip plays."""
    return stage(clip.family, clip.number, clip.scene, windy=Confuser.TREES in clip.confusers)


def play(clip: Clip) -> Play:
    """Cast a clip; what falls is not part of it, so the same play has the same pictures with and without a fall."""
    return _play(replace(clip, throws=()))


@lru_cache(maxsize=2)
def _play(clip: Clip) -> Play:
    place, number, seconds = stage_of(clip), clip.number, clip.seconds
    layers: dict[str, list[Actor]] = {"wall": [], "air": [], "lens": []}
    for confuser in clip.confusers:
        if confuser in _ACTORS:
            layer, cast = _ACTORS[confuser]
            layers[layer] += cast(place, place.family.rng(number, _salt(confuser)), seconds, clip.strength)
    return Play(
        wall=tuple(layers["wall"]),
        air=tuple(layers["air"]),
        lens=tuple(layers["lens"]),
        shake=_shake(place, number, clip.strength) if Confuser.SHAKE in clip.confusers else None,
        tone=_tone(place, number, seconds, clip.confusers),
    )


def _salt(confuser: Confuser) -> int:
    return CHANCE + list(Confuser).index(confuser)


def _shake(place: Stage, number: int, strength: float) -> Shake:
    rng = place.family.rng(number, _salt(Confuser.SHAKE))
    reach = float(np.exp(rng.uniform(*np.log(SHAKE_PX)))) * place.scene.height / 1080
    return shake(rng, reach if strength >= 1 else 0.2 * reach)


def _tone(place: Stage, number: int, seconds: float, confusers: tuple[Confuser, ...]) -> Tone | None:
    if Confuser.INFRARED in confusers:
        return infrared(place.scene, place.family.rng(number, _salt(Confuser.INFRARED)), seconds)
    if Confuser.EXPOSURE in confusers:
        return stepping(place.family.rng(number, _salt(Confuser.EXPOSURE)), seconds)
    return None


def _many(rng: Rng, seconds: float, per_s: float, strength: float) -> int:
    """How many of a kind appear: at full strength so many a second, else one or two."""
    return max(1, int(rng.poisson(per_s * seconds))) if strength >= 1 else int(rng.integers(1, 3))


def _starts(rng: Rng, seconds: float, count: int) -> list[float]:
    return [float(at_s) for at_s in np.sort(rng.uniform(-1.0, max(0.1, seconds - 0.5), count))]


def _birds(place: Stage, rng: Rng, seconds: float, strength: float) -> list[Actor]:
    starts = _starts(rng, seconds, _many(rng, seconds, 0.6, strength))
    return [Flyer(place.eye, tuple(bird(place.scene, place.family, rng, start) for start in starts))]


def _leaves(place: Stage, rng: Rng, seconds: float, strength: float) -> list[Actor]:
    starts = _starts(rng, seconds, _many(rng, seconds, 0.8, strength))
    return [Flyer(place.eye, tuple(leaf(place.scene, place.family, rng, start) for start in starts))]


def _insects(place: Stage, rng: Rng, seconds: float, strength: float) -> list[Actor]:
    starts = _starts(rng, seconds, _many(rng, seconds, 0.6, strength))
    return [Flyer(place.eye, tuple(insect(place.scene, place.family, rng, start) for start in starts))]


def _spider(place: Stage, rng: Rng, seconds: float, _strength: float) -> list[Actor]:
    return [Flyer(place.eye, (spider(place.scene, rng, 0.0, seconds),))]


def _laundry(place: Stage, rng: Rng, seconds: float, strength: float) -> list[Actor]:
    count = int(rng.integers(3, 9)) if strength >= 1 else int(rng.integers(1, 4))
    flights = [hanging(place.scene, rng, seconds) for _ in range(count)]
    if strength >= 1 and rng.random() < 0.6:
        flights.append(beaten(place.scene, rng, seconds))
    return [Flyer(place.eye, tuple(flights))]


def _drips(place: Stage, rng: Rng, seconds: float, strength: float) -> list[Actor]:
    units = 4 if strength >= 1 else 1
    return [Flyer(place.eye, drips(place.scene, rng, seconds)) for _ in range(units)]


def _rain(place: Stage, rng: Rng, _seconds: float, _strength: float) -> list[Actor]:
    return [rain(place.scene, rng)]


def _snow(place: Stage, rng: Rng, _seconds: float, _strength: float) -> list[Actor]:
    return [snow(place.scene, rng)]


def _lights(place: Stage, rng: Rng, seconds: float, strength: float) -> list[Actor]:
    return list(lamps(place, rng, seconds, _many(rng, seconds, 0.4, strength)))


def _reflections(place: Stage, rng: Rng, seconds: float, strength: float) -> list[Actor]:
    return [reflections(place, rng, seconds, _many(rng, seconds, 0.3, strength))]


def _openings(place: Stage, rng: Rng, seconds: float, strength: float) -> list[Actor]:
    return list(openings(place, rng, seconds, _many(rng, seconds, 0.15, strength)))


_ACTORS: Final = {
    Confuser.BIRD: ("air", _birds),
    Confuser.LEAF: ("air", _leaves),
    Confuser.LAUNDRY: ("wall", _laundry),
    Confuser.RAIN: ("lens", _rain),
    Confuser.SNOW: ("lens", _snow),
    Confuser.LIGHTS: ("wall", _lights),
    Confuser.REFLECTION: ("wall", _reflections),
    Confuser.SPIDER: ("lens", _spider),
    Confuser.INSECT: ("lens", _insects),
    Confuser.DRIP: ("air", _drips),
    Confuser.WINDOW: ("wall", _openings),
}
