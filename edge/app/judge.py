"""One camera's way from a frame to what its rules say: scene and rules, and what all of them remember."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from edge.app.account import Account
from edge.config import Camera, Config
from edge.perception.scene import Scene
from edge.rules import berths, dwell, zombie
from edge.values import Box, Frame
from models.detection import Detector

log = logging.getLogger(__name__)

Saved = Callable[[str], bytes | None]
NOTHING_SAVED: Final[Saved] = lambda name: None  # noqa: E731


@dataclass(frozen=True, slots=True)
class Eyes:
    """What a judge sees with."""

    detector: Detector
    cpu_clock: Callable[[], float]


@dataclass(slots=True)
class _Rules:
    """What the rules remember."""

    dwell: dwell.Dwell
    zombies: zombie.Zombies
    berths: berths.Berths


class Judge:
    """Judges one camera's frames. One instance serves one thread at a time.

    Args:
        saved: what `state` gave before, by name.
    """

    def __init__(self, camera: Camera, config: Config, eyes: Eyes, saved: Saved) -> None:
        self._camera = camera
        self._config = config
        self._eyes = eyes
        self._slots_from = int((saved("slots") or b"0").decode())
        try:
            self._restore(saved)
        except ValueError as error:
            log.warning("camera %s: what was known of its stays cannot be read (%s); starting afresh", camera.id, error)
            self._restore(NOTHING_SAVED)

    def judge(self, frame: Frame, *, force: bool) -> Account:
        """Take the next frame; `force` runs the detector even if nothing moved."""
        view = self._scene.perceive(frame, force=force)
        sightings = view.sightings
        rules, config = self._rules, self._config
        zones, timezone = self._camera.zones, config.gateway.timezone
        rules.dwell, findings = dwell.step(rules.dwell, sightings, zones=zones, timezone=timezone)
        rules.zombies, zombies = zombie.step(
            rules.zombies, sightings, zones=zones, settings=config.zombie, timezone=timezone
        )
        rules.berths, occupancy = berths.step(
            rules.berths, sightings, visible=view.visible, now=frame.moment, zones=zones
        )
        return Account(frame, view, sightings, rules.dwell.records, findings, zombies, occupancy)

    def place(self, slot: str) -> Box | None:
        """Where a slot is; see `Scene.place`."""
        return self._scene.place(slot)

    def state(self) -> dict[str, bytes]:
        """Everything needed to go on after a restart, by name."""
        return {
            "scene": self._scene.state(),
            "slots": str(self._scene.slots_made).encode(),
            "dwell": self._rules.dwell.to_bytes(),
            "zombies": self._rules.zombies.to_bytes(),
            "berths": self._rules.berths.to_bytes(),
        }

    def _restore(self, saved: Saved) -> None:
        eyes = self._eyes
        self._scene = Scene(
            self._camera,
            eyes.detector,
            state=saved("scene"),
            cpu_clock=eyes.cpu_clock,
            slots_from=self._slots_from,
        )
        stays, days, spaces = saved("dwell"), saved("zombies"), saved("berths")
        self._rules = _Rules(
            dwell.Dwell.from_bytes(stays) if stays else dwell.Dwell(),
            zombie.Zombies.from_bytes(days) if days else zombie.Zombies(),
            berths.Berths.from_bytes(spaces) if spaces else berths.Berths(),
        )
