"""Which pictures prove a stay: at enter, at intervals, when due; kept on disk from the moment they are taken."""

from collections.abc import Sequence
from datetime import tzinfo

from edge import config
from edge.evidence.mask import Masker
from edge.evidence.store import EvidenceStore
from edge.values import Box, Detection, Frame, Moment, Picture, PictureKind, Sighting


class Album:
    """The pictures of all stays that one camera sees at present. One instance serves one thread at a time."""

    def __init__(
        self, camera: config.Camera, *, masker: Masker, store: EvidenceStore, device: str, timezone: tzinfo
    ) -> None:
        """Start empty.

        Args:
            device: `community/gateway`, written into the picture's margin.
            timezone: of the time in the margin.
        """
        self._camera = camera
        self._masker = masker
        self._store = store
        self._device = device
        self._timezone = timezone

    def wants(self, now: Moment, sightings: Sequence[Sighting]) -> bool:
        """Whether `observe` would take a picture now: then run the detector on this very frame, so that it can mask."""
        raise NotImplementedError

    def observe(self, frame: Frame, sightings: Sequence[Sighting], detections: Sequence[Detection]) -> None:
        """Take what is needed from one look: enter and interval pictures of stays in a zone that could open.

        Args:
            sightings: all of this look's, LEFT ones too; a stay that no longer appears is forgotten after a while.
            detections: what the detector saw in this frame, persons too.
        Never raises for a full disk: such pictures wait in memory, a few, until there is room.
        """
        raise NotImplementedError

    def due(self, frame: Frame, sighting: Sighting, detections: Sequence[Detection], *, zone: str) -> None:
        """Take the picture of the moment a finding opens; once in a stay."""
        raise NotImplementedError

    def pictures(self, stay: str) -> tuple[Picture, ...]:
        """Return a stay's pictures in the order taken, at most four; none for a stay unknown."""
        raise NotImplementedError

    def look(
        self,
        frame: Frame,
        box: Box,
        detections: Sequence[Detection],
        *,
        kind: PictureKind = PictureKind.LOOK,
        zone: str = "",
    ) -> Picture:
        """Make a picture now and keep nothing: for a verification, a milestone or a leave."""
        raise NotImplementedError

    def references(self) -> set[str]:
        """SHA-256 of every file the album needs, for `EvidenceStore.release_except`."""
        raise NotImplementedError

    def state(self) -> bytes:
        """What must survive a restart: references and times, no pictures. A few kB."""
        raise NotImplementedError

    def restore(self, state: bytes) -> None:
        """Take up a saved state; what cannot be read or is no longer on disk is left out."""
        raise NotImplementedError
