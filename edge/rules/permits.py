"""Permits: whom a zone lets stand, and of whom it is known that nobody has let it."""

from typing import Final

from edge.config import Zone
from edge.values import PermitState, Sighting

LACKING: Final = frozenset({PermitState.NONE, PermitState.EXPIRED, PermitState.NOT_NOW})


def covers(sighting: Sighting, zone: Zone) -> bool:
    """Whether the vehicle has a valid permit of a kind that counts in this zone: then it may stand as it likes."""
    permit = sighting.permit
    return permit is not None and permit.state is PermitState.VALID and permit.kind in zone.permits


def lacks(sighting: Sighting) -> bool:
    """Whether it is known that the vehicle has no permit now.

    A plate that was not read well enough accuses nobody, nor does a permit of a kind that does not count here: that
    somebody on a list stands in the wrong place is for a person to tell them.
    """
    return sighting.permit is not None and sighting.permit.state in LACKING
