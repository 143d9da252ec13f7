"""How long what is kept: as the configuration says it."""

from datetime import timedelta
from typing import get_args

import pytest
from pydantic import ValidationError

from cloud.app.parts import terms_of
from cloud.cases.vocabulary import CaseKind
from cloud.config import KindOfCase, Retention

DAY = timedelta(days=1)


def test_the_configuration_knows_the_kinds_of_cases() -> None:
    assert set(get_args(KindOfCase)) == set(CaseKind)


def test_a_kind_of_case_has_its_own_time() -> None:
    terms = terms_of(Retention(cases={"thrown": 180}))
    assert terms.by_kind == {CaseKind.THROWN: 180 * DAY}
    assert (terms.pictures, terms.films, terms.originals, terms.plates) == (90 * DAY, 90 * DAY, 30 * DAY, 365 * DAY)
    assert terms.shortest == 30 * DAY


WRONG = [
    ("no day at all", {"pictures_days": 0}),
    ("for longer than anybody lives", {"films_days": 36_526}),
    ("plates sooner than pictures", {"plates_days": 89}),
    ("plates sooner than a kind's pictures", {"cases": {"thrown": 366}}),
    ("a kind that there is not", {"cases": {"noise": 30}}),
]


@pytest.mark.parametrize("settings", [row[1] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_makes_no_sense_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Retention.model_validate(settings)


def test_plates_may_go_with_the_pictures() -> None:
    assert Retention(plates_days=90).plates_days == 90
