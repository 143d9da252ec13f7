"""Who is asking: the session behind the cookie, and the form's token on whatever changes something."""

import hmac
from datetime import UTC
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute

from cloud.accounts import AccountService, Session, Step
from cloud.accounts.token_service import TokenService
from cloud.console.access import ENROLLING, OWN, may
from cloud.console.headers import FORMS, SAFE
from cloud.errors import Transient
from cloud.problems import Trouble

COOKIE: Final = "linli_session"
# A browser takes a cookie of this prefix only over HTTPS and for this very host.
SECURE_COOKIE: Final = "__Host-linli_session"
CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "X-CSRF-Token"
IPV6_HOME: Final = 64  # bits of the address that a home or an office shares


class LoginNeeded(Exception):
    """Nobody is logged in, or the session has ended."""


class SecondFactorNeeded(Exception):
    """The role wants a second factor, and the user has none yet."""


class NotForRole(HTTPException):
    """The route is there, and not for somebody of this role."""

    def __init__(self) -> None:
        super().__init__(403)


class Guard:
    """Lets those in who are logged in.

    Args:
        https: whether browsers come over HTTPS, so that the cookie is sent over nothing else.
        tokens: knows the access tokens of other systems; None: none are taken.
    """

    def __init__(self, accounts: AccountService, *, https: bool, tokens: TokenService | None = None) -> None:
        self._accounts = accounts
        self._tokens = tokens
        self._https = https
        self._cookie = SECURE_COOKIE if https else COOKIE

    @property
    def https(self) -> bool:
        """Whether browsers come over HTTPS."""
        return self._https

    async def require(self, request: Request) -> None:
        """Find the request's session, for `session_of`; on whatever changes something check the form's token too.

        Raises:
            LoginNeeded: there is no session.
            SecondFactorNeeded: the user makes a second factor first.
            NotForRole: the route is for others.
            Trouble: the form's token is missing or another session's.
        """
        bearer = bearer_of(request)
        session = await (self._inside(request) if bearer is None else self._bearer(bearer))
        if session is None:
            raise LoginNeeded
        if not may(session.role, request.method, route_of(request)):
            raise NotForRole
        if bearer is not None and route_of(request).startswith(OWN):
            raise NotForRole
        by_cookie = bearer is None  # which a browser sends by itself, so the form's token must come with it
        if by_cookie and request.method not in SAFE and not await _has_form_token(request, session):
            raise Trouble("no-form-token")
        request.state.session = session

    async def still(self, request: Request, session: Session) -> bool:
        """Whether a request that goes on would find the same session again: the same user, role and scope.

        False, too, while that cannot be looked up: whoever asks anew is told so.
        """
        bearer = bearer_of(request)
        try:
            found = await (self.find(request) if bearer is None else self._bearer(bearer))
        except Transient:
            return False
        return found == session

    async def find(self, request: Request) -> Session | None:
        """The full session behind the request's cookie."""
        return await self._accounts.session(self.token(request))

    async def on_the_way(self, request: Request) -> Session | None:
        """The session behind the cookie, at whatever step."""
        return await self._accounts.sessions.find(self.token(request))

    async def _inside(self, request: Request) -> Session | None:
        found = await self.on_the_way(request)
        if found is not None and found.step is Step.ENROL:
            if (request.method, route_of(request)) not in ENROLLING:
                raise SecondFactorNeeded
            return found
        return found if found is not None and found.step is Step.FULL else None

    async def _bearer(self, token: str) -> Session | None:
        """What an access token opens."""
        return None if self._tokens is None else await self._tokens.session(token)

    def token(self, request: Request) -> str:
        """What the cookie holds; empty without one."""
        return request.cookies.get(self._cookie, "")

    def keep(self, response: Response, token: str, session: Session) -> None:
        """Give the browser its cookie."""
        until = session.expires_at.astimezone(UTC)
        response.set_cookie(
            self._cookie, token, expires=until, path="/", secure=self._https, httponly=True, samesite="lax"
        )

    def forget(self, response: Response) -> None:
        """Take the cookie away."""
        response.delete_cookie(self._cookie, path="/", secure=self._https, httponly=True, samesite="lax")


def route_of(request: Request) -> str:
    """The path of a request's route, as it is written."""
    route = request.scope.get("route")
    return route.path if isinstance(route, APIRoute) else ""


def session_of(request: Request) -> Session:
    """The session that `Guard.require` found."""
    session = request.state.session
    if not isinstance(session, Session):
        raise LoginNeeded
    return session


def bearer_of(request: Request) -> str | None:
    """The access token in the header, the one place where one is taken from; None: there is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


async def _has_form_token(request: Request, session: Session) -> bool:
    return hmac.compare_digest(session.csrf, await _sent_token(request))


async def _sent_token(request: Request) -> str:
    """The token in the header or, from a form, in its field; in ASCII, as `compare_digest` wants it."""
    sent: object = request.headers.get(CSRF_HEADER)
    if sent is None and request.headers.get("content-type", "").startswith(FORMS):
        sent = (await request.form()).get(CSRF_FIELD)
    return sent if isinstance(sent, str) and sent.isascii() else ""


def address_of(request: Request) -> str:
    """Who counts as one when attempts are limited: an IPv4 address, or an IPv6 network of 64 bits."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(ip_network((address, IPV6_HOME), strict=False)) if isinstance(address, IPv6Address) else host


def agent_of(request: Request) -> str:
    """What a browser calls itself."""
    return request.headers.get("user-agent", "")


def local_path(text: str) -> str:
    """Where to go after logging in: a path of ours, else where one's work begins."""
    ours = text.startswith("/") and not text.startswith("//") and text.isprintable() and "\\" not in text
    return text if ours else "/"


def page_of(address: str) -> str:
    """The page of ours that a whole address names, without its host; else where one's work begins."""
    try:
        named = urlsplit(address)
    except ValueError:
        return "/"
    return local_path(named.path + (f"?{named.query}" if named.query else ""))
