"""What every answer carries, and what no request may be: from another site, or longer than a form."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cloud.problems import PROBLEMS, answer

MAX_BODY_BYTES: Final = 64 * 1024  # a note and its form; evidence has a door and a limit of its own
LARGE_AT_ONCE: Final = 4
LARGE_WITHIN_S: Final = 120.0  # a list of 4 MiB over 300 kbit/s
API: Final = "/api/"  # what programs ask
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")

# All scripts and styles are files of ours; htmx is told in its meta tag to evaluate none and to write no style.
CONTENT_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS: Final = (
    ("Content-Security-Policy", CONTENT_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
)
STATIC: Final = "/static/"
KEEP_STATIC: Final = "no-cache"  # kept, and asked for again each time: the answer is mostly 304
HSTS: Final = "max-age=31536000"


class SafeHeaders:
    """Adds the headers that keep a browser on the safe side; pages are never stored unless they say so themselves."""

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        self._app = app
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        keep = KEEP_STATIC if scope["path"].startswith(STATIC) else "no-store"

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message), keep)
            await send(message)

        await self._app(scope, receive, send_safely)

    def _add(self, headers: MutableHeaders, keep: str) -> None:
        for name, value in HEADERS:
            headers.setdefault(name, value)
        headers.setdefault("Cache-Control", keep)
        if self._https:
            headers.setdefault("Strict-Transport-Security", HSTS)


class SameSite:
    """Refuses requests that change something and that another site's page has sent.

    A browser says in `Sec-Fetch-Site` or `Origin` which page a request comes from and no page can change that; programs
    send neither and hold no cookie that they were not given. The form token is checked beside this.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE and is_cross_site(Headers(scope=scope)):
            await _refusal(scope, "another-site")(scope, receive, send)
            return
        await self._app(scope, receive, send)


def is_cross_site(headers: Headers) -> bool:
    """Whether a page of another origin sent a request with these headers."""
    fetched_from = headers.get("sec-fetch-site")
    if fetched_from is not None:
        return fetched_from not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and _host_of(origin) != headers.get("host", "").lower()


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:  # an address that is none
        return None


class BodyLimit:
    """Refuses bodies longer than a form of ours, by what they say and by what comes.

    Args:
        apart: paths that start so have a limit of their own.
        apart_ends: so have those under `API` that end so, but no forms: those are read for their token, however long.
        larger: paths that take more, each with its limit in bytes; `LARGE_AT_ONCE` of them are read at a time, each
            within `LARGE_WITHIN_S`.
        admits: says who may send that much; others are held to `limit`, so that no stranger takes up the room.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        limit: int = MAX_BODY_BYTES,
        apart: tuple[str, ...] = (),
        apart_ends: tuple[str, ...] = (),
        larger: Mapping[str, int] | None = None,
        admits: Callable[[Scope], Awaitable[bool]] | None = None,
    ) -> None:
        self._app = app
        self._limit = limit
        self._apart = apart
        self._apart_ends = apart_ends
        self._larger = larger or {}
        self._admits = admits
        self._room = asyncio.Semaphore(LARGE_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE or self._is_apart(scope):
            await self._app(scope, receive, send)
            return
        if scope["path"] in self._larger and (self._admits is None or await self._admits(scope)):
            async with self._room:
                await self._pass_on(scope, receive, send, self._larger[scope["path"]])
        else:
            await self._pass_on(scope, receive, send, self._limit)

    def _is_apart(self, scope: Scope) -> bool:
        path: str = scope["path"]
        is_form = Headers(scope=scope).get("content-type", "").startswith(FORMS)
        return path.startswith(self._apart) or (
            path.startswith(API) and path.endswith(self._apart_ends) and not is_form
        )

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        body = None
        if _said_length(Headers(scope=scope)) <= limit:
            with suppress(TimeoutError):
                async with asyncio.timeout(LARGE_WITHIN_S if limit > self._limit else None):
                    body = await _read(receive, limit)
        if body is None:
            await _refusal(scope, "too-large")(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)


def _refusal(scope: Scope, problem: str) -> Response:
    """What is refused before any route sees it: a problem for programs, a line for the rest."""
    if scope["path"].startswith(API):
        return answer(problem, scope["path"])
    kind = PROBLEMS[problem]
    return PlainTextResponse(f"{kind.title.zh} {kind.title.en}\n", status_code=kind.status)


def _said_length(headers: Headers) -> int:
    said = headers.get("content-length", "0")
    return int(said) if said.isdecimal() else 0


async def _read(receive: Receive, limit: int) -> bytes | None:
    """The whole body, or nothing when it is longer than `limit` bytes or its sender leaves."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] == "http.disconnect" or len(body) > limit:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay
