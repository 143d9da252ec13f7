"""The web application: console, JSON interface, evidence uploads, health."""

from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import PlainTextResponse, Response
from fastapi.staticfiles import StaticFiles
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Scope

from cloud.console.access import may
from cloud.console.faults import Faults
from cloud.console.guard import Guard
from cloud.console.headers import BodyLimit, SafeHeaders, SameSite
from cloud.console.permit_page import IMPORT, MAX_IMPORT_BYTES
from cloud.console.photo_desk import HAND_IN, MAX_FORM
from cloud.console.plan_page import MAX_UPLOAD, UPLOAD
from cloud.console.rendering import STATIC
from cloud.console.services import Services
from cloud.console.sheet_pages import ReadLetter
from cloud.console.site import install
from cloud.db import reading
from cloud.errors import DatabaseLost, Transient

EVIDENCE: Final = "/evidence/"
PHOTOS: Final = "/photos"  # a report's, a case's


def create_app(
    services: Services,
    *,
    engine: AsyncEngine,
    https: bool,
    evidence: APIRouter | None = None,
    permits: APIRouter | None = None,
    quarantined: Callable[[], Awaitable[int]] | None = None,
    letter: ReadLetter | None = None,
) -> FastAPI:
    """Join everything that answers HTTP. What runs beside it (`services.live`) is the caller's to run.

    Args:
        https: whether browsers come over HTTPS.
        evidence: takes uploads, under `/evidence/`.
        permits: gives gateways their lists.
        quarantined: how many messages wait in quarantine.
        letter: reads a signed message as it came.
    """
    app = FastAPI(title="Linli 邻里", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(_health(engine))
    for routes in (evidence, permits):
        if routes is not None:
            app.include_router(routes)
    install(app, services, quarantined=quarantined, letter=letter)
    # Nothing secret stands in these; of pages `console.compression` says when they may shrink.
    app.mount("/static", GZipMiddleware(StaticFiles(directory=STATIC), compresslevel=6), name="static")
    Faults(services.pages).install(app)
    larger = {IMPORT: MAX_IMPORT_BYTES, UPLOAD: MAX_UPLOAD, HAND_IN: MAX_FORM}
    admits = _insiders(services.guard)
    app.add_middleware(BodyLimit, apart=(EVIDENCE,), apart_ends=(PHOTOS,), larger=larger, admits=admits)
    app.add_middleware(SameSite)
    app.add_middleware(SafeHeaders, https=https)
    return app


def _health(engine: AsyncEngine) -> APIRouter:
    """`/healthz`: the process answers. `/readyz`: the database does too."""
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def alive() -> Response:
        return PlainTextResponse("ok\n")

    @router.get("/readyz")
    async def ready() -> Response:
        try:
            async with reading(engine) as connection:
                await connection.execute(text("select 1"))
        except DatabaseLost:
            return PlainTextResponse("the database does not answer\n", status_code=503, headers={"Retry-After": "5"})
        return PlainTextResponse("ok\n")

    return router


def _insiders(guard: Guard) -> Callable[[Scope], Awaitable[bool]]:
    """Whether a request comes with the session of somebody who may use its route. Where nobody can tell now, no."""

    async def admits(scope: Scope) -> bool:
        try:
            session = await guard.find(Request(scope))
        except Transient:
            return False
        return session is not None and may(session.role, scope["method"], scope["path"])

    return admits
