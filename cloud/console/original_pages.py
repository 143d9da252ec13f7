"""Asking for originals, deciding on them, opening them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Path, Request
from fastapi.responses import RedirectResponse, Response

from cloud.console.access import actor_of
from cloud.console.guard import session_of
from cloud.console.original_views import held_views, request_view
from cloud.console.original_words import ORIGINALS
from cloud.console.services import Services
from cloud.privacy.domain import DEFAULT_HOURS, MAX_HOURS, MAX_REASON, MIN_REASON, Move, Unknown
from cloud.privacy.parcel import MEDIA_TYPE, SUFFIX

# What is shown is shown once: neither this browser nor anything on the way keeps it.
SHOWN_ONCE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
# With room for what a browser makes of line ends; what is too long is told kindly.
Reason = Annotated[str, Form(max_length=MAX_REASON * 2)]


class OriginalPages:
    """`/originals`, and a picture's `…/original`."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._originals = services.originals

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/originals", self.listing, methods=["GET"])
        router.add_api_route("/originals/{request_id}", self.show, methods=["GET"])
        router.add_api_route("/originals/{request_id}", self.decide, methods=["POST"])
        router.add_api_route("/originals/{request_id}/pictures/{sha256}", self.open, methods=["GET"])
        router.add_api_route("/cases/{case_id}/photos/{sha256}/original", self.form, methods=["GET"])
        router.add_api_route("/cases/{case_id}/originals", self.ask, methods=["POST"])
        return router

    async def listing(self, request: Request) -> Response:
        """What waits for the reader, what is granted, and their own requests."""
        session, eye = session_of(request), self._services.eye()
        actor = actor_of(session)
        found = await self._originals.listing(actor)
        groups = (
            (ORIGINALS["to_decide"], found.to_decide),
            (ORIGINALS["own"], found.own),
            (ORIGINALS["granted"], found.granted),
        )
        shown = [(name, [request_view(each, actor, eye) for each in requests]) for name, requests in groups]
        return self._services.pages.page(request, "originals.html", session=session, w=ORIGINALS, groups=shown)

    async def show(self, request: Request, request_id: str) -> Response:
        """One request, with what the reader may do about it."""
        session, eye = session_of(request), self._services.eye()
        actor = actor_of(session)
        with _or_not_found():
            found, held = await self._originals.request(request_id, by=actor)
        return self._services.pages.page(
            request,
            "original.html",
            session=session,
            w=ORIGINALS,
            it=request_view(found, actor, eye),
            held=held_views(found, held, actor, eye),
            is_gone=not held,
            hours=DEFAULT_HOURS,
            max_hours=MAX_HOURS,
            min_reason=MIN_REASON,
            max_reason=MAX_REASON,
        )

    async def decide(
        self,
        request: Request,
        request_id: str,
        *,
        move: Annotated[Move, Form()],
        reason: Reason = "",
        hours: Annotated[int, Form(ge=-(10**6), le=10**6)] = DEFAULT_HOURS,
    ) -> Response:
        """Grant, refuse, revoke, withdraw."""
        with _or_not_found():
            await self._originals.decide(
                request_id, move, by=actor_of(session_of(request)), reason=_lines(reason), hours=hours
            )
        return RedirectResponse(f"/originals/{request_id}", status_code=303)

    async def form(self, request: Request, case_id: str, sha256: Sha256) -> Response:
        """Where somebody asks for the original of a picture."""
        session, eye = session_of(request), self._services.eye()
        actor = actor_of(session)
        with _or_not_found():
            number, asked = await self._originals.of_picture(case_id, sha256, by=actor)
        return self._services.pages.page(
            request,
            "original_ask.html",
            session=session,
            w=ORIGINALS,
            case_path=f"/cases/{case_id}",
            number=number,
            picture=sha256,
            asked=[request_view(each, actor, eye) for each in asked],
            min_reason=MIN_REASON,
            max_reason=MAX_REASON,
        )

    async def ask(
        self,
        request: Request,
        case_id: str,
        *,
        reason: Reason = "",
        picture: Annotated[str, Form(pattern=r"^([0-9a-f]{64})?$")] = "",
    ) -> Response:
        """Ask for one picture, or for all of the case."""
        with _or_not_found():
            asked = await self._originals.ask(
                case_id, picture or None, _lines(reason), by=actor_of(session_of(request))
            )
        return RedirectResponse(f"/originals/{asked.id}", status_code=303)

    async def open(self, request: Request, request_id: str, sha256: Sha256) -> Response:
        """The original with its watermark; where this machine has no key, the sealed file for whoever has."""
        with _or_not_found():
            given = await self._originals.open(request_id, sha256, by=actor_of(session_of(request)))
        if not given.sealed:
            return Response(given.body, media_type="image/jpeg", headers=SHOWN_ONCE)
        named = {"Content-Disposition": f'attachment; filename="{given.name}{SUFFIX}"'}
        return Response(given.body, media_type=MEDIA_TYPE, headers=SHOWN_ONCE | named)


@contextmanager
def _or_not_found() -> Iterator[None]:
    try:
        yield
    except Unknown:
        raise HTTPException(404) from None


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")
