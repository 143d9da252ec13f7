"""The code of the second factor, and the way through single sign-on."""

import logging
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from cloud.accounts import CodeRefused, FactorUnreadable, LoginRefused, Origin, Step, TooManyAttempts
from cloud.accounts.oidc import SignOnRefused
from cloud.accounts.sign_on import ClaimMissing, NotPlaced
from cloud.console.account_words import ACCOUNT
from cloud.console.guard import address_of, agent_of, local_path
from cloud.console.services import Services, SignOnDoor
from cloud.console.words import WORDS, Word

SIGN_ON_COOKIE: Final = "linli_sign_on"
MAX_TEXT: Final = 4096

_log = logging.getLogger(__name__)


class SecondDoors:
    """`/login/code`, `/login/oidc`."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._guard = services.guard

    def open_routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/login/code", self.form, methods=["GET"])
        router.add_api_route("/login/code", self.code, methods=["POST"])
        router.add_api_route("/login/oidc", self.begin, methods=["GET"])
        router.add_api_route("/login/oidc/back", self.back, methods=["GET"])
        return router

    async def form(self, request: Request, to: str = "/") -> Response:
        half = await self._guard.on_the_way(request)
        if half is None or half.step is not Step.CODE:
            return RedirectResponse(f"/login?{urlencode({'to': local_path(to)})}", status_code=303)
        return self._page(request, to, None)

    async def code(
        self,
        request: Request,
        code: Annotated[str, Form(max_length=100)] = "",
        to: Annotated[str, Form(max_length=1000)] = "/",
    ) -> Response:
        origin = Origin(address_of(request), agent_of(request))
        try:
            token, session = await self._services.accounts.second_factors.pass_(
                self._guard.token(request), code, origin
            )
        except FactorUnreadable:
            return self._page(request, to, ACCOUNT["code_unreadable"], status=401)
        except (CodeRefused, LoginRefused):
            return self._page(request, to, ACCOUNT["code_wrong"], status=401)
        except TooManyAttempts as error:
            answer = self._page(request, to, WORDS["login.wait"].fill(n=round(error.wait_s)), status=429)
            answer.headers["Retry-After"] = f"{error.wait_s:.0f}"
            return answer
        response = RedirectResponse(local_path(to), status_code=303)
        self._guard.keep(response, token, session)
        return response

    async def begin(self, request: Request, to: str = "/") -> Response:
        """To the provider."""
        try:
            begun = await self._door().service.begin(local_path(to), address=address_of(request))
        except (SignOnRefused, TooManyAttempts) as error:
            return self._failed(request, error)
        response = RedirectResponse(begun.address, status_code=303)
        response.set_cookie(
            SIGN_ON_COOKIE,
            begun.browser,
            max_age=600,
            path="/login/oidc",
            secure=self._guard.https,
            httponly=True,
            samesite="lax",
        )
        return response

    async def back(self, request: Request, state: str = "", code: str = "", error: str = "") -> Response:
        """From the provider."""
        origin = Origin(address_of(request), agent_of(request))
        browser = request.cookies.get(SIGN_ON_COOKIE, "")
        if error:
            _log.warning("single sign-on: the provider says an error")
        try:
            token, session, wanted = await self._door().service.end(state, code, browser, origin)
        except (SignOnRefused, LoginRefused, TooManyAttempts) as refused:
            return self._failed(request, refused)
        response = RedirectResponse(local_path(wanted), status_code=303)
        response.delete_cookie(SIGN_ON_COOKIE, path="/login/oidc")
        self._guard.keep(response, token, session)
        return response

    def _door(self) -> SignOnDoor:
        if self._services.sign_on is None:
            raise HTTPException(404)
        return self._services.sign_on

    def _failed(self, request: Request, error: Exception) -> Response:
        status, fault = 401, ACCOUNT["sign_on_failed"]
        if isinstance(error, NotPlaced):  # the audit log has each; the console's log was told where it is the provider
            fault = ACCOUNT["sign_on_no_claim" if isinstance(error, ClaimMissing) else "sign_on_no_place"]
        else:
            _log.warning("single sign-on: %s", error)
        if isinstance(error, TooManyAttempts):
            status, fault = 429, WORDS["login.wait"].fill(n=round(error.wait_s))
        page = self._services.pages.page(
            request, "login.html", status=status, to="/", fault=fault, name="", sign_on=self._services.sign_on
        )
        if isinstance(error, TooManyAttempts):
            page.headers["Retry-After"] = f"{error.wait_s:.0f}"
        return page

    def _page(self, request: Request, to: str, fault: Word | None, *, status: int = 200) -> Response:
        return self._services.pages.page(
            request, "login_code.html", status=status, to=local_path(to), fault=fault, words=ACCOUNT
        )
