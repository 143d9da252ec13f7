"""The interface's own description: the OpenAPI document, and the same as a page that needs no other host."""

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, Response

from cloud.console.docs_page import chapters
from cloud.console.guard import session_of
from cloud.console.openapi import Object, document
from cloud.console.openapi_words import ABOUT
from cloud.console.services import Services


class DocsApi:
    """`/api/openapi.json` and `/api/docs`, for those logged in."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._made: Object | None = None

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/api/openapi.json", self.document, methods=["GET"])
        router.add_api_route("/api/docs", self.page, methods=["GET"])
        return router

    async def document(self, request: Request) -> Response:
        return JSONResponse(self._document(request))

    async def page(self, request: Request) -> Response:
        return self._services.pages.page(
            request,
            "api_docs.html",
            session=session_of(request),
            about=ABOUT,
            chapters=chapters(self._document(request)),
        )

    def _document(self, request: Request) -> Object:
        """The document of the app that answers; made once."""
        if self._made is None:
            app = request.app
            assert isinstance(app, FastAPI)  # noqa: S101 - nothing else serves these routes
            self._made = document(app.routes)
        return self._made
