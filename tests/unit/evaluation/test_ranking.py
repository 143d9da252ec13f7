"""问题小区: the top 5 % by complaints."""

import pytest

from cloud.evaluation.domain import Complaints
from cloud.evaluation.problems import rank


def of(*counts: int, households: int | None = None) -> list[Complaints]:
    return [Complaints(f"c{at:03d}", n, 0, 0, households) for at, n in enumerate(counts)]


def quiet(many: int) -> list[Complaints]:
    """Communities where something is found now and then."""
    return of(*[1] * many)


# communities there are, complaints of those that have some, how many of them are problems
CUT: list[tuple[int, tuple[int, ...], int]] = [
    (1, (50,), 0),
    (2, (50, 1), 0),
    (19, (50, 40, 30), 0),
    (20, (50, 40, 30), 1),
    (39, (50, 40, 30), 1),
    (40, (50, 40, 30), 2),
    (60, (9, 8, 7), 3),
    (60, (9, 8, 2), 2),
    (60, (2, 2, 2), 0),
    (200, (9, 8, 7), 3),
    (20, (9, 9, 9, 1), 3),
]


@pytest.mark.parametrize(("communities", "counts", "problems"), CUT, ids=[f"{row[0]}-{row[1]}" for row in CUT])
def test_the_top_5_percent_are_cut_off(communities: int, counts: tuple[int, ...], problems: int) -> None:
    ranking = rank(of(*counts), communities)
    assert len(ranking.problems) == problems
    assert ranking.is_wide is (communities >= 20)


def test_the_worst_are_those_with_the_most() -> None:
    ranking = rank([*quiet(17), *of(3, 7, 5)], 20)
    assert [each.count for each in ranking.problems] == [7]


def test_more_communities_told_of_than_the_tree_has_count() -> None:
    assert len(rank(of(*range(3, 23)), 1).problems) == 1


def test_where_nothing_is_complained_of_nobody_is_a_problem() -> None:
    assert rank(of(0, 0), 60).problems == ()
    assert rank([], 0).problems == ()


def test_equals_share_their_place() -> None:
    ranking = rank(of(4, 4, 1, 0), 20)
    assert [each.community for each in ranking.problems] == ["c000", "c001"]
    assert [ranking.place(f"c{at:03d}") for at in range(4)] == [1, 1, 3, None]


def test_by_households_where_all_are_known() -> None:
    small, large = Complaints("small", 4, 0, 0, 100), Complaints("large", 6, 0, 0, 1000)
    ranking = rank([large, small], 20)
    assert (ranking.by_size, ranking.problems) == (True, (small,))
    ranking = rank([large, Complaints("small", 4, 0, 0)], 20)
    assert (ranking.by_size, ranking.problems) == (False, (large,))
