"""问题小区: the top 5 % by complaints."""

from cloud.evaluation.domain import Complaints
from cloud.evaluation.problems import rank


def of(*counts: int, households: int | None = None) -> list[Complaints]:
    return [Complaints(f"c{at:03d}", n, 0, 0, households) for at, n in enumerate(counts)]


def test_of_a_few_communities_it_is_the_worst_one() -> None:
    assert [each.community for each in rank(of(1, 5, 3), 3).problems] == ["c001"]


def test_5_percent_are_rounded_up() -> None:
    assert len(rank(of(*range(1, 21)), 20).problems) == 1
    assert len(rank(of(*range(1, 22)), 21).problems) == 2


def test_communities_without_a_case_count_among_all() -> None:
    assert len(rank(of(9, 8, 7), 60).problems) == 3
    assert len(rank(of(9, 8, 7), 40).problems) == 2


def test_where_nothing_is_complained_of_nobody_is_a_problem() -> None:
    assert rank(of(0, 0), 2).problems == ()
    assert rank([], 0).problems == ()


def test_equals_share_their_place() -> None:
    ranking = rank(of(4, 4, 1, 0), 4)
    assert [each.community for each in ranking.problems] == ["c000", "c001"]
    assert [ranking.place(f"c{at:03d}") for at in range(4)] == [1, 1, 3, None]


def test_by_households_where_all_are_known() -> None:
    small, large = Complaints("small", 4, 0, 0, 100), Complaints("large", 6, 0, 0, 1000)
    ranking = rank([large, small], 2)
    assert (ranking.by_size, ranking.problems) == (True, (small,))
    ranking = rank([large, Complaints("small", 4, 0, 0)], 2)
    assert (ranking.by_size, ranking.problems) == (False, (large,))
