"""A real RTSP server on loopback, and a network before it that fails in each way it can."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from aio_rtsp_toolkit.server import RtspServer  # type: ignore[import-untyped]


class Loop:
    """An event loop in a thread, for servers."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()

    def run(self, coroutine: Coroutine[None, None, object]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    def stop(self) -> None:
        self.run(self._cancel_all())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()

    async def _cancel_all(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Server:
    """A folder of clips as RTSP cameras, each client from the start of its clip."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self._loop = Loop()
        self._server = RtspServer(str(folder), host="127.0.0.1", port=port)
        self._loop.run(self._server.start())

    def url(self, path: Path, *, login: str = "", port: int | None = None) -> str:
        return f"rtsp://{login}127.0.0.1:{port or self.port}/{path.name}"

    def close(self) -> None:
        self._loop.run(self._server.close())
        self._loop.stop()


def hang_up(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@dataclass
class Wire:
    """A TCP relay before a server, that can fall silent, babble or hang up: a network between camera and gateway."""

    target: int
    silent: threading.Event = field(default_factory=threading.Event)
    garbage: threading.Event = field(default_factory=threading.Event)
    cut: threading.Event = field(default_factory=threading.Event)
    passed: int = 0

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self._start(self._accept)

    def _start(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                inner, _ = self._listener.accept()
            except OSError:
                return
            outer = socket.create_connection(("127.0.0.1", self.target))
            self._sockets += [inner, outer]
            self._start(self._pump, inner, outer, False)
            self._start(self._pump, outer, inner, True)

    def _pump(self, source: socket.socket, sink: socket.socket, down: bool) -> None:
        try:
            while data := source.recv(4096):
                if self.cut.is_set():
                    break
                if down and self.silent.is_set():
                    continue
                if down and self.garbage.is_set():
                    data = np.random.default_rng(7).bytes(len(data))
                sink.sendall(data)
                self.passed += len(data)
        except OSError:
            pass  # the other side has hung up
        for end in (source, sink):
            hang_up(end)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for end in self._sockets:
            hang_up(end)
        for thread in self._threads:
            thread.join(5)
        for end in self._sockets:
            end.close()
