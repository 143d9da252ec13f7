"""Chance by name: answers hang on what is asked, not on what was asked before, and are as even as chance."""

import numpy as np

from benchmarks.parking.chance import Chance, tick


def chance(seed: int = 1) -> Chance:
    return Chance(np.random.default_rng(seed))


def test_the_same_question_has_the_same_answer_whatever_was_asked_before() -> None:
    one, other = chance(), chance()
    for at_s in np.arange(0, 60, 2.0):
        other.normals(5, 0, 3, tick(at_s))
    assert one.normals(4, 1, -7, tick(12.0)).tolist() == other.normals(4, 1, -7, tick(12.0)).tolist()
    assert one.evens(2, 3, 5).tolist() == other.evens(2, 3, 5).tolist()


def test_another_key_another_moment_or_another_seed_has_another() -> None:
    asked = [
        (chance(), (0, 3, tick(2.0))),
        (chance(), (0, 4, tick(2.0))),
        (chance(), (0, 3, tick(4.0))),
        (chance(2), (0, 3, tick(2.0))),
    ]
    assert len({float(one.normals(1, *key)[0]) for one, key in asked}) == len(asked)


def test_answers_are_spread_as_they_should_be() -> None:
    one = chance()
    normals = np.array([one.normals(1, 0, 7, tick(2.0 * n))[0] for n in range(20_000)])
    evens = np.array([one.evens(1, 0, 7, tick(2.0 * n))[0] for n in range(20_000)])
    assert abs(normals.mean()) < 0.03
    assert abs(normals.std() - 1) < 0.03
    assert np.allclose(np.quantile(evens, (0.1, 0.5, 0.9)), (0.1, 0.5, 0.9), atol=0.02)
    following = np.corrcoef(normals[:-1], normals[1:])[0, 1]
    assert abs(following) < 0.03, "what one look is told says nothing of the next"
