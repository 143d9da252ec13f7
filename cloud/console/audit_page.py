"""`/audit`: who saw and did what, for auditors."""

from datetime import date, datetime, time
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import AfterValidator, BeforeValidator

from cloud.audit import Deed, Entry
from cloud.audit.domain import MAX_TEXT
from cloud.console.account_words import ACCOUNT, deed_word
from cloud.console.facts import moment
from cloud.console.guard import session_of
from cloud.console.meter_periods import is_shown
from cloud.console.services import Services

PAGE: Final = 100

Text = Annotated[str, Query(max_length=MAX_TEXT, pattern=r"^[^\x00]*$")]


def _shown(day: date | None) -> date | None:
    if day is not None and not is_shown(day):
        raise ValueError("no page shows this day")
    return day


# A form sends a field that was left empty as an empty text.
Since = Annotated[date | None, BeforeValidator(lambda text: text or None), AfterValidator(_shown), Query()]


class AuditPage:
    """`/audit`. Looking at it is noted in it."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/audit", self.show, methods=["GET"])
        return router

    async def show(
        self,
        request: Request,
        *,
        actor: Text = "",
        about: Text = "",
        since: Since = None,
        before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    ) -> Response:
        session, eye = session_of(request), self._services.eye()
        found = await self._services.audit.list(
            actor=actor.strip() or None,
            about=about.strip() or None,
            since=None if since is None else datetime.combine(since, time(), eye.zone),
            before=before,
            limit=PAGE + 1,
            scope=session.scope,
        )
        page, asked = found[:PAGE], {"actor": actor, "about": about, "since": since}
        detail = {name: str(value) for name, value in asked.items() if value}
        seen = Entry(session.user, Deed.AUDIT_VIEWED, "audit/log", session.scope.only, detail, eye.now)
        await self._services.audit.record(seen)
        return self._services.pages.page(
            request,
            "audit.html",
            session=session,
            words=ACCOUNT,
            rows=tuple((each, moment(each.at, eye), deed_word(each.what)) for each in page),
            asked={name: "" if value is None else str(value) for name, value in asked.items()},
            older=f"/audit?{urlencode({**detail, 'before': page[-1].seq})}" if len(found) > PAGE else "",
        )
