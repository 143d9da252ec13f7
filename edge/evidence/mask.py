"""What a picture must not show when it leaves the gateway: persons, and every plate but the subject's."""

from collections.abc import Sequence

from edge import config
from edge.values import Box, Detection, Image
from models.detection import PlateDetector


class Masker:
    """Pixelates. One instance serves one thread at a time, as its plate detector does."""

    def __init__(self, plates: PlateDetector | None, settings: config.Masking) -> None:
        """Without a plate detector, the part of each vehicle where a plate may be is made unreadable instead."""
        self._plates = plates
        self._settings = settings

    @property
    def enabled(self) -> bool:
        """Whether pictures are masked at all."""
        return self._settings.enabled

    def mask(self, image: Image, *, subject: Box | None, detections: Sequence[Detection]) -> Image:
        """Return a masked copy, or `image` itself where masking is off.

        Args:
            image: shape (h, w, 3), uint8, BGR; not written into.
            subject: the vehicle in question, whose plate stays readable unless `subject_plate`; None masks all.
            detections: what a detector saw in *this* picture: vehicles, and persons down to a low score.
        """
        raise NotImplementedError
