"""Side actions and time against the real database."""

from datetime import timedelta
from random import Random

import psycopg
import pytest
from sqlalchemy import text

from cloud.accounts import Role
from cloud.cases.agenda import Part
from cloud.cases.domain import Refused, Report, Stale
from cloud.cases.flow import possible
from cloud.cases.journal import alike, replayed
from cloud.cases.service import CaseService
from cloud.cases.vocabulary import Action, Alert, CaseKind, Note, Priority, Source, Stage
from cloud.db import transaction
from cloud.scope import Scope
from tests.integration.cloud.case_work import HOURS, act, now_of_id, report, service_of, stored
from tests.integration.cloud.ground import Ground
from tests.integration.cloud.sender import Sender
from tests.people import LEAD, VERIFIER, person


@pytest.fixture
def cases(ground: Ground) -> CaseService:
    return service_of(ground)


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
