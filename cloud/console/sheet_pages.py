"""`/cases/{id}/sheet`: a case on one page, for the screen, for paper and as a PDF."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from cloud.accounts import Role
from cloud.audit import Deed, Entry
from cloud.cases.domain import Case, CaseView, Photo
from cloud.console import sheet_pdf
from cloud.console.guard import session_of
from cloud.console.picture_views import opens
from cloud.console.services import Services
from cloud.console.sheet import Message, Sheet, findings_of, on_sheet, sheet
from cloud.console.sheet_words import SHEET
from cloud.console.shots import MAX_BYTES, Shot, shot
from contract.errors import ContractError
from contract.events import parse_event
from contract.signatures import key_id, verify

AT_ONCE: Final = 2  # sheets in the making, each with a few pictures in memory

# A signed message by its event's id, byte for byte, and what is known of its chain: `ok`, `broken` or `open`.
ReadLetter = Callable[[str], Awaitable[tuple[bytes, str] | None]]

_log = logging.getLogger(__name__)


class SheetPages:
    """Whoever may see a case may see its sheet.

    Args:
        letter: where signed messages are read; None: nowhere, and the sheet says so.
    """

    def __init__(self, services: Services, letter: ReadLetter | None) -> None:
        self._services = services
        self._letter = letter
        self._room = asyncio.Semaphore(AT_ONCE)

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/cases/{case_id}/sheet", self.page, methods=["GET"])
        router.add_api_route("/cases/{case_id}/sheet.pdf", self.pdf, methods=["GET"])
        return router

    async def page(self, request: Request, case_id: str) -> Response:
        async with self._room:
            made = await self._sheet(request, case_id)
        return self._services.pages.page(request, "sheet.html", session=session_of(request), sheet=made, words=SHEET)

    async def pdf(self, request: Request, case_id: str) -> Response:
        async with self._room:
            made = await self._sheet(request, case_id)
            body = await asyncio.to_thread(sheet_pdf.document, made)
        name = {"Content-Disposition": f'attachment; filename="{made.number}.pdf"'}
        return Response(body, media_type="application/pdf", headers=name)

    async def _sheet(self, request: Request, case_id: str) -> Sheet:
        view = await self._services.cases.get(case_id, session_of(request).scope)
        if view is None or not view.case.is_of_vehicle:  # the sheet is of a standing one, as GA/T 832 wants it
            raise HTTPException(404)
        messages = await self._messages(view)
        role = session_of(request).role
        shots = [await self._shot(photo, role) for photo in on_sheet(view, messages)]
        who = session_of(request).user
        _log.info("%s takes the sheet of case %s", who, view.case.number)
        deed = Deed.SHEET_EXPORTED if request.url.path.endswith(".pdf") else Deed.SHEET_VIEWED
        pictures, case = {"pictures": str(len(shots))}, view.case
        entry = Entry(who, deed, f"case/{case.id}", case.community, pictures, self._services.clock())
        await self._services.audit.record(entry)
        return sheet(view, messages, shots, self._services.eye(), who=who)

    async def _shot(self, photo: Photo, role: Role) -> Shot:
        is_open = opens(role, masked=photo.masked)
        there = is_open and photo.arrived and photo.size <= MAX_BYTES
        body = await self._services.evidence.read(photo.sha256) if there else None
        return await asyncio.to_thread(shot, photo, body, closed=not is_open)

    async def _messages(self, view: CaseView) -> Sequence[Message]:
        if self._letter is None:
            return ()
        case = view.case
        key = await self._services.devices.key(case.community, case.gateway)
        letters = [await self._letter(event_id) for event_id in findings_of(view)]
        read = (_message(case, body, chain, key) for body, chain in filter(None, letters))
        return tuple(message for message in read if message is not None)


def _message(case: Case, body: bytes, chain: str, key: Ed25519PublicKey | None) -> Message | None:
    """A message that is read again; None: it is not understood any more, or another gateway's."""
    try:
        event = parse_event(body)
    except ContractError:
        return None
    if (event.community, event.gateway) != (case.community, case.gateway):
        return None
    return Message(event, _signature(body, event.keyid, key), chain)


def _signature(body: bytes, keyid: str, key: Ed25519PublicKey | None) -> str:
    """How the signature stands today; it was checked when the message came."""
    if key is None:
        return "revoked"
    if key_id(key) != keyid:
        return "other_key"
    try:
        verify(body, key)
    except ContractError:
        return "invalid"
    return "valid"
