"""The films of one camera's falls: cut when the seconds after a fall are recorded, made in the background, told."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Final

from contract.envelope import Evidence
from edge.app.exhibits import Refusals, keep_film
from edge.app.fall_drafts import Told
from edge.app.workshop import Workshop
from edge.config import Throws
from edge.evidence.fall_evidence import FallDeveloper, Film
from edge.evidence.reel import Clip, Reel
from edge.evidence.remux import NotFilmed
from edge.evidence.store import EvidenceStore
from edge.values import Moment

MAX_CLIP_BYTES: Final = 24 * 1024 * 1024  # 16 s at 12 Mbit/s; what is larger begins later
MAX_CLIP_S: Final = 60.0  # falls that follow one another share a film up to so long
MAX_FALLS: Final = 16  # in one film
MAX_WAITING: Final = 3  # films of one camera in the making: each holds its packets

log = logging.getLogger(__name__)

Tell = Callable[[Told, Moment, tuple[Evidence, ...]], None]


@dataclass(slots=True)
class _Take:
    """A film that is still being recorded."""

    from_s: float
    due_s: float
    falls: list[Told] = field(default_factory=list)

    def has_room(self, told: Told, after_s: float) -> bool:
        return len(self.falls) < MAX_FALLS and told.ended.at_s + after_s - self.from_s <= MAX_CLIP_S


class Films:
    """Called by the camera's thread alone, but for `enclose`.

    Args:
        reel: what films are cut from.
        tell: is given each fall once, when its film is over, with the moment it was cut and its evidence: none where
            there is no film. Called by any thread.
    """

    def __init__(
        self,
        camera: str,
        *,
        reel: Reel,
        throws: Throws,
        developer: FallDeveloper,
        store: EvidenceStore,
        workshop: Workshop,
        tell: Tell,
    ) -> None:
        self._camera = camera
        self._reel = reel
        self._throws = throws
        self._developer = developer
        self._store = store
        self._workshop = workshop
        self._tell = tell
        self._refusals = Refusals(camera)
        self._take: _Take | None = None
        self._jobs: list[Future[None]] = []

    def add(self, told: Told, now: Moment) -> None:
        """A fall was found: have it filmed, together with those just before it."""
        after_s = self._throws.clip_after
        if self._take and not self._take.has_room(told, after_s):
            self.cut(now)
        from_s, due_s = told.began.at_s - self._throws.clip_before, told.ended.at_s + after_s
        take = self._take = self._take or _Take(from_s, due_s)
        take.falls.append(told)
        take.from_s, take.due_s = min(take.from_s, from_s), max(take.due_s, due_s)
        self._reel.hold(take.from_s)

    def pass_time(self, now: Moment) -> None:
        """Cut the film if the time after its last fall is recorded.

        Raises:
            whatever a bug in the making of a film raised.
        """
        for job in [job for job in self._jobs if job.done()]:
            self._jobs.remove(job)
            job.result()
        if self._take and now.at_s >= self._take.due_s:
            self.cut(now)

    def cut(self, now: Moment) -> None:
        """Cut the film with what there is: its time has come, or the stream ends here."""
        take, self._take = self._take, None
        if take is None:
            return
        self._reel.hold(None)
        clip = self._reel.cut(take.from_s, take.due_s, max_bytes=MAX_CLIP_BYTES)
        falls = tuple(told for told in take.falls if clip and clip.began_s < told.ended.at_s)
        names = {told.name for told in falls}
        self._without([told for told in take.falls if told.name not in names], now, "nothing was kept of it")
        if clip is None or not falls:
            return
        if len(self._jobs) >= MAX_WAITING:
            self._without(falls, now, "too many are being made")
        else:
            self._jobs.append(self._workshop.film(partial(self._make, falls, clip, now)))

    def _without(self, falls: Sequence[Told], now: Moment, why: str) -> None:
        if falls:
            log.warning("camera %s: no film of %s: %s", self._camera, falls[0].name, why)
        for told in falls:
            self._tell(told, now, ())

    def _make(self, falls: tuple[Told, ...], clip: Clip, now: Moment) -> None:
        """Make, store and tell one film; in the workshop."""
        film = self._film(falls, clip)
        evidence = keep_film(film, self._store, self._refusals) if film else ()
        for told in falls:
            self._tell(told, now, evidence)

    def _film(self, falls: tuple[Told, ...], clip: Clip) -> Film | None:
        first = falls[0].began
        taken = Moment(clip.began_s, first.seen_at - timedelta(seconds=first.at_s - clip.began_s), first.trust)
        try:
            return self._developer.film(clip, taken, [(told.fall, told.facade) for told in falls])
        except NotFilmed as error:
            log.warning("camera %s: no film of %s: %s", self._camera, falls[0].name, error)
            return None
