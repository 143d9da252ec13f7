"""How a standing vehicle and the ground around it change from day to day: one picture a day, in like light."""

from dataclasses import dataclass, replace
from typing import Final

from edge.perception.appearance import Appearance, Cells, clear_cells, similarity
from edge.values import Box, Wear

DAY_S: Final = 86_400.0
LIKE_HOUR_S: Final = 1800.0  # the sun stands much the same: compared with pictures of other days that near in the day
TRIES_S: Final = 3 * DAY_S  # a picture that finds no match for so long is taken anew, at another hour
MAX_CHANGES: Final = 8
RING: Final = 0.5  # of a box's size, how far around it the ground is looked at
LIKE_LIGHT: Final = 0.5  # likeness of the whole picture from which the light of two days is alike


@dataclass(frozen=True, slots=True)
class Page:
    """One picture of a vehicle, what lies around it and the whole view, taken at `at_s`; places in these boxes."""

    at_s: float
    box: Box
    own: Appearance
    ring: Box
    around: Appearance
    whole: Appearance


@dataclass(frozen=True, slots=True)
class Diary:
    """A stay's latest page, and what changed from each page to the next: own and around, 0 to 1, the latest 8."""

    page: Page
    changes: tuple[tuple[float, float], ...] = ()

    @property
    def wear(self) -> Wear:
        """The mean change from day to day."""
        days = len(self.changes)
        own, around = (sum(pair[i] for pair in self.changes) / days if days else 0.0 for i in (0, 1))
        return Wear(days, own, around)


def is_due(diary: Diary | None, at_s: float) -> bool:
    """Whether a page would be written now: it is a like hour of another day."""
    if diary is None:
        return True
    passed_s = at_s - diary.page.at_s
    off_s = (passed_s + DAY_S / 2) % DAY_S - DAY_S / 2
    return passed_s >= TRIES_S or (passed_s >= DAY_S / 2 and abs(off_s) <= LIKE_HOUR_S)


def written(diary: Diary | None, page: Page, cells: Cells) -> Diary:
    """Write a page that is due.

    Args:
        cells: of the ring's grid, those that show ground around the vehicle and no other vehicle: shape (16, 24).
    """
    if diary is None:
        return Diary(page)
    before = diary.page
    passed_s = page.at_s - before.at_s
    off_s = abs((passed_s + DAY_S / 2) % DAY_S - DAY_S / 2)
    light = similarity(before.whole, page.whole) or 0.0
    own, around = similarity(before.own, page.own), similarity(before.around, page.around, cells)
    if off_s > LIKE_HOUR_S or light < LIKE_LIGHT or own is None or around is None:
        return replace(diary, page=page)
    return Diary(page, (*diary.changes, (1.0 - own, 1.0 - around))[-MAX_CHANGES:])


def ring_of(box: Box) -> Box:
    """A vehicle's surroundings: its box grown by half its size to each side, within the picture."""
    across, down = RING * (box.x2 - box.x1), RING * (box.y2 - box.y1)
    return Box(max(0.0, box.x1 - across), max(0.0, box.y1 - down), min(1.0, box.x2 + across), min(1.0, box.y2 + down))


def ring_cells(ring: Box, covers: tuple[Box, ...]) -> Cells:
    """The cells of a ring that show ground: neither the vehicle nor anything else in `covers`."""
    return clear_cells(ring, covers)
