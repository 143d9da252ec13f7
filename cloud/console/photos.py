"""A case's photos and films, while they belong to the case, for whoever may see it; each look is written down.

One that nobody masked, as residents and staff take them, opens for those alone who work on the case.

A sealed original opens here for nobody: `original_pages` is where somebody asks for it.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import Response

from cloud.audit import Deed, Entry
from cloud.cases.domain import CaseView, Photo
from cloud.console import ranges
from cloud.console.case_documents import CaseKey
from cloud.console.faults import SealedOriginal
from cloud.console.guard import session_of
from cloud.console.picture_views import opens, picture
from cloud.console.problem_documents import problems
from cloud.console.services import Services
from cloud.problems import PROBLEMS, Trouble
from contract.sealing import SEALED, is_sealed

# Only this browser may keep it, and for so long that a page which is drawn anew is one look; then it asks again, so
# that the next look is written down too, and what was deleted is gone from there as well.
KEEP: Final = "private, max-age=300, must-revalidate"
ONE_LOOK: Final = timedelta(minutes=5)  # a film comes in many parts: those that follow a part so soon are one look
MAX_LOOKS: Final = 10_000  # that are remembered in this process; a look that is forgotten is written down twice

_BYTES: Final = {"type": "string", "format": "binary"}
_CONTENT: Final = {name: {"schema": _BYTES} for name in ("image/jpeg", "image/png", "video/mp4")}
FILES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The whole file", "content": _CONTENT},
    206: {"description": "The part of it that `Range` asks for", "content": _CONTENT},
    304: {"description": "It is the one that `If-None-Match` names"},
}

Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


class Photos:
    """`/cases/{id}/photos`."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._looks: OrderedDict[tuple[str, str, str], datetime] = OrderedDict()

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/cases/{case_id}/photos/{sha256}", self.file, methods=["GET"])
        router.add_api_route("/cases/{case_id}/photos/{sha256}/figure", self.figure, methods=["GET"])
        router.add_api_route("/suspects/{event_id}/photos/{sha256}", self.of_suspect, methods=["GET"])
        return router

    def api_routes(self) -> APIRouter:
        """The same for programs: documented, and what goes wrong is a problem."""
        router = APIRouter(prefix="/api", tags=["cases"])
        router.add_api_route(
            "/cases/{case_id}/photos/{sha256}",
            self.of_case,
            methods=["GET"],
            summary="案件照片、视频 A photo or film of a case",
            response_class=Response,
            responses=FILES,
            openapi_extra=problems("sealed", "unmasked", "range"),
        )
        return router

    async def of_case(self, request: Request, case_id: CaseKey, sha256: Sha256) -> Response:
        """The file that `path` of a photo names, masked as it is shown; each look is written down.

        `Range` asks for a part of a film, `If-None-Match` with the `ETag` for nothing where it is known. 404: it has
        not arrived, is not of this case, or its time is over. 403 `sealed`: that name is of an unmasked original;
        `unmasked`: a resident or staff took it, and the reader does not work on the case.
        """
        file = await self.file(request, case_id, sha256)
        if file.status_code == PROBLEMS["range"].status:
            raise Trouble("range", headers={"Content-Range": file.headers["Content-Range"]})
        return file

    async def file(self, request: Request, case_id: str, sha256: Sha256) -> Response:
        """A picture, or a film or the part of it that the browser asks for."""
        view, photo = await self._find(request, case_id, sha256)
        await self._check(request, photo, f"case/{case_id}", view.case.community)
        asked = request.headers.get("Range")
        is_film = photo.media_type.startswith("video/")
        look, now = (session_of(request).user, case_id, sha256), self._services.clock()
        if photo.arrived and (not is_film or self._is_look(look, asked, now)):
            deed = Deed.FILM_VIEWED if is_film else Deed.PHOTO_VIEWED
            await self._tell(request, deed, f"case/{case_id}", view.case.community, sha256)
            if is_film:  # and not before: what could not be written down is written the next time
                self._remember(look, now)
        if photo.arrived and _is_kept(request, sha256):
            return Response(status_code=304, headers=_kept(sha256))
        body = await self._services.evidence.read(sha256) if photo.arrived else None
        if body is None:
            raise HTTPException(404)
        if is_sealed(body):
            raise await self._refused(request, view, sha256)
        return ranges.answer(body, asked, media_type=photo.media_type, headers=_kept(sha256))

    async def of_suspect(self, request: Request, event_id: str, sha256: Sha256) -> Response:
        """A picture of a suspected vehicle, while it is suspected."""
        found = await self._services.cases.suspect_photo(event_id, sha256, session_of(request).scope)
        community, photo = found or (None, None)
        body = await self._services.evidence.read(sha256) if photo is not None and photo.arrived else None
        if photo is None or body is None or is_sealed(body):
            raise HTTPException(404)
        await self._check(request, photo, f"suspect/{event_id}", community)
        await self._tell(request, Deed.PHOTO_VIEWED, f"suspect/{event_id}", community, sha256)
        if _is_kept(request, sha256):
            return Response(status_code=304, headers=_kept(sha256))
        return Response(body, media_type=photo.media_type, headers=_kept(sha256))

    async def figure(self, request: Request, case_id: str, sha256: Sha256) -> Response:
        _, photo = await self._find(request, case_id, sha256)
        return self._services.pages.page(
            request,
            "_figure.html",
            session=session_of(request),
            picture=picture(case_id, photo, self._services.eye()),
        )

    async def _find(self, request: Request, case_id: str, sha256: str) -> tuple[CaseView, Photo]:
        view = await self._services.cases.get(case_id, session_of(request).scope)
        photos = view.photos if view else ()
        photo = next((photo for photo in photos if sha256 in {photo.sha256, photo.original}), None)
        if view is None or photo is None:
            raise HTTPException(404)
        if photo.original == sha256 or photo.media_type == SEALED:
            raise await self._refused(request, view, sha256)
        return view, photo

    async def _check(self, request: Request, photo: Photo, about: str, community: str | None) -> None:
        """A picture that nobody masked is for those who work on the case; whoever else asks for it is noted."""
        if not opens(session_of(request).role, masked=photo.masked):
            await self._tell(request, Deed.PHOTO_REFUSED, about, community, photo.sha256)
            raise Trouble("unmasked", why=PROBLEMS["unmasked"].means)

    def _is_look(self, look: tuple[str, str, str], asked: str | None, now: datetime) -> bool:
        """Whether a part of a film is a look of its own: whatever is not a later part of one that was just begun."""
        begun = self._looks.get(look)
        return begun is None or now - begun >= ONE_LOOK or asked is None or asked.startswith("bytes=0-")

    def _remember(self, look: tuple[str, str, str], now: datetime) -> None:
        self._looks[look] = now
        self._looks.move_to_end(look)
        if len(self._looks) > MAX_LOOKS:
            self._looks.popitem(last=False)

    async def _refused(self, request: Request, view: CaseView, sha256: str) -> SealedOriginal:
        """Whoever asks for an unmasked frame here is noted, and gets none: not even its ciphertext."""
        about, community = f"case/{view.case.id}", view.case.community
        await self._tell(request, Deed.ORIGINAL_REFUSED, about, community, sha256)
        return SealedOriginal()

    async def _tell(self, request: Request, deed: Deed, about: str, community: str | None, sha256: str) -> None:
        now, user = self._services.clock(), session_of(request).user
        await self._services.audit.record(Entry(user, deed, about, community, {"sha256": sha256}, now))


def _kept(sha256: str) -> dict[str, str]:
    """How long a browser keeps a file, and what it names it by when it asks again: the file never changes."""
    return {"Cache-Control": KEEP, "ETag": f'"{sha256}"'}


def _is_kept(request: Request, sha256: str) -> bool:
    return request.headers.get("If-None-Match") == f'"{sha256}"'
