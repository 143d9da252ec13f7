"""Training and judging have nothing in common that a threshold or a network could have learned."""

from dataclasses import fields

import numpy as np
import pytest

from models.throw.simulation import FAMILIES, JUDGING, TRAINING
from models.throw.simulation.family import SEEDS

SAME = {"name"}


def test_seeds_do_not_meet() -> None:
    assert abs(TRAINING.first_seed - JUDGING.first_seed) >= SEEDS


@pytest.mark.parametrize("name", [field.name for field in fields(TRAINING)])
def test_nothing_is_drawn_from_both_alike(name: str) -> None:
    assert getattr(TRAINING, name) != getattr(JUDGING, name)


def test_walls_do_not_meet() -> None:
    assert not set(TRAINING.walls) & set(JUDGING.walls)
    assert TRAINING.photograph != JUDGING.photograph


def test_chance_is_of_number_and_salt() -> None:
    draws = [
        float(family.rng(number, salt).random()) for family in FAMILIES.values() for number in (0, 1) for salt in (0, 1)
    ]
    assert len(set(draws)) == 8
    assert float(TRAINING.rng(1, 1).random()) == float(TRAINING.rng(1, 1).random())


@pytest.mark.parametrize("number", [-1, SEEDS])
def test_numbers_have_bounds(number: int) -> None:
    with pytest.raises(ValueError, match="number"):
        TRAINING.rng(number)
    assert isinstance(TRAINING.rng(SEEDS - 1), np.random.Generator)
