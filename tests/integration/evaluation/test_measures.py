"""Measures of cases whose figures are known beforehand, computed by the real database."""

import json
from collections.abc import AsyncIterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.db import create_engine, transaction
from cloud.evaluation.domain import LeftOut
from cloud.evaluation.figures import Tally
from cloud.evaluation.measures import BY_NAME, MEASURES
from cloud.evaluation.periods import Period
from cloud.evaluation.service import Evaluation, EvaluationService
from cloud.scope import EVERYTHING, NOTHING, Scope
from tests.integration.evaluation.stock import OFFICE, add, at, hours

NOVEMBER = Period.parse("2026-11")
NOW = at("2026-12-24 12:00")
OPENED = at("2026-11-02 09:00")
HANDLED: dict[str, Any] = {"opened": OPENED, "due_at": OPENED + hours(24)}


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(database)
    yield engine
    await engine.dispose()


async def measured(
    engine: AsyncEngine, period: Period = NOVEMBER, scope: Scope = EVERYTHING, now: datetime = NOW, **more: str
) -> Evaluation:
    return await EvaluationService(engine, OFFICE).evaluate(period, scope, now=now, **more)  # type: ignore[arg-type]


def said(evaluation: Evaluation, *names: str) -> list[str]:
    """Values as the page shows them."""
    return [BY_NAME[name].of(evaluation.total).text for name in names]


async def test_6507_of_6523_is_99_75_percent(engine: AsyncEngine) -> None:
    done: dict[str, Any] = {"reported_at": OPENED + hours(3), "closed_at": OPENED + hours(4), "closed_by": "wang"}
    await add(engine, 6507, **HANDLED, **done)
    await add(engine, 16, **HANDLED, stage="handling")
    found = await measured(engine)
    value = BY_NAME["handling"].of(found.total)
    assert value.exact is not None
    assert round(value.exact, 4) == Decimal("99.7547")
    assert (value.text, value.made_of) == ("99.75 %", "6507 / 6523")
    assert said(found, "closed", "due", "handled_on_time", "closed_on_time") == ["6507", "6523", "99.75 %", "99.75 %"]


async def test_nothing_of_nothing_is_no_share(engine: AsyncEngine) -> None:
    found = await measured(engine)
    assert {measure.of(found.total).text for measure in MEASURES} == {"0", "—"}
    assert {measure.of(found.total).made_of for measure in MEASURES} == {""}


# what, columns beside a case that is due in November, measure, value and what it is made of
COUNTED: list[tuple[str, dict[str, Any], str, str]] = [
    ("reported in time", {"stage": "reported", "reported_at": OPENED + hours(24)}, "handled_on_time", "1 / 1"),
    ("reported late", {"stage": "reported", "reported_at": OPENED + hours(24.01)}, "handled_on_time", "0 / 1"),
    ("reported, not closed", {"stage": "reported", "reported_at": OPENED}, "closed_on_time", "0 / 1"),
    ("closed late", {"reported_at": OPENED, "closed_at": OPENED + hours(25)}, "closed_on_time", "0 / 1"),
    ("sent back", {"stage": "handling", "reported_at": OPENED, "rework": 2}, "handled_on_time", "0 / 1"),
    ("sent back twice is one case", {"stage": "handling", "reported_at": OPENED, "rework": 2}, "rework", "1 / 1"),
    ("reopened", {"stage": "handling", "reported_at": OPENED, "reopened": 1}, "reopened", "1 / 1"),
    ("reopened is not handled", {"stage": "handling", "reported_at": OPENED, "reopened": 1}, "handling", "0 / 1"),
    ("voided before", {"stage": "voided"}, "handled_on_time", ""),
    ("voided when it was late", {"stage": "voided", "alert": 3}, "handled_on_time", "0 / 1"),
    ("merged when it was late", {"stage": "merged", "alert": 4}, "handled_on_time", "0 / 1"),
    ("extended", {"stage": "handling", "extensions": 1}, "extended", "1 / 1"),
    ("raised", {"stage": "handling", "level": 2}, "raised", "1 / 1"),
    ("supervised", {"stage": "handling", "supervised": 1}, "supervised", "1 / 1"),
    ("good", {"reported_at": OPENED, "reporter_rating": 4}, "good", "1 / 1"),
    ("neither", {"reported_at": OPENED, "reporter_rating": 3}, "good", "0 / 1"),
    ("bad", {"reported_at": OPENED, "reporter_rating": 2}, "bad", "1 / 1"),
    (
        "once bad by fault",
        {"reported_at": OPENED, "reporter_rating": 5, "handler_fault": True},
        "bad",
        "1 / 1",
    ),
    ("bad and reopened", {"stage": "handling", "reported_at": OPENED, "reporter_rating": 1}, "bad", "1 / 1"),
    ("bad by fault, redone, not rated since", {"reported_at": OPENED, "handler_fault": True}, "bad", "1 / 1"),
    ("not rated", {"reported_at": OPENED}, "rated", "0 / 1"),
    ("closed by the camera", {"reported_at": OPENED, "closed_at": OPENED, "closed_by": "camera"}, "automatic", "1 / 1"),
    ("closed by a person", {"reported_at": OPENED, "closed_at": OPENED, "closed_by": "wang"}, "automatic", "0 / 1"),
    ("suspended", {"stage": "handling", "suspended_at": OPENED, "due_at": None}, "suspended", "1 / 1"),
    ("not filed", {"stage": "not_filed", "filed_at": None, "due_at": None}, "not_filed", "1 / 1"),
]


async def test_what_counts_as_what(engine: AsyncEngine) -> None:
    for name, more, *_ in COUNTED:
        await add(engine, **{**HANDLED, **more, "community": name})
    tallies = {part.community: part.tally for part in (await measured(engine)).parts}
    found = {name: BY_NAME[measure].of(tallies[name]).made_of for name, _, measure, _ in COUNTED}
    assert found == {name: made_of for name, _, _, made_of in COUNTED}


async def test_what_is_due_later_is_not_due(engine: AsyncEngine) -> None:
    await add(engine, **HANDLED, stage="handling")
    assert said(await measured(engine, now=OPENED + hours(23)), "due", "handled_on_time") == ["0", "—"]
    assert said(await measured(engine, now=OPENED + hours(24)), "due", "handled_on_time") == ["1", "0.00 %"]


async def test_a_month_begins_at_midnight_of_the_citys_zone(engine: AsyncEngine) -> None:
    for moment in ("2026-10-31 23:59:59", "2026-11-01 00:00", "2026-11-30 23:59:59", "2026-12-01 00:00"):
        await add(engine, opened=at(moment), stage="dispatched")
    assert said(await measured(engine), "opened") == ["2"]
    assert said(await measured(engine, Period.parse("2026-H2")), "opened") == ["4"]
    assert said(await measured(engine, Period.parse("2026")), "opened") == ["4"]
    months = {month.name: sum(n for _, n in month.kinds) for month in (await measured(engine)).months}
    assert list(months) == [f"2025-{month}" for month in (12,)] + [f"2026-{month:02d}" for month in range(1, 12)]
    assert {name: n for name, n in months.items() if n} == {"2026-10": 1, "2026-11": 2}


async def test_time_to_handle_plain_and_in_working_hours(engine: AsyncEngine) -> None:
    friday, monday = at("2026-11-06 17:00"), at("2026-11-09 10:30")
    await add(engine, opened=friday, reported_at=monday)
    assert said(await measured(engine), "length", "working_length") == ["65.50 h", "2.50 h"]
    noon = at("2026-11-10 12:30")
    await add(engine, opened=noon, reported_at=noon + hours(1))
    assert said(await measured(engine), "length", "working_length") == ["33.25 h", "1.25 h"]


async def test_only_what_lies_in_scope_is_looked_at(engine: AsyncEngine) -> None:
    await add(engine, 2, **HANDLED)
    await add(engine, 3, **HANDLED, community="hupan")
    assert said(await measured(engine, scope=Scope(frozenset({"hupan"}))), "opened") == ["3"]
    assert said(await measured(engine, scope=NOTHING), "opened") == ["0"]
    found = await measured(engine)
    assert [(part.community, BY_NAME["opened"].of(part.tally).text) for part in found.parts] == [
        ("hupan", "3"),
        ("lantian", "2"),
    ]


async def test_simulated_cases_never_mix_with_real_ones(engine: AsyncEngine) -> None:
    await add(engine, 5, **HANDLED, simulated=True)
    found = await measured(engine)
    assert (found.simulated, said(found, "opened")) == (True, ["5"])
    assert found.left_out == LeftOut(0, 0)
    await add(engine, 2, opened=at("2026-09-02 09:00"), simulated=True)
    await add(engine, 1, opened=at("2026-12-02 09:00"), simulated=True)
    await add(engine, 4, **HANDLED, community="hupan", simulated=True)
    await add(engine, **HANDLED)
    found = await measured(engine, scope=Scope(frozenset({"lantian"})))
    assert (found.simulated, said(found, "opened"), found.left_out) == (False, ["1"], LeftOut(5, 7))
    assert (await measured(engine)).left_out == LeftOut(9, 11)
    assert (await measured(engine, scope=Scope(frozenset({"hupan"})))).left_out == LeftOut(0, 0), "none of it is real"
    page = await EvaluationService(engine, OFFICE).dossier("hupan", NOVEMBER, EVERYTHING, now=NOW)
    assert page is not None
    assert (page.left_out, BY_NAME["opened"].of(page.total).text) == (LeftOut(4, 4), "0")


async def test_a_property_company_is_measured_by_its_own(engine: AsyncEngine) -> None:
    await add(engine, 2, **HANDLED, responsible="wanhe")
    await add(engine, 1, **HANDLED, responsible="lvyuan")
    assert said(await measured(engine, answering="wanhe"), "due") == ["2"]


# Cameras of a gateway in November: on which days of October and November they were told of, hours a day that they saw,
# second looks answered and those that could see; and the hours that they add above and below the line.
CAMERAS = [
    ("sees", ["10-31", *(f"11-{n:02d}" for n in range(1, 31))], 12, 4, 3, (30 * 12 * 3 / 4, 30 * 24)),
    ("blind", ["11-01", "11-02"], 0, 0, 0, (0, 30 * 24)),
    ("silent", ["10-31"], 24, 0, 0, (0, 30 * 24)),
    ("never-asked", ["11-01"], 24, 0, 0, (0, 0)),
    ("new", ["11-30"], 24, 1, 1, (24, 24)),
    ("covered", ["11-30"], 24, 2, 0, (0, 24)),
    ("taken-down", ["11-01", "11-02"], 24, 1, 1, (48, 48)),
]


async def test_discovery_is_what_cameras_could_see_and_a_blind_one_lowers_it(engine: AsyncEngine) -> None:
    named = [camera for camera, *_ in CAMERAS if camera != "taken-down"]
    async with transaction(engine) as connection:
        await connection.execute(GATEWAY, {"cameras": json.dumps(named)})
        for camera, days, saw_h, *_ in CAMERAS:
            rows = [{"camera": camera, "day": f"2026-{day}", "seen_s": saw_h * 3600} for day in days]
            await connection.execute(CAMERA_DAY, rows)
    for camera, _, _, answered, saw, _ in CAMERAS:
        for n in range(answered):
            await add(engine, opened=OPENED, camera=camera)
            async with transaction(engine) as connection:
                outcome = "gone" if n < saw else "cannot_see"
                await connection.execute(LOOK, {"camera": camera, "at": OPENED, "outcome": outcome})
    await add(engine, opened=OPENED, community="hupan")
    found = await measured(engine)
    watched, there = (sum(each[-1][at] for each in CAMERAS) for at in (0, 1))
    value = BY_NAME["discovery"].of(found.total)
    assert (value.top, value.bottom) == (watched, there)
    assert value.text == "15.15 %"  # rounded down
    apart = {name: tally_of_community(found, name) for name in ("lantian", "hupan")}
    assert apart == {"lantian": value.text, "hupan": "—"}
    for scope, shown in ((Scope(frozenset({"hupan"})), "—"), (NOTHING, "—")):
        assert said(await measured(engine, scope=scope), "discovery") == [shown]
    assert said(await measured(engine, answering="wanhe"), "discovery") == ["—"]
    earlier = await measured(engine, now=at("2026-11-01 12:00"))
    assert said(earlier, "discovery") == ["—"], "no day is over yet"
    assert said(await measured(engine, Period.parse("2027-06")), "discovery") == ["—"], "it has not begun"


def tally_of_community(found: Evaluation, community: str) -> str:
    parts = (part.tally for part in found.parts if part.community == community)
    return BY_NAME["discovery"].of(Tally.sum(parts)).text


GATEWAY = text("""
    insert into gateways (community, gateway, public_key, keyid, added_at, cameras)
    values ('lantian', 'gw-1', '', '', now(), cast(:cameras as jsonb))
""")
CAMERA_DAY = text("""
    insert into camera_days (community, gateway, camera, day, told_s, seen_s, last_at)
    values ('lantian', 'gw-1', :camera, cast(:day as date), 86400, :seen_s, now())
""")
LOOK = text("""
    insert into looks (command, case_id, asked_at, answer_by, answered_at, outcome)
    select gen_random_uuid(), id, :at, :at, :at, :outcome from cases
    where camera = :camera and id not in (select case_id from looks)
""")
