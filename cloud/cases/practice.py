"""How a city works its cases: what the configuration says of time."""

from dataclasses import dataclass, field
from datetime import timedelta, tzinfo
from typing import Final

from cloud.cases.calendar import CHINA
from cloud.cases.terms import Terms

ANSWER_WITHIN: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Practice:
    """The same for all cases.

    Args:
        zone: where the day of a case number begins and ends.
        answer_within: how long a camera has to answer.
    """

    terms: Terms = field(default_factory=Terms)
    zone: tzinfo = CHINA
    answer_within: timedelta = ANSWER_WITHIN
