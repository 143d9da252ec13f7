"""Side actions, time and bonds against the real database."""

from datetime import UTC, timedelta
from random import Random

import psycopg
import pytest
from sqlalchemy import text

from cloud.accounts import Role
from cloud.cases.agenda import Part
from cloud.cases.calendar import WorkCalendar
from cloud.cases.domain import Bond, Case, CaseView, HistoryEntry, Refused, Related, Report, Stale, Term
from cloud.cases.flow import possible
from cloud.cases.journal import alike, replayed
from cloud.cases.service import CaseService
from cloud.cases.terms import Terms
from cloud.cases.vocabulary import Action, Alert, CaseKind, Note, Priority, Source, Stage, Unit
from cloud.console.facts import Eye
from cloud.console.views import CasePage, case_page
from cloud.db import transaction
from cloud.scope import Scope
from tests.integration.cloud.ground import Ground
from tests.integration.cloud.sender import Sender
from tests.people import LEAD, VERIFIER, person

HOURS = Terms(WorkCalendar(), {(CaseKind.PARKING, ""): Term(4, Unit.HOURS), (CaseKind.REPORT, ""): Term(4, Unit.HOURS)})
STREET = person("wang.jie", Role.STREET)


@pytest.fixture
def cases(ground: Ground) -> CaseService:
    return CaseService(ground.engine, clock=ground.clock, terms=HOURS)


async def act(cases: CaseService, case: Case, action: Action, **more: object) -> Case:
    by = more.pop("by", LEAD)
    return await cases.act(case.id, action, by=by, version=case.version, **more)  # type: ignore[arg-type]


async def stored(ground: Ground, case: Case) -> tuple[Case, list[HistoryEntry]]:
    rows = await ground.rows(
        "select at, what, moves, stage, actor, note, event_id, after, before from case_history "
        "where case_id = :id order by id",
        id=case.id,
    )
    lines = [
        HistoryEntry(
            at,
            Action(what) if moves else Note(what),
            Stage(stage),
            actor,
            note,
            str(event) if event else None,
            after,
            before,
        )
        for at, what, moves, stage, actor, note, event, after, before in rows
    ]
    view = await ground.cases.get(case.id)
    assert view is not None
    return view.case, lines


async def report(
    cases: CaseService, reference: str = "12345-1", text_: str = "路灯不亮", community: str = "demo"
) -> Case:
    return await cases.report(
        Report(text_, "3 号楼", reference),
        community=community,
        source=Source.HOTLINE,
        by=person("hotline", Role.INTEGRATOR),
    )


async def test_history_tells_the_case_as_it_is_stored(ground: Ground, sender: Sender, cases: CaseService) -> None:
    await ground.tell(sender.opened())
    case = await ground.case()
    steps: list[tuple[Action, dict[str, object]]] = [
        (Action.ACCEPT, {}),
        (Action.SUSPEND, {"note": "等车主"}),
        (Action.RESUME, {}),
        (Action.RETURN, {"note": "不归我们管"}),
        (Action.DISPATCH, {}),
        (Action.ESCALATE, {"note": "三方"}),
        (Action.PRIORITISE, {"priority": Priority.LOW, "note": "不急"}),
    ]
    for action, more in steps:
        case = await act(cases, case, action, **more)
    await ground.tell(sender.milestone())
    now, lines = await stored(ground, case)
    assert alike(replayed(lines), now)
    assert (now.returned, now.level, now.priority) == (1, 2, Priority.LOW)
    returned = next(line for line in lines if line.what is Action.RETURN)
    assert (returned.before["handler"], returned.after["handler"]) == (LEAD.name, None)


async def test_no_line_of_a_history_is_changed_but_by_what_erases(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.opened())
    for statement in ("update case_history set note = 'x'", "delete from case_history", "truncate case_history"):
        with psycopg.connect(ground.dsn) as connection, pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute(statement)
    async with transaction(ground.engine) as connection:
        await connection.execute(text("set local linli.erasing = 'on'"))
        await connection.execute(text("delete from case_history"))
    assert await ground.one("select count(*) from case_history") == 0


async def test_a_term_is_told_of_once_whoever_sweeps_and_however_the_clock_jumps(
    ground: Ground, sender: Sender, cases: CaseService
) -> None:
    await ground.tell(sender.opened())
    other = CaseService(ground.engine, clock=ground.clock, terms=HOURS)  # as after a restart
    case = await ground.case()
    assert case.due_at is not None  # 4 working hours, from `ground`'s own terms
    case = await act(cases, await act(cases, case, Action.VOID, note="重来"), Action.REOPEN, note="重来")
    assert case.due_at == ground.clock.at + timedelta(hours=4)
    told = []
    for hours in (1.99, 0.02, -5, 6.2, 0.8, -8, 9, 24, 24, 24, 24):
        ground.clock.move(hours * 3600)
        told.append((await cases.alert(), await other.alert()))
    now, lines = await stored(ground, case)
    alerts = [line.what for line in lines if line.what in set(Note) and line.actor == "system"][-6:]
    assert alerts == [Note.HALF_OVER, Note.SOON_OVER, Note.EXPIRED, Note.SUPERVISED, Note.RAISED, Note.RAISED]
    assert told[0] == (0, 0)
    assert told[1] == (1, 0)
    assert sum(second for _, second in told) == 0
    assert (now.alert, now.level, now.urged, now.supervised, now.alert_at) == (Alert.RAISED, 3, 1, 1, None)
    assert alike(replayed(lines), now)
    news = [row[0] for row in await ground.rows("select what from case_news order by id")]
    assert news == ["collected", "void", "reopen", *alerts]


async def test_an_extension_is_asked_for_before_expiry_and_granted_by_somebody_else(
    ground: Ground, sender: Sender, cases: CaseService
) -> None:
    await ground.tell(sender.opened())
    case = await act(cases, await ground.case(), Action.VOID, note="重来")
    case = await act(cases, case, Action.REOPEN, note="重来")
    due = case.due_at
    assert due is not None
    for until, why in ((due, "later"), (due + timedelta(days=91), "at most")):
        with pytest.raises(Refused, match=why):
            await act(cases, case, Action.ASK_EXTENSION, note="等配件", until=until)
    case = await act(cases, case, Action.ASK_EXTENSION, note="等配件", until=due + timedelta(hours=4))
    with pytest.raises(Refused, match="somebody else"):
        await act(cases, case, Action.GRANT_EXTENSION)
    ground.clock.move(5 * 3600)
    await cases.alert()
    case, _ = await stored(ground, case)
    assert case.alert is Alert.EXPIRED
    case = await act(cases, case, Action.GRANT_EXTENSION, by=VERIFIER)
    assert (case.due_at, case.extensions, case.alert, case.extension) == (due + timedelta(hours=4), 1, Alert.SOON, None)
    ground.clock.move(4 * 3600)
    await cases.alert()
    case, lines = await stored(ground, case)
    assert (case.alert, case.urged) == (Alert.EXPIRED, 2)
    with pytest.raises(Refused, match="before the time is over"):
        await act(cases, case, Action.ASK_EXTENSION, note="再等", until=ground.clock.at + timedelta(days=1))
    with pytest.raises(Refused, match="a rating of 1 or 2"):
        await act(cases, case, Action.REMARK, note="再等", fault=True)
    with pytest.raises(Refused, match="cannot be suspended"):
        await act(cases, case, Action.SUSPEND, note="再等")
    assert alike(replayed(lines), case)


async def test_no_extension_makes_a_deadline_earlier(ground: Ground, sender: Sender, cases: CaseService) -> None:
    await ground.tell(sender.opened())
    case = await act(cases, await ground.case(), Action.VOID, note="重来")
    case = await act(cases, case, Action.REOPEN, note="重来")
    assert case.due_at is not None
    until = case.due_at + timedelta(hours=4)
    case = await act(cases, case, Action.ASK_EXTENSION, note="等配件", until=until)
    case = await act(cases, case, Action.SUSPEND, note="等车主")
    ground.clock.move(6 * 3600)
    with pytest.raises(Refused, match="later than that"):
        await act(cases, case, Action.GRANT_EXTENSION, by=VERIFIER)
    case = await act(cases, case, Action.RESUME)
    assert case.due_at is not None
    assert case.due_at > until
    with pytest.raises(Refused, match="later than that"):
        await act(cases, case, Action.GRANT_EXTENSION, by=VERIFIER)


async def test_a_report_opens_one_case_that_a_person_files_and_verifies(ground: Ground, cases: CaseService) -> None:
    case = await report(cases)
    due = ground.clock.at + timedelta(hours=4)
    assert (case.stage, case.kind, case.due_at) == (Stage.COLLECTED, CaseKind.REPORT, due)
    assert (await report(cases)).version == case.version
    again = await report(cases, text_="还是不亮")
    assert (again.id, again.sightings, again.priority) == (case.id, 2, Priority.NORMAL)
    assert (await report(cases, "12345-2")).id != case.id
    for text_ in ("三天了", "三天了", "没人管"):
        case = await report(cases, text_=text_)
        assert case.priority is Priority.HIGH, "from the third time on, and one step alone"
    for action in (Action.FILE, Action.DISPATCH, Action.ACCEPT):
        ground.clock.move(600)
        case = await act(cases, case, action)
    assert case.due_at == due, "who dispatches late gains nobody time"
    with pytest.raises(Refused, match="photo or a few words"):
        await act(cases, case, Action.REPORT)
    case = await act(cases, case, Action.REPORT, note="换了灯泡")
    case = await act(cases, case, Action.VERIFY_PASS, by=VERIFIER)
    case = await act(cases, case, Action.RATE, rating=2, fault=True, by=person("hotline", Role.INTEGRATOR))
    assert (case.stage, case.reopened, case.handler_fault, case.reporter_rating) == (Stage.DISPATCHED, 1, True, 2)
    now, lines = await stored(ground, case)
    assert alike(replayed(lines), now)


async def test_a_report_that_nobody_dispatches_is_warned_of_urged_supervised_and_raised(
    ground: Ground, cases: CaseService
) -> None:
    case, staff = await report(cases), person("wang.wu", Role.STAFF)
    parts = []
    for hours in (2.1, 1.2, 1, 24, 24, 24, 24, 24):
        ground.clock.move(hours * 3600)
        await cases.alert()
        parts.append([each.part for by in (LEAD, staff) for each in await cases.agenda(by)])
    now, lines = await stored(ground, case)
    assert [line.what for line in lines[1:]] == [
        *(Note.HALF_OVER, Note.SOON_OVER, Note.EXPIRED, Note.SUPERVISED, Note.RAISED, Note.RAISED)
    ]
    assert (now.stage, now.level, now.urged, now.supervised) == (Stage.COLLECTED, 3, 1, 1)
    assert parts[:3] == [[Part.SOON], [Part.SOON], [Part.OVERDUE]], "and nothing that staff could do"
    late = await act(cases, now, Action.NOT_FILE, note="不属于本小区")
    assert (late.alert, late.due_at) == (Alert.RAISED, case.due_at), "which leaves it overdue"


async def test_a_rating_holds_until_the_reporter_rates_again(ground: Ground, cases: CaseService) -> None:
    case, resident = await report(cases), person("hotline", Role.INTEGRATOR)
    again: list[tuple[Action, dict[str, object]]] = [
        (Action.ACCEPT, {}),
        (Action.REPORT, {"note": "换了灯泡"}),
        (Action.VERIFY_PASS, {"by": VERIFIER}),
    ]
    for action, more in ((Action.FILE, {}), (Action.DISPATCH, {}), *again):
        case = await act(cases, case, action, **more)
    with pytest.raises(Refused, match="your role"):
        await act(cases, case, Action.RATE, rating=5, by=LEAD)  # whoever is measured does not measure
    case = await act(cases, case, Action.RATE, rating=1, by=resident)
    with pytest.raises(Refused, match="already"):
        await act(cases, case, Action.RATE, rating=5, by=resident)
    case = await act(cases, case, Action.REOPEN, note="又坏了")
    assert case.reporter_rating == 1, "who reopens a case does not take its reporter's word away"
    for action, more in again:
        case = await act(cases, case, action, **more)
    assert case.reporter_rating == 1
    case = await act(cases, case, Action.RATE, rating=4, by=resident)
    with pytest.raises(Refused, match="already"):
        await act(cases, case, Action.RATE, rating=5, by=resident)
    now, lines = await stored(ground, case)
    assert (now.reporter_rating, now.handler_fault) == (4, False)
    assert alike(replayed(lines), now)


@pytest.mark.parametrize(
    ("report_", "community"),
    [
        (Report("", "x", "1"), "demo"),
        (Report("x" * 2001, "x", "1"), "demo"),
        (Report("x", "x" * 201, "1"), "demo"),
        (Report("x", "x", "1" * 101), "demo"),
        (Report("x\x00", "x", "1"), "demo"),
        (Report("x", "x", "1", ("0" * 64,)), "demo"),
        (Report("x", "x", "1", ("0" * 64,) * 11), "demo"),
        (Report("x", "x", "1"), "elsewhere"),
        (Report("x", "x", "1"), "de/mo"),
    ],
)
async def test_a_report_that_is_none_is_refused(cases: CaseService, report_: Report, community: str) -> None:
    by = person("hotline", Role.INTEGRATOR, Scope(frozenset({"demo"})))
    with pytest.raises(Refused):
        await cases.report(report_, community=community, source=Source.HOTLINE, by=by)


async def test_nobody_acts_outside_their_communities(ground: Ground, sender: Sender, cases: CaseService) -> None:
    await ground.tell(sender.opened())
    case = await ground.case()
    nowhere = person("li", Role.LEAD, Scope(frozenset({"elsewhere"})))
    with pytest.raises(Refused, match="no such case"):
        await act(cases, case, Action.ACCEPT, by=nowhere)
    assert await cases.get(case.id, nowhere.scope) is None


async def test_who_reported_it_verifies_it_only_where_nobody_else_could(ground: Ground, cases: CaseService) -> None:
    case = await report(cases)
    for action in (Action.FILE, Action.DISPATCH, Action.ACCEPT):
        case = await act(cases, case, action)
    case = await act(cases, case, Action.REPORT, note="好了")
    async with transaction(ground.engine) as connection:
        await connection.execute(
            text("insert into users (name, password_hash, created_at, role) values ('zhao', 'x', now(), 'staff')")
        )
    with pytest.raises(Refused, match="somebody else"):
        await act(cases, case, Action.VERIFY_PASS)
    async with transaction(ground.engine) as connection:
        await connection.execute(text("update users set revoked_at = now()"))
    with pytest.raises(Refused, match="somebody else"):
        await act(cases, case, Action.VERIFY_PASS, by=person(LEAD.name, Role.STAFF))
    assert (await act(cases, case, Action.VERIFY_PASS)).stage is Stage.CLOSED


async def test_a_merged_case_goes_on_in_another(ground: Ground, sender: Sender, cases: CaseService) -> None:
    await ground.tell(sender.opened())
    first = await ground.case()
    second = await report(cases)
    for action in (Action.FILE, Action.DISPATCH):
        second = await act(cases, second, action)
    with pytest.raises(Refused, match="no such other case"):
        await act(cases, first, Action.MERGE, other="LL-20261121-9999")
    photos = len((await get(cases, first)).photos)
    merged = await act(cases, first, Action.MERGE, other=second.number)
    assert (merged.stage, merged.merged_into) == (Stage.MERGED, second.id)
    await ground.tell(sender.milestone(), sender.opened())
    view = await get(cases, second)
    assert (view.case.sightings, len(view.merged), len(view.photos)) == (3, 1, photos)
    assert {line.what for line in view.history} >= {Action.MERGE, Note.MERGED_IN, Note.STILL_STANDING, Note.SEEN_AGAIN}
    assert [(link.kind, link.outward) for link in view.links] == [(Bond.MERGED, False)]
    assert await ground.one("select count(*) from cases") == 2
    for case in (first, second):
        now, lines = await stored(ground, case)
        assert alike(replayed(lines), now)


async def test_nobody_gains_time_by_merging_into_a_younger_case(ground: Ground, cases: CaseService) -> None:
    first = await report(cases)
    ground.clock.move(3 * 3600)
    second = await report(cases, "12345-2")
    await act(cases, first, Action.MERGE, other=second.number)
    second = await now_of(cases, second)
    assert second.due_at == first.due_at
    ground.clock.move(1801)  # half of what it had left
    await cases.alert()
    assert (await now_of(cases, second)).alert is Alert.HALF
    ground.clock.move(2000)
    third = await report(cases, "12345-3")
    await act(cases, await now_of(cases, second), Action.MERGE, other=third.number)
    assert (await now_of(cases, third)).due_at == third.due_at, "what was missed stays with the case that missed it"
    now, lines = await stored(ground, await now_of(cases, third))
    assert alike(replayed(lines), now)


async def get(cases: CaseService, case: Case) -> CaseView:
    view = await cases.get(case.id)
    assert view is not None
    return view


async def test_cases_are_linked_once_and_a_part_is_split_off(
    ground: Ground, sender: Sender, cases: CaseService
) -> None:
    await ground.tell(sender.opened())
    first, second = await ground.case(), await report(cases)
    first = await act(cases, first, Action.LINK, other=second.id)
    with pytest.raises(Refused, match="already"):
        await act(cases, await now_of(cases, second), Action.LINK, other=first.number)
    with pytest.raises(Refused, match="another case"):
        await act(cases, first, Action.LINK, other=first.id)
    event = str(await ground.one("select event_id from case_events"))
    with pytest.raises(Refused, match="not of this case"):
        await act(cases, first, Action.SPLIT, note="另一辆", events=(second.id,))
    first = await act(cases, first, Action.SPLIT, note="另一辆", events=(event,))
    links = (await get(cases, first)).links
    part = next(link for link in links if link.kind is Bond.SPLIT)
    assert part.related is not None
    view = await cases.get(part.related.id)
    assert view is not None
    assert view.case.report is not None
    assert (view.case.stage, view.case.source, view.case.report.text) == (Stage.FILED, Source.STAFF, "另一辆")
    assert str(await ground.one("select case_id from case_events")) == view.case.id
    assert alike(replayed((await stored(ground, view.case))[1]), view.case)


async def test_of_a_linked_case_elsewhere_it_is_said_that_it_is_there_and_no_more(
    ground: Ground, cases: CaseService
) -> None:
    here, there = await report(cases), await report(cases, "12345-2", community="yuhua")
    there = await act(cases, there, Action.LINK, other=here.number)
    here = await act(cases, await now_of(cases, here), Action.LINK, other=(await report(cases, "12345-3")).number)
    for scope, hidden in ((Scope(frozenset({"demo"})), there), (Scope(frozenset({"yuhua"})), here)):
        seen = await cases.get((here if hidden is there else there).id, scope)
        assert seen is not None
        assert [link.related for link in seen.links if link.related is None] == [None]
        assert hidden.number not in repr(seen)
        assert hidden.id not in repr(seen)
    whole = await get(cases, here)
    numbers = {link.related.number for link in whole.links if link.related is not None}
    assert numbers == {there.number, "LL-20261121-0003"}
    assert [line.note for line in whole.history if line.what is Note.LINKED] == [there.number]
    mine = await cases.get(here.id, Scope(frozenset({"demo"})))
    assert mine is not None
    assert [line.note for line in mine.history if line.what is Note.LINKED] == [""], "that there is one stays"


async def now_of(cases: CaseService, case: Case) -> Case:
    return (await get(cases, case)).case


async def test_a_case_is_not_reopened_beside_another_of_its_place(
    ground: Ground, sender: Sender, cases: CaseService
) -> None:
    await ground.tell(sender.opened())
    first = await act(cases, await ground.case(), Action.VOID, note="误报")
    await ground.tell(sender.opened(stay="s9.9"))
    with pytest.raises(Refused, match=r"LL-20261121-0002.* is open"):
        await act(cases, first, Action.REOPEN, note="又来了")


async def test_a_bad_rating_beside_an_open_case_of_the_place_names_it_and_links_the_two(
    ground: Ground, cases: CaseService
) -> None:
    first = await report(cases)
    for action in (Action.FILE, Action.DISPATCH, Action.ACCEPT):
        first = await act(cases, first, action)
    first = await act(cases, first, Action.REPORT, note="换了灯泡")
    first = await act(cases, first, Action.VERIFY_PASS, by=VERIFIER)
    second = await report(cases, text_="又灭了")
    async with ground.engine.begin() as connection:
        await connection.exec_driver_sql("delete from case_links")  # as where nothing but the place joins them
    first = await now_of(cases, first)
    first = await act(cases, first, Action.RATE, rating=1, fault=True, by=person("hotline", Role.INTEGRATOR))
    assert (first.stage, first.reopened, first.reporter_rating, first.handler_fault) == (Stage.CLOSED, 0, 1, True)
    told = [(line.what, line.note) for line in (await get(cases, first)).history][-2:]
    assert told == [(Action.RATE, ""), (Note.NOT_REOPENED, second.number)]
    for one, other in ((first, second), (second, first)):
        (link,) = (await get(cases, one)).links
        assert (link.kind, link.related) == (Bond.LINKED, Related(other.id, other.number))
    assert (await get(cases, second)).history[-1].note == first.number
    for each in (first, second):
        now, lines = await stored(ground, each)
        assert alike(replayed(lines), now)
    assert not shown(await get(cases, second)).unopened
    page = shown(await get(cases, first))
    assert page.unopened is not None
    assert (page.unopened.value.zh, page.unopened.path) == (second.number, f"/cases/{second.id}")
    assert page.lines[-1].path == f"/cases/{second.id}"
    await act(cases, await now_of(cases, second), Action.NOT_FILE, note="同一件")
    first = await act(cases, first, Action.REOPEN, note="没修好")
    assert shown(await get(cases, first)).unopened is None, "it is under way again"


def shown(view: CaseView) -> CasePage:
    return case_page(view, Eye(view.case.updated_at, UTC))


async def test_a_vehicle_found_in_another_slot_of_its_zone_is_a_case_of_its_own_that_names_the_other(
    ground: Ground, sender: Sender, cases: CaseService
) -> None:
    sure, unsure = ({"state": "read", "text": text, "looks": 9} for text in ("京A12345", "京A1234?"))
    slots = [("s1", "fire-lane", sure), ("s2", "fire-lane", sure), ("s3", "gate", sure), ("s4", "fire-lane", unsure)]
    for slot, zone, plate in slots:
        await ground.tell(sender.opened(slot=slot, stay=f"{slot}.1", zone=zone, plate=plate))
    ids = [str(row[0]) for row in await ground.rows("select id from cases order by number")]
    first, second, *others = [await get(cases, await now_of_id(cases, each)) for each in ids]
    for one, other in ((first, second), (second, first)):
        assert [(link.kind, link.related) for link in one.links] == [
            (Bond.LINKED, Related(other.case.id, other.case.number))
        ]
        assert (one.history[-1].what, one.history[-1].note) == (Note.LINKED, other.case.number)
        assert alike(replayed((await stored(ground, one.case))[1]), one.case)
    assert [each.links for each in others] == [(), ()]


async def test_a_place_that_is_often_found_presses_more(ground: Ground, sender: Sender, cases: CaseService) -> None:
    pressing = []
    for number in range(3):
        await ground.tell(sender.opened(stay=f"s7.{number}"))
        case = await now_of_id(cases, str(await ground.one("select id from cases where stage = 'dispatched'")))
        pressing.append(case.priority)
        await act(cases, case, Action.VOID, note="误报")
        ground.clock.move(60)
    assert pressing[0] == pressing[1]
    assert pressing[2] == max(pressing[0] - 1, 1)


async def test_a_walk_through_the_database(ground: Ground, sender: Sender, cases: CaseService) -> None:
    """Whatever people do, in whatever order: what is stored is what history tells."""
    random = Random(7)
    people = [person(f"p{i}", role) for i, role in enumerate((Role.STAFF, Role.LEAD, Role.STREET, Role.COMMUNITY))]
    await ground.tell(sender.opened())
    ids = [(await ground.case()).id, *[(await report(cases, f"r{i}")).id for i in range(3)]]
    done = 0
    for _ in range(250):
        case, by = await now_of_id(cases, random.choice(ids)), random.choice(people)
        action = random.choice([each for each in possible(case, by) if each is not Action.MERGE] or [Action.REMARK])
        try:
            await cases.act(
                case.id,
                action,
                by=by,
                version=case.version,
                note="说明",
                rating=2 if action in {Action.RATE, Action.EVALUATE} else None,
                until=(case.due_at or ground.clock.at) + timedelta(hours=3),
                other=random.choice(ids),
                organisation=f"o{random.randint(1, 20)}",
                priority=random.choice(list(Priority)),
                fault=action is Action.RATE,
            )
            done += 1
        except (Refused, Stale):
            pass
        if random.random() < 0.2:
            ground.clock.move(random.uniform(-2000, 9000))
            await cases.alert()
            assert await cases.alert() == 0
    assert done > 50
    for each in ids:
        now, lines = await stored(ground, await now_of_id(cases, each))
        assert alike(replayed(lines), now)


async def now_of_id(cases: CaseService, case_id: str) -> Case:
    view = await cases.get(case_id)
    assert view is not None
    return view.case
