"""What a picture must not show when it leaves the gateway: persons, and every plate but the subject's."""

import threading
from collections.abc import Sequence
from typing import Final

from edge import config
from edge.evidence.pixels import Pixels, pixelate, pixels_of
from edge.evidence.plates import Plate, find_plates, is_same_plate, is_same_vehicle, plate_of
from edge.values import PERSON, Box, Detection, Image
from models.detection import PlateDetector

PLATE_COLUMNS: Final = 3  # blocks over a plate: each covers two to three of its seven or eight letters
PERSON_ROWS: Final = 14  # blocks over a person's height: a head, a seventh of it, is two blocks high
BLOCKS_ACROSS: Final = 6  # at most so many over a person's width: who is seen from the chest up has a large head

# A car is 1.4 to 1.5 m high and its plate 0.44 m wide (GA 36), so a plate spans 0.3 of the vehicle's height in pixels.
# Below 32 pixels a letter has fewer than five and cannot be read: that is a vehicle of about 100 pixels.
LEGIBLE_HEIGHT: Final = 100  # pixels
BAND_TOP: Final = 0.4  # of the vehicle's height; below it lies every plate, seen from any side and from above
FRONT_TOP: Final = 0.35  # of the subject's height; below it no vehicle behind it shows in its box
BAND_ROWS: Final = 5  # blocks over the band: each 0.12 of the vehicle's height, two over a plate's width


class Masker:
    """Pixelates. Cameras may share one; the plate detector then serves one after the other.

    Order matters. Vehicles behind the subject come first, and what they covered of it is put back, since it stands
    before them; then plates, then vehicles in front. The subject's own plate is put back before persons are covered, so
    that nobody who stands before it is uncovered with it.
    """

    def __init__(self, plates: PlateDetector | None, settings: config.Masking) -> None:
        """Without a plate detector, the part of each vehicle where a plate may be is made unreadable instead."""
        self._plates = plates
        self._settings = settings
        self._detecting = threading.Lock()

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
        if not self.enabled:
            return image
        masked = image.copy()
        shown_vehicle = None if self._settings.subject_plate else subject
        self._mask_vehicles(masked, image, shown_vehicle, [found.box for found in detections if found.vehicle])
        for found in detections:
            if found.label == PERSON:
                mask_person(masked, found.box)
        return masked

    def _mask_vehicles(self, masked: Image, image: Image, subject: Box | None, vehicles: Sequence[Box]) -> None:
        others = [box for box in vehicles if subject is None or not is_same_vehicle(subject, box)]
        known = others if subject is None else [subject, *others]
        plates = self._found_plates(image, known)
        unread = [box for box in others if _is_legible(box, image) and plate_of(box, plates, known) is None]
        if subject is not None:
            _mask_bands(masked, [box for box in unread if box.y2 < subject.y2])
            _put_back(masked, image, pixels_of(_part_below(subject, FRONT_TOP), image))
        shown = None if subject is None else plate_of(subject, plates, others)
        _mask_plates(masked, [plate for plate in plates if shown is None or not is_same_plate(shown, plate)])
        _mask_bands(masked, [box for box in unread if subject is None or box.y2 >= subject.y2])
        if shown is not None:
            _put_back(masked, image, pixels_of(shown.box, image, grow_x=0.1, grow_y=0.15))

    def _found_plates(self, image: Image, vehicles: Sequence[Box]) -> list[Plate]:
        if self._plates is None:
            return []
        with self._detecting:
            return find_plates(self._plates, image, vehicles)


def _is_legible(vehicle: Box, image: Image) -> bool:
    return bool((vehicle.y2 - vehicle.y1) * image.shape[0] >= LEGIBLE_HEIGHT)


def _part_below(box: Box, part: float) -> Box:
    return Box(box.x1, box.y1 + (box.y2 - box.y1) * part, box.x2, box.y2)


def _mask_plates(masked: Image, plates: Sequence[Plate]) -> None:
    for plate in plates:
        pixelate(masked, pixels_of(plate.box, masked, grow_x=0.15, grow_y=0.3), columns=PLATE_COLUMNS, rows=1)


def _mask_bands(masked: Image, vehicles: Sequence[Box]) -> None:
    """Cover where a plate may be that was not found.

    A detector that misses one plate in twenty would otherwise let one neighbour in twenty out of the gateway.
    """
    for vehicle in vehicles:
        band = pixels_of(_part_below(vehicle, BAND_TOP), masked, grow_x=0.05, grow_y=0.08)
        pixelate(masked, band, columns=_columns(band), rows=BAND_ROWS)


def _columns(band: Pixels) -> int:
    """As many as make the blocks about square."""
    x1, y1, x2, y2 = band
    return max(1, round(BAND_ROWS * (x2 - x1) / max(1, y2 - y1)))


def _put_back(masked: Image, image: Image, area: Pixels) -> None:
    x1, y1, x2, y2 = area
    masked[y1:y2, x1:x2] = image[y1:y2, x1:x2]


def mask_person(masked: Image, box: Box) -> None:
    """Make a person in `masked` unrecognisable."""
    area = pixels_of(box, masked, grow_x=0.2, grow_y=0.12)
    width, height = area[2] - area[0], area[3] - area[1]
    block = max(8.0, height / PERSON_ROWS, width / BLOCKS_ACROSS)
    pixelate(masked, area, columns=max(1, int(width / block)), rows=max(1, int(height / block)))
