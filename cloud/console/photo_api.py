"""Photos handed in over HTTP: of a report by whoever reported it, of a case by whoever handles it."""

import asyncio
from typing import Final

from fastapi import APIRouter, HTTPException, Request

from cloud.console.access import actor_of
from cloud.console.case_documents import CaseKey
from cloud.console.guard import session_of
from cloud.console.photo_intake import keep
from cloud.console.problem_documents import problems
from cloud.console.recoding import MAX_BYTES, MEDIA_TYPES, NoPicture, Recoded, recoded
from cloud.console.report_documents import ReferencePath, SourcePath, UploadedOut
from cloud.console.services import Services
from cloud.problems import Fault, Trouble

AT_ONCE: Final = 2  # pictures in memory: each as many times its file as it has pixels
WITHIN_S: Final = 120.0  # 8 MiB over 600 kbit/s
BODY: Final = {
    "required": True,
    "content": {
        name: {"schema": {"type": "string", "format": "binary", "maxLength": MAX_BYTES}} for name in MEDIA_TYPES
    },
}


class PhotoApi:
    """`/api/…/photos`."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._room = asyncio.Semaphore(AT_ONCE)

    def routes(self) -> APIRouter:
        router = APIRouter(prefix="/api")
        extra = {"requestBody": BODY, **problems("media-type", "invalid", "refused", "too-often")}
        router.add_api_route(
            "/reports/{source}/{reference}/photos",
            self.of_report,
            methods=["POST"],
            status_code=201,
            tags=["reports"],
            summary="诉求照片 Add a photo to a report",
            openapi_extra=extra,
        )
        router.add_api_route(
            "/cases/{case_id}/photos",
            self.of_case,
            methods=["POST"],
            status_code=201,
            tags=["cases"],
            summary="案件照片 Add a photo to a case",
            openapi_extra=extra,
        )
        return router

    async def of_report(self, request: Request, source: SourcePath, reference: ReferencePath) -> UploadedOut:
        """Take a photo, the body being the file: JPEG or PNG, at most 8 MiB. It is kept as a JPEG without metadata."""
        scope = actor_of(session_of(request)).scope
        case_id = await self._services.handed_in.report(source, reference, scope)
        if case_id is None:
            raise HTTPException(404)
        return await self.of_case(request, case_id)

    async def of_case(self, request: Request, case_id: CaseKey) -> UploadedOut:
        """Take a photo, such as of how it is now: the body being the file, JPEG or PNG, at most 8 MiB."""
        by = actor_of(session_of(request))
        view = await self._services.cases.get(case_id, by.scope)
        if view is not None and view.case.merged_into is not None:  # it belongs to the case that goes on
            view = await self._services.cases.get(await self._services.handed_in.home(case_id), by.scope)
        if view is None:
            raise HTTPException(404)
        await self._services.handed_in.room(view.case.id)
        async with self._room:
            picture = await _picture(request)
        photo = await keep(self._services, view.case, picture, by=by)
        return UploadedOut.of(view.case.id, photo, picture.width, picture.height)


async def _picture(request: Request) -> Recoded:
    """The picture in a request's body, drawn anew."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in MEDIA_TYPES:
        raise Trouble("media-type")
    try:
        async with asyncio.timeout(WITHIN_S):
            body = await _body(request)
    except TimeoutError:
        raise Trouble("too-large") from None
    try:
        return await asyncio.to_thread(recoded, body)
    except NoPicture:
        raise Trouble("invalid", faults=(Fault("body", "", "a sound JPEG or PNG of at most 50 megapixels"),)) from None


async def _body(request: Request) -> bytes:
    """The request's body, and hardly a byte more than a photo may have."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BYTES:
            raise Trouble("too-large")
    return bytes(body)
