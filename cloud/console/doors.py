"""Logging in and out, and the choice of language."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from cloud.accounts import LoginRefused, Step, TooManyAttempts
from cloud.console.guard import address_of, agent_of, local_path, page_of
from cloud.console.navigation import home
from cloud.console.rendering import LANGUAGE_COOKIE
from cloud.console.services import Services
from cloud.console.words import WORDS, Language, Word

YEAR_S = 365 * 24 * 3600


class Doors:
    """`/login`, `/logout`, `/language`."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._guard = services.guard

    def open_routes(self) -> APIRouter:
        """What is there for those not logged in."""
        router = APIRouter()
        router.add_api_route("/", self.home, methods=["GET"], include_in_schema=False)
        router.add_api_route("/login", self.form, methods=["GET"], include_in_schema=False)
        router.add_api_route("/login", self.login, methods=["POST"], include_in_schema=False)
        return router

    def routes(self) -> APIRouter:
        router = APIRouter()
        router.add_api_route("/logout", self.logout, methods=["POST"], include_in_schema=False)
        router.add_api_route("/language", self.language, methods=["POST"], include_in_schema=False)
        return router

    async def home(self, request: Request) -> Response:
        """To where one's work begins, or in at the door."""
        session = await self._guard.find(request)
        return RedirectResponse("/login" if session is None else home(session), status_code=303)

    async def form(self, request: Request, to: str = "/", expired: bool = False) -> Response:
        found = await self._guard.on_the_way(request)
        if found is not None and found.step is Step.FULL:
            return RedirectResponse(local_path(to), status_code=303)
        return self._page(request, to, WORDS["fault.expired"] if expired else None)

    async def login(
        self,
        request: Request,
        name: Annotated[str, Form(max_length=200)] = "",
        password: Annotated[str, Form(max_length=1000)] = "",
        to: Annotated[str, Form(max_length=1000)] = "/",
    ) -> Response:
        try:
            token, session = await self._services.accounts.login(
                name, password, address=address_of(request), agent=agent_of(request)
            )
        except LoginRefused:
            return self._page(request, to, WORDS["login.refused"], name=name, status=401)
        except TooManyAttempts as error:
            answer = self._page(request, to, WORDS["login.wait"].fill(n=round(error.wait_s)), name=name, status=429)
            answer.headers["Retry-After"] = f"{error.wait_s:.0f}"
            return answer
        further = {Step.CODE: f"/login/code?{urlencode({'to': local_path(to)})}", Step.ENROL: "/account"}
        response = RedirectResponse(further.get(session.step, local_path(to)), status_code=303)
        self._guard.keep(response, token, session)
        return response

    async def logout(self, request: Request) -> Response:
        await self._services.accounts.logout(self._guard.token(request))
        response = RedirectResponse("/login", status_code=303)
        self._guard.forget(response)
        return response

    async def language(self, request: Request, language: Annotated[Language, Form()]) -> Response:
        response = RedirectResponse(page_of(request.headers.get("referer", "")), status_code=303)
        response.set_cookie(LANGUAGE_COOKIE, language.value, max_age=YEAR_S, path="/", httponly=True, samesite="lax")
        return response

    def _page(self, request: Request, to: str, fault: Word | None, *, name: str = "", status: int = 200) -> Response:
        return self._services.pages.page(
            request,
            "login.html",
            status=status,
            to=local_path(to),
            fault=fault,
            name=name,
            sign_on=self._services.sign_on,
        )
