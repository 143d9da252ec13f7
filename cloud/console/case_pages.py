"""The list of cases, and of suspected vehicles."""

import asyncio
import logging
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from cloud.accounts import Session
from cloud.cases.listing import Around
from cloud.cases.service import MAX_LIST
from cloud.console.card_views import card
from cloud.console.case_filter import COUNTED, chips, is_narrowed, kept, tabs
from cloud.console.filter_drawer import drawer
from cloud.console.guard import session_of
from cloud.console.list_query import PageQuery
from cloud.console.list_words import LIST
from cloud.console.plate_searches import PlateSearches
from cloud.console.services import Services, wants_part
from cloud.console.suspect_cards import suspect_card
from cloud.console.who import communities_called

_log = logging.getLogger(__name__)


class CasePages:
    """`/cases` and `/suspects`."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._searches = PlateSearches(services)

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/cases", self.list, methods=["GET"])
        router.add_api_route("/cases/saved", self.save, methods=["POST"])
        router.add_api_route("/cases/saved/{saved_id}/remove", self.remove, methods=["POST"])
        router.add_api_route("/suspects", self.suspects, methods=["GET"])
        router.add_api_route("/suspects/{event_id}/dismiss", self.dismiss, methods=["POST"])
        return router

    async def list(self, request: Request, query: Annotated[PageQuery, Query()]) -> Response:
        session, eye = session_of(request), self._services.eye()
        listed = self._services.listing.page(
            query.filter(session.user),
            session.scope,
            now=eye.now,
            order=query.order,
            limit=query.size,
            after=query.cursor,
        )
        page, _ = await asyncio.gather(listed, self._searches.note(session, query))
        cards: dict[str, Any] = {
            "cards": [card(case, page.covers.get(case.id), eye, fall=page.falls.get(case.id)) for case in page.cases],
            "query": query,
            "words": LIST,
            "narrowed": is_narrowed(query),
            "next": "" if page.after is None else query.path(after=page.after.text()),
        }
        if wants_part(request):
            return self._services.pages.page(request, "_cards.html", session=session, **cards)
        around = await self._around(session)
        communities, saved = await asyncio.gather(
            communities_called(self._services.organisations, around.communities),
            self._services.saved.of(session.user),
        )
        return self._services.pages.page(
            request,
            "cases.html",
            session=session,
            tabs=tabs(query, around.counts),
            chips=tuple(chips(query, communities)),
            drawer=drawer(query, communities),
            saved=kept(saved, query),
            **cards,
        )

    async def save(
        self, request: Request, name: Annotated[str, Form()], query: Annotated[str, Form()] = ""
    ) -> Response:
        """Keep the list that is shown, by a name."""
        asked = _asked(query)
        await self._services.saved.save(session_of(request).user, name, asked.address(), now=self._services.clock())
        return RedirectResponse(asked.path(), status_code=303)

    async def remove(
        self, request: Request, saved_id: Annotated[int, Path(ge=1, lt=2**63)], query: Annotated[str, Form()] = ""
    ) -> Response:
        """Forget a list that was kept; one that is gone already is what was wanted."""
        await self._services.saved.remove(session_of(request).user, saved_id)
        return RedirectResponse(_asked(query).path(), status_code=303)

    async def suspects(self, request: Request) -> Response:
        """Vehicles that may become zombie vehicles; nothing is to be done about them yet."""
        suspects, eye = await self._services.cases.suspects(session_of(request).scope), self._services.eye()
        return self._services.pages.page(
            request,
            "_suspects.html" if wants_part(request) else "suspects.html",
            session=session_of(request),
            suspects=tuple(suspect_card(each, eye) for each in suspects),
            shown=len(suspects) if len(suspects) == MAX_LIST else None,
            tabs=tabs(None, (await self._around(session_of(request))).counts),
            words=LIST,
        )

    async def dismiss(self, request: Request, event_id: str) -> Response:
        """Take one off the list; one that is off already is what was wanted."""
        user = session_of(request).user
        if await self._services.cases.dismiss_suspect(event_id, by=user, scope=session_of(request).scope):
            _log.info("%s takes the suspected vehicle of event %s off the list", user, event_id)
        return RedirectResponse("/suspects", status_code=303)

    async def _around(self, session: Session) -> Around:
        wanted = [query.filter(session.user) for query in COUNTED]
        return await self._services.listing.around(wanted, session.scope, now=self._services.clock())


def _asked(query: str) -> PageQuery:
    """A list as a form carries it: the query of its address.

    Raises:
        HTTPException: 400, it is none.
    """
    try:
        return PageQuery.of(query)
    except ValueError:
        raise HTTPException(400) from None
