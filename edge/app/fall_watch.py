"""One camera's way from shots to events: a detector a façade, evidence, outbox."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from pydantic import TypeAdapter

from contract.device import CameraState
from contract.downlink import Look
from contract.envelope import Evidence
from edge.app.drafts import answer_draft
from edge.app.exhibits import Refusals, keep
from edge.app.fall_drafts import Told, clip_draft, fall_name, thrown_draft, with_evidence
from edge.app.fall_films import MAX_CLIP_BYTES, Films
from edge.app.telling import MAX_UNSENT, Telling
from edge.app.watch import Parts
from edge.config import Camera, Facade
from edge.errors import DiskFull
from edge.evidence.fall_evidence import FallDeveloper
from edge.evidence.reel import Clip, Reel
from edge.evidence.remux import NotFilmed
from edge.evidence.strobe import LEAD_S
from edge.health import CameraCounters
from edge.outbox import Draft
from edge.perception.detection import detect
from edge.sources.film import Gaps, Shot
from edge.trajectory import Fall, Verdict
from edge.values import Answer, Detection, Image, Moment, Outcome

TOLD_WITHIN_S: Final = 1.8  # after its end a fall is told, with its picture or without: 2 s are promised
MAX_NAMES: Final = 64  # falls whose names are remembered, so that no two of one camera are called the same
MAX_PICTURES: Final = 8  # falls whose picture is being made; more are told without
MOMENT: Final = TypeAdapter(Moment)
LEFT_OUT: Final = {
    "skips": "this machine does not keep up with it; parts of it are not watched",
    "jumps": "its time stamps jump; what falls just then is not seen",
    "damaged": "some of it cannot be decoded",
    "repeated": "pictures come with the same time; of such the first alone is watched",
}
NOT_HERE: Final = "这台摄像机看高空抛物，不看车辆 this camera watches for falls, not for vehicles"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What one shot or the end of a stream came to: verdicts on what ended with it, each with its façade's id."""

    verdicts: tuple[tuple[str, Verdict], ...]


@dataclass(frozen=True, slots=True)
class _Untold:
    """A fall whose picture is being made, and the event that tells it without."""

    told: Told
    draft: Draft


class FallWatch:
    """Watches one camera for falls. `take` and `lost` are called by one thread at a time, `ask` and `tick` by any.

    A fall is told once, committed with the camera's moment, as soon as its picture is made; `TOLD_WITHIN_S` after its
    end without it, and the picture then goes with the film, or after it if it takes longer still. The film follows when
    the seconds after the fall are recorded. A gateway killed in between has lost the film, for packets are kept in
    memory alone; it tells nothing twice, for what a camera has shown it does not show again.
    """

    def __init__(self, camera: Camera, parts: Parts, *, witness: Callable[[Glimpse], None] | None = None) -> None:
        """Take up what is known of the camera.

        Args:
            witness: told what every shot and the end came to, before the events are committed.
        """
        self.camera: Final = camera
        self.counters: Final = CameraCounters(camera.id)
        throws, config = parts.config.throws, parts.config
        self.reel: Final = Reel(seconds=throws.clip_before, max_bytes=throws.ring_bytes)
        self._parts = parts
        self._witness = witness
        self._lock = threading.RLock()  # a picture that is made at once is made by whoever took the shot
        self._finders = {facade.id: parts.finder(facade) for facade in camera.facades}
        self._telling = Telling(camera.id, parts.outbox, self._state)
        self._refusals = Refusals(camera.id)
        self._developer = FallDeveloper(
            camera, config.masking, find=self._find, device=parts.device, timezone=parts.timezone
        )
        self._films = Films(
            camera.id,
            reel=self.reel,
            throws=throws,
            developer=self._developer,
            store=parts.store,
            workshop=parts.workshop,
            tell=self._tell_film,
        )
        self._names: deque[str] = deque(maxlen=MAX_NAMES)
        self._untold: dict[str, _Untold] = {}
        self._filmed: set[str] = set()  # falls whose film is not over; as many as `Films` holds
        self._late: dict[str, tuple[Told, tuple[Evidence, ...]]] = {}  # pictures that go with the film
        self._jobs: dict[str, Future[None]] = {}  # pictures in the making
        self._left_out: set[str] = set()  # what the log has said already
        self._now: Moment | None = None
        self._size, self._size_before = (0, 0), (0, 0)
        self._sized_s = 0.0  # since when pictures have that size
        saved = parts.outbox.state(self._name("moment"))
        self.last: Final = MOMENT.validate_json(saved) if saved else None

    @property
    def references(self) -> set[str]:
        """Evidence that is needed on disk beside what events refer to: none."""
        return set()

    def take(self, shot: Shot, *, decode_ms: float = 0.0) -> None:
        """Take the next shot; `decode_ms` is the CPU time that it cost to get it.

        Raises:
            DiskFull: more events wait for the disk than memory should hold.
        """
        with self._lock:
            if shot.begins:
                self._finders = {facade.id: self._parts.finder(facade) for facade in self.camera.facades}
            self._now = shot.moment
            self._note_size(shot)
            self._judge(tuple(self._seen(shot, decode_ms)), shot.moment)
            self._films.pass_time(shot.moment)
        self._keep_up(shot.moment)
        if self._telling.waiting >= MAX_UNSENT:
            raise DiskFull(f"{self._telling.waiting} events wait for room on the disk")

    def lost(self) -> None:
        """The stream has ended, or is not read any more: judge what was still followed, and film what there is."""
        with self._lock:
            if self._now is None:
                return
            ended = [(name, verdict) for name, finder in self._finders.items() for verdict in finder.finish()]
            self._judge(tuple(ended), self._now)
            self._films.cut(self._now)

    def close(self) -> None:
        """Tell what waits for its picture or its film, which may never come now. Called when no shot comes any more."""
        with self._lock:
            untold, late, now = tuple(self._untold.values()), tuple(self._late.values()), self._now
            self._untold.clear()
            self._late.clear()
            self._filmed.clear()
        if now is None:
            return
        for one in untold:
            self._tell(one.draft, now, ())
        for told, evidence in late:
            self._tell_clip(told, now, evidence)

    def note(self, gaps: Gaps) -> None:
        """Log what the source left out, once of each kind: a log, too, needs room."""
        for kind, words in LEFT_OUT.items():
            if getattr(gaps, kind) and kind not in self._left_out:
                self._left_out.add(kind)
                log.warning("camera %s: %s", self.camera.id, words)

    def ask(self, look: Look, now: Moment) -> Future[None]:
        """Refuse a request to look at a vehicle; the future is done once the answer is safe in the outbox."""
        done: Future[None] = Future()
        done.set_running_or_notify_cancel()
        answer, simulated = Answer(Outcome.CANNOT_SEE, NOT_HERE, 0), self.camera.simulated
        draft = answer_draft(look, answer, now, evidence=(), models=(), simulated=simulated)
        self._telling.answer(look.id, draft, done, now)
        return done

    def tick(self, now: Moment) -> None:
        """Tell what waits, shots or no shots. Called about every second."""
        if self._untold or self._jobs or self._telling.waiting:
            self._keep_up(now)

    def _note_size(self, shot: Shot) -> None:
        size = shot.luma.shape[1], shot.luma.shape[0]
        if size != self._size:
            self._size_before, self._size, self._sized_s = self._size, size, shot.moment.at_s

    def _seen(self, shot: Shot, decode_ms: float) -> Iterator[tuple[str, Verdict]]:
        started_s = self._parts.cpu_clock()
        for name, finder in self._finders.items():
            for verdict in finder.observe(shot.luma, shot.moment.at_s):
                yield name, verdict
        self.counters.look(decode_ms=decode_ms, gate_ms=(self._parts.cpu_clock() - started_s) * 1000.0)
        if self.counters.state is not CameraState.LIVE:
            log.info("camera %s is live", self.camera.id)
            self.counters.turned(CameraState.LIVE)

    def _judge(self, verdicts: tuple[tuple[str, Verdict], ...], now: Moment) -> None:
        if self._witness:
            self._witness(Glimpse(verdicts))
        facades = {facade.id: facade for facade in self.camera.facades}
        for name, verdict in verdicts:
            if isinstance(verdict, Fall):
                self._found(self._told(verdict, facades[name], now), now)
            else:
                self.counters.rejected(verdict.reason.value)

    def _told(self, fall: Fall, facade: Facade, now: Moment) -> Told:
        began, ended = (
            Moment(at_s, now.seen_at - timedelta(seconds=now.at_s - at_s), now.trust)
            for at_s in (fall.began_s, fall.ended_s)
        )
        number = 0
        while (name := fall_name(began, number)) in self._names:
            number += 1
        self._names.append(name)
        size = self._size if fall.ended_s >= self._sized_s else self._size_before
        return Told(name, fall, facade, size, began, ended)

    def _found(self, told: Told, now: Moment) -> None:
        """Have its picture made and its film cut; without a picture it is told at once."""
        draft, fall = thrown_draft(told, self.camera, models=self._parts.fall_models), told.fall
        self._filmed.add(told.name)
        self._films.add(told, now)
        clip = self.reel.cut(fall.began_s - LEAD_S, fall.ended_s, max_bytes=MAX_CLIP_BYTES)
        if clip is None or len(self._untold) >= MAX_PICTURES:
            self._tell(draft, now, ())
            return
        self._untold[told.name] = _Untold(told, draft)
        self._jobs[told.name] = self._parts.workshop.picture(partial(self._picture, told, clip, now))

    def _picture(self, told: Told, clip: Clip, now: Moment) -> None:
        """Make and store a fall's picture, then tell the fall; in the workshop."""
        try:
            picture = self._developer.picture(clip, told.fall, told.facade, told.began, told.ended)
        except NotFilmed as error:
            log.warning("camera %s: no picture of %s: %s", self.camera.id, told.name, error)
            picture = None
        evidence = keep((picture,), self._parts.store, self._refusals) if picture else ()
        with self._lock:
            untold = self._untold.pop(told.name, None)
            goes_along = untold is None and told.name in self._filmed
            if goes_along:
                self._late[told.name] = told, evidence
        if untold is not None:
            self._tell(untold.draft, now, evidence)
        elif not goes_along:
            self._tell_clip(told, now, evidence)

    def _keep_up(self, now: Moment) -> None:
        with self._lock:
            done = {name: job for name, job in self._jobs.items() if job.done()}
            late = [one for one in self._untold.values() if one.told.name in done or _is_late(one.told, now)]
            for one in late:
                del self._untold[one.told.name]
            for name in done:
                del self._jobs[name]
        for one in late:
            self._tell(one.draft, now, ())
        for job in done.values():  # what a bug raised comes out once the alarms are out
            job.result()
        self._telling.keep_up(now)

    def _tell(self, draft: Draft, now: Moment, evidence: tuple[Evidence, ...]) -> None:
        self._telling.tell(with_evidence(draft, evidence), now)

    def _tell_film(self, told: Told, now: Moment, evidence: tuple[Evidence, ...]) -> None:
        """Its film is over: tell it with the picture that was late for the fall."""
        with self._lock:
            self._filmed.discard(told.name)
            _, picture = self._late.pop(told.name, (told, ()))
        self._tell_clip(told, now, (*picture, *evidence))

    def _tell_clip(self, told: Told, now: Moment, evidence: tuple[Evidence, ...]) -> None:
        if evidence:
            models = self._parts.fall_models
            self._telling.tell(clip_draft(told, self.camera, now, evidence=evidence, models=models), now)

    def _find(self, image: Image) -> tuple[Detection, ...]:
        return detect(self._parts.detector, image, self.camera.threshold)

    def _name(self, what: str) -> str:
        return f"{self.camera.id}/{what}"

    def _state(self, now: Moment) -> dict[str, bytes]:
        return {self._name("moment"): MOMENT.dump_json(self._now or now)}


def _is_late(told: Told, now: Moment) -> bool:
    return now.at_s - told.ended.at_s >= TOLD_WITHIN_S
