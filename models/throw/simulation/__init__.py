"""Seeded falls from façades, and everything that looks like one: physics, pictures, real encoding, truth beside them.

All of it is simulated. A clip is a value: the same family and number give the same clip and the same pictures.
World coordinates are metres: x along the façade to the right, y up from the ground, z out of the façade to the camera.
"""

from models.throw.simulation.bodies import ObjectKind
from models.throw.simulation.clip import Clip, Throw
from models.throw.simulation.encoding import encode
from models.throw.simulation.family import FAMILIES, JUDGING, TRAINING, Family
from models.throw.simulation.photographs import photographs
from models.throw.simulation.renderer import frames
from models.throw.simulation.scene import Confuser, Scene, Weather
from models.throw.simulation.shooting import confuser_clip, throw_clip
from models.throw.simulation.tracks import RATES, FlightTrack, thrown, tracks

__all__ = [
    "FAMILIES",
    "JUDGING",
    "RATES",
    "TRAINING",
    "Clip",
    "Confuser",
    "Family",
    "FlightTrack",
    "ObjectKind",
    "Scene",
    "Throw",
    "Weather",
    "confuser_clip",
    "encode",
    "frames",
    "photographs",
    "throw_clip",
    "thrown",
    "tracks",
]
