"""`/settings`: what is in force, and who may log in, for those who lead or oversee. Nothing is changed here."""

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from cloud.accounts import Session
from cloud.accounts.domain import MAX_NAME
from cloud.cases.terms import EVERYWHERE
from cloud.console import settings_views as views
from cloud.console.guard import session_of
from cloud.console.services import Services
from cloud.console.settings_words import SETTINGS
from cloud.console.who import communities_called
from cloud.console.words import Word

PEOPLE: Final = 200  # of one page
ORGANISATIONS: Final = 300  # that are shown; how many more there are is said


class SettingsPage:
    """`/settings`. Of people and organisations it shows the reader's own tree alone."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/settings", self.show, methods=["GET"])
        return router

    async def show(
        self, request: Request, after: Annotated[str, Query(max_length=MAX_NAME, pattern=r"^[^\x00]*$")] = ""
    ) -> Response:
        session, services = session_of(request), self._services
        terms, organisations = services.cases.terms, services.organisations
        users = await services.accounts.below(session.organisation, after=after, limit=PEOPLE + 1)
        page = users[:PEOPLE]
        names = await organisations.named({user.organisation for user in page if user.organisation is not None})
        tree = await organisations.list(session.organisation)
        return services.pages.page(
            request,
            "settings.html",
            session=session,
            words=SETTINGS,
            deadlines=views.deadlines(terms, await self._communities(session)),
            calendar=views.calendar(terms.calendar, services.eye()),
            retention=views.retention(services.keeping),
            people=views.people(page, names),
            more_people=f"/settings?{urlencode({'after': page[-1].name})}#people" if len(users) > PEOPLE else "",
            units=views.units(tree[:ORGANISATIONS]),
            more_units=max(0, len(tree) - ORGANISATIONS),
        )

    async def _communities(self, session: Session) -> dict[str, Word]:
        """Those with a deadline of their own that the reader may see."""
        own = {community for _, community in self._services.cases.terms.deadlines if community != EVERYWHERE}
        seen = sorted(community for community in own if session.scope.covers(community))
        called = await communities_called(self._services.organisations, seen)
        return {community: called[community] for community in seen}
