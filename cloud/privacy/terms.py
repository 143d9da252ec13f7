"""How long what is kept. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from cloud.cases.vocabulary import CaseKind


class Why(StrEnum):
    """Why something was deleted."""

    EXPIRED = "expired"
    ERASED = "erased"  # somebody asked for it


@dataclass(frozen=True, slots=True)
class Terms:
    """How long after a case has ended; of what belongs to no case, after it came."""

    pictures: timedelta
    films: timedelta
    originals: timedelta
    unclaimed: timedelta  # pictures and suspicions of what never became a case
    plates: timedelta  # in cases, their histories and the messages that told of them; never sooner than the pictures
    messages: timedelta  # what gateways signed, byte for byte
    by_kind: Mapping[CaseKind, timedelta] = field(  # in place of `pictures` and `films`
        default_factory=lambda: MappingProxyType({})
    )

    @property
    def shortest(self) -> timedelta:
        """How long everything of a case is kept at least."""
        return min(self.pictures, self.films, self.originals, *self.by_kind.values())
