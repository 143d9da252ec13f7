"""What is counted: one literal table of sums over cases, each with the moment that says which period a case is of.

All add up: of two communities, of twelve months. Only the measures made of them (`measures`) do not.

A figure looks at cases as they are now. So a case that is reopened is closed no longer, and a case that was sent back
counts by its last report: nobody gains by reporting early what is not done. Cases that were voided, merged or
not filed after their deadline stay overdue.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

HANDLED: Final = "stage in ('reported', 'closed', 'evaluated')"
CLOSED: Final = "stage in ('closed', 'evaluated')"
# 3 is Alert.EXPIRED: its deadline had passed before somebody ended it so.
COUNTS: Final = "(stage not in ('voided', 'merged', 'not_filed') or alert >= 3)"
BY_ITSELF: Final = "closed_by in ('camera', 'device')"
# A rating holds until a case that was reopened is rated again; that one was bad through the handler's fault stays.
RATED: Final = "(reporter_rating is not null or handler_fault)"
BAD: Final = "(coalesce(reporter_rating <= 2, false) or handler_fault)"


class Anchor(StrEnum):
    """A column of a case: the period that this moment lies in is the one that the case is counted in."""

    OPENED = "opened_at"
    FILED = "filed_at"
    DISPATCHED = "dispatched_at"
    DUE = "due_at"
    REPORTED = "reported_at"
    CLOSED = "closed_at"
    EVALUATED = "evaluated_at"


class Figure(StrEnum):
    """A sum over cases."""

    OPENED = "opened"
    NOT_FILED = "not_filed"
    FILED = "filed"
    VOIDED = "voided"
    SUSPENDED = "suspended"
    DISPATCHED = "dispatched"
    DUE = "due"
    DUE_HANDLED = "due_handled"
    HANDLED_ON_TIME = "handled_on_time"
    CLOSED_ON_TIME = "closed_on_time"
    SENT_BACK = "sent_back"
    EXTENDED = "extended"
    RAISED = "raised"
    SUPERVISED = "supervised"
    HANDLED = "handled"
    TIMED = "timed"
    LENGTH_S = "length_s"
    WORKING_S = "working_s"
    SAID_DONE = "said_done"
    REOPENED = "reopened"
    RATED = "rated"
    STARRED = "starred"
    STARS = "stars"
    GOOD = "good"
    BAD = "bad"
    CLOSED = "closed"
    CLOSED_BY_ITSELF = "closed_by_itself"
    SCORED = "scored"
    SCORE = "score"
    WATCHED_H = "watched_h"  # of cameras, not of cases: see `discovery`
    CAMERA_H = "camera_h"


OF_CAMERAS: Final = frozenset({Figure.WATCHED_H, Figure.CAMERA_H})


@dataclass(frozen=True, slots=True)
class Sum:
    """`anchor` says of which period; `where` which cases of it; `amount` what each adds. Both are SQL over `cases`."""

    anchor: Anchor
    where: str = "true"
    amount: str = "1"


TABLE: Final[Mapping[Figure, Sum]] = MappingProxyType(
    {
        Figure.OPENED: Sum(Anchor.OPENED),
        Figure.NOT_FILED: Sum(Anchor.OPENED, "stage = 'not_filed'"),
        Figure.FILED: Sum(Anchor.FILED),
        Figure.VOIDED: Sum(Anchor.FILED, "stage = 'voided'"),
        Figure.SUSPENDED: Sum(Anchor.FILED, "suspended_at is not null"),
        Figure.DISPATCHED: Sum(Anchor.DISPATCHED),
        Figure.DUE: Sum(Anchor.DUE, COUNTS),
        Figure.DUE_HANDLED: Sum(Anchor.DUE, HANDLED),
        Figure.HANDLED_ON_TIME: Sum(Anchor.DUE, f"{HANDLED} and reported_at <= due_at"),
        Figure.CLOSED_ON_TIME: Sum(Anchor.DUE, f"{CLOSED} and closed_at <= due_at"),
        Figure.SENT_BACK: Sum(Anchor.DUE, f"{COUNTS} and rework > 0"),
        Figure.EXTENDED: Sum(Anchor.DUE, f"{COUNTS} and extensions > 0"),
        Figure.RAISED: Sum(Anchor.DUE, f"{COUNTS} and level > 1"),
        Figure.SUPERVISED: Sum(Anchor.DUE, f"{COUNTS} and supervised > 0"),
        Figure.HANDLED: Sum(Anchor.REPORTED, HANDLED),
        Figure.TIMED: Sum(Anchor.REPORTED, f"{HANDLED} and filed_at is not null"),
        Figure.LENGTH_S: Sum(Anchor.REPORTED, f"{HANDLED} and filed_at is not null", "length_s"),
        Figure.WORKING_S: Sum(Anchor.REPORTED, f"{HANDLED} and filed_at is not null", "working_s"),
        Figure.SAID_DONE: Sum(Anchor.REPORTED),
        Figure.REOPENED: Sum(Anchor.REPORTED, "reopened > 0"),
        Figure.RATED: Sum(Anchor.REPORTED, RATED),
        Figure.STARRED: Sum(Anchor.REPORTED, "reporter_rating is not null"),
        Figure.STARS: Sum(Anchor.REPORTED, "reporter_rating is not null", "reporter_rating"),
        Figure.GOOD: Sum(Anchor.REPORTED, f"reporter_rating >= 4 and not {BAD}"),
        Figure.BAD: Sum(Anchor.REPORTED, BAD),
        Figure.CLOSED: Sum(Anchor.CLOSED, CLOSED),
        Figure.CLOSED_BY_ITSELF: Sum(Anchor.CLOSED, f"{CLOSED} and {BY_ITSELF}"),
        Figure.SCORED: Sum(Anchor.EVALUATED, "stage = 'evaluated'"),
        Figure.SCORE: Sum(Anchor.EVALUATED, "stage = 'evaluated'", "rating"),
    }
)


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums of some cases; what is not there is 0. Lengths of time in seconds."""

    figures: Mapping[Figure, float]

    def __getitem__(self, figure: Figure) -> float:
        return self.figures.get(figure, 0)

    @classmethod
    def sum(cls, tallies: Iterable["Tally"]) -> "Tally":
        """All of them together."""
        total: dict[Figure, float] = {}
        for tally in tallies:
            for figure, amount in tally.figures.items():
                total[figure] = total.get(figure, 0) + amount
        return cls(total)


NOTHING: Final = Tally({})
