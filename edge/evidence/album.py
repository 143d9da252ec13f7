"""Which pictures prove a stay: at enter, at intervals, when due; kept on disk from the moment they are taken."""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import tzinfo
from typing import Final

from pydantic import ValidationError

from contract.sealing import SEALED
from edge import config
from edge.errors import DiskFull
from edge.evidence.development import Developer
from edge.evidence.ground import Ground
from edge.evidence.jpeg import decode
from edge.evidence.mask import Masker
from edge.evidence.pages import AlbumState, Page, Pages
from edge.evidence.ring import Ring
from edge.evidence.store import EvidenceStore
from edge.values import Box, Detection, Frame, Moment, Picture, PictureKind, Presence, Sighting

MAX_STAYS: Final = 64  # for one camera; a street in view holds fewer
MAX_UNSAVED: Final = 16  # pictures in memory while the disk is full: a few MB
MAX_UNSAVED_ORIGINALS: Final = 8  # of them with their sealed frame: pictures still come when only that has no room
MAX_STATE_BYTES: Final = 1024 * 1024
FORGET_AFTER_S: Final = 120.0  # a stay that no look has named for so long is over
ENTER_WITHIN_S: Final = 3.0  # how far from the entry an enter picture may lie, beside the gap between looks
KNOWN: Final = 0.5  # overlap from which a detection is a vehicle that is known to stand

Home = Callable[[Box], Box | None]  # from a picture to where zones are drawn; None where nothing is left
_drawn: Final[Home] = lambda box: box  # noqa: E731

_log = logging.getLogger(__name__)
_IMAGE: Final = "image/jpeg"


class Album:
    """The pictures of all stays that one camera sees at present. One instance serves one thread at a time."""

    def __init__(
        self,
        camera: config.Camera,
        *,
        masker: Masker,
        store: EvidenceStore,
        device: str,
        timezone: tzinfo,
        seal_to: str = "",
    ) -> None:
        """Start empty.

        Args:
            device: `community/gateway`, written into the picture's margin.
            timezone: of the time in the margin.
            seal_to: the community's public key, to which each picture's unmasked frame is encrypted; empty: none is.
        Raises:
            Misconfigured: nothing can be sealed to `seal_to`.
        """
        self._camera = camera
        self._developer = Developer(camera, masker=masker, device=device, timezone=timezone, seal_to=seal_to)
        self._store = store
        self._ground = Ground(camera)
        self._ring = Ring()
        self._stays: dict[str, Pages] = {}
        self._fresh = False  # restored, and no look has come since
        self._disk_is_full = False

    def wants(self, now: Moment, sightings: Sequence[Sighting]) -> bool:
        """Whether `observe` would take a picture now: then run the detector on this very frame, so that it can mask.

        Args:
            sightings: with boxes where zones are drawn.
        """
        return any(self._wanted(sighting, now.at_s, _drawn) for sighting in sightings)

    def observe(
        self,
        frame: Frame,
        sightings: Sequence[Sighting],
        detections: Sequence[Detection],
        *,
        home: Home = _drawn,
    ) -> None:
        """Take what is needed from one look: enter and interval pictures of stays in a zone that could open.

        Args:
            sightings: all of this look's, LEFT ones too; a stay that no longer appears is forgotten after a while.
            detections: what the detector saw in this frame, persons too.
            home: from a box of this picture to where zones are drawn: another place, where the camera was bumped.
        Never raises for a full disk: such pictures wait in memory, a few, until there is room.
        """
        self._save_waiting()
        self._remember(frame, sightings, detections, home)
        now_s = frame.moment.at_s
        for sighting in sightings:
            kind = self._wanted(sighting, now_s, home)
            if sighting.stay in self._stays:
                self._stays[sighting.stay] = self._stays[sighting.stay].named(now_s)
            if kind is PictureKind.ENTER:
                self._enter(frame, sighting, detections, home)
            elif kind is not None:
                self._add(sighting.stay, self._picture(frame, sighting, detections, kind))
        self._forget(now_s)

    def due(self, frame: Frame, sighting: Sighting, detections: Sequence[Detection], *, zone: str) -> None:
        """Take the picture of the moment a finding opens in `zone`; once in a stay."""
        pages = self._stays.get(sighting.stay)
        if pages is None:
            pages = self._begin(sighting, next(known for known in self._camera.zones if known.id == zone))
        if pages.has(PictureKind.DUE):
            return
        self._stays[sighting.stay] = pages.model_copy(update={"zone": zone})
        self._add(sighting.stay, self._picture(frame, sighting, detections, PictureKind.DUE), needed=True)

    def pictures(self, stay: str) -> tuple[Picture, ...]:
        """Return a stay's pictures in the order taken, at most four; none for a stay unknown."""
        return tuple(self._read(self._stays[stay].pages)) if stay in self._stays else ()

    def look(
        self,
        frame: Frame,
        box: Box,
        detections: Sequence[Detection],
        *,
        kind: PictureKind = PictureKind.LOOK,
        zone: str = "",
        present: bool = True,
    ) -> Picture:
        """Make a picture now and keep nothing: for a verification, a milestone or a leave.

        Args:
            box: where the subject stands or stood.
            present: whether it still stands there. Otherwise, and with LEAVE, a plate there is somebody else's.
        """
        return self._developer.picture(
            frame.image,
            frame.moment,
            box,
            detections,
            kind=kind,
            zone=zone,
            shows_subject=present and kind is not PictureKind.LEAVE,
        )

    def references(self) -> set[str]:
        """SHA-256 of every file the album needs, for `EvidenceStore.release_except`."""
        return {name for pages in self._stays.values() for page in pages.pages for name in page.files}

    def state(self) -> bytes:
        """What must survive a restart: references and times, no pictures. A few kB."""
        saved = (pages.with_pages(tuple(map(_on_disk, _pictured(pages)))) for pages in self._stays.values())
        return AlbumState(stays=tuple(saved)).model_dump_json().encode()

    def restore(self, state: bytes) -> None:
        """Take up a saved state; what cannot be read or is no longer on disk is left out."""
        try:
            saved = AlbumState.model_validate_json(state[:MAX_STATE_BYTES]) if state else AlbumState()
        except ValidationError as error:
            _log.warning(
                "camera %s: its album cannot be read (%d faults); starting empty", self._camera.id, error.error_count()
            )
            return
        self._fresh = True
        for pages in saved.stays[:MAX_STAYS]:
            there = (page for page in pages.pages if self._store.read(page.sha256) is not None)
            self._stays[pages.stay] = pages.with_pages(tuple(map(self._with_original_if_there, there)))

    def _wanted(self, sighting: Sighting, at_s: float, home: Home) -> PictureKind | None:
        """Which picture to take now, if any. A hidden vehicle waits: its picture would show what hides it.

        None that could not be kept: to make it all the same, look after look, would cost the most when least is gained.
        """
        if self._disk_is_full and self._unsaved >= MAX_UNSAVED:
            return None
        pages = self._stays.get(sighting.stay)
        if pages is None:
            is_new = sighting.presence is not Presence.LEFT and len(self._stays) < MAX_STAYS
            return (
                PictureKind.ENTER if is_new and self._ground.zone_under(home(sighting.box), sighting.vehicle) else None
            )
        kind = pages.wants(at_s)
        return kind if kind is PictureKind.ENTER or sighting.presence is Presence.SEEN else None

    def _remember(
        self, frame: Frame, sightings: Sequence[Sighting], detections: Sequence[Detection], home: Home
    ) -> None:
        """Keep this frame if somebody may just be arriving: a vehicle in a zone that is not known to stand yet."""
        for detection in detections:
            vehicle = detection.vehicle
            if vehicle is None or not self._ground.zone_under(home(detection.box), vehicle):
                continue
            if not any(sighting.box.overlap(detection.box) >= KNOWN for sighting in sightings):
                self._ring.push(frame, detections)
                return

    def _enter(self, frame: Frame, sighting: Sighting, detections: Sequence[Detection], home: Home) -> None:
        """Take the picture nearest to the entry: from the ring, or this frame where the ring has none nearer."""
        if sighting.stay not in self._stays:
            zone = self._ground.zone_under(home(sighting.box), sighting.vehicle)
            if zone is None:
                return
            self._begin(sighting, zone)
        entered_s = sighting.entered.at_s
        first = self._ring.nearest(entered_s, sighting.entered_within_s + ENTER_WITHIN_S)
        if first is None or abs(first.moment.at_s - entered_s) >= abs(frame.moment.at_s - entered_s):
            picture = self._picture(frame, sighting, detections, PictureKind.ENTER)
        else:
            then = Frame(frame.camera, first.moment, decode(first.jpeg))
            picture = self._picture(then, sighting, first.detections, PictureKind.ENTER, original=first.jpeg)
        self._add(sighting.stay, picture)

    def _begin(self, sighting: Sighting, zone: config.Zone) -> Pages:
        if len(self._stays) >= MAX_STAYS:
            self._drop(min(self._stays.values(), key=lambda pages: pages.named_s).stay)
        pages = Pages.blank(sighting, zone, picture_every=self._camera.picture_every)
        self._stays[sighting.stay] = pages
        return pages

    def _picture(
        self,
        frame: Frame,
        sighting: Sighting,
        detections: Sequence[Detection],
        kind: PictureKind,
        *,
        original: bytes | None = None,
    ) -> Picture:
        zone = self._stays[sighting.stay].zone
        return self._developer.picture(
            frame.image, frame.moment, sighting.box, detections, kind=kind, zone=zone, original=original
        )

    def _add(self, stay: str, picture: Picture, *, needed: bool = False) -> None:
        page = self._saved(Page.of(picture))
        if page.sealed is not None and self._unsaved_originals >= MAX_UNSAVED_ORIGINALS:
            page = page.without_original()
        if page.is_saved or needed or self._unsaved < MAX_UNSAVED:
            self._stays[stay] = self._stays[stay].with_page(page)

    @property
    def _unsaved(self) -> int:
        return sum(not page.is_saved for pages in self._stays.values() for page in pages.pages)

    @property
    def _unsaved_originals(self) -> int:
        return sum(page.sealed is not None for pages in self._stays.values() for page in pages.pages)

    def _saved(self, page: Page) -> Page:
        """Put a page on disk; what the disk refuses stays in the page. The picture goes before its original."""
        if page.is_saved:
            return page
        try:
            if page.jpeg is not None:
                self._store.hold(page.jpeg, _IMAGE)
                page = page.model_copy(update={"jpeg": None})
            if page.sealed is not None:
                self._store.hold(page.sealed, SEALED)
        except DiskFull as error:
            if not self._disk_is_full:
                _log.warning("camera %s: pictures wait for room on the disk: %s", self._camera.id, error)
            self._disk_is_full = True
            return page
        if self._disk_is_full:
            _log.info("camera %s: pictures are on disk again", self._camera.id)
        self._disk_is_full = False
        return page.model_copy(update={"sealed": None})

    def _save_waiting(self) -> None:
        for stay, pages in self._stays.items():
            if not all(page.is_saved for page in pages.pages):
                self._stays[stay] = pages.with_pages(tuple(map(self._saved, pages.pages)))

    def _with_original_if_there(self, page: Page) -> Page:
        there = page.sealed_sha256 is not None and self._store.read(page.sealed_sha256) is not None
        return page if there else page.without_original()

    def _read(self, pages: Sequence[Page]) -> Iterator[Picture]:
        for page in pages:
            jpeg = page.jpeg or self._store.read(page.sha256)
            sealed = page.sealed or (self._store.read(page.sealed_sha256) if page.sealed_sha256 else None)
            if jpeg is not None:
                yield Picture(page.kind, page.taken, jpeg, page.masked, sealed)

    def _forget(self, now_s: float) -> None:
        if self._fresh:
            self._stays = {stay: pages.named(now_s) for stay, pages in self._stays.items()}
            self._fresh = False
        for stay, pages in tuple(self._stays.items()):
            if now_s - pages.named_s > FORGET_AFTER_S:
                self._drop(stay)

    def _drop(self, stay: str) -> None:
        pages = self._stays.pop(stay)
        try:
            for name in (name for page in pages.pages for name in page.files):
                self._store.release(name)
        except DiskFull as error:
            # What stays behind is cleared at the next start.
            _log.debug("camera %s: a picture is not released: %s", self._camera.id, error)


def _pictured(pages: Pages) -> Iterator[Page]:
    """Those whose picture is on disk."""
    return (page for page in pages.pages if page.jpeg is None)


def _on_disk(page: Page) -> Page:
    """What of a page a restart will find."""
    return page if page.is_saved else page.without_original()
