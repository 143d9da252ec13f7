"""When the story's car stands, or its gate is open, and when it is put right."""

import pytest

from deploy.onebox.driver import AWAY_S, CALM_AT_FIRST_S, ON_THE_WAY_S, Cases, wanted

EMPTY, STANDING = False, True
LATER = CALM_AT_FIRST_S + 1
PLAYS = [
    # name,                            the case,                  running, again,  shown before and after
    ("at first the place is free", Cases(None), 0.0, False, None, EMPTY),
    ("it stays free for a while", Cases(None), CALM_AT_FIRST_S - 1, False, EMPTY, EMPTY),
    ("then a car comes", Cases(None), LATER, False, EMPTY, STANDING),
    ("it stands while nobody cares", Cases("dispatched", 999.0), LATER, False, STANDING, STANDING),
    ("the driver needs some time", Cases("handling", ON_THE_WAY_S - 0.1), LATER, False, STANDING, STANDING),
    ("and drives away", Cases("handling", ON_THE_WAY_S), LATER, False, STANDING, EMPTY),
    ("a change of the case does not bring it back", Cases("handling", 0.0), LATER, False, EMPTY, EMPTY),
    ("it stays away while the camera looks", Cases("reported", 0.0), LATER, False, EMPTY, EMPTY),
    ("played once, that was all", Cases("closed", AWAY_S + 1), LATER, False, EMPTY, EMPTY),
    ("played on and on, it is away for a while", Cases("closed", AWAY_S - 1), LATER, True, EMPTY, EMPTY),
    ("and comes back", Cases("evaluated", AWAY_S), LATER, True, EMPTY, STANDING),
    ("and stands while the old case is the newest", Cases("closed", AWAY_S + 9), LATER, True, STANDING, STANDING),
]


@pytest.mark.parametrize(
    ("cases", "running_s", "again", "before", "after"), [row[1:] for row in PLAYS], ids=[row[0] for row in PLAYS]
)
def test_the_trouble_follows_the_case(
    cases: Cases, running_s: float, again: bool, before: bool | None, after: bool
) -> None:
    assert wanted(cases, there=before, running_s=running_s, again=again) is after
