"""问题小区: the communities that are complained about most, and how they are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cloud.evaluation.domain import Complaints

ONE_OF: Final = 20  # communities: the top 5 %
LEAST: Final = 3  # complaints of a community with problems: one or two say nothing of it


@dataclass(frozen=True, slots=True)
class Ranking:
    """Communities by complaints, the worst first; the first `worst` of them are 问题小区.

    `by_size`: ranked by 100 households, as how many there are is known of each; otherwise by count alone.
    `communities`: how many there are, those without complaints too.
    """

    all: tuple[Complaints, ...]
    worst: int
    by_size: bool
    communities: int = 0

    @property
    def is_wide(self) -> bool:
        """Whether there are so many communities that 5 % of them are at least one."""
        return self.communities >= ONE_OF

    @property
    def problems(self) -> tuple[Complaints, ...]:
        """The top ones."""
        return self.all[: self.worst]

    def place(self, community: str) -> int | None:
        """Which one it is, from 1; those with as many share a place; None: nothing was complained of."""
        found = next((each for each in self.all if each.community == community and each.count), None)
        return None if found is None else 1 + sum(_weight(each, self) > _weight(found, self) for each in self.all)


def rank(complaints: Sequence[Complaints], communities: int) -> Ranking:
    """Rank communities and cut off the top 5 %: rounded down, so that the only one of its street is none of them.

    Who has as many as the last of them is in as well: no order of names decides who is a problem. With fewer than
    `LEAST` complaints nobody is.

    Args:
        communities: how many there are at all, those without complaints too.
    """
    by_size = bool(complaints) and all(each.households for each in complaints)
    unranked = Ranking(tuple(complaints), 0, by_size)
    ordered = tuple(sorted(complaints, key=lambda each: (-_weight(each, unranked), each.community)))
    some = [each for each in ordered if each.count >= LEAST]
    there = max(communities, len(ordered))
    worst = min(len(some), there // ONE_OF)
    if worst:
        least = _weight(some[worst - 1], unranked)
        worst = sum(_weight(each, unranked) >= least for each in some)
    return Ranking(ordered, worst, by_size, there)


def _weight(complaints: Complaints, ranking: Ranking) -> float:
    return (complaints.per_hundred or 0.0) if ranking.by_size else float(complaints.count)
