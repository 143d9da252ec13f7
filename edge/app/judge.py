"""One camera's way from a frame to what its rules say: scene, plates, permits, rules; and what all of them remember."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from edge.app.account import Account
from edge.config import Camera, Config
from edge.perception.reading import PlateBook, Reading
from edge.perception.scene import Scene, View
from edge.permits import Register
from edge.rules import berths, dwell, zombie
from edge.rules.berths import Occupancy
from edge.rules.zones import contains
from edge.values import Box, Frame, Moment, Plate, Presence, Sighting
from models.detection import Detector, PlateDetector, PlateReader

log = logging.getLogger(__name__)

Known = TypeVar("Known", zombie.Zombies, berths.Berths)
Saved = Callable[[str], bytes | None]
NOTHING_SAVED: Final[Saved] = lambda name: None  # noqa: E731


@dataclass(frozen=True, slots=True)
class Eyes:
    """What a judge sees with; `plates` and `reader` are None where no plates are read."""

    detector: Detector
    plates: PlateDetector | None
    reader: PlateReader | None
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
        register: the community's lists, asked at each look; None where plates are not read.
        saved: what `state` gave before, by name.
    """

    def __init__(self, camera: Camera, config: Config, eyes: Eyes, register: Register | None, saved: Saved) -> None:
        self._camera = camera
        self._config = config
        self._eyes = eyes
        self._register = register
        self._slots_from = int((saved("slots") or b"0").decode())
        try:
            self._restore(saved)
        except ValueError as error:
            log.warning("camera %s: what was known of its stays cannot be read (%s); starting afresh", camera.id, error)
            self._restore(NOTHING_SAVED)

    def judge(self, frame: Frame, *, force: bool) -> Account:
        """Take the next frame; `force` runs the detector even if nothing moved."""
        view = self._scene.perceive(frame, force=force)
        sightings = self._told(view, frame)
        rules, config = self._rules, self._config
        zones, timezone = self._camera.zones, config.gateway.timezone
        rules.dwell, findings = dwell.step(rules.dwell, sightings, zones=zones, timezone=timezone)
        rules.zombies, zombies = zombie.step(
            rules.zombies, sightings, zones=zones, settings=config.zombie, timezone=timezone
        )
        seen = view.visible and not view.moved_away
        rules.berths, occupancy = berths.step(rules.berths, sightings, visible=seen, now=frame.moment, zones=zones)
        return Account(frame, view, sightings, rules.dwell.records, findings, zombies, occupancy, self._readings())

    def unseen(self, now: Moment) -> Occupancy | None:
        """Let time pass without a frame, while the camera is lost: its berths become unknown."""
        rules = self._rules
        rules.berths, occupancy = berths.step(rules.berths, (), visible=False, now=now, zones=self._camera.zones)
        return occupancy

    def _readings(self) -> tuple[Reading, ...]:
        return self._book.readings() if self._book else ()

    def place(self, slot: str) -> Box | None:
        """Where a slot is; see `Scene.place`."""
        return self._scene.place(slot)

    def state(self) -> dict[str, bytes]:
        """Everything needed to go on after a restart, by name."""
        state = {
            "scene": self._scene.state(),
            "slots": str(self._scene.slots_made).encode(),
            "dwell": self._rules.dwell.to_bytes(),
            "zombies": self._rules.zombies.to_bytes(),
            "berths": self._rules.berths.to_bytes(),
        }
        return state | ({"plates": self._book.state()} if self._book else {})

    def _told(self, view: View, frame: Frame) -> tuple[Sighting, ...]:
        """The view's sightings, with what is known of their plates and permits."""
        if self._book is None:
            return view.sightings
        # The book forgets a vehicle with the look that says it left, and that look's event is to name it.
        leaving = {one.stay: self._book.plate(one.stay) for one in view.sightings if one.presence is Presence.LEFT}
        if view.inferred and view.visible and not view.moved_away:
            sightings = [_in_picture(sighting, view) for sighting in view.sightings]
            self._book.read(frame, sightings, view.present, urgent=self._pending())
        plates = ((one, leaving.get(one.stay) or self._book.plate(one.stay)) for one in view.sightings)
        return tuple(self._with_plate(one, plate) for one, plate in plates)

    def _pending(self) -> set[str]:
        """Stays that time is running for: what is read of them before a case is opened goes into it."""
        return {record.stay for record in self._rules.dwell.records if record.member.inside and not record.opened}

    def _with_plate(self, sighting: Sighting, plate: Plate) -> Sighting:
        wanted = {
            kind for zone in self._camera.zones if contains(zone.polygon, sighting.box.foot) for kind in zone.permits
        }
        permit = self._register.permit(plate, sighting.now, prefer=wanted) if self._register else None
        return replace(sighting, plate=plate, permit=permit)

    def _restore(self, saved: Saved) -> None:
        eyes = self._eyes
        self._scene = Scene(
            self._camera,
            eyes.detector,
            state=saved("scene"),
            cpu_clock=eyes.cpu_clock,
            slots_from=self._slots_from,
        )
        stays = saved("dwell")
        self._rules = _Rules(
            dwell.Dwell.from_bytes(stays) if stays else dwell.Dwell(),
            self._taken_up("zombie vehicles", saved("zombies"), zombie.Zombies.from_bytes) or zombie.Zombies(),
            self._taken_up("berths", saved("berths"), berths.Berths.from_bytes) or berths.Berths(),
        )
        self._book = self._book_from(saved("plates"))

    def _taken_up(self, what: str, saved: bytes | None, read: Callable[[bytes], Known]) -> Known | None:
        """What was known; what is damaged is begun anew and costs no stay its identity."""
        try:
            return read(saved) if saved else None
        except ValueError as error:
            log.warning("camera %s: what was known of its %s is lost (%s)", self._camera.id, what, error)
            return None

    def _book_from(self, saved: bytes | None) -> PlateBook | None:
        """What was read; a damaged book is begun anew and costs no stay its identity."""
        plates, reader = self._eyes.plates, self._eyes.reader
        if plates is None or reader is None:
            return None
        try:
            return PlateBook(self._camera, plates, reader, saved)
        except ValueError as error:
            log.warning("camera %s: what was read of plates is lost (%s)", self._camera.id, error)
            return PlateBook(self._camera, plates, reader)


def _in_picture(sighting: Sighting, view: View) -> Sighting:
    """A sighting where the picture has it; one that a moved camera does not have is hidden, and not forgotten."""
    box = view.shift.forth(sighting.box)
    return replace(sighting, box=box) if box else replace(sighting, presence=Presence.HIDDEN)
