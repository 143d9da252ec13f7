"""The simulated households: the same seed gives the same year, truth is what it says, and judging counts right."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest

from benchmarks.households.days import DAY, Span, Year, lived, mask
from benchmarks.households.electricity import watts
from benchmarks.households.homes import SEEDS, Kind, home
from benchmarks.households.judging import IN_TIME, Outcome, judged
from benchmarks.households.life import Lived, Task, Told, run
from benchmarks.households.naive import Naive
from benchmarks.households.plot import svg
from benchmarks.households.radio import EVERY, door, minute, readings
from benchmarks.households.report import TARGETS, Report, report
from benchmarks.households.troubles import Flow, LeakTruth, fallen_ill, illnesses, leaks
from benchmarks.households.water import used
from benchmarks.machine import describe
from edge.rules.alarms import AlarmFinding, AlarmKind, Phase, Words
from edge.rules.metering.readings import Reading

DAYS = 60


def test_families_of_seeds_never_meet() -> None:
    used_up = 20_000
    begins = sorted([*SEEDS.values(), used_up])
    assert all(after - before >= 10_000 for before, after in pairwise(begins))
    assert home("tuning", 0) != home("judging", 0)


def test_the_same_home_lives_the_same_year() -> None:
    one, two = run(Task("tuning", 1, 25)), run(Task("tuning", 1, 25))
    assert one.told == two.told
    assert one.ill == two.ill
    assert one.year.openings == two.year.openings


@pytest.mark.parametrize("number", range(6))
def test_who_is_ill_uses_nothing_and_nobody_opens_the_door(number: int) -> None:
    one = replace(home("tuning", number), kind=Kind.ELDER)
    plain = lived(one, 365)
    ill = illnesses(one, plain)
    year = fallen_ill(one, plain, ill)
    drawn, power = used(one, year, ill, []), watts(one, year, ill)
    assert len(power) == len(drawn) == year.minutes
    away = mask(plain.away, plain.minutes)
    for span in ill:
        assert span.end - span.begin == 48 * 60
        assert not away[span.begin]
        assert drawn[span.begin + 60 : span.end].sum() == 0  # a washing machine may end
        assert not [at for at in year.openings if span.begin <= at < span.end]
        assert power[span.begin : span.end].min() >= one.standby_w


def test_families_do_not_fall_ill() -> None:
    one = replace(home("tuning", 0), kind=Kind.FAMILY)
    assert illnesses(one, lived(one, DAYS)) == []


def test_registers_never_fall_and_show_whole_steps() -> None:
    one = home("tuning", 3)
    come = readings(one, "water", np.full(DAYS * DAY, 0.37), 10, 1000)
    values = [one.value for half in come for one in half]
    assert values == sorted(values)
    assert all(value % Decimal("0.01") == 0 for value in values)
    assert 0.7 < len(values) / len(come) < 1.05
    assert float(values[-1] - values[0]) == pytest.approx(0.37 * DAYS * DAY / 1000, abs=0.6)


def test_a_leak_says_what_it_lets_out_at_least() -> None:
    found = 0
    for number in range(30):
        truths, lost = leaks(home("tuning", number), 120 * DAY)
        assert lost.min() >= 0
        for truth in truths:
            mean = lost[truth.span.begin : truth.span.end].mean() * 60
            assert mean >= 0.5 * truth.flow_l_h  # others may run at the same time
            assert truth.slow <= truth.flow_l_h / 2 + 3
            found += 1
    assert found > 5


def test_openings_get_lost_and_a_dead_contact_is_not_heard() -> None:
    lost, all_of_them = 0, 0
    for number in range(20):
        one = home("tuning", number)
        year = lived(one, DAYS)
        contact = door(one, year)
        assert list(contact.heard) == sorted(contact.heard)
        lost += len(set(year.openings)) - len(contact.openings)
        all_of_them += len(set(year.openings))
    assert 0.002 < lost / all_of_them < 0.1


def naive_walk(litres: list[float]) -> list[int]:
    """Half hours in which the naive rule of twelve hours opened an alarm."""
    naive, total, out = Naive(12), Decimal(0), []
    for i, one in enumerate(litres):
        total += Decimal(str(one)) / 1000
        if naive.read(Reading("w", minute(i * EVERY), total)):
            out.append(i)
    return out


def test_the_naive_rule_is_told_once_for_each_silence() -> None:
    assert naive_walk([50, *[0] * 23]) == []
    assert naive_walk([50, *[0] * 24]) == [24]
    assert naive_walk([50, *[0] * 60, 10, *[0] * 60]) == [24, 61 + 24]


def said(at: float, kind: AlarmKind, phase: Phase) -> tuple[timedelta, AlarmFinding]:
    """A finding so many hours after the year began."""
    now = minute(round(at * 60))
    return timedelta(hours=at), AlarmFinding(kind, phase, "home", now, now, Words("", ""))


def lived_through(found: list[tuple[float, AlarmKind, Phase]], ill: list[Span], leaking: list[LeakTruth]) -> Outcome:
    told = Told(findings=[(minute(0) + hours, finding) for hours, finding in (said(*one) for one in found)])
    one = replace(home("tuning", 0), kind=Kind.ELDER, step_l=1)
    year = Year(100 * DAY, away=[Span(50 * DAY, 60 * DAY)], entries=[Span(55 * DAY, 60 * DAY)])
    return judged(Lived(one, year, ill, leaking, told))


ILL = [Span(10 * DAY, 12 * DAY)]
OPENED = Phase.OPENED
WELFARE = [
    # name, opened after so many hours, in time, missed, false
    ("at once", [240], 1, {}, {}),
    ("after 26 hours", [266], 1, {}, {}),
    ("a minute later", [266 + 1 / 60], 0, {"late": 1}, {}),
    ("never", [], 0, {"never": 1}, {}),
    ("before", [239], 0, {"never": 1}, {"at home": 1}),
    ("after somebody came", [288], 0, {"never": 1}, {"at home": 1}),
    ("on a journey", [240, 52 * 24, 56 * 24], 1, {}, {"away, not announced": 1, "announced": 1}),
]


@pytest.mark.parametrize(
    ("opened", "in_time", "missed", "false"), [row[1:] for row in WELFARE], ids=[r[0] for r in WELFARE]
)
def test_welfare_is_judged_against_the_truth(
    opened: list[float], in_time: int, missed: dict[str, int], false: dict[str, int]
) -> None:
    outcome = lived_through([(hour, AlarmKind.WELFARE, OPENED) for hour in opened], ILL, [])
    assert (outcome.ill, outcome.in_time) == (1, in_time)
    assert (dict(outcome.missed), dict(outcome.false)) == (missed, false)
    assert timedelta(hours=26) == IN_TIME


LEAKS = [
    # name, litres at least in a half hour, days, shown from and to, counted as large, found, false
    ("found", 1.0, 2, [(24, 60)], 1, 1, 0),
    ("not found", 1.0, 2, [], 1, 0, 0),
    ("below the register's step", 0.9, 2, [], 0, 0, 0),
    ("shorter than two days", 1.0, 1.99, [], 0, 0, 0),
    ("shown before it began", 1.0, 2, [(-20, -10)], 1, 0, 1),
]


@pytest.mark.parametrize(
    ("slow", "days", "shown", "counts"),
    [(*row[1:4], row[4:]) for row in LEAKS],
    ids=[row[0] for row in LEAKS],
)
def test_leaks_are_judged_against_the_truth(
    slow: float, days: float, shown: list[tuple[float, float]], counts: tuple[int, int, int]
) -> None:
    begin = 20 * DAY
    truth = LeakTruth(Flow.PIPE, Span(begin, begin + int(days * DAY)), 2 * slow, slow)
    hours = [
        (begin / 60 + hour, AlarmKind.LEAK, phase) for pair in shown for hour, phase in zip(pair, Phase, strict=True)
    ]
    outcome = lived_through(hours, [], [truth])
    assert (outcome.leaks.total(), outcome.leaks_found.total(), outcome.leak_false) == counts
    assert outcome.small.total() == 1 - counts[0]


def reported(outcomes: list[Outcome]) -> Report:
    return report(outcomes, family="tuning", seeds="1", days=365, seconds=1.0, machine=describe(()))


def test_the_report_adds_up_and_names_what_is_missed() -> None:
    good = Outcome(home_years=1, years=1, ill=49, in_time=49, leaks=Counter(pipe=49), leaks_found=Counter(pipe=49))
    bad = Outcome(home_years=1, years=1, ill=1, leaks=Counter(pipe=1), false=Counter({"at home": 2}))
    at_the_limit = reported([good, bad])
    assert at_the_limit.leak_recall == at_the_limit.welfare_recall == 0.98
    assert at_the_limit.welfare_false_per_household_year == 1.0
    assert at_the_limit.targets_missed == ()
    assert at_the_limit.welfare_recall_95 == pytest.approx((0.895, 0.9965), abs=1e-4)
    assert at_the_limit.welfare_false_95 == (0.0, 2.96)
    missed = reported([good, bad, bad])
    assert [words.split()[0] for words in missed.targets_missed] == [target.name for target in TARGETS]
    assert "simulated" in missed.model_dump_json()
    assert svg(missed).startswith("<svg")


def test_what_was_not_measured_is_not_missed() -> None:
    nothing = reported([Outcome(home_years=1)])
    assert nothing.leak_recall is nothing.welfare_recall is nothing.welfare_false_per_household_year is None
    assert nothing.welfare_recall_95 is nothing.welfare_false_95 is None
    assert nothing.targets_missed == ()
    assert "–" in svg(nothing)
