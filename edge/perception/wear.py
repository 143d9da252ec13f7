"""How a standing vehicle and the ground around it change from day to day: one picture a day, in like light.

Clean paint and glass mirror something else each day; dust and covers mirror nothing. That is some grey levels: less
than what a wandering shadow makes, or a camera that is off its aim by a fraction of a cell. So pictures are compared at
the same hour, in the day's light that is most like the last picture's, less all that light and aim do (`residue`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from edge.perception.appearance import COLUMNS, ROWS, Appearance, Cells, clear_cells, residue, similarity
from edge.values import Box, Wear

DAY_S: Final = 86_400.0
LIKE_HOUR_S: Final = 1800.0  # the sun stands much the same: pictures so near to the first one's hour are compared
TRIES_S: Final = 3 * DAY_S  # a picture that finds no match for so long is taken anew, at another hour
MAX_CHANGES: Final = 8
AIMS_ACROSS: Final = (0.0, -0.5, 0.5, -1.0, 1.0, -1.5, 1.5)  # cells, how far off its aim a camera is looked for to be;
AIMS_DOWN: Final = (0.0, -0.5, 0.5, -1.0, 1.0)  # less than half of a step is taken out of what is left
RING: Final = 0.5  # of a box's size, how far around it the ground is looked at
LIKE_LIGHT: Final = 0.5  # likeness of the whole picture from which the light of two days is alike
FULL: Final = 60.0  # grey levels that count as a change of 1: what two different vehicles differ by
SPREAD: Final = 1.4826  # from a median of absolute values to a spread: a passer's edge over some cells changes nothing
AROUND: Final = 0.9  # part of the ground that changes less: a leaf or a bin is small
ALL: Final = b"\xff" * (ROWS * COLUMNS // 8)


@dataclass(frozen=True, slots=True)
class Page:
    """One picture of a vehicle, what lies around it and the whole view, taken at `at_s`; places in these boxes.

    `clear`: which cells of `own` show the vehicle and no other that stands before it, a bit each, row by row.
    """

    at_s: float
    box: Box
    own: Appearance
    ring: Box
    around: Appearance
    whole: Appearance
    clear: bytes = ALL

    def __post_init__(self) -> None:
        if len(self.clear) != len(ALL):
            raise ValueError(f"a page's cells are {len(ALL)} bytes, not {len(self.clear)}")


@dataclass(frozen=True, slots=True)
class Diary:
    """What a stay has been like from day to day.

    Attributes:
        page: the latest day's.
        changes: what changed from each page to the next: own and around, 0 to 1, the latest 8.
        before: the page that the latest change is from; None where `page` is compared with none.
        hour_s: when the first page was written, by `at_s`: pages of other days are written at that hour of day, so that
            they do not wander into the night. None: when `page` was.
    """

    page: Page
    changes: tuple[tuple[float, float], ...] = ()
    before: Page | None = None
    hour_s: float | None = None

    @property
    def wear(self) -> Wear:
        """The mean change from day to day; its own latest one if that is more, for it may have been washed since."""
        days = len(self.changes)
        own, around = (sum(pair[i] for pair in self.changes) / days if days else 0.0 for i in (0, 1))
        return Wear(days, max(own, self.changes[-1][0]) if days else 0.0, around)


def is_due(diary: Diary | None, at_s: float) -> bool:
    """Whether a page might be written now: it is the hour, of another day or of one that can still be told better."""
    if diary is None:
        return True
    passed_s = at_s - diary.page.at_s
    if passed_s >= TRIES_S:
        return True
    return is_at_hour(diary, at_s) and (passed_s >= DAY_S / 2 or diary.before is not None)


def is_lit(diary: Diary | None, at_s: float, whole: Appearance) -> bool:
    """Whether a page that is due would be kept: in like light, and more so than the page that the day has."""
    if diary is None or not is_at_hour(diary, at_s):
        return True
    again = at_s - diary.page.at_s < DAY_S / 2
    before = diary.before if again else diary.page
    if before is None:
        return False
    least = similarity(before.whole, diary.page.whole) or 0.0 if again else 0.0
    light = similarity(before.whole, whole) or 0.0
    return light >= LIKE_LIGHT and light > least


def aimed(page: Page, looks: Callable[[Box], Appearance]) -> Box:
    """Where a page's vehicle is in another picture: a camera that was put right may be off by a cell.

    Args:
        looks: how a box of that picture looks.
    """
    box = page.box
    cell_x, cell_y = (box.x2 - box.x1) / COLUMNS, (box.y2 - box.y1) / ROWS
    boxes = [_moved(box, cell_x * across, cell_y * down) for across in AIMS_ACROSS for down in AIMS_DOWN]
    return max(boxes, key=lambda one: similarity(page.own, looks(one)) or 0.0)


def _moved(box: Box, across: float, down: float) -> Box:
    """A box elsewhere, of the same size, within the picture."""
    across = min(max(across, -box.x1), 1.0 - box.x2)
    down = min(max(down, -box.y1), 1.0 - box.y2)
    return Box(box.x1 + across, box.y1 + down, box.x2 + across, box.y2 + down)


def written(diary: Diary | None, page: Page, cells: Cells) -> Diary:
    """Write a page that is due, if no page of the day was in light more like the last day's.

    Args:
        cells: of the ring's grid, those that show ground around the vehicle and no other vehicle: shape (16, 24).
    """
    if diary is None:
        return Diary(page, hour_s=page.at_s)
    if not is_at_hour(diary, page.at_s):
        return Diary(page, diary.changes, hour_s=page.at_s)
    again = page.at_s - diary.page.at_s < DAY_S / 2
    before = diary.before if again else diary.page
    if before is None:
        return diary
    if not is_lit(diary, page.at_s, page.whole):
        return diary
    shown = cells_of(before.clear) & cells_of(page.clear)
    own, around = residue(before.own, page.own, shown), residue(before.around, page.around, cells)
    if own is None or around is None:
        return diary
    change = _share(SPREAD * float(np.median(own))), _share(float(np.quantile(around, AROUND)))
    earlier = diary.changes[:-1] if again else diary.changes
    return replace(diary, page=page, changes=(*earlier, change)[-MAX_CHANGES:], before=before)


def is_at_hour(diary: Diary, at_s: float) -> bool:
    """Whether a moment is near the diary's hour of day."""
    hour_s = diary.page.at_s if diary.hour_s is None else diary.hour_s
    return abs((at_s - hour_s + DAY_S / 2) % DAY_S - DAY_S / 2) <= LIKE_HOUR_S


def bits_of(cells: Cells) -> bytes:
    """Cells as they are kept, a bit each."""
    return np.packbits(cells).tobytes()


def cells_of(bits: bytes) -> Cells:
    """What `bits_of` made, shape (16, 24)."""
    return np.unpackbits(np.frombuffer(bits, np.uint8)).astype(np.bool_).reshape(ROWS, COLUMNS)


def _share(levels: float) -> float:
    return min(1.0, levels / FULL)


def ring_of(box: Box) -> Box:
    """A vehicle's surroundings: its box grown by half its size to each side, within the picture."""
    across, down = RING * (box.x2 - box.x1), RING * (box.y2 - box.y1)
    return Box(max(0.0, box.x1 - across), max(0.0, box.y1 - down), min(1.0, box.x2 + across), min(1.0, box.y2 + down))


def ring_cells(ring: Box, covers: tuple[Box, ...]) -> Cells:
    """The cells of a ring that show ground: neither the vehicle nor anything else in `covers`."""
    return clear_cells(ring, covers)
