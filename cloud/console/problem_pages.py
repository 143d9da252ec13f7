"""`/problems`: what each problem's `type` leads to, for people as a page and for programs as JSON; open to all."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from cloud.console.rendering import Pages
from cloud.problems import PAGES, PROBLEMS


class ProblemPages:
    """`/problems` and `/problems/{name}`."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route(PAGES, self.list, methods=["GET"])
        router.add_api_route(PAGES + "/{name}", self.show, methods=["GET"])
        return router

    async def list(self, request: Request) -> Response:
        return self._pages.page(request, "problems.html", problems=PROBLEMS)

    async def show(self, request: Request, name: str) -> Response:
        kind = PROBLEMS.get(name)
        if kind is None:
            raise HTTPException(404)
        if "html" in request.headers.get("accept", ""):
            return self._pages.page(request, "problems.html", problems={name: kind})
        return JSONResponse(
            {
                "type": f"{PAGES}/{name}",
                "status": kind.status,
                "title": kind.title.en,
                "title_zh": kind.title.zh,
                "means": kind.means.en,
                "means_zh": kind.means.zh,
            }
        )
