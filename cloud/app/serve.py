"""The programs that run until stopped: web, ingest, or both in one process."""

import asyncio
import contextlib
import gc
import logging
import signal
import socket
from collections.abc import Iterator, Sequence
from typing import Final

import uvicorn
from fastapi import FastAPI

from cloud.app.parts import Parts
from cloud.app.schema import wait_until_migrated
from cloud.config import Config
from cloud.console.live import Live
from cloud.errors import Misconfigured

STOP_WITHIN_S: Final = 8  # requests under way may end; then the process ends
MAX_CONNECTIONS: Final = 2000
BACKLOG: Final = 256

_log = logging.getLogger(__name__)


async def run(parts: Parts, *, web: bool, ingest: bool, notify: bool = False) -> None:
    """Serve until SIGTERM or SIGINT, then stop in good order. A bug in any part stops all.

    Raises:
        Misconfigured: in a group with whatever else failed.
    """
    stop = _told_to_stop()
    listener = _listener(parts.config) if web else None
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(wait_until_migrated(parts.engine), name="schema")]
            if listener is not None:
                app, live = parts.web()
                tasks += [
                    group.create_task(live.run(), name="live"),
                    group.create_task(_serve(app, listener, live, parts.config.proxies), name="web"),
                ]
            if ingest:
                tasks += [
                    group.create_task(_ingest(parts), name="ingest"),
                    group.create_task(_keep_history(parts), name="history"),
                    group.create_task(_keep_terms(parts), name="terms"),
                ]
            if notify:
                tasks.append(group.create_task(_notify(parts), name="notify"))
            keep_what_is_loaded()
            await stop.wait()
            _log.info("stopping")
            for task in tasks:
                task.cancel()
    finally:
        await parts.engine.dispose()
        if listener is not None:
            listener.close()


def keep_what_is_loaded() -> None:
    """Let the garbage collector pass over all that is there now: it lives as long as the process.

    Its walk through that held up everything for about 170 ms, every few hundred requests.
    """
    gc.collect()
    gc.freeze()


async def _ingest(parts: Parts) -> None:
    worker = parts.ingest()
    await wait_until_migrated(parts.engine)
    await worker.run()


async def _notify(parts: Parts) -> None:
    notifier = parts.notifier()
    await wait_until_migrated(parts.engine)
    await notifier.run()


async def _keep_history(parts: Parts) -> None:
    """Keep the history of meters within its bounds; where there is a point store, move single readings into it."""
    drain = parts.drain()
    await wait_until_migrated(parts.engine)
    async with asyncio.TaskGroup() as group:
        group.create_task(parts.upkeep().run(), name="upkeep")
        if drain is not None:
            group.create_task(drain.run(), name="points")


async def _keep_terms(parts: Parts) -> None:
    """Delete what is due."""
    keeper = parts.keeper()
    await wait_until_migrated(parts.engine)
    await keeper.run()


async def _serve(app: FastAPI, listener: socket.socket, live: Live, proxies: Sequence[str]) -> None:
    """Answer HTTP until cancelled; then let requests end and streams close."""
    server = _Server(server_of(app, proxies))
    host, port = listener.getsockname()[:2]
    _log.info("console at http://%s", f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    serving = asyncio.create_task(server.serve([listener]))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        live.close()
        server.should_exit = True
        await serving
        raise
    raise RuntimeError("the web server stopped by itself")


def server_of(app: FastAPI, proxies: Sequence[str]) -> uvicorn.Config:
    """How HTTP is answered.

    Args:
        proxies: who is believed about whom they ask for; whatever a browser itself says of that counts for nothing.
    """
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        limit_concurrency=MAX_CONNECTIONS,
        timeout_graceful_shutdown=STOP_WITHIN_S,
    )


class _Server(uvicorn.Server):
    """Leaves signals to the program: it has more to stop than the web."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listener(config: Config) -> socket.socket:
    """Listen at the address of the configuration.

    Raises:
        Misconfigured: it is taken, or not this machine's.
    """
    host, port = config.address
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise Misconfigured(f"listen: {config.listen} cannot be used ({error.strerror or error})") from None


def _told_to_stop() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
