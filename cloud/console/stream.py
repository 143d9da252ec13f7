"""`/live`: which cases, or that berths, have changed, as server-sent events."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Annotated, Final, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from cloud.console.guard import Guard, session_of
from cloud.console.live import EVERYTHING, Live, Over
from cloud.scope import Scope
from cloud.telemetry.service import TOLD as BERTHS

HEARTBEAT_S: Final = 15
SEND_WITHIN_S: Final = 20  # a browser that takes longer for one event is gone
LASTS_S: Final = 600.0  # then the browser asks anew
CHECK_S: Final = 10.0  # who was shut out, or sees another part since, hears no more after that
RETRY_MS: Final = 2000

Still = Callable[[], Awaitable[bool]]  # whether who watches may still, and the same as before


class Stream:
    """Tells browsers what changed."""

    def __init__(self, live: Live, guard: Guard, *, lasts_s: float = LASTS_S) -> None:
        self._live = live
        self._guard = guard
        self._lasts_s = lasts_s

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/live", self.stream, methods=["GET"])
        return router

    async def stream(
        self,
        request: Request,
        case: Annotated[str, Query(max_length=64)] = "",
        watch: Literal["cases", "berths"] = "cases",
    ) -> Response:
        if self._live.is_full:
            raise HTTPException(503, headers={"Retry-After": "30"})
        session = session_of(request)

        async def still() -> bool:
            return await self._guard.still(request, session)

        events = self.berths(session.scope, still) if watch == "berths" else self.events(case, session.scope, still)
        return EventSourceResponse(events, ping=HEARTBEAT_S, send_timeout=SEND_WITHIN_S)

    async def events(self, case_id: str, within: Scope, still: Still) -> AsyncGenerator[ServerSentEvent, None]:
        """`event: case` with the id of each case that changed, or of `case_id` alone when it is given; `*` for all."""
        async with aclosing(self._changes(within, still)) as changes:
            async for changed in changes:
                is_case = changed != BERTHS and not case_id
                if changed in {EVERYTHING, case_id} or is_case:
                    yield ServerSentEvent(event="case", data=changed or "*", retry=RETRY_MS)

    async def berths(self, within: Scope, still: Still) -> AsyncGenerator[ServerSentEvent, None]:
        """`event: berths` whenever some have changed."""
        async with aclosing(self._changes(within, still)) as changes:
            async for changed in changes:
                if changed in {EVERYTHING, BERTHS}:
                    yield ServerSentEvent(event="berths", data="*", retry=RETRY_MS)

    async def _changes(self, within: Scope, still: Still) -> AsyncGenerator[str, None]:
        clock = asyncio.get_running_loop().time
        ends, looks = clock() + self._lasts_s, clock() + CHECK_S
        with self._live.watch(within) as watcher:
            while clock() < ends:
                if clock() >= looks:
                    if not await still():
                        return
                    looks = clock() + CHECK_S
                try:
                    yield await asyncio.wait_for(watcher.next(), min(ends, looks) - clock())
                except TimeoutError:
                    continue
                except Over:
                    return
