"""All of a clip that does not depend on what happens in it: built once, kept for the next who asks."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelMissing
from models.throw.simulation import facade, trees
from models.throw.simulation.family import FAMILIES, Family
from models.throw.simulation.flyer import Eye
from models.throw.simulation.photographs import kept
from models.throw.simulation.scene import Scene
from models.throw.simulation.trees import Tree

STILL_M = 0.03  # how far leaves move in any weather, metres
WINDY_M = 0.35  # how far tops move where swaying trees are asked for


@dataclass(frozen=True, slots=True)
class Stage:
    """A scene ready to be filmed.

    Attributes:
        facade: what stands still. `trees`: before it. `eye`: the camera's.
    """

    scene: Scene
    family: Family
    facade: facade.Facade
    trees: tuple[Tree, ...]
    eye: Eye

    @property
    def background(self) -> NDArray[np.uint8]:
        """The picture without anything that moves: shape (h, w), uint8; not to be written to."""
        return self.facade.picture

    def hidden(self, x: float, y: float, at_s: float) -> bool:
        """Whether a tree stands before a pixel at a moment."""
        return any(tree.hides(x, y, at_s) for tree in self.trees)


@lru_cache(maxsize=3)
def stage(family: str, number: int, scene: Scene, *, windy: bool) -> Stage:
    """Build the stage of a clip.

    Raises:
        models.errors.ModelMissing: the scene is textured with a photograph that was not brought.
    """
    chosen = FAMILIES[family]
    drawn = facade.draw(scene, chosen.rng(number, 101), _photograph(scene))
    drawn.picture.setflags(write=False)
    planted = trees.plant(scene, chosen, chosen.rng(number, 102), swaying=WINDY_M if windy else STILL_M)
    eye = Eye(scene.camera, scene.width, scene.height, scene.exposure_s, scene.blur)
    return Stage(scene, chosen, drawn, planted, eye)


def _photograph(scene: Scene) -> Path | None:
    if scene.photograph is None:
        return None
    if (path := kept(scene.photograph)) is None:
        raise ModelMissing(f"the photograph {scene.photograph} is not here: call photographs() first")
    return path
