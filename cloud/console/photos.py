"""A case's photos, for those logged in and only while they belong to the case."""

from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import Response

from cloud.cases.domain import Photo
from cloud.console.guard import session_of
from cloud.console.services import Services
from cloud.console.views import picture

# The name is the hash of the content, so what it names never changes; only this browser may keep it.
KEEP: Final = "private, max-age=31536000, immutable"

Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


class Photos:
    """`/cases/{id}/photos`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/cases/{case_id}/photos/{sha256}", self.file, methods=["GET"])
        router.add_api_route("/cases/{case_id}/photos/{sha256}/figure", self.figure, methods=["GET"])
        return router

    async def file(self, case_id: str, sha256: Sha256) -> Response:
        photo = await self._find(case_id, sha256)
        body = await self._services.evidence.read(sha256) if photo.arrived else None
        if body is None:
            raise HTTPException(404)
        return Response(body, media_type=photo.media_type, headers={"Cache-Control": KEEP})

    async def figure(self, request: Request, case_id: str, sha256: Sha256) -> Response:
        photo = await self._find(case_id, sha256)
        return self._services.pages.page(
            request,
            "_figure.html",
            session=session_of(request),
            picture=picture(case_id, photo, self._services.eye()),
        )

    async def _find(self, case_id: str, sha256: str) -> Photo:
        view = await self._services.cases.get(case_id)
        photo = next((photo for photo in view.photos if photo.sha256 == sha256), None) if view else None
        if photo is None:
            raise HTTPException(404)
        return photo
