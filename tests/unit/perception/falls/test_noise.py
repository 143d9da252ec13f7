"""How much a pixel must stand out, learnt block by block."""

import numpy as np

from edge.perception.falls.noise import BLOCK, FEW, LEAST, MOST, Noise, halved

SIDE = 20 * BLOCK


def lit(share: float, level: int, *, part: slice = slice(None), seed: int = 0) -> np.ndarray:
    plane = np.zeros((SIDE, SIDE), np.uint8)
    chance = np.random.default_rng(seed).random((SIDE, SIDE)) < share
    plane[:, part][chance[:, part]] = level
    return plane


def test_a_quiet_picture_asks_for_the_least() -> None:
    noise = Noise(SIDE, SIDE)
    for _ in range(20):
        noise.learn(lit(0, 0))
    assert noise.settled
    assert noise.threshold.max() == int(LEAST)


def test_noise_raises_its_own_part_of_the_picture() -> None:
    noise = Noise(SIDE, SIDE)
    for seed in range(40):
        noise.learn(lit(0.5, 4, part=slice(0, SIDE // 2), seed=seed))
    assert noise.threshold[:, : SIDE // 4].min() > 12
    assert noise.threshold[:, -SIDE // 4 :].max() == int(LEAST)


def test_what_passes_is_not_learnt() -> None:
    noise = Noise(SIDE, SIDE)
    for number in range(60):
        plane = lit(0, 0)
        at = (number * 5) % (SIDE - 6)
        plane[at : at + 5, 100:105] = 200
        noise.learn(plane)
        noise.hit((plane > noise.threshold).astype(np.uint8) * 255)
    assert noise.threshold.max() <= 2 * LEAST


def test_blocks_that_are_lit_together_ask_for_more_but_not_without_end() -> None:
    noise = Noise(SIDE, SIDE)
    hit = np.zeros((SIDE, SIDE), np.uint8)
    hit[BLOCK // 2 :: BLOCK, : (FEW + 2) * BLOCK : BLOCK] = 255
    for _ in range(200):
        noise.learn(lit(0, 0))
        noise.hit(hit)
    assert noise.hit(hit).sum() == (FEW + 2) * SIDE // BLOCK
    assert noise.threshold.max() == int(LEAST * MOST)
    assert noise.threshold[:, -4 * BLOCK :].max() == int(LEAST)


def test_one_pixel_of_a_block_is_not_lost_in_halving() -> None:
    plane = np.zeros((SIDE, SIDE), np.uint8)
    plane[37, 101] = 255
    assert np.count_nonzero(halved(plane, 4)) == 1
