"""A case's own page, and what is done there."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Annotated, Final

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BeforeValidator, StringConstraints

from cloud.cases import flow
from cloud.cases.domain import Case, Refused, Stale
from cloud.cases.handed_in import MAX_PHOTOS as MAX_OF_CASE
from cloud.cases.vocabulary import Action, Priority
from cloud.cases.wishes import MAX_EVENTS, MAX_NOTE, MAX_ORGANISATION
from cloud.console import desk_words as words
from cloud.console.access import WORKERS, actor_of
from cloud.console.facts import name_of
from cloud.console.guard import session_of
from cloud.console.notice_views import told_to
from cloud.console.notice_words import NOTICES
from cloud.console.plan_views import Spot, by_key, spot_view
from cloud.console.plan_words import PLAN
from cloud.console.services import Services, wants_part
from cloud.console.views import case_page
from cloud.console.who import in_charge
from cloud.console.words import WORDS, Word

MAX_NUMBER: Final = 40


def _as_counted(note: object) -> object:
    """A note with its line ends as the browser counts them; it sends two characters for each."""
    return note.replace("\r\n", "\n") if isinstance(note, str) else note


def _or_none(given: object) -> object:
    """A field that was left empty is not given."""
    return None if given == "" else given


Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Rating = Annotated[int | None, BeforeValidator(_or_none), Form(ge=1, le=5)]
Urgency = Annotated[Priority | None, BeforeValidator(_or_none), Form()]
Until = Annotated[datetime | None, BeforeValidator(_or_none), Form()]


class CaseDesk:
    """`/cases/{id}`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/cases/{case_id}", self.show, methods=["GET"])
        router.add_api_route("/cases/{case_id}/actions", self.act, methods=["POST"])
        return router

    async def show(self, request: Request, case_id: str) -> Response:
        return await self.page(request, case_id)

    async def act(
        self,
        request: Request,
        case_id: str,
        *,
        action: Annotated[Action, Form()],
        version: Annotated[int, Form(ge=0, le=2**31 - 1)],
        note: Annotated[str, BeforeValidator(_as_counted), Form(max_length=MAX_NOTE)] = "",
        rating: Rating = None,
        until: Until = None,
        other: Annotated[str, Form(max_length=MAX_NUMBER)] = "",
        organisation: Annotated[str, Form(max_length=MAX_ORGANISATION)] = "",
        priority: Urgency = None,
        fault: Annotated[str, Form(max_length=3)] = "",
        photos: Annotated[list[Sha256] | None, Form(max_length=MAX_OF_CASE)] = None,
        events: Annotated[list[str] | None, Form(max_length=MAX_EVENTS)] = None,
    ) -> Response:
        session = session_of(request)
        try:
            await self._services.cases.act(
                case_id,
                action,
                by=actor_of(session),
                version=version,
                note=note.strip(),
                rating=rating,
                until=None if until is None else _in_zone(until, self._services.zone),
                other=other.strip() or None,
                organisation=organisation.strip() or None,
                priority=priority,
                fault=bool(fault),
                photos=photos or (),
                events=events or (),
            )
        except Stale:
            told, why = WORDS["fault.stale"], WORDS["fault.stale_why"]
            return await self.page(request, case_id, fault=told, why=why, asked=action, note=note)
        except Refused as error:
            told, why = WORDS["fault.refused"], Word(error.zh, error.en)
            return await self.page(request, case_id, fault=told, why=why, asked=action, note=note)
        if wants_part(request):
            return await self.page(request, case_id)
        return RedirectResponse(f"/cases/{case_id}", status_code=303)

    async def page(
        self,
        request: Request,
        case_id: str,
        *,
        fault: Word | None = None,
        why: Word | None = None,
        said: Word | None = None,
        asked: Action | None = None,
        note: str = "",
    ) -> Response:
        """The case as it stands now, within the reader's scope.

        Args:
            fault: what was asked and not done; `why` says why not.
            said: what was done, where the page does not show it by itself.
            asked: what the reader wanted to do, and in vain.
            note: what they wrote for it: it is not lost.
        """
        session = session_of(request)
        view = await self._services.cases.get(case_id, session.scope)
        if view is None:
            raise HTTPException(404)
        possible = flow.possible(view.case, actor_of(session))
        return self._services.pages.page(
            request,
            _template(request),
            status=200 if fault is None else 409,
            session=session,
            page=case_page(
                view,
                replace(self._services.eye(), names=await self._services.organisations.named(in_charge(view))),
                possible=possible,
                reads_only=session.role not in WORKERS,
            ),
            page_spot=await self._spot(view.case),
            spot_words=PLAN,
            notified=await told_to(self._services, session, view.case.id),
            notice_words=NOTICES,
            priorities=words.PRIORITIES,
            helpers=await self._helpers(view.case) if Action.ASSIST in possible else {},
            max_note=MAX_NOTE,
            words=words,
            acted=request.method == "POST" and wants_part(request),
            fault=fault,
            why=why,
            said=said,
            asked=asked,
            note=note,
        )

    async def _helpers(self, case: Case) -> Mapping[str, Word]:
        """Who can be asked to assist, by their ids: those whose matter the community is and that do not work on it."""
        taken = {case.responsible, *case.assisting}
        around = await self._services.organisations.around(case.community)
        return {each.id: name_of(each) for each in around if each.id not in taken}

    async def _spot(self, case: Case) -> Spot | None:
        """Where it is on the plan."""
        plan = await self._services.plans.get(case.community)
        if plan is None:
            return None
        return spot_view(case, plan, by_key(await self._services.plans.places(case.community)))


def _in_zone(given: datetime, zone: tzinfo) -> datetime:
    """A time as a form gives it: in the community's zone."""
    return given if given.tzinfo is not None else given.replace(tzinfo=zone)


def _template(request: Request) -> str:
    """The whole page, or the part of it that a live update or the answer to an act replaces."""
    if not wants_part(request):
        return "case.html"
    return "_acted.html" if request.method == "POST" else "_case.html"
