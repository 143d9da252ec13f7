"""What the page of settings says of deadlines and of the calendar."""

from datetime import UTC, date, datetime

from cloud.cases.calendar import WorkCalendar
from cloud.cases.domain import Term
from cloud.cases.terms import EVERYWHERE, Terms
from cloud.cases.vocabulary import CaseKind, Unit
from cloud.console.facts import Eye
from cloud.console.settings_views import calendar, deadlines
from cloud.console.settings_words import SETTINGS
from cloud.console.words import Word


def test_a_community_s_own_deadline_stands_beside_that_of_all() -> None:
    terms = Terms(
        deadlines={
            (CaseKind.PARKING, EVERYWHERE): Term(2, Unit.HOURS),
            (CaseKind.ZOMBIE, "lantian"): Term(3, Unit.WORKING_DAYS),
            (CaseKind.ZOMBIE, "baiyun"): Term(9, Unit.WORKING_DAYS),  # not the reader's
        }
    )
    told = deadlines(terms, {"lantian": Word("蓝天小区", "Blue Sky")})
    said = {each.kind.en: [(term.where.en, term.allowed.zh, term.is_default) for term in each.terms] for each in told}
    assert said["Parking"] == [("Every community", "规定 2 小时", False)]
    assert said["Zombie vehicle"] == [
        ("Every community", "规定 7 工作日", True),
        ("Blue Sky", "规定 3 工作日", False),
    ]
    assert len(said) == len(CaseKind)


def test_holidays_are_told_as_stretches_and_the_city_s_own_days_apart() -> None:
    own = WorkCalendar(days={date(2026, 3, 2): False, date(2026, 3, 7): True})
    told = {fact.label.en: fact.value.en for fact in calendar(own, Eye(datetime(2026, 11, 23, tzinfo=UTC), UTC))}
    assert told["Free days of 2026"].startswith("01-01–01-03")  # what the State Council gave notice of
    assert "10-01–10-07" in told["Free days of 2026"]
    assert "03-01–03-02" in told["Free days of 2026"]
    assert {"02-28", "03-07"} < set(told["Weekends worked in 2026"].split(", "))
    assert (told["Set free by the city"], told["Set as worked by the city"]) == ("2026-03-02", "2026-03-07")
    later = calendar(WorkCalendar(), Eye(datetime(2100, 1, 1, tzinfo=UTC), UTC))
    assert next(fact.value for fact in later if "2100" in fact.label.en) == SETTINGS["unknown_year"]
