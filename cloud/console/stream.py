"""`/live`: which cases changed, as server-sent events."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from cloud.console.live import EVERYTHING, Live, Over

HEARTBEAT_S: Final = 15
SEND_WITHIN_S: Final = 20  # a browser that takes longer for one event is gone
LASTS_S: Final = 600.0  # then the browser asks anew, and whether it may is looked at anew
RETRY_MS: Final = 2000


class Stream:
    """Tells browsers what changed."""

    def __init__(self, live: Live, *, lasts_s: float = LASTS_S) -> None:
        self._live = live
        self._lasts_s = lasts_s

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/live", self.stream, methods=["GET"])
        return router

    async def stream(self, case: Annotated[str, Query(max_length=64)] = "") -> Response:
        if self._live.is_full:
            raise HTTPException(503, headers={"Retry-After": "30"})
        return EventSourceResponse(self.events(case), ping=HEARTBEAT_S, send_timeout=SEND_WITHIN_S)

    async def events(self, case_id: str) -> AsyncGenerator[ServerSentEvent, None]:
        """`event: case` with the id of each case that changed, or of `case_id` alone when it is given; `*` for all."""
        ends = asyncio.get_running_loop().time() + self._lasts_s
        with self._live.watch() as watcher:
            while (left_s := ends - asyncio.get_running_loop().time()) > 0:
                try:
                    changed = await asyncio.wait_for(watcher.next(), left_s)
                except (TimeoutError, Over):
                    return
                if changed in {EVERYTHING, case_id} or not case_id:
                    yield ServerSentEvent(event="case", data=changed or "*", retry=RETRY_MS)
