"""Which pictures go with what is told, and their way to the disk: the masked one, and its sealed original beside it."""

import logging
from typing import Final, Literal

from contract.envelope import Evidence
from contract.sealing import SEALED
from edge.errors import DiskFull
from edge.evidence.album import Album
from edge.evidence.fall_evidence import Film
from edge.evidence.store import EvidenceStore
from edge.values import (
    Detection,
    Finding,
    FindingKind,
    Frame,
    Picture,
    PictureKind,
    Stage,
    ZombieFinding,
)

log = logging.getLogger(__name__)

JPEG: Final = "image/jpeg"
MP4: Final = "video/mp4"
MediaType = Literal["image/jpeg", "video/mp4", "application/vnd.linli.sealed"]
Detections = tuple[Detection, ...]


class Refusals:
    """Says once that the disk refuses something, and once that it does so no more: a log, too, needs room."""

    def __init__(self, camera: str) -> None:
        self._camera = camera
        self._refused: set[str] = set()

    def note(self, what: str, refusal: DiskFull | None) -> None:
        """Take how it went; None: it was written."""
        if refusal is not None and what not in self._refused:
            self._refused.add(what)
            log.warning("camera %s: %s: %s", self._camera, what, refusal)
        elif refusal is None and what in self._refused:
            self._refused.remove(what)
            log.info("camera %s: %s no more", self._camera, what)


def finding_pictures(album: Album, finding: Finding, frame: Frame, detections: Detections) -> tuple[Picture, ...]:
    """An opening has the stay's pictures; a milestone or a clearing one of now."""
    sighting = finding.sighting
    if finding.kind is FindingKind.OPENED:
        album.due(frame, sighting, detections, zone=finding.zone)
        return album.pictures(sighting.stay)
    kind = PictureKind.LEAVE if finding.kind is FindingKind.CLEARED else PictureKind.INTERVAL
    return (album.look(frame, sighting.box, detections, kind=kind, zone=finding.zone),)


def zombie_pictures(album: Album, finding: ZombieFinding, frame: Frame, detections: Detections) -> tuple[Picture, ...]:
    """How it stands now; and when it is confirmed, how it stood when it came."""
    left = finding.stage is Stage.CLEARED and finding.moved
    kind = PictureKind.LEAVE if left else PictureKind.LOOK
    now = album.look(frame, finding.sighting.box, detections, kind=kind, zone=finding.zone)
    earlier = album.pictures(finding.sighting.stay) if finding.stage is Stage.CONFIRMED else ()
    return (*earlier, now)


def keep(pictures: tuple[Picture, ...], store: EvidenceStore, refusals: Refusals) -> tuple[Evidence, ...]:
    """Store pictures and their sealed originals for an event that is to name them; what the disk refuses is left out.

    The alarm matters more than its picture: the outbox has room held back, evidence has not.
    """
    kept: list[Evidence] = []
    for picture in pictures:
        shown = _stored(store, refusals, picture, picture.jpeg, JPEG)
        if shown:
            kept.append(shown)
        if shown and picture.sealed is not None:
            original = _stored(store, refusals, picture, picture.sealed, SEALED, original_of=shown.sha256)
            kept += [original] if original else []
    return tuple(kept)


def keep_film(film: Film, store: EvidenceStore, refusals: Refusals) -> tuple[Evidence, ...]:
    """Store a film and its sealed original; what the disk refuses is left out."""
    masked = _stored(store, refusals, film, film.mp4, MP4)
    if masked is None or film.sealed is None:
        return (masked,) if masked else ()
    original = _stored(store, refusals, film, film.sealed, SEALED, original_of=masked.sha256)
    return (masked, original) if original else (masked,)


def _stored(
    store: EvidenceStore,
    refusals: Refusals,
    shown: Picture | Film,
    data: bytes,
    media_type: MediaType,
    *,
    original_of: str | None = None,
) -> Evidence | None:
    try:
        sha256 = store.put(data, media_type)
    except DiskFull as error:
        refusals.note("pictures are not kept", error)
        return None
    refusals.note("pictures are not kept", None)
    return Evidence(
        sha256=sha256,
        media_type=media_type,
        size=len(data),
        kind=shown.kind,
        taken_at=shown.taken.seen_at,
        masked=shown.masked and original_of is None,
        sealed=original_of is not None,
        original_of=original_of,
    )
