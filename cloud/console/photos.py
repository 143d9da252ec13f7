"""A case's photos and films, for those logged in, while they belong to the case. Sealed originals are for nobody."""

import logging
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import Response

from cloud.cases.domain import Photo
from cloud.console import ranges
from cloud.console.faults import SealedOriginal
from cloud.console.guard import session_of
from cloud.console.services import Services
from cloud.console.views import picture
from contract.sealing import SEALED, is_sealed

# The name is the hash of the content, so what it names never changes; only this browser may keep it.
KEEP: Final = "private, max-age=31536000, immutable"

_log = logging.getLogger(__name__)

Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


class Photos:
    """`/cases/{id}/photos`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/cases/{case_id}/photos/{sha256}", self.file, methods=["GET"])
        router.add_api_route("/cases/{case_id}/photos/{sha256}/figure", self.figure, methods=["GET"])
        router.add_api_route("/suspects/{event_id}/photos/{sha256}", self.of_suspect, methods=["GET"])
        return router

    async def file(self, request: Request, case_id: str, sha256: Sha256) -> Response:
        photo = await self._find(request, case_id, sha256)
        body = await self._services.evidence.read(sha256) if photo.arrived else None
        if body is None:
            raise HTTPException(404)
        if is_sealed(body):
            raise _refused(request, case_id, sha256)
        asked = request.headers.get("Range")
        return ranges.answer(body, asked, media_type=photo.media_type, headers={"Cache-Control": KEEP})

    async def of_suspect(self, event_id: str, sha256: Sha256) -> Response:
        """A picture of a suspected vehicle, while it is suspected."""
        photo = await self._services.cases.suspect_photo(event_id, sha256)
        body = await self._services.evidence.read(sha256) if photo is not None and photo.arrived else None
        if photo is None or body is None or is_sealed(body):
            raise HTTPException(404)
        return Response(body, media_type=photo.media_type, headers={"Cache-Control": KEEP})

    async def figure(self, request: Request, case_id: str, sha256: Sha256) -> Response:
        photo = await self._find(request, case_id, sha256)
        return self._services.pages.page(
            request,
            "_figure.html",
            session=session_of(request),
            picture=picture(case_id, photo, self._services.eye()),
        )

    async def _find(self, request: Request, case_id: str, sha256: str) -> Photo:
        view = await self._services.cases.get(case_id)
        photos = view.photos if view else ()
        photo = next((photo for photo in photos if sha256 in {photo.sha256, photo.original}), None)
        if photo is None:
            raise HTTPException(404)
        if photo.original == sha256 or photo.media_type == SEALED:
            raise _refused(request, case_id, sha256)
        return photo


def _refused(request: Request, case_id: str, sha256: str) -> SealedOriginal:
    """Whoever asks for an unmasked frame is noted, and gets none: not even its ciphertext."""
    _log.warning("%s asked for the sealed original %s of case %s", session_of(request).user, sha256, case_id)
    return SealedOriginal()
