"""Real receivers on this machine: an HTTP server and a mail server that do as they are told."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Web:
    """An HTTP server: answers with `status`, or with None reads and never answers; not before `may_answer` is set."""

    status: int | None = 200
    port: int = 0
    more: str = ""  # lines of the head
    body: bytes = b"{}"
    length: int | None = None  # that it says its answer has; None: that of `body`
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    requests: list[Request] = field(default_factory=list)
    came: asyncio.Condition = field(default_factory=asyncio.Condition)
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)

    def address(self, path: str = "hook", scheme: str = "json") -> str:
        return f"{scheme}://127.0.0.1:{self.port}/{path}"

    async def got(self, count: int, within_s: float = 20) -> None:
        async with asyncio.timeout(within_s):
            async with self.came:
                await self.came.wait_for(lambda: len(self.requests) >= count)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        with suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.requests.append(Request(head[0].split()[1], headers, body))
            async with self.came:
                self.came.notify_all()
            if self.status is None:
                await reader.read()
                return
            await self.may_answer.wait()
            more = self.more or ("Location: http://127.0.0.1:1/elsewhere\r\n" if 300 <= self.status < 400 else "")
            length = len(self.body) if self.length is None else self.length
            writer.write(f"HTTP/1.1 {self.status} x\r\n{more}Content-Length: {length}\r\n\r\n".encode() + self.body)
            await writer.drain()
            if self.length is not None:
                await reader.read()
        writer.close()

    def close(self) -> None:
        for writer in self._writers:
            writer.transport.abort()


@asynccontextmanager
async def web(status: int | None = 200, *, port: int = 0, at_once: bool = True) -> AsyncIterator[Web]:
    served = Web(status)
    if at_once:
        served.may_answer.set()
    server = await asyncio.start_server(served.serve, "127.0.0.1", port)
    served.port = server.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        server.close()
        served.close()
        await server.wait_closed()


@dataclass
class Mail:
    """A mail server that takes everything; with `keeps_waiting_s` it does not say so at once."""

    port: int = 0
    letters: list[Message] = field(default_factory=list)
    keeps_waiting_s: float = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(line: str) -> None:
            writer.write(line.encode() + b"\r\n")
            await writer.drain()

        with suppress(OSError, asyncio.IncompleteReadError):
            await say("220 test")
            while line := await reader.readline():
                verb = line.decode().upper().split()[0] if line.strip() else ""
                if verb == "DATA":
                    await say("354 go on")
                    raw = await reader.readuntil(b"\r\n.\r\n")
                    self.letters.append(message_from_bytes(raw, policy=default))
                    await asyncio.sleep(self.keeps_waiting_s)
                await say("221 bye" if verb == "QUIT" else "250 ok")
                if verb == "QUIT":
                    break
        writer.close()


@asynccontextmanager
async def mail() -> AsyncIterator[Mail]:
    served = Mail()
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    served.port = server.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        server.close()
        await server.wait_closed()
