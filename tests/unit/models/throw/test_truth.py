"""What counts as seen of a fall, at the limits, and where it is seen by a camera that shakes."""

from dataclasses import replace

import numpy as np
import pytest

from models.throw.simulation import JUDGING, Clip, Confuser, frames, throw_clip
from models.throw.simulation.play import play, stage_of
from models.throw.simulation.truth import FOLLOWED, LEAST, SEEN, Sight, plain, sights

CLIP = throw_clip(JUDGING, 4, resolution=(1280, 720))


def seen(peaks: list[float]) -> list[Sight]:
    return [Sight(frame=10 + i, box=(0.0, 0.0, 5.0, 5.0), peak=peak, area=20.0) for i, peak in enumerate(peaks)]


@pytest.mark.parametrize(
    ("peaks", "expected"),
    [
        ([], []),
        ([9.0, 9.0, 9.0], [10, 11, 12]),
        ([8.9, 9.0, 1.0, 9.0, 9.0, 8.9], [11, 12, 13, 14]),  # what lies between two sights is followed
        ([9.0, 9.0, 1.0, 1.0], [10, 11]),  # half of it is enough
        ([9.0, 9.0, 1.0, 1.0, 1.0], []),
        ([8.99] * 8, []),
    ],
)
def test_a_fall_is_true_from_its_first_clear_sight_to_its_last(peaks: list[float], expected: list[int]) -> None:
    place = replace(CLIP, scene=replace(CLIP.scene, noise_sigma=9.0 / SEEN))
    assert FOLLOWED == 0.5
    assert [sight.frame for sight in plain(stage_of(place), seen(peaks))] == expected


def test_without_noise_some_grey_levels_are_wanted_all_the_same() -> None:
    stage = stage_of(replace(CLIP, scene=replace(CLIP.scene, noise_sigma=0.0)))
    assert plain(stage, seen([LEAST - 0.01] * 5)) == []
    assert len(plain(stage, seen([LEAST] * 5))) == 5


def sways(clip: Clip) -> float:
    """How far a clip's camera moves, one sigma, pixels."""
    return float(np.std([play(clip).offset(at_s) for at_s in np.arange(0, clip.seconds, 0.04)]))


def test_boxes_move_with_the_picture_of_a_shaken_camera() -> None:
    clip = replace(CLIP, confusers=(Confuser.SHAKE,), strength=1.0, scene=replace(CLIP.scene, noise_sigma=0.0))
    plainly = replace(clip.throws[0].look, length=0.5, breadth=0.4, tumble=0.0, bands=0.0, brightness=0.0)
    clip = replace(clip, throws=(replace(clip.throws[0], look=plainly),))
    clip = max((replace(clip, number=number) for number in range(12)), key=sways)
    assert sways(clip) > 0.7
    cast, throw = play(clip), clip.throws[0]
    told = {sight.frame: sight for sight in sights(stage_of(clip), cast, throw.flight, clip.seconds)}
    without = frames(replace(clip, throws=()))
    misses: list[float] = []
    offsets: list[float] = []
    for index, (one, other) in enumerate(zip(frames(clip), without, strict=True)):
        change = np.abs(one.astype(float) - other)
        if index not in told or told[index].peak < 20 or min(told[index].box[:2]) < 9:
            continue
        rows, columns = np.nonzero(change > 0.4 * change.max())
        x1, y1, x2, y2 = told[index].box
        misses += [float(columns.mean()) + 0.5 - (x1 + x2) / 2, float(rows.mean()) + 0.5 - (y1 + y2) / 2]
        offsets += cast.offset(index / clip.scene.fps)
    assert len(misses) >= 20
    assert np.abs(misses).mean() < 1.5
    # A box that stayed behind would miss by as much as the camera moves: a slope of 1.
    assert abs(np.polyfit(offsets, misses, 1)[0]) < 0.35
