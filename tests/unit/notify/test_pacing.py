"""How often a message is tried."""

from datetime import timedelta

import pytest

from cloud.notify.domain import Reason
from cloud.notify.pacing import gives_up, is_stuck, retry_after
from tests.unit.notify.a_case import NOW

PAUSES = [(1, 10), (2, 20), (3, 40), (7, 640), (8, 900), (9, 900), (10_000, 900)]


@pytest.mark.parametrize(("attempts", "seconds"), PAUSES)
def test_pauses_double_up_to_a_quarter_of_an_hour(attempts: int, seconds: int) -> None:
    assert retry_after(attempts) == timedelta(seconds=seconds)


def test_a_message_is_given_up_after_a_day() -> None:
    day = timedelta(hours=24)
    assert not gives_up(NOW, NOW + day, 100, Reason.UNREACHABLE)
    assert gives_up(NOW, NOW + day + timedelta(seconds=1), 100, Reason.UNREACHABLE)


def test_one_that_is_not_accepted_itself_does_not_hold_the_others_up_for_a_day() -> None:
    assert not gives_up(NOW, NOW, 7, Reason.NOT_ACCEPTED)
    assert gives_up(NOW, NOW, 8, Reason.NOT_ACCEPTED)


def test_a_destination_is_stuck_after_ten_minutes() -> None:
    assert not is_stuck(None, NOW)
    assert not is_stuck(NOW, NOW + timedelta(minutes=10, seconds=-1))
    assert is_stuck(NOW, NOW + timedelta(minutes=10))
