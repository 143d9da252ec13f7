"""A small evidence store of the cloud, over real HTTP, that breaks off and refuses when told to."""

import asyncio
import base64
import contextlib
import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contract.evidence import (
    CHUNK_BYTES,
    GATEWAY_HEADER,
    LENGTH_HEADER,
    OFFSET_HEADER,
    SIGNATURE_HEADER,
    TIME_HEADER,
    TYPE_HEADER,
    signed_request,
)
from tests.unit.outbox.makers import KEY


@dataclass
class FakeEvidence:
    """Files as they grow. `answers` are given first, one a request, instead of the true one; None crashes."""

    parts: dict[str, bytes] = field(default_factory=lambda: defaultdict(bytes))
    complete: set[str] = field(default_factory=set)
    answers: list[Response | None] = field(default_factory=list)
    requests: list[tuple[str, str, int]] = field(default_factory=list)
    types: set[str] = field(default_factory=set)
    url: str = ""

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["FakeEvidence"]:
        app = Starlette(routes=[Route("/evidence/{sha256}", self._answer, methods=["HEAD", "PATCH"])])
        server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off"))
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        task = asyncio.create_task(server.serve())
        try:
            async with asyncio.timeout(15):
                while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
                    await asyncio.sleep(0.01)
            self.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
            yield self
        finally:
            server.should_exit = True
            await task

    async def _answer(self, request: Request) -> Response:
        sha256, body = request.path_params["sha256"], await request.body()
        offset, length = int(request.headers[OFFSET_HEADER]), int(request.headers[LENGTH_HEADER])
        self._check(request, sha256, offset, length, body)
        self.requests.append((request.method, sha256, offset))
        if self.answers:
            answer = self.answers.pop(0)
            if answer is None:
                raise ConnectionResetError
            return answer
        if request.method == "HEAD":
            return Response(status_code=200) if sha256 in self.complete else self._at(sha256, 404)
        if offset != len(self.parts[sha256]):
            return self._at(sha256, 409)
        self.parts[sha256] += body
        if len(self.parts[sha256]) < length:
            return self._at(sha256, 204)
        if hashlib.sha256(self.parts[sha256]).hexdigest() != sha256:
            del self.parts[sha256]
            return Response(status_code=422)
        self.complete.add(sha256)
        self.types.add(request.headers[TYPE_HEADER])
        return self._at(sha256, 201)

    def _at(self, sha256: str, status: int) -> Response:
        return Response(status_code=status, headers={OFFSET_HEADER: str(len(self.parts[sha256]))})

    @staticmethod
    def _check(request: Request, sha256: str, offset: int, length: int, body: bytes) -> None:
        """The signature covers what the request does; a wrong one would raise and answer 500."""
        assert request.headers[GATEWAY_HEADER] == "garden/gw1"
        assert len(body) <= CHUNK_BYTES
        signed = signed_request(
            method=request.method,
            sha256=sha256,
            offset=offset,
            length=length,
            time_s=int(request.headers[TIME_HEADER]),
            body=body,
        )
        KEY.public_key().verify(base64.b64decode(request.headers[SIGNATURE_HEADER]), signed)
