"""Whether an answer was a yes, and how long its sender wants to be left alone."""

from datetime import UTC, datetime, timedelta

import pytest

from cloud.notify.answers import LONGEST_PAUSE, Heard, pause_of
from cloud.notify.domain import Reason

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PAUSES = [
    ("", 0),
    ("120", 120),
    (" 7 ", 7),
    ("Mon, 23 Nov 2026 02:05:00 GMT", 300),
    ("Mon, 23 Nov 2026 01:00:00 GMT", 0),
    ("-5", 0),
    ("3600", 3600),
    ("3601", 3600),
    ("999999999", 3600),
    ("9" * 400, 0),
    ("Fri, 31 Dec 9999 23:59:59 GMT", 3600),
    ("soon", 0),
]


@pytest.mark.parametrize(("header", "seconds"), PAUSES, ids=[each[0][:20] or "none" for each in PAUSES])
def test_a_destination_says_how_long_it_wants_to_be_left_alone(header: str, seconds: int) -> None:
    assert pause_of(header, NOW) == timedelta(seconds=seconds) <= LONGEST_PAUSE


ROBOTS = [
    ("wecombot", b'{"errcode":0,"errmsg":"ok"}', None),
    ("wecombot", b'{"errcode":93000,"errmsg":"invalid webhook url"}', Reason.NOT_ACCEPTED),
    ("dingtalk", b'{"errcode":310000,"errmsg":"keywords not in content"}', Reason.NOT_ACCEPTED),
    ("feishu", b'{"code":0,"msg":"success"}', None),
    ("lark", b'{"code":19024,"msg":"Key Words Not Found"}', Reason.NOT_ACCEPTED),
    ("wecombot", b"<html>log in to the network</html>", Reason.NOT_ACCEPTED),
    ("wecombot", b"[]", Reason.NOT_ACCEPTED),
    ("wecombot", b"", Reason.NOT_ACCEPTED),
    ("json", b'{"errcode":7}', None),
]


@pytest.mark.parametrize(("channel", "body", "reason"), ROBOTS)
def test_a_robot_that_says_no_within_a_200_has_said_no(channel: str, body: bytes, reason: Reason | None) -> None:
    assert Heard(status=200, body=body).reason(channel, taken=True) is reason
