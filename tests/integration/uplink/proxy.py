"""A TCP proxy that can fall silent: both ends stay open and hear nothing more, as behind a dead radio link."""

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Proxy:
    """Forwards to a port of 127.0.0.1 until `silent` is set."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.silent = False
        self.accepted = 0
        self._open: list[asyncio.StreamWriter] = []

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Proxy"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.cut()
            await server.wait_closed()

    def cut(self) -> None:
        """Break every connection there is, without a word."""
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        back, out = await asyncio.open_connection("127.0.0.1", self.target)
        self._open += [writer, out]
        with contextlib.suppress(OSError):
            await asyncio.gather(self._pipe(reader, out), self._pipe(back, writer))

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if not self.silent:
                writer.write(data)
                await writer.drain()
        writer.close()
