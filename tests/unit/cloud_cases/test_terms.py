"""Working time and terms, written out."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from logging import WARNING

import pytest

from cloud.cases import calendar
from cloud.cases.calendar import CHINA, WorkCalendar
from cloud.cases.domain import Term
from cloud.cases.priority import priority_of
from cloud.cases.terms import DEFAULTS, Terms
from cloud.cases.vocabulary import CaseKind, Found, Priority, Unit
from tests.unit.cloud_cases.flow_walk import START, _new

CALENDAR = WorkCalendar()
OFFICE = WorkCalendar(hours=((time(8), time(18)),), days={date(2026, 10, 1): True, date(2026, 9, 29): False})


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=CHINA)


AFTER = [
    # name, calendar, from, hours of work, over at
    ("within a morning", CALENDAR, "09-28 09:30", 2, "09-28 11:30"),
    ("over noon", CALENDAR, "09-28 11:00", 2, "09-28 14:30"),
    ("over night", CALENDAR, "09-28 17:00", 1, "09-29 09:30"),
    ("begun at night", CALENDAR, "09-28 03:00", 1, "09-28 10:00"),
    ("to the day's end", CALENDAR, "09-28 09:00", 7, "09-28 17:30"),
    ("over the National Day week", CALENDAR, "09-30 16:30", 2, "10-08 10:00"),
    ("a Saturday that makes up", CALENDAR, "10-09 17:00", 1, "10-10 09:30"),
    ("an ordinary weekend", CALENDAR, "09-11 17:00", 1, "09-14 09:30"),
    ("the city works on a holiday", OFFICE, "09-30 17:00", 2, "10-01 09:00"),
    ("the city is free on a working day", OFFICE, "09-28 17:00", 2, "09-30 09:00"),
    ("nothing is over at once", CALENDAR, "10-03 03:00", 0, "10-03 03:00"),
]


@pytest.mark.parametrize(("days", "begin", "hours", "end"), [row[1:] for row in AFTER], ids=[row[0] for row in AFTER])
def test_working_time(days: WorkCalendar, begin: str, hours: float, end: str) -> None:
    assert days.after(at(begin), hours * 3600) == at(end)
    assert days.between(at(begin), at(end)) == hours * 3600
    assert days.between(at(end), at(begin)) == 0


def test_a_year_that_nobody_knows_has_its_weekends_and_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    calendar.is_worked_in_china.cache_clear()
    calendar._say_unknown.cache_clear()
    with caplog.at_level(WARNING):
        assert WorkCalendar().is_worked(date(2099, 1, 1))  # a Thursday, and New Year
        assert not WorkCalendar().is_worked(date(2099, 1, 3))
    assert [record.message.count("2099") for record in caplog.records] == [1]
    assert not WorkCalendar(days={date(2099, 1, 1): False}).is_worked(date(2099, 1, 1))


TERMS = [
    # name, term, dispatched, half over, due
    ("hours do not sleep", Term(4, Unit.HOURS), "10-01 22:00", "10-02 00:00", "10-02 02:00"),
    ("working hours", Term(4, Unit.WORKING_HOURS), "09-28 16:30", "09-29 10:00", "09-29 12:00"),
    ("working days count from the next", Term(2, Unit.WORKING_DAYS), "09-28 10:00", "09-29 17:30", "09-30 17:30"),
    ("dispatched on a Friday", Term(1, Unit.WORKING_DAYS), "09-11 10:00", "09-14 14:00", "09-14 17:30"),
]


@pytest.mark.parametrize(("term", "begin", "half", "due"), [row[1:] for row in TERMS], ids=[row[0] for row in TERMS])
def test_until_when(term: Term, begin: str, half: str, due: str) -> None:
    terms = Terms(CALENDAR, {(CaseKind.PARKING, "demo"): term})
    case = terms.begin(_new(CaseKind.PARKING, "c1", START), at(begin))
    assert (case.alert_at, case.due_at) == (at(half), at(due))


def test_a_pause_costs_nothing_and_gives_nothing() -> None:
    terms = Terms(CALENDAR, {(CaseKind.PARKING, ""): Term(4, Unit.WORKING_HOURS)})
    case = terms.begin(_new(CaseKind.PARKING, "c1", START), at("09-28 09:00"))
    paused = terms.pause(case, at("09-28 10:00"))
    assert (paused.due_at, paused.alert_at, terms.left(paused, at("12-01 00:00"))) == (None, None, 3 * 3600)
    assert terms.resume(paused, at("09-30 09:00")).due_at == at("09-30 12:00")


EARLY = [
    # name, suspended and resumed before the first hour of the term, due
    ("on the day of dispatch", [("09-28 11:00", "09-28 15:00")], "09-30 17:30"),
    ("over the night", [("09-28 11:00", "09-29 08:30")], "09-30 17:30"),
    ("each morning before work", [("09-29 08:00", "09-29 08:05"), ("09-29 08:10", "09-29 08:15")], "09-30 17:30"),
    ("into the first morning", [("09-28 11:00", "09-29 10:00")], "10-08 10:00"),
]


@pytest.mark.parametrize(("pauses", "due"), [row[1:] for row in EARLY], ids=[row[0] for row in EARLY])
def test_a_pause_before_working_days_begin_to_count_gives_no_day(pauses: list[tuple[str, str]], due: str) -> None:
    terms = Terms(CALENDAR, {(CaseKind.PARKING, ""): Term(2, Unit.WORKING_DAYS)})
    case = replace(_new(CaseKind.PARKING, "c1", START), opened_at=at("09-28 10:00"))
    case = terms.begin(case, at("09-28 10:00"))
    for begin, end in pauses:
        case = terms.resume(terms.pause(case, at(begin)), at(end))
    assert case.due_at == at(due)


def test_an_extension_on_the_day_of_dispatch_counts_from_the_next_day_too() -> None:
    terms = Terms(CALENDAR, {(CaseKind.PARKING, ""): Term(1, Unit.WORKING_DAYS)})
    case = terms.begin(_new(CaseKind.PARKING, "c1", START), at("09-28 09:00"))
    longer = terms.extend(case, at("09-30 17:30"), at("09-28 10:00"))
    assert (longer.span_s, longer.due_at) == (2 * CALENDAR.day_s, at("09-30 17:30"))
    assert terms.left(longer, at("09-30 17:30")) == 0


def test_a_case_from_before_terms_ran_from_receipt_takes_an_earlier_deadline_too() -> None:
    terms = Terms(CALENDAR, {(CaseKind.PARKING, ""): Term(4, Unit.HOURS)})
    hastened = terms.hasten(_new(CaseKind.PARKING, "c1", START), at("09-28 10:00"), at("09-28 09:00"))
    assert (hastened.alert_at, hastened.due_at) == (at("09-28 09:30"), at("09-28 10:00"))


def test_a_community_s_own_row_comes_first_and_each_kind_has_a_default() -> None:
    own, all_ = Term(1, Unit.HOURS), Term(2, Unit.HOURS)
    terms = Terms(CALENDAR, {(CaseKind.GATE, "demo"): own, (CaseKind.GATE, ""): all_})
    assert [terms.of(CaseKind.GATE, name) for name in ("demo", "other")] == [own, all_]
    assert set(DEFAULTS) == set(CaseKind)


PRIORITIES = [
    # found, place, hour, before, priority
    (Found.DWELL, "road", 12, 0, Priority.NORMAL),
    (Found.DWELL, "road", 12, 2, Priority.HIGH),
    (Found.DWELL, "fire_lane", 12, 0, Priority.URGENT),
    (Found.DWELL, "fire_lane", 12, 5, Priority.URGENT),
    (Found.NO_PERMIT, "gate_mouth", 12, 1, Priority.HIGH),
    (Found.THROWN, "facade", 12, 0, Priority.HIGH),
    (Found.THROWN, "facade", 22, 0, Priority.URGENT),
    (Found.THROWN, "facade", 5, 0, Priority.URGENT),
    (Found.THROWN, "facade", 6, 0, Priority.HIGH),
    (Found.BATTERY_LOW, "", 12, 0, Priority.LOW),
    (Found.BATTERY_LOW, "", 12, 2, Priority.NORMAL),
    (Found.ALARM, "", 12, 0, Priority.URGENT),
]


@pytest.mark.parametrize(("found", "place", "hour", "before", "priority"), PRIORITIES)
def test_how_much_it_presses(found: Found, place: str, hour: int, before: int, priority: Priority) -> None:
    moment = at("09-28 00:00") + timedelta(hours=hour)
    assert priority_of([found], place, moment, CHINA, before=before) is priority
