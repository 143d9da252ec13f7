"""What an evaluation holds: whose cases, of when, and what they add up to."""

from dataclasses import dataclass
from datetime import datetime

from cloud.cases.vocabulary import CaseKind
from cloud.evaluation.figures import NOTHING, Tally
from cloud.scope import Scope


@dataclass(frozen=True, slots=True)
class Whose:
    """Which cases: of the communities of `scope`, and of one property company where it is not None."""

    scope: Scope
    answering: str | None = None
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many simulated cases are not counted, as there are real ones: of a period, and of a trend's twelve months."""

    period: int = 0
    year: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """What one property company's cases of one community add up to.

    `answering` is None where no organisation answers for them, and of what the community's cameras could see.
    """

    community: str
    answering: str | None
    tally: Tally


@dataclass(frozen=True, slots=True)
class Month:
    """What was due and handled in one month, and how many of each kind were collected in it."""

    name: str  # 2026-11
    tally: Tally = NOTHING
    kinds: tuple[tuple[CaseKind, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Complaints:
    """What was complained about one community, and what was found there and upheld."""

    community: str
    reported: int  # by residents and the hotline, whatever became of it
    found: int  # by cameras, devices and staff, filed and neither voided nor merged
    overdue: int  # of both: past their deadline and not handled
    households: int | None = None

    @property
    def count(self) -> int:
        """Both together."""
        return self.reported + self.found

    @property
    def per_hundred(self) -> float | None:
        """By 100 households; None: nobody has said how many there are."""
        return None if not self.households else 100 * self.count / self.households


@dataclass(frozen=True, slots=True)
class Causes:
    """What a community's complaints are about: each with how many, the most first; `hours` from 0 to 23."""

    kinds: tuple[tuple[CaseKind, int], ...]
    sources: tuple[tuple[str, int], ...]
    places: tuple[tuple[str, int], ...]
    hours: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A case of a community that is overdue and open."""

    id: str
    number: str
    kind: CaseKind
    place: str
    due_at: datetime
    rework: int
