"""Logging in and out for programs that stand for a person; one that stands for another system has an access token."""

from fastapi import APIRouter, Request, Response

from cloud.accounts import LoginRefused, Session, TooManyAttempts
from cloud.accounts.domain import CodeRefused, Origin, Step
from cloud.console.documents import LoginIn, SessionOut
from cloud.console.guard import address_of, session_of
from cloud.console.problem_documents import problems
from cloud.console.services import Services
from cloud.problems import Trouble


class SessionApi:
    """`/api/login`, `/api/session`, `/api/logout`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def open_routes(self) -> APIRouter:
        router = APIRouter(prefix="/api", tags=["session"])
        router.add_api_route(
            "/login",
            self.login,
            methods=["POST"],
            summary="登录 Log in",
            openapi_extra=problems("login-refused", "too-often"),
        )
        return router

    def routes(self) -> APIRouter:
        router = APIRouter(prefix="/api", tags=["session"])
        router.add_api_route("/session", self.session, methods=["GET"], summary="当前会话 Who is logged in")
        router.add_api_route("/logout", self.logout, methods=["POST"], status_code=204, summary="退出 Log out")
        return router

    async def login(self, request: Request, response: Response, given: LoginIn) -> SessionOut:
        """Open a session: its cookie is set, and the answer holds the token for POSTs.

        Who has a second factor gives its `code`, too. Who must have one and has none yet sets it up in the console.
        """
        try:
            token, session = await self._open(given, address_of(request))
        except (LoginRefused, CodeRefused):
            raise Trouble("login-refused") from None
        except TooManyAttempts as error:
            raise Trouble("too-often", headers={"Retry-After": f"{error.wait_s:.0f}"}) from None
        self._services.guard.keep(response, token, session)
        return SessionOut.of(session)

    async def _open(self, given: LoginIn, address: str) -> tuple[str, Session]:
        accounts = self._services.accounts
        token, session = await accounts.login(given.name, given.password, address=address)
        if session.step is Step.CODE:
            return await accounts.second_factors.pass_(token, given.code, Origin(address))
        if session.step is not Step.FULL:
            raise LoginRefused
        return token, session

    async def session(self, request: Request) -> SessionOut:
        """Who is logged in, by cookie or by access token."""
        return SessionOut.of(session_of(request))

    async def logout(self, request: Request, response: Response) -> None:
        """End the session. An access token stays good: `linli-cloud token revoke` ends it."""
        await self._services.accounts.logout(self._services.guard.token(request))
        self._services.guard.forget(response)
