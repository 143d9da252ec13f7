"""The dwell rule: opened when a vehicle has stood in a zone for as long as it may, milestones, cleared when it left."""

from collections.abc import Sequence
from dataclasses import dataclass

from edge.config import Zone
from edge.values import Finding, Sighting


@dataclass(frozen=True, slots=True)
class Dwell:
    """What the rule remembers of one camera's stays."""

    def to_bytes(self) -> bytes:
        """Versioned JSON; the same state gives the same bytes."""
        raise NotImplementedError

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Dwell":
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: damaged or of another version.
        """
        raise NotImplementedError


def step(
    state: Dwell, sightings: Sequence[Sighting], *, zones: Sequence[Zone], timezone: str
) -> tuple[Dwell, tuple[Finding, ...]]:
    """Advance by one look.

    Args:
        sightings: all of one look: one for every vehicle that stands.
        timezone: IANA name, for the zones' timetables.
    Returns:
        the new state, and findings in order of sightings, then zones.
    """
    raise NotImplementedError
