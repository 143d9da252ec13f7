"""Who is asking: the session behind the cookie, and the form's token on whatever changes something."""

import hmac
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from fastapi import HTTPException, Request, Response

from cloud.accounts import AccountService, Session
from cloud.console.headers import SAFE

COOKIE: Final = "linli_session"
# A browser takes a cookie of this prefix only over HTTPS and for this very host.
SECURE_COOKIE: Final = "__Host-linli_session"
CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "X-CSRF-Token"
FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
IPV6_HOME: Final = 64  # bits of the address that a home or an office shares


class LoginNeeded(Exception):
    """Nobody is logged in, or the session has ended."""


class Guard:
    """Lets those in who are logged in.

    Args:
        https: whether browsers come over HTTPS, so that the cookie is sent over nothing else.
    """

    def __init__(self, accounts: AccountService, *, https: bool) -> None:
        self._accounts = accounts
        self._https = https
        self._cookie = SECURE_COOKIE if https else COOKIE

    async def require(self, request: Request) -> None:
        """Find the request's session, for `session_of`; on whatever changes something check the form's token too.

        Raises:
            LoginNeeded: there is no session.
            HTTPException: 403, the token is missing or another session's.
        """
        session = await self.find(request)
        if session is None:
            raise LoginNeeded
        if request.method not in SAFE and not hmac.compare_digest(session.csrf, await _sent_token(request)):
            raise HTTPException(403)
        request.state.session = session

    async def find(self, request: Request) -> Session | None:
        """The session behind the request's cookie."""
        return await self._accounts.session(self.token(request))

    def token(self, request: Request) -> str:
        """What the cookie holds; empty without one."""
        return request.cookies.get(self._cookie, "")

    def keep(self, response: Response, token: str, session: Session) -> None:
        """Give the browser its cookie."""
        response.set_cookie(
            self._cookie, token, expires=session.expires_at, path="/", secure=self._https, httponly=True, samesite="lax"
        )

    def forget(self, response: Response) -> None:
        """Take the cookie away."""
        response.delete_cookie(self._cookie, path="/", secure=self._https, httponly=True, samesite="lax")


def session_of(request: Request) -> Session:
    """The session that `Guard.require` found."""
    session = request.state.session
    if not isinstance(session, Session):
        raise LoginNeeded
    return session


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


def local_path(text: str) -> str:
    """Where to go after logging in: a path of ours, else the list of cases."""
    ours = text.startswith("/") and not text.startswith("//") and text.isprintable() and "\\" not in text
    return text if ours else "/cases"


def page_of(address: str) -> str:
    """The page of ours that a whole address names, without its host; else the list of cases."""
    try:
        named = urlsplit(address)
    except ValueError:
        return "/cases"
    return local_path(named.path + (f"?{named.query}" if named.query else ""))
