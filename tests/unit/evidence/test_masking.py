"""What a masked picture still shows, measured on texture: a part is readable if its pixels are as they were."""

import cv2
import numpy as np
import pytest

from edge.config import Masking
from edge.evidence.mask import LEGIBLE_HEIGHT, Masker
from edge.evidence.pixels import LEVELS, pixelate
from edge.values import Box, Detection, Image
from tests.unit.evidence.scenes import HEIGHT, WIDTH, KnownPlates, box, car, person, textured

SUBJECT = car(200, 200, 400, 400)
PLATE = (270, 350, 330, 370)  # on the subject
Rectangle = tuple[int, int, int, int]


def masked(
    image: Image,
    *detections: Detection,
    subject: Box | None = SUBJECT.box,
    plates: tuple[Rectangle, ...] = (),
    settings: Masking | None = None,
) -> Image:
    return Masker(KnownPlates(plates), settings or Masking()).mask(image, subject=subject, detections=detections)


def readable(image: Image, before: Image, part: Rectangle) -> bool:
    x1, y1, x2, y2 = part
    return bool((image[y1:y2, x1:x2] == before[y1:y2, x1:x2]).all())


def likeness(image: Image, before: Image, part: Rectangle) -> float:
    """Correlation of what is left with what was there: 1 is the original, 0 is nothing of it."""
    x1, y1, x2, y2 = part
    left, there = image[y1:y2, x1:x2].astype(float).ravel(), before[y1:y2, x1:x2].astype(float).ravel()
    return 0.0 if left.std() == 0 else float(np.corrcoef(left, there)[0, 1])


def colours(image: Image, part: Rectangle) -> int:
    x1, y1, x2, y2 = part
    return len(np.unique(image[y1:y2, x1:x2].reshape(-1, 3), axis=0))


def test_the_subjects_plate_stays_and_every_other_goes() -> None:
    before = textured()
    neighbour = car(420, 200, 600, 400)
    after = masked(before, SUBJECT, neighbour, plates=(PLATE, (480, 350, 540, 370), (20, 20, 60, 34)))
    assert readable(after, before, PLATE)
    for other in ((480, 350, 540, 370), (20, 20, 60, 34)):
        assert colours(after, other) <= 3
        assert abs(likeness(after, before, other)) < 0.25
    assert readable(after, before, (0, 420, WIDTH, HEIGHT)), "what is no plate is left"


def test_the_picture_given_is_not_written_into() -> None:
    before = textured()
    kept = before.copy()
    masked(before, SUBJECT, person(10, 10, 60, 160), plates=(PLATE,))
    assert (before == kept).all()


def test_masking_switched_off_gives_the_picture_itself() -> None:
    before = textured()
    assert masked(before, person(10, 10, 60, 160), settings=Masking(enabled=False)) is before


def test_the_subjects_plate_goes_too_where_the_setting_says_so() -> None:
    before = textured()
    after = masked(before, SUBJECT, plates=(PLATE,), settings=Masking(subject_plate=True))
    assert colours(after, PLATE) <= 3
    hidden = masked(before, SUBJECT, plates=(), settings=Masking(subject_plate=True))
    assert not readable(hidden, before, (210, 300, 390, 390)), "and where it was not found, so does its place"


def test_without_a_subject_every_plate_goes() -> None:
    before = textured()
    assert colours(masked(before, SUBJECT, subject=None, plates=(PLATE,)), PLATE) <= 3


def test_a_plate_in_the_subjects_box_that_belongs_to_the_car_before_it_goes() -> None:
    before = textured()
    nearer = car(260, 300, 460, 470)  # its lower edge is lower in the picture
    own, of_nearer = (215, 330, 255, 345), (300, 360, 380, 390)
    after = masked(before, SUBJECT, nearer, plates=(of_nearer, own))
    assert colours(after, of_nearer) <= 3
    assert readable(after, before, own)


def test_of_two_plates_in_the_subjects_box_one_is_its_own() -> None:
    before = textured()
    after = masked(before, SUBJECT, plates=(PLATE, (210, 220, 240, 230)))
    assert readable(after, before, PLATE)
    assert colours(after, (210, 220, 240, 230)) <= 3


def test_the_subject_under_two_classes_is_still_the_subject() -> None:
    before = textured()
    again = Detection("truck", 0.4, box(196, 195, 405, 405))
    assert readable(masked(before, SUBJECT, again, plates=(PLATE,)), before, PLATE)


def test_a_neighbour_whose_plate_was_not_found_loses_the_part_it_would_be_in() -> None:
    before = textured()
    after = masked(before, SUBJECT, car(420, 200, 600, 400), plates=(PLATE,))
    assert abs(likeness(after, before, (430, 290, 590, 390))) < 0.25
    assert readable(after, before, (430, 205, 590, 260)), "its roof and windows stay"
    assert readable(after, before, (210, 210, 390, 390)), "and all of the subject"


def test_a_neighbour_behind_the_subject_does_not_cost_the_subjects_looks() -> None:
    before = textured()
    behind = car(240, 120, 460, 330)
    after = masked(before, SUBJECT, behind, plates=(PLATE,))
    assert readable(after, before, (210, 290, 390, 390))
    assert not readable(after, before, (405, 240, 455, 320))


@pytest.mark.parametrize(("height", "is_hidden"), [(LEGIBLE_HEIGHT - 2, False), (LEGIBLE_HEIGHT + 2, True)])
def test_cars_too_small_for_a_readable_plate_are_left(height: int, is_hidden: bool) -> None:
    before = textured()
    after = masked(before, car(20, 20, 160, 20 + height))
    assert readable(after, before, (30, height // 2 + 20, 150, height + 15)) is not is_hidden


def test_without_a_plate_detector_neighbours_are_hidden_all_the_same() -> None:
    before = textured()
    masker = Masker(None, Masking())
    after = masker.mask(before, subject=SUBJECT.box, detections=[SUBJECT, car(420, 200, 600, 400)])
    assert not readable(after, before, (430, 290, 590, 390))
    assert readable(after, before, (210, 210, 390, 390))


PERSONS = [
    # name,                 where,               blocks at most across, down
    ("standing", (100, 60, 160, 240), 8, 16),
    ("seen from the chest up", (100, 100, 300, 260), 6, 16),
    ("far off", (500, 50, 512, 80), 3, 6),
    ("cut by the edge", (0, 300, 40, 480), 8, 16),
]


@pytest.mark.parametrize(("where", "across", "down"), [row[1:] for row in PERSONS], ids=[row[0] for row in PERSONS])
def test_persons_become_a_few_blocks(where: Rectangle, across: int, down: int) -> None:
    before = textured()
    after = masked(before, person(*where))
    assert abs(likeness(after, before, where)) < 0.3
    x1, y1, x2, y2 = where
    row, column = after[(y1 + y2) // 2, x1:x2], after[y1:y2, (x1 + x2) // 2]
    assert (np.abs(np.diff(row.astype(int), axis=0)).sum(axis=1) > 0).sum() <= across
    assert (np.abs(np.diff(column.astype(int), axis=0)).sum(axis=1) > 0).sum() <= down


def test_a_person_before_the_subjects_plate_is_hidden_with_it() -> None:
    before = textured()
    after = masked(before, SUBJECT, person(280, 250, 320, 380), plates=(PLATE,))
    assert abs(likeness(after, before, (285, 352, 315, 368))) < 0.3


def test_a_margin_around_persons_is_hidden_too() -> None:
    before = textured()
    after = masked(before, person(100, 100, 160, 300))
    assert not readable(after, before, (92, 150, 98, 250))
    assert not readable(after, before, (110, 82, 150, 98))


def test_every_vehicle_is_looked_at_from_near_but_no_more_than_a_bounded_number() -> None:
    plates = KnownPlates()
    crowd = [car(x, y, x + 60, y + 60) for x in range(0, 600, 60) for y in range(0, 420, 60)]
    Masker(plates, Masking()).mask(textured(), subject=None, detections=crowd)
    assert len(crowd) > 24
    assert plates.asked == 1 + 24


def test_a_plate_found_only_from_near_is_masked_where_it_is() -> None:
    before = textured()
    neighbour = car(420, 200, 600, 400)
    grown = 600 + 14 - (420 - 14)
    near = KnownPlates(((74, 166, 134, 186),), whole_width=grown + 2)
    after = Masker(near, Masking()).mask(before, subject=SUBJECT.box, detections=[SUBJECT, neighbour])
    hidden = np.argwhere((after != before).any(axis=2))
    (top, left), (bottom, right) = hidden.min(axis=0), hidden.max(axis=0)
    assert near.asked == 3
    assert (left, top) == pytest.approx((405 + 74 - 9, 184 + 166 - 6), abs=3)
    assert (right, bottom) == pytest.approx((405 + 134 + 9, 184 + 186 + 6), abs=3)


def test_a_plates_letters_cannot_be_told_from_others_after_masking() -> None:
    """Every plate of one colour gives nearly the same blocks, so trying all texts for the picture finds nothing."""
    blocks = []
    for number in range(200):
        plate = np.full((24, 80, 3), (160, 60, 20), np.uint8)
        text = "".join(np.random.default_rng(number).choice(list("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"), 7))
        cv2.putText(plate, text, (3, 19), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (255, 255, 255), 2)
        picture = plate.copy()
        pixelate(picture, (0, 0, 80, 24), columns=3, rows=1)
        blocks.append(picture[12, [13, 40, 66]].tobytes())
    assert len(set(blocks)) < 60
    assert LEVELS == 16


@pytest.mark.parametrize("area", [(5, 5, 5, 9), (9, 9, 5, 20), (0, 0, 1, 1), (0, 0, WIDTH, HEIGHT)])
def test_any_area_can_be_asked_for(area: Rectangle) -> None:
    picture = textured()
    pixelate(picture, area, columns=6, rows=14)
    assert picture.shape == (HEIGHT, WIDTH, 3)
