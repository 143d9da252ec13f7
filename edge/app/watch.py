"""One camera's way from a frame to events: perception, rules, evidence, outbox, and looking again when asked."""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Final, Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from contract.device import CameraState
from contract.downlink import Look
from contract.envelope import Evidence
from edge.app.account import Account
from edge.app.drafts import answer_draft, berth_draft, finding_draft, zombie_draft
from edge.app.exhibits import Refusals, finding_pictures, keep, zombie_pictures
from edge.app.judge import Eyes, Judge
from edge.app.workshop import AtOnce, Workshop
from edge.config import Camera, Config, Facade, Zone
from edge.errors import DiskFull
from edge.evidence.album import Album
from edge.evidence.mask import Masker
from edge.evidence.store import EvidenceStore
from edge.health import CameraCounters
from edge.outbox import Draft, Outbox
from edge.perception.detection import detect
from edge.perception.falls.detector import FallDetector
from edge.perception.scene import View
from edge.permits import Register
from edge.rules import verification
from edge.rules.berths import Occupancy
from edge.rules.verification import Glance, Inquiry
from edge.trajectory import Verdict
from edge.values import (
    Answer,
    Detection,
    Frame,
    Moment,
    Outcome,
    Picture,
    Sighting,
)
from models.detection import Detector, PlateDetector, PlateReader
from models.throw.classifier import ID as THROW_ID

MOMENT: Final = TypeAdapter(Moment)
MAX_ASKED: Final = 16  # requests to look again that one camera works on at a time
MAX_UNSENT: Final = 256  # events that wait in memory for a full disk
SAVE_EVERY_S: Final = 60.0  # what a power cut may take of a stay's looks; writing more often wears the SD card

log = logging.getLogger(__name__)


class FallFinder(Protocol):
    """What looks for falls before one façade."""

    def observe(self, luma: NDArray[np.uint8], at_s: float) -> tuple[Verdict, ...]:
        """Take the next picture, shape (h, w); say what is to be said of what ended with it."""
        ...

    def finish(self) -> tuple[Verdict, ...]:
        """The stream has ended: say what is to be said of the rest."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What the watches of one gateway share."""

    config: Config
    detector: Detector
    masker: Masker
    store: EvidenceStore
    outbox: Outbox
    cpu_clock: Callable[[], float]
    plates: PlateDetector | None = None
    reader: PlateReader | None = None
    register: Register | None = None
    finder: Callable[[Facade], FallFinder] = FallDetector
    workshop: Workshop = field(default_factory=AtOnce)

    @property
    def eyes(self) -> Eyes:
        """What a camera's judge sees with."""
        return Eyes(self.detector, self.plates, self.reader, self.cpu_clock)

    @property
    def models(self) -> tuple[str, ...]:
        """Ids of the models that take part."""
        models = self.config.models
        plate = (models.plate,) if self.masker.enabled or self.plates else ()
        reader = (models.plate_reader,) if self.reader else ()
        return tuple(sorted({models.vehicle, *plate, *reader}))

    @property
    def fall_models(self) -> tuple[str, ...]:
        """Ids of the models that take part where falls are looked for."""
        vehicle = (self.config.models.vehicle,) if self.masker.enabled else ()
        return tuple(sorted((*vehicle, *((THROW_ID,) if self.config.throws.classifier else ()))))

    @property
    def device(self) -> str:
        """Who this gateway is, as it stands in a picture's margin."""
        return f"{self.config.gateway.community}/{self.config.gateway.id}"

    @property
    def timezone(self) -> tzinfo:
        """The zone of timetables and pictures."""
        return ZoneInfo(self.config.gateway.timezone)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to look again that is being worked on."""

    look: Look
    inquiry: Inquiry
    done: Future[None]


class Watch:
    """Watches one camera. `take` is called by one thread at a time; `ask` and `tick` by any.

    What it knows is committed together with the events that follow from it, so a gateway killed at any moment goes on
    from there: an event is neither lost nor made twice.
    """

    def __init__(self, camera: Camera, parts: Parts, *, witness: Callable[[Account], None] | None = None) -> None:
        """Take up what is known of the camera.

        Args:
            witness: told what every look came to, before its events are committed.
        """
        self.camera: Final = camera
        self._witness = witness
        self.counters: Final = CameraCounters(camera.id)
        self._parts = parts
        self._lock = threading.Lock()
        self._models = parts.models
        self._asked: list[Asked] = []
        self._unsent: list[Draft] = []
        self._answered: dict[str, Future[None]] = {}
        self._sightings: tuple[Sighting, ...] = ()
        self._refusals = Refusals(camera.id)
        self._saved_s = float("-inf")
        self._judge = Judge(camera, parts.config, parts.eyes, parts.register, self._saved)
        self._album = Album(
            camera,
            masker=parts.masker,
            store=parts.store,
            device=parts.device,
            timezone=parts.timezone,
            seal_to=parts.config.masking.seal_to,
        )
        self._album.restore(self._saved("album") or b"")
        saved = self._saved("moment")
        self.last: Final = MOMENT.validate_json(saved) if saved else None

    def take(self, frame: Frame, *, decode_ms: float = 0.0) -> None:
        """Take the next frame; `decode_ms` is the CPU time that it cost to get it.

        Raises:
            DiskFull: more events wait for the disk than memory should hold.
        """
        with self._lock:
            force = bool(self._asked) or self._album.wants(frame.moment, self._sightings)
            account = self._judge.judge(frame, force=force)
            self._note(account.view, decode_ms)
            detections = self._present(account, needed=account.pictured)
            self._album.observe(frame, account.shown, detections, home=account.view.shift.back)
            self._unsent += [*self._findings(account, detections), *self._berths(account.occupancy)]
            self._look_again(account)
            if self._witness:
                self._witness(account)
            changed = _stays(account.sightings) != _stays(self._sightings)
            self._sightings = account.sightings
            self._commit(frame.moment, changed=changed)
            if len(self._unsent) >= MAX_UNSENT:
                raise DiskFull(f"{len(self._unsent)} events wait for room on the disk")

    def ask(self, look: Look, now: Moment) -> Future[None]:
        """Take a request to look again; the future is done once the answer is safe in the outbox."""
        with self._lock:
            for asked in self._asked:
                if asked.look.id == look.id:
                    return asked.done
            done: Future[None] = Future()
            done.set_running_or_notify_cancel()  # whoever waits may give up; the answer is given all the same
            zone = self._zone(look.zone)
            if zone is None:
                self._refuse(look, done, now, "区域已不在配置中 the zone is not configured any more")
            elif len(self._asked) >= MAX_ASKED:
                self._refuse(look, done, now, "同时核查过多 too many requests at once")
            else:
                place = self._judge.place(look.slot)
                inquiry = Inquiry(look.slot, look.stay, zone, place, now.at_s, look.within_s)
                self._asked.append(Asked(look, inquiry, done))
            return done

    def tick(self, now: Moment) -> None:
        """Let requests run out, frames or no frames, and berths that nobody sees. Called about every second."""
        lost = self.counters.state in {CameraState.LOST, CameraState.FROZEN}
        if not (self._asked or self._unsent or lost):
            return  # else one camera's inference would hold up every camera's answers
        with self._lock:
            if lost and len(self._unsent) < MAX_UNSENT:
                self._unsent += self._berths(self._judge.unseen(now))
            for asked in tuple(self._asked):
                answer = verification.expire(asked.inquiry, now.at_s)
                if answer:
                    self._asked.remove(asked)
                    self._answer(asked.look, asked.done, answer, now)
            if self._unsent:
                self._commit(now, changed=False)

    @property
    def references(self) -> set[str]:
        """Evidence that the album still needs."""
        return self._album.references()

    def _saved(self, what: str) -> bytes | None:
        return self._parts.outbox.state(self._name(what))

    def _name(self, what: str) -> str:
        return f"{self.camera.id}/{what}"

    def _zone(self, zone_id: str) -> Zone | None:
        return next((zone for zone in self.camera.zones if zone.id == zone_id), None)

    def _note(self, view: View, decode_ms: float) -> None:
        self.counters.look(decode_ms=decode_ms, gate_ms=view.gate_ms)
        if view.inferred:
            self.counters.inference(inference_ms=view.inference_ms)
        state = CameraState.MOVED if view.moved_away else CameraState.LIVE if view.visible else CameraState.DARK
        if state is not self.counters.state:
            log.info("camera %s is %s%s", self.camera.id, state.value, f": {view.reason}" if view.reason else "")
            self.counters.turned(state, view.reason)

    def _present(self, account: Account, *, needed: bool) -> tuple[Detection, ...]:
        """What is in this very frame: a picture that leaves must not show a person that the last look did not have.

        Nothing where no picture is to be made of it.
        """
        frame, view = account.frame, account.view
        if view.inferred:
            return view.present
        if needed or self._album.wants(frame.moment, account.sightings):
            return detect(self._parts.detector, frame.image, self.camera.threshold)
        return ()

    def _findings(self, account: Account, detections: tuple[Detection, ...]) -> Iterator[Draft]:
        for finding in map(account.where_shown, account.findings):
            evidence = self._kept(finding_pictures(self._album, finding, account.frame, detections))
            yield finding_draft(finding, camera=self.camera, evidence=evidence, models=self._models)
        for zombie in map(account.where_shown, account.zombies):
            evidence = self._kept(zombie_pictures(self._album, zombie, account.frame, detections))
            yield zombie_draft(zombie, camera=self.camera, evidence=evidence, models=self._models)

    def _berths(self, occupancy: Occupancy | None) -> Iterator[Draft]:
        if occupancy:
            yield berth_draft(occupancy, camera=self.camera, models=self._models)

    def _look_again(self, account: Account) -> None:
        view = account.view
        glance = Glance(account.frame.moment.at_s, view.visible, view.reason, account.sightings, view.detections)
        for asked in tuple(self._asked):
            inquiry, answer = verification.step(asked.inquiry, glance)
            self._asked.remove(asked)
            if answer is None:
                self._asked.append(replace(asked, inquiry=inquiry))
            else:
                pictures = self._answering_picture(inquiry, answer, account)
                self._answer(asked.look, asked.done, answer, account.frame.moment, pictures)

    def _answering_picture(self, inquiry: Inquiry, answer: Answer, account: Account) -> tuple[Picture, ...]:
        """The place as it is now; whoever stands there in the subject's stead keeps no readable plate."""
        view = account.view
        place = view.shift.forth(inquiry.place) if inquiry.place and not view.moved_away else None
        if place is None:
            return ()
        there = answer.outcome is Outcome.STILL_THERE
        detections = self._present(account, needed=True)
        return (self._album.look(account.frame, place, detections, zone=inquiry.zone.id, present=there),)

    def _refuse(self, look: Look, done: Future[None], now: Moment, reason: str) -> None:
        self._answer(look, done, Answer(Outcome.CANNOT_SEE, reason, 0), now)
        self._commit(now, changed=False)

    def _answer(
        self, look: Look, done: Future[None], answer: Answer, now: Moment, pictures: tuple[Picture, ...] = ()
    ) -> None:
        evidence = self._kept(pictures)
        simulated = self.camera.simulated
        draft = answer_draft(look, answer, now, evidence=evidence, models=self._models, simulated=simulated)
        self._unsent.append(draft)
        self._answered[look.id] = done

    def _kept(self, pictures: tuple[Picture, ...]) -> tuple[Evidence, ...]:
        return keep(pictures, self._parts.store, self._refusals)

    def _commit(self, now: Moment, *, changed: bool) -> None:
        """Write events, requests that are answered, and state as one; a full disk keeps them waiting here."""
        if not (self._unsent or changed or now.at_s - self._saved_s >= SAVE_EVERY_S):
            return
        try:
            self._parts.outbox.commit(self._unsent, state=self._state(now), commands=tuple(self._answered))
        except DiskFull as error:
            self._refusals.note("events wait for room", error)
            return
        self._refusals.note("events wait for room", None)
        for done in self._answered.values():
            done.set_result(None)
        self._unsent, self._answered, self._saved_s = [], {}, now.at_s

    def _state(self, now: Moment) -> dict[str, bytes]:
        known = self._judge.state() | {"album": self._album.state(), "moment": MOMENT.dump_json(now)}
        return {self._name(what): value for what, value in known.items()}


def _stays(sightings: tuple[Sighting, ...]) -> frozenset[str]:
    return frozenset(sighting.stay for sighting in sightings)
