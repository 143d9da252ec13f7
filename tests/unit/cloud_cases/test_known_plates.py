"""What a case knows of a plate is not lost when the gateway's votes begin anew."""

import pytest

from cloud.cases.stays import _better
from contract.plates import Plate, PlateState

READ = Plate(state=PlateState.READ, text="?A12345", looks=9)
OTHER = Plate(state=PlateState.READ, text="?A12346", looks=12)
UNKNOWN = Plate(state=PlateState.UNKNOWN, looks=0)
MISSING = Plate(state=PlateState.MISSING, looks=40)


@pytest.mark.parametrize(
    ("now", "before", "kept"),
    [
        (UNKNOWN, READ, READ),
        (None, READ, READ),
        (OTHER, READ, OTHER),
        (MISSING, READ, MISSING),
        (UNKNOWN, None, UNKNOWN),
        (None, None, None),
    ],
)
def test_nothing_known_takes_nothing_back(now: Plate | None, before: Plate | None, kept: Plate | None) -> None:
    assert _better(now, before) == kept
