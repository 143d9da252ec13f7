"""Clips: the same again from the same number, and the truth beside them true of their pictures."""

from dataclasses import replace

import numpy as np
import pytest

from models.throw.simulation import (
    FAMILIES,
    JUDGING,
    TRAINING,
    Clip,
    Confuser,
    Family,
    ObjectKind,
    Weather,
    confuser_clip,
    frames,
    throw_clip,
)
from models.throw.simulation.scenery import RESOLUTIONS
from models.throw.simulation.shooting import FEWEST_SIGHTS, QUIET_S
from models.throw.simulation.stage import stage
from models.throw.simulation.truth import FOLLOWED, LEAST, SEEN

SMALL = (1280, 720)
CLIPS = [throw_clip(family, number, resolution=SMALL) for family in FAMILIES.values() for number in range(4)]
every_clip = pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: f"{clip.family}-{clip.number}")


def seen_from(clip: Clip) -> float:
    """The change of a pixel, grey levels, from which a fall counts as seen."""
    return max(LEAST, SEEN * clip.scene.noise_sigma)


def quiet(clip: Clip) -> Clip:
    """The clip without sensor noise."""
    return replace(clip, scene=replace(clip.scene, noise_sigma=0.0))


def test_the_same_number_gives_the_same_clip_and_pictures() -> None:
    first = throw_clip(TRAINING, 3, resolution=SMALL)
    pictures = [picture.copy() for _, picture in zip(range(3), frames(first), strict=False)]
    stage.cache_clear()
    again = throw_clip(TRAINING, 3, resolution=SMALL)
    assert again == first
    assert all((one == other).all() for one, other in zip(pictures, frames(again), strict=False))


def test_other_numbers_and_families_give_other_clips() -> None:
    clips = [throw_clip(family, number, resolution=SMALL) for family in FAMILIES.values() for number in (0, 1)]
    assert len({clip.scene.camera for clip in clips}) == 4
    assert len({clip.throws[0].path[0] for clip in clips}) == 4


def test_pictures_are_what_they_say() -> None:
    clip = CLIPS[0]
    pictures = list(frames(clip))
    assert len(pictures) == clip.frame_count == round(clip.seconds * clip.scene.fps)
    assert {picture.shape for picture in pictures} == {(720, 1280)}
    assert {picture.dtype for picture in pictures} == {np.dtype(np.uint8)}
    assert not np.shares_memory(pictures[0], pictures[1])


def test_noise_is_white_new_in_each_picture_and_as_strong_as_said() -> None:
    clip = replace(CLIPS[0], throws=(), confusers=(), seconds=1.0)
    clip = replace(clip, scene=replace(clip.scene, noise_sigma=2.0, trees=()))
    pictures = frames(clip)
    first, second = (next(pictures)[100:500, 200:900].astype(float) for _ in range(2))
    change = second - first
    assert change.std() == pytest.approx(2.0 * np.sqrt(2), rel=0.05)
    beside = np.corrcoef(change[:, 1:].ravel(), change[:, :-1].ravel())[0, 1]
    assert abs(beside) < 0.02


@every_clip
def test_boxes_hold_what_is_drawn_and_nothing_falls_elsewhere(clip: Clip) -> None:
    """Each picture with and without the falls: what differs lies in the boxes of that picture."""
    weakest = seen_from(clip)
    clip = quiet(clip)
    without = frames(replace(clip, throws=()))
    found = 0
    for index, (one, other) in enumerate(zip(frames(clip), without, strict=True)):
        change = np.abs(one.astype(int) - other)
        peaks = [(throw.frames.index(index), throw) for throw in clip.throws if index in throw.frames]
        if not peaks:
            continue
        found += 1
        allowed = np.zeros(change.shape, bool)
        for at, throw in peaks:
            x1, y1, x2, y2 = (round(value) for value in throw.boxes[at])
            allowed[max(0, y1 - 2) : y2 + 2, max(0, x1 - 2) : x2 + 2] = True
        strongest = max(throw.peaks[at] for at, throw in peaks)
        assert change[~allowed].max() <= max(weakest, 0.5 * strongest)
    assert found >= FEWEST_SIGHTS


@every_clip
def test_a_fall_begins_in_quiet_and_can_be_followed(clip: Clip) -> None:
    for throw in clip.throws:
        assert throw.start_s >= QUIET_S
        assert throw.frames[0] / clip.scene.fps > throw.start_s - 1 / clip.scene.fps
        assert list(throw.frames) == sorted(set(throw.frames))
        assert len(throw.frames) == len(throw.boxes) == len(throw.peaks)
        assert throw.frames[-1] < clip.frame_count
    first = clip.throws[0]
    assert first.peaks[0] >= seen_from(clip)
    assert np.mean([peak >= seen_from(clip) for peak in first.peaks]) >= 0.8 * FOLLOWED
    assert 3.0 <= clip.seconds <= 6.0


@every_clip
def test_boxes_follow_the_path_and_lie_in_the_picture(clip: Clip) -> None:
    shaken = 8.0 if Confuser.SHAKE in clip.confusers else 0.0
    for throw in clip.throws:
        path = np.array(throw.path)
        for frame, (x1, y1, x2, y2) in zip(throw.frames, throw.boxes, strict=True):
            assert 0 <= x1 < x2 <= clip.scene.width
            assert 0 <= y1 < y2 <= clip.scene.height
            at_s = frame / clip.scene.fps + clip.scene.exposure_s / 2
            where = np.array([[np.interp(at_s, path[:, 0], path[:, i]) for i in (1, 2, 3)]])
            x, y, _ = clip.scene.camera.project(where)[0]
            assert x1 - 3 - shaken <= x <= x2 + 3 + shaken
            assert y1 - 3 - shaken <= y <= y2 + 3 + shaken


@every_clip
def test_the_launch_is_at_its_floor_and_column(clip: Clip) -> None:
    for throw in clip.throws:
        _, x, y, _ = throw.path[0]
        assert y == throw.height_m
        assert (throw.floor - 1) * clip.scene.floor_height < y < throw.floor * clip.scene.floor_height
        left = clip.scene.left + (throw.column - 1) * clip.scene.column_width
        assert left < x <= left + clip.scene.column_width


def test_the_mix_is_fades() -> None:
    clips = [throw_clip(JUDGING, number) for number in range(100, 116)]
    falls = [throw for clip in clips for throw in clip.throws]
    assert {clip.scene.weather for clip in clips} == set(Weather)
    assert {(clip.scene.width, clip.scene.height) for clip in clips} == set(RESOLUTIONS)
    assert {clip.scene.night for clip in clips} == {False, True}
    assert len({fall.kind for fall in falls}) >= 6
    assert set(ObjectKind) >= {fall.kind for fall in falls}
    assert 8 < np.median([fall.area for fall in falls]) < 45


@pytest.mark.parametrize("confuser", Confuser)
@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_a_confuser_moves_something_and_nothing_falls(family: Family, confuser: Confuser) -> None:
    clip = confuser_clip(family, 5, confusers=[confuser], seconds=3.0, resolution=SMALL)
    assert clip.throws == ()
    assert clip.confusers == (confuser,)
    clip = quiet(clip)
    still = frames(replace(clip, confusers=tuple(c for c in clip.confusers if c is Confuser.TREES)))
    moved = max(int(np.abs(one.astype(int) - other).max()) for one, other in zip(frames(clip), still, strict=True))
    # A drop of some millimetres is true to its size: hardly a grey level.
    least = {Confuser.DRIP: 0, Confuser.TREES: 0}.get(confuser, 3)
    assert moved >= least


def test_confusers_by_chance_are_named() -> None:
    clips = [confuser_clip(JUDGING, number, seconds=1.0, resolution=SMALL) for number in range(8)]
    assert all(1 <= len(clip.confusers) <= 4 for clip in clips)
    assert len({clip.confusers for clip in clips}) > 4


def test_wrong_wishes_are_refused() -> None:
    with pytest.raises(ValueError, match="longer"):
        confuser_clip(TRAINING, 1, seconds=0.0)
    with pytest.raises(ValueError, match="number"):
        throw_clip(TRAINING, 1_000_000)
