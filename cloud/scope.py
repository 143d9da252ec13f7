"""What part of the city somebody works for: no query of theirs answers with anything outside it."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, true


@dataclass(frozen=True, slots=True)
class Scope:
    """The communities whose matters somebody may see; None: all of them."""

    communities: frozenset[str] | None

    def covers(self, community: str) -> bool:
        """Whether a community lies within it."""
        return self.communities is None or community in self.communities

    @property
    def only(self) -> str | None:
        """The community that it is, where it is a single one."""
        return next(iter(self.communities)) if self.communities is not None and len(self.communities) == 1 else None

    def within(self, community: ColumnElement[str]) -> ColumnElement[bool]:
        """A query's condition: the row is of a community within it."""
        return true() if self.communities is None else community.in_(sorted(self.communities))


EVERYTHING: Final = Scope(None)
NOTHING: Final = Scope(frozenset())
