"""Lists of cases on a real PostgreSQL: each filter against plain Python, pages in each order, scope, words, indexes."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Select, text

from cloud.cases import repository
from cloud.cases.domain import Alarm, Case, Device, Report
from cloud.cases.filters import CaseFilter, Cursor, Order, Show, Timing
from cloud.cases.listing import MAX_PAGE, MOST_COUNTED, CaseListing, Counted
from cloud.cases.repository import Owned
from cloud.cases.steps import Change
from cloud.cases.tables import cases
from cloud.cases.vocabulary import OPEN, Alert, CaseKind, Found, Name, Priority, Source, Stage, Verification
from cloud.db import transaction
from cloud.scope import EVERYTHING, NOTHING, Scope
from contract.identifiers import uuid7
from contract.plates import Plate, PlateState
from tests.integration.cloud.ground import Ground

NOW: Final = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
ZONE: Final = ZoneInfo("Asia/Shanghai")
ALL: Final = CaseFilter(show=Show.ALL)


def case(number: int, **changes: object) -> Case:
    """A case; `number` minutes after the others."""
    at = NOW + timedelta(minutes=number)
    plain = Case(
        id=uuid7(at, number.to_bytes(10)),
        number=f"LL-20261121-{number:04d}",
        community="lantian",
        gateway="gw-1",
        camera="cam1",
        zone="north",
        zone_kind="fire_lane",
        zone_name="3号楼北侧",
        slot=f"cam1.s{number}",
        stay=f"cam1.s{number}.1",
        vehicle="car",
        stage=Stage.DISPATCHED,
        verification=Verification.NONE,
        verification_reason="",
        version=1,
        entered_at=at,
        opened_at=at,
        updated_at=at,
        closed_at=None,
        closed_by=None,
        dwell_s=400,
        limit_s=300,
        vehicle_present=True,
        sightings=1,
        rework=0,
        rating=None,
        clock="synced",
        odd_time=False,
        simulated=True,
        epoch="0123456789abcdef",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def any_case(number: int) -> Case:
    """One of many sorts, the same for the same number."""
    chance = random.Random(number)
    kind = chance.choice(list(CaseKind))
    made = case(
        number,
        community=chance.choice(("lantian", "dongyuan", "xihu")),
        stage=chance.choice(list(Stage)),
        zone_kind=chance.choice(("fire_lane", "road")),
        priority=chance.choice(list(Priority)),
        source=chance.choice(list(Source)),
        responsible=chance.choice((None, "property-1", "property-2")),
        handler=chance.choice((None, "wang.fang", "li.lei")),
        due_at=chance.choice((None, NOW + timedelta(hours=chance.randrange(-50, 50)))),
        alert=chance.choice(list(Alert)),
        suspended_at=chance.choice((None, None, NOW)),
        updated_at=NOW + timedelta(minutes=chance.randrange(30)),
        opened_at=NOW + timedelta(hours=7 * number),
        found={CaseKind.THROWN: (Found.THROWN,), CaseKind.ZOMBIE: (Found.DWELL, Found.ZOMBIE)}.get(
            kind, (Found.DWELL,)
        ),
    )
    if kind in {CaseKind.METER, CaseKind.GATE, CaseKind.SENSOR}:
        return replace(made, device=Device(kind, f"d-{number}", f"{number}号表", "water"))
    return replace(made, report=Report("路灯坏了", "东门", f"r-{number}")) if kind is CaseKind.REPORT else made


@pytest.fixture
def listing(ground: Ground) -> CaseListing:
    return CaseListing(ground.engine, zone=ZONE)


async def keep(ground: Ground, *cases: Case) -> None:
    async with transaction(ground.engine) as connection:
        for each in cases:
            await repository.add(connection, Change(each, ()))


async def numbers(listing: CaseListing, wanted: CaseFilter, scope: Scope = EVERYTHING, **more: object) -> list[int]:
    asked: dict[str, object] = {"now": NOW, "order": Order.NEWEST, "limit": MAX_PAGE} | more
    page = await listing.page(wanted, scope, **asked)  # type: ignore[arg-type]
    return [int(each.number[-4:]) for each in page.cases]


def over(one: Case) -> bool:
    return one.stage in OPEN and one.suspended_at is None and one.due_at is not None and one.due_at <= NOW


FILTERS: list[tuple[CaseFilter, Callable[[Case], bool]]] = [
    (ALL, lambda one: True),
    (CaseFilter(), lambda one: one.is_open),
    (CaseFilter(show=Show.CLOSED), lambda one: not one.is_open),
    *((replace(ALL, kinds=frozenset({kind})), lambda one, kind=kind: one.kind is kind) for kind in CaseKind),
    (
        replace(ALL, kinds=frozenset({CaseKind.THROWN, CaseKind.METER})),
        lambda one: one.kind in {CaseKind.THROWN, CaseKind.METER},
    ),
    (replace(ALL, stages=frozenset({Stage.VOIDED})), lambda one: one.stage is Stage.VOIDED),
    (replace(ALL, communities=frozenset({"xihu"})), lambda one: one.community == "xihu"),
    (replace(ALL, sources=frozenset({Source.HOTLINE})), lambda one: one.source is Source.HOTLINE),
    (replace(ALL, priorities=frozenset({Priority.URGENT})), lambda one: one.priority is Priority.URGENT),
    (replace(ALL, zone_kinds=frozenset({"road"})), lambda one: one.zone_kind == "road"),
    (replace(ALL, responsible="property-1"), lambda one: one.responsible == "property-1"),
    (replace(ALL, handler="li.lei"), lambda one: one.handler == "li.lei"),
    (replace(ALL, timing=Timing.OVERDUE), over),
    (replace(ALL, timing=Timing.SUSPENDED), lambda one: one.is_open and one.suspended_at is not None),
    (
        replace(ALL, timing=Timing.SOON),
        lambda one: (
            one.is_open
            and one.suspended_at is None
            and one.due_at is not None
            and one.due_at > NOW
            and (one.alert >= Alert.SOON or one.due_at <= NOW + timedelta(hours=4))
        ),
    ),
    (
        replace(ALL, opened_from=date(2026, 11, 23), opened_until=date(2026, 11, 24)),
        lambda one: date(2026, 11, 23) <= one.opened_at.astimezone(ZONE).date() <= date(2026, 11, 24),
    ),
    (
        CaseFilter(kinds=frozenset({CaseKind.PARKING, CaseKind.GATE}), communities=frozenset({"lantian", "xihu"})),
        lambda one: one.is_open and one.kind in {CaseKind.PARKING, CaseKind.GATE} and one.community != "dongyuan",
    ),
]


async def test_each_filter_lets_through_what_it_says(ground: Ground, listing: CaseListing) -> None:
    unwarned = replace(any_case(120), due_at=NOW + timedelta(hours=3), alert=Alert.NONE, stage=Stage.HANDLING)
    there = [*(any_case(number) for number in range(1, 120)), replace(unwarned, suspended_at=None)]
    await keep(ground, *there)
    for wanted, passes in FILTERS:
        expected = [int(one.number[-4:]) for one in reversed(there) if passes(one)]
        assert expected, wanted
        assert await numbers(listing, wanted) == expected, wanted
        assert await numbers(listing, wanted, Scope(frozenset({"xihu"}))) == [
            number for number in expected if there[number - 1].community == "xihu"
        ]
        assert await numbers(listing, wanted, NOTHING) == []
        assert await listing.counts([wanted], EVERYTHING, now=NOW) == (Counted(len(expected), more=False),)


async def test_pages_of_each_order_hold_every_case_once(ground: Ground, listing: CaseListing) -> None:
    there = [any_case(number) for number in range(1, 60)]
    await keep(ground, *there)
    infinity = datetime(9999, 1, 1, tzinfo=UTC)
    orders: dict[Order, list[Case]] = {
        Order.NEWEST: sorted(there, key=lambda one: one.id, reverse=True),
        Order.DUE: sorted(there, key=lambda one: (one.due_at or infinity, one.id)),
        Order.PRIORITY: sorted(there, key=lambda one: (one.priority, one.id)),
        Order.CHANGED: sorted(there, key=lambda one: (one.updated_at, one.id), reverse=True),
    }
    for order, expected in orders.items():
        seen: list[str] = []
        after: Cursor | None = None
        while True:
            page = await listing.page(ALL, EVERYTHING, now=NOW, order=order, limit=7, after=after)
            seen += [one.number for one in page.cases]
            if page.after is None:
                break
            after = Cursor.of(page.after.text(), order)
        assert seen == [one.number for one in expected], order


async def test_a_page_and_a_count_are_bounded(ground: Ground, listing: CaseListing) -> None:
    await keep(ground, *(case(number) for number in range(1, MOST_COUNTED + 2)))
    assert await listing.counts([ALL, replace(ALL, handler="x")], EVERYTHING, now=NOW) == (
        Counted(MOST_COUNTED, more=True),
        Counted(0, more=False),
    )
    assert len(await numbers(listing, ALL, limit=10_000)) == MAX_PAGE
    assert len(await numbers(listing, ALL, limit=-1)) == 1
    async with transaction(ground.engine) as connection:
        await connection.execute(text("delete from cases where number = 'LL-20261121-0001'"))
    assert await listing.counts([ALL], EVERYTHING, now=NOW) == (Counted(MOST_COUNTED, more=False),)


WORDS = [
    # sought,          finds the cases
    ("LL-20261121", [6, 5, 4, 3, 2, 1]),
    ("LL-20261121-0003", [3]),
    ("3号楼", [6, 5, 4, 3, 2, 1]),
    ("沪A12", [2]),
    ("345", [2]),
    ("水表", [3]),
    ("用水", [3]),
    ("half hour", [3]),
    ("路灯", [4]),
    ("西门", [4]),
    ("dongyuan", [5]),
    ("dongyuan 3号楼", [5]),
    ("dongyuan 西门", []),
    ("cam1.s6", [6]),
    ("没有的", []),
    ("…", []),
    ("'; drop table cases --", []),
]


async def test_words_find_a_case_by_whatever_it_says(ground: Ground, listing: CaseListing) -> None:
    alarm = Alarm(Found.LEAK, "a1", "e", 1, NOW, NOW, Name("每个半小时都在用水", "water in each half hour"))
    meter = Device(CaseKind.METER, "w-301", "301水表", "water")
    plate = Plate(state=PlateState.READ, text="沪A12345", looks=3)
    await keep(
        ground,
        case(1),
        case(2, plate=plate),
        case(3, device=meter, alarms=(alarm,)),
        case(4, report=Report("楼道的路灯坏了", "西门外", "12345-1"), slot=""),
        case(5, community="dongyuan"),
        case(6),
    )
    for sought, expected in WORDS:
        assert await numbers(listing, replace(ALL, text=sought)) == expected, sought
    assert await numbers(listing, replace(ALL, plate="A 1 2 3")) == [2]
    assert await numbers(listing, replace(ALL, plate="沪A12", text="3号楼")) == [2]
    assert await numbers(listing, replace(ALL, plate="水表")) == [3]
    assert await numbers(listing, replace(ALL, text="3号楼"), Scope(frozenset({"dongyuan"}))) == [5]


async def test_what_changes_is_found_by_the_old_and_the_new_word(ground: Ground, listing: CaseListing) -> None:
    first = case(1, plate=Plate(state=PlateState.READ, text="沪A12345", looks=3))
    await keep(ground, first)
    async with transaction(ground.engine) as connection:
        corrected = replace(first, plate=Plate(state=PlateState.READ, text="沪A12346", looks=9))
        await repository.save(connection, first, Change(corrected, ()))
    for sought in ("沪A12345", "12346", "北侧"):
        assert await numbers(listing, replace(ALL, text=sought)) == [1], sought


async def test_which_devices_an_open_case_is_about(ground: Ground, listing: CaseListing) -> None:
    devices = {number: Device(CaseKind.METER, f"w-{number}", "", "water") for number in range(1, 5)}
    await keep(
        ground,
        case(1, device=devices[1]),
        case(2, device=devices[2], stage=Stage.CLOSED),
        case(3, device=devices[3], community="xihu"),
    )
    asked = [Owned("lantian", "gw-1", CaseKind.METER, f"w-{number}") for number in range(1, 5)]
    asked.append(Owned("xihu", "gw-1", CaseKind.METER, "w-3"))
    assert await listing.in_open_case(asked, EVERYTHING) == {asked[0], asked[4]}
    assert await listing.in_open_case(asked, Scope(frozenset({"xihu"}))) == {asked[4]}
    assert await listing.in_open_case([], EVERYTHING) == frozenset()


async def explained(ground: Ground, query: Select[Any]) -> str:
    async with ground.engine.connect() as connection:
        compiled = query.compile(connection.sync_connection, compile_kwargs={"render_postcompile": True})
        rows = await connection.exec_driver_sql(f"explain {compiled}", dict(compiled.params))
        return "\n".join(line for (line,) in rows)


async def test_no_order_reads_the_whole_table(ground: Ground, listing: CaseListing) -> None:
    """Of some thousands of cases PostgreSQL plans each order as a walk along an index that ends with the page."""
    await keep(ground, *(any_case(number) for number in range(1, 40)))
    async with transaction(ground.engine) as connection:
        names = ", ".join(column.name for column in cases.c if column.name not in {"id", "number", "slot", "kind"})
        more = (
            f"insert into cases (id, number, slot, {names}) "  # noqa: S608 - columns of our own
            f"select gen_random_uuid(), 'x' || n || number, slot || n, {names} "
            "from cases, generate_series(1, 150) as n "
            "where device is null and report is null"
        )
        await connection.execute(text(more))
    async with ground.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("analyze cases"))
    for show in Show:
        for order in Order:
            query = listing.query(CaseFilter(show=show), EVERYTHING, now=NOW, order=order).limit(31)
            plan = await explained(ground, query)
            assert "Index Scan" in plan, (show, order, plan)
            assert "Seq Scan" not in plan, (show, order, plan)
            assert "Sort" not in plan, (show, order, plan)
    stands_still = listing.query(CaseFilter(timing=Timing.SUSPENDED), EVERYTHING, now=NOW, order=Order.NEWEST)
    assert "ix_cases_suspended" in await explained(ground, stands_still.limit(31))
