"""Who is on duty: the handover, shifts over midnight, and substitutes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from cloud.notify.domain import Destination, Duty, Reason
from cloud.notify.hours import Hours
from cloud.notify.roster import on_duty

ZONE = ZoneInfo("Asia/Shanghai")
WANG, LI, ZHAO = (Destination(id=name, organisation="", name=name, channel="json") for name in ("wang", "li", "zhao"))
DAY, NIGHT = Hours(time(8), time(20)), Hours(time(20), time(8))
ROSTER = (
    Duty("1", "", 0, DAY, "wang", "zhao"),
    Duty("2", "", 0, NIGHT, "li", "zhao"),
    Duty("3", "", 6, NIGHT, "wang"),
)


def local(day: int, clock: str) -> datetime:
    """In November 2026; the 23rd is a Monday."""
    return datetime.combine(date(2026, 11, day), time.fromisoformat(clock), ZONE).astimezone(UTC)


AT = [
    ("a second before the handover", local(23, "19:59:59"), ("wang",)),
    ("the handover", local(23, "20:00"), ("li",)),
    ("the night's second day", local(24, "07:59:59"), ("li",)),
    ("nobody after it", local(24, "08:00"), ()),
    ("Sunday's night ends on Monday", local(23, "07:59"), ("wang",)),
    ("and Monday's day begins", local(23, "08:00"), ("wang",)),
    ("nobody at Sunday noon", local(22, "12:00"), ()),
]


@pytest.mark.parametrize(("at", "who"), [row[1:] for row in AT], ids=[row[0] for row in AT])
def test_the_week_is_handed_over_to_the_second(at: datetime, who: tuple[str, ...]) -> None:
    assert on_duty(ROSTER, {each.id: each for each in (WANG, LI, ZHAO)}, at, ZONE) == who


NOON = local(23, "12:00")
AWAY = {"away_from": NOON - timedelta(days=1), "away_until": NOON + timedelta(days=1)}
BACK = {"away_from": NOON - timedelta(days=1), "away_until": NOON}
FAILING = {"failing_since": NOON, "reason": Reason.UNREACHABLE}
STANDS_IN = [
    ("who is there", {}, {}, ("wang",)),
    ("who is away", AWAY, {}, ("zhao",)),
    ("who is back", BACK, {}, ("wang",)),
    ("who is switched off", {"enabled": False}, {}, ("zhao",)),
    ("who takes no messages", FAILING, {}, ("zhao",)),
    ("both take none", FAILING, FAILING, ("wang",)),
    ("both are away", AWAY, AWAY, ()),
]


@pytest.mark.parametrize(("wang", "zhao", "who"), [row[1:] for row in STANDS_IN], ids=[row[0] for row in STANDS_IN])
def test_a_substitute_stands_in(wang: dict[str, object], zhao: dict[str, object], who: tuple[str, ...]) -> None:
    there = {
        "wang": Destination(**{"id": "wang", "organisation": "", "name": "wang", "channel": "json", **wang}),  # type: ignore[arg-type]
        "zhao": Destination(**{"id": "zhao", "organisation": "", "name": "zhao", "channel": "json", **zhao}),  # type: ignore[arg-type]
    }
    assert on_duty(ROSTER, there, NOON, ZONE) == who
