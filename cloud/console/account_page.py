"""`/account`: one's own second factor, and where one is logged in."""

from typing import Annotated

import segno
from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup

from cloud.accounts import (
    CodeRefused,
    FactorUnreadable,
    Origin,
    SecondFactorWanted,
    Session,
    Step,
    TooManyAttempts,
)
from cloud.console.account_words import ACCOUNT, role_word
from cloud.console.facts import moment
from cloud.console.guard import address_of, agent_of, session_of
from cloud.console.services import Services
from cloud.console.who import workplace
from cloud.console.words import WORDS, Word

Code = Annotated[str, Form(max_length=100)]


class AccountPage:
    """`/account` and below."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._factors = services.accounts.second_factors

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/account", self.show, methods=["GET"])
        router.add_api_route("/account/second-factor", self.begin, methods=["POST"])
        router.add_api_route("/account/second-factor/confirm", self.confirm, methods=["POST"])
        router.add_api_route("/account/second-factor/codes", self.codes, methods=["POST"])
        router.add_api_route("/account/second-factor/off", self.off, methods=["POST"])
        router.add_api_route("/account/sessions/end", self.end, methods=["POST"])
        return router

    async def show(self, request: Request) -> Response:
        return await self._page(request, session_of(request))

    async def begin(self, request: Request) -> Response:
        """Show the secret, as a picture and as text. By POST: it is made anew each time."""
        session = session_of(request)
        try:
            secret, address = await self._factors.begin(session.user)
        except CodeRefused:
            return RedirectResponse("/account", status_code=303)
        return await self._page(request, session, secret=secret, picture=picture_of(address))

    async def confirm(self, request: Request, code: Code = "") -> Response:
        session = session_of(request)
        try:
            given = await self._factors.confirm(session.user, code, session=session.id)
        except (CodeRefused, TooManyAttempts) as error:
            return await self._refused(request, session, error)
        token = self._services.guard.token(request)
        opened = await self._factors.enrolled(token, Origin(address_of(request), agent_of(request)))
        if opened is None:
            return await self._page(request, session, codes=given)
        page = await self._page(request, opened[1], codes=given)
        self._services.guard.keep(page, *opened)
        return page

    async def codes(self, request: Request, code: Code = "") -> Response:
        """Other recovery codes."""
        session = session_of(request)
        try:
            given = await self._factors.renew_recovery(session.user, code)
        except (CodeRefused, TooManyAttempts) as error:
            return await self._refused(request, session, error)
        return await self._page(request, session, codes=given)

    async def off(self, request: Request, code: Code = "") -> Response:
        session = session_of(request)
        try:
            await self._factors.take_away(session, code)
        except (CodeRefused, SecondFactorWanted, TooManyAttempts) as error:
            return await self._refused(request, session, error)
        return RedirectResponse("/account", status_code=303)

    async def end(self, request: Request, session: Annotated[int, Form(ge=0, le=2**63 - 1)]) -> Response:
        """End one of one's own sessions; one that is over already is what was wanted."""
        await self._services.accounts.sessions.revoke(session_of(request).user, session)
        return RedirectResponse("/account", status_code=303)

    async def _refused(self, request: Request, session: Session, error: Exception) -> Response:
        if isinstance(error, TooManyAttempts):
            page = await self._page(request, session, fault=WORDS["login.wait"].fill(n=round(error.wait_s)), status=429)
            page.headers["Retry-After"] = f"{error.wait_s:.0f}"
            return page
        said = ACCOUNT["code_unreadable" if isinstance(error, FactorUnreadable) else "code_wrong"]
        if isinstance(error, SecondFactorWanted):
            said = ACCOUNT["wanted"]
        return await self._page(request, session, fault=said, status=409)

    async def _page(
        self,
        request: Request,
        session: Session,
        *,
        secret: str = "",
        picture: Markup | None = None,
        codes: tuple[str, ...] = (),
        fault: Word | None = None,
        status: int = 200,
    ) -> Response:
        eye, standing = self._services.eye(), await self._factors.standing(session)
        open_ones = await self._services.accounts.sessions.list(session.user)
        return self._services.pages.page(
            request,
            "account.html",
            status=status,
            session=session,
            words=ACCOUNT,
            role=role_word(session.role),
            organisation=await workplace(self._services.organisations, session.organisation),
            standing=standing,
            since=None if standing.since is None else moment(standing.since, eye),
            enrols=session.step is Step.ENROL,
            secret=secret,
            picture=picture,
            codes=codes,
            fault=fault,
            open_ones=tuple((each, moment(each.created_at, eye)) for each in open_ones),
        )


def picture_of(address: str) -> Markup:
    """A QR code as SVG that needs no style of its own: the content policy allows none."""
    code = segno.make(address, error="m")
    return Markup(code.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=False))  # noqa: S704 - ours
