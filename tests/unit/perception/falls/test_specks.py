"""Specks: what moves is found where it is; what is noise, light or a cut is not."""

import numpy as np
import pytest

from edge.perception.falls.finding import LAG_S, SpeckFinder
from edge.perception.falls.specks import MAX_SPECKS, Specks
from tests.unit.perception.falls.drawn import FPS, HEIGHT, WIDTH, Way, dropped, frames

EVERYWHERE = np.full((HEIGHT, WIDTH), 255, np.uint8)


def nowhere(at_s: float) -> None:
    return None


def found(way: Way, *, seconds: float = 2.6, mask: np.ndarray = EVERYWHERE, **drawn: float) -> list[Specks]:
    finder = SpeckFinder(mask)
    told = [finder.find(luma, at_s) for at_s, luma in frames(way, seconds=seconds, **drawn)]
    return [specks for specks in told if specks is not None]


@pytest.mark.parametrize("contrast", [50.0, -50.0, 20.0])
def test_a_falling_dot_is_found_where_it_is(contrast: float) -> None:
    way = dropped(1.0)
    late = [specks for specks in found(way, contrast=contrast) if specks.at_s > 1.5]
    assert len(late) >= 20
    for specks in late:
        x, y = way(specks.at_s) or (0.0, 0.0)
        i = int(np.hypot(specks.x - x, specks.y - y).argmin())
        assert np.hypot(specks.x[i] - x, specks.y[i] - y) < 1.5
        assert np.sign(specks.contrast[i]) == np.sign(contrast)


def test_it_is_told_one_lag_late_and_in_order() -> None:
    finder = SpeckFinder(EVERYWHERE)
    for at_s, luma in frames(dropped(), seconds=2.0):
        specks = finder.find(luma, at_s)
        assert specks is None or specks.at_s == pytest.approx(at_s - LAG_S, abs=0.5 / FPS)


def test_noise_gives_few_specks() -> None:
    counts = [len(specks) for specks in found(nowhere, seconds=6.0, grain=4.0)]
    assert np.mean(counts) < 3


def test_a_step_of_light_is_no_speck() -> None:
    finder, crowds = SpeckFinder(EVERYWHERE), []
    for at_s, luma in frames(nowhere, seconds=4.0):
        brighter = np.clip(luma.astype(int) + 40 * (int(at_s) % 2), 0, 255).astype(np.uint8)
        specks = finder.find(brighter, at_s)
        crowds.append(len(specks) if specks else 0)
    assert np.mean(crowds) < 3


def test_a_window_lit_for_good_is_no_speck() -> None:
    finder, crowds = SpeckFinder(EVERYWHERE), []
    for at_s, luma in frames(nowhere, seconds=4.0):
        luma[100:120, 200:220] = 250 if at_s > 2 else luma[100:120, 200:220]
        specks = finder.find(luma, at_s)
        crowds.append(len(specks) if specks else 0)
    assert np.mean(crowds) < 3


def test_nothing_is_looked_for_outside_the_mask() -> None:
    mask = EVERYWHERE.copy()
    mask[:, 200:400] = 0
    mask[:40] = 0
    assert not any(len(specks) and (abs(specks.x - 310) < 40).any() for specks in found(dropped(1.0), mask=mask))


def test_specks_of_one_frame_are_bounded() -> None:
    finder, rng, most = SpeckFinder(EVERYWHERE), np.random.default_rng(0), 0
    for at_s, luma in frames(nowhere, seconds=3.0):
        for x, y in zip(rng.integers(5, WIDTH - 5, 300), rng.integers(5, HEIGHT - 5, 300), strict=True):
            luma[y - 1 : y + 2, x - 1 : x + 2] = 255
        specks = finder.find(luma, at_s)
        most = max(most, len(specks) if specks else 0)
    assert most == MAX_SPECKS


@pytest.mark.parametrize("jump_s", [3.0, -1.0])
def test_over_a_jump_in_time_nothing_is_compared(jump_s: float) -> None:
    finder = SpeckFinder(EVERYWHERE)
    for at_s, luma in frames(nowhere, seconds=1.5):
        finder.find(luma, at_s)
    other = [finder.find(255 - luma, 1.5 + jump_s + at_s) for at_s, luma in frames(nowhere, seconds=1.0)]
    assert all(specks is None for specks in other[: round(2 * LAG_S * FPS)])
    assert sum(len(specks) for specks in other if specks) < 75  # three in a frame


def test_a_large_picture_is_averaged_and_told_in_its_own_pixels() -> None:
    finder = SpeckFinder(np.full((4 * HEIGHT, 4 * WIDTH), 255, np.uint8))
    assert finder.factor == 2
    told = []
    for at_s, luma in frames(dropped(0.8), seconds=2.0):
        specks = finder.find(luma.repeat(4, axis=0).repeat(4, axis=1), at_s)
        if specks is not None and specks.at_s > 1.5:
            x, y = dropped(0.8)(specks.at_s) or (0.0, 0.0)
            told.append(np.hypot(specks.x - 4 * x - 2, specks.y - 4 * y - 2).min())
    assert len(told) >= 8
    assert max(told) < 4
