"""What tests of cases do with them: as people act, and as PostgreSQL has it afterwards."""

from cloud.accounts import Role
from cloud.cases.calendar import WorkCalendar
from cloud.cases.domain import Case, CaseView, HistoryEntry, Report, Term
from cloud.cases.service import CaseService
from cloud.cases.terms import Terms
from cloud.cases.vocabulary import Action, CaseKind, Note, Source, Stage, Unit
from tests.integration.cloud.ground import Ground
from tests.people import LEAD, person

HOURS = Terms(WorkCalendar(), {(CaseKind.PARKING, ""): Term(4, Unit.HOURS), (CaseKind.REPORT, ""): Term(4, Unit.HOURS)})
STREET = person("wang.jie", Role.STREET)


def service_of(ground: Ground) -> CaseService:
    """Four hours for parking and reports."""
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


async def get(cases: CaseService, case: Case) -> CaseView:
    view = await cases.get(case.id)
    assert view is not None
    return view


async def now_of(cases: CaseService, case: Case) -> Case:
    return (await get(cases, case)).case


async def now_of_id(cases: CaseService, case_id: str) -> Case:
    view = await cases.get(case_id)
    assert view is not None
    return view.case
