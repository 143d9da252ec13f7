"""An example of each operation, for its document. Those of cases are made by the code that answers, so they hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final

from pydantic import BaseModel, JsonValue

from cloud.accounts import Role, Session
from cloud.cases.domain import Actor, Case, CaseView, HistoryEntry, Photo, Report
from cloud.cases.filters import Cursor, Order
from cloud.cases.flow import possible
from cloud.cases.vocabulary import Action, Note, Source, Stage, Verification
from cloud.console.case_documents import CaseOut, CasesOut, CaseViewOut
from cloud.console.documents import SessionOut
from cloud.console.instrument_examples import BERTHS, DEVICES, EVALUATION, METER, METERS, PERMITS, SERIES, SUSPECTS
from cloud.console.meta_api import meta
from cloud.console.report_documents import ReportOut, UploadedOut

AT: Final = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
CASE_ID: Final = "019364c5-8a40-7d22-9c1e-3b5a70f1e2d4"
PHOTO: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

FILE: Final = "文件本身 the file itself"
PHOTO_FILE: Final = "照片文件本身 the file itself, as of curl --data-binary @photo.jpg"


@dataclass(frozen=True, slots=True)
class Example:
    """What may be given, and what is answered then."""

    answer: JsonValue = None
    given: JsonValue = None
    parameters: Mapping[str, JsonValue] = field(default_factory=dict)


def _case() -> Case:
    return Case(
        id=CASE_ID,
        number="LL-20261123-0007",
        community="lantian",
        gateway="",
        camera="",
        zone="",
        zone_kind="",
        zone_name="",
        slot="",
        stay="",
        vehicle="",
        stage=Stage.HANDLING,
        verification=Verification.NONE,
        verification_reason="",
        version=4,
        entered_at=AT,
        opened_at=AT,
        updated_at=AT + timedelta(hours=1),
        closed_at=None,
        closed_by=None,
        dwell_s=0.0,
        limit_s=0.0,
        vehicle_present=False,
        sightings=1,
        rework=0,
        rating=None,
        clock="synced",
        odd_time=False,
        simulated=False,
        found=(),
        source=Source.HOTLINE,
        report=Report("三号楼门前堆了建筑垃圾", "三号楼门前", "12345-2026-000017"),
        responsible="lantian-property",
        handler="wang.fang",
        filed_at=AT + timedelta(minutes=5),
        dispatched_at=AT + timedelta(minutes=6),
        accepted_at=AT + timedelta(hours=1),
        due_at=AT + timedelta(days=1),
    )


def _view() -> CaseView:
    case = _case()
    steps = (
        (timedelta(0), Note.COLLECTED, Stage.COLLECTED, "token:hotline-12345"),
        (timedelta(minutes=5), Action.FILE, Stage.FILED, "li.lei"),
        (timedelta(minutes=6), Action.DISPATCH, Stage.DISPATCHED, "li.lei"),
        (timedelta(hours=1), Action.ACCEPT, Stage.HANDLING, "wang.fang"),
    )
    history = tuple(HistoryEntry(AT + after, what, stage, actor, "", None) for after, what, stage, actor in steps)
    return CaseView(case, history, (Photo(PHOTO, "image/jpeg", "outside", AT, False, 184_320, True),))


def _json(told: BaseModel) -> JsonValue:
    dumped: JsonValue = told.model_dump(mode="json")
    return dumped


def _closed() -> CaseView:
    view = _view()
    end = AT + timedelta(hours=5)
    case = replace(view.case, stage=Stage.CLOSED, version=7, closed_at=end, closed_by="li.lei", updated_at=end)
    return replace(view, case=case)


_LEAD: Final = Actor("li.lei", Role.LEAD)
_REPORT: Final[Mapping[str, JsonValue]] = {
    "source": "hotline",
    "reference": "12345-2026-000017",
    "community": "lantian",
    "text": "三号楼门前堆了建筑垃圾",
    "place": "三号楼门前",
}
_OF_REPORT: Final[Mapping[str, JsonValue]] = {"source": "hotline", "reference": "12345-2026-000017"}
_OF_CASE: Final[Mapping[str, JsonValue]] = {"case_id": CASE_ID}
_OF_LIST: Final[Mapping[str, JsonValue]] = {
    "show": "open",
    "kind": ["report", "parking"],
    "stage": ["dispatched", "handling"],
    "community": ["lantian"],
    "source": ["hotline"],
    "priority": [1, 2],
    "timing": "overdue",
    "zone_kind": ["fire_lane"],
    "responsible": "lantian-property",
    "handler": "wang.fang",
    "mine": True,
    "opened_from": "2026-11-01",
    "opened_until": "2026-11-30",
    "plate": "京A12345",
    "q": "建筑垃圾",
    "order": Order.NEWEST,
    "after": Cursor(Order.NEWEST, "", CASE_ID).text(),
    "limit": 50,
}
_OF_METER: Final[Mapping[str, JsonValue]] = {"community": "lantian", "gateway": "gw-01", "meter": "w-3-502"}


@cache
def examples() -> Mapping[tuple[str, str], Example]:
    """By method and path; made when the document is asked for, and not before."""
    session = SessionOut.of(Session("li.lei", "3f1c…", AT + timedelta(days=7), Role.LEAD, "lantian-property"))
    uploaded = UploadedOut.of(CASE_ID, _view().photos[0], 1920, 1080)
    return {
        ("POST", "/api/login"): Example(_json(session), {"name": "li.lei", "password": "…", "code": "492039"}),
        ("GET", "/api/session"): Example(_json(session)),
        ("GET", "/api/meta"): Example(_json(meta())),
        ("GET", "/api/cases"): Example(
            _json(CasesOut(cases=(CaseOut.of(_case()),), after=str(_OF_LIST["after"]))), parameters=_OF_LIST
        ),
        ("GET", "/api/cases/{case_id}"): Example(
            _json(CaseViewOut.of(_view(), possible(_case(), _LEAD))), parameters=_OF_CASE
        ),
        ("POST", "/api/cases/{case_id}/actions"): Example(
            _json(CaseOut.of(_case())), {"action": "accept", "version": 3, "note": "马上去"}, _OF_CASE
        ),
        ("POST", "/api/cases/{case_id}/rating"): Example(
            _json(CaseOut.of(_closed().case)), {"version": 6, "rating": 5, "note": "很快"}, _OF_CASE
        ),
        ("POST", "/api/cases/{case_id}/photos"): Example(_json(uploaded), PHOTO_FILE, _OF_CASE),
        ("POST", "/api/reports"): Example(_json(ReportOut.of(_view())), dict(_REPORT)),
        ("GET", "/api/reports/{source}/{reference}"): Example(_json(ReportOut.of(_closed())), parameters=_OF_REPORT),
        ("POST", "/api/reports/{source}/{reference}/photos"): Example(_json(uploaded), PHOTO_FILE, _OF_REPORT),
        ("GET", "/api/gateway/permits"): Example(PERMITS),
        ("GET", "/api/cases/{case_id}/photos/{sha256}"): Example(FILE, parameters={**_OF_CASE, "sha256": PHOTO}),
        ("GET", "/api/suspects"): Example(SUSPECTS),
        ("GET", "/api/devices"): Example(DEVICES, parameters={"community": "lantian", "limit": 100}),
        ("GET", "/api/berths"): Example(BERTHS, parameters={"community": "lantian", "limit": 100}),
        ("GET", "/api/meters"): Example(METERS, parameters={"community": "lantian", "limit": 100}),
        ("GET", "/api/meters/{community}/{gateway}/{meter}"): Example(METER, parameters=_OF_METER),
        ("GET", "/api/meters/{community}/{gateway}/{meter}/series"): Example(
            SERIES,
            parameters={**_OF_METER, "since": "2026-11-22T16:00:00Z", "until": "2026-11-23T16:00:00Z", "step": "day"},
        ),
        ("GET", "/api/evaluation"): Example(EVALUATION, parameters={"period": "2026-10"}),
    }
