"""Blocking calls in threads of their own: with a time limit, one for each key, and never in the way of the end."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from threading import Lock, Thread
from typing import Final, Generic, TypeVar

MAX_THREADS: Final = 200

T = TypeVar("T")


class Busy(Exception):
    """An earlier call of this key has not come back, or too many have not."""


class Threads(Generic[T]):
    """Runs calls that nobody can interrupt.

    A call that takes too long is left behind: its thread ends when it ends, or with the process. Until then its key is
    busy, so that a peer which hangs holds one thread and no more.
    """

    def __init__(self, *, most: int = MAX_THREADS) -> None:
        self._most = most
        self._busy: set[str] = set()
        self._lock = Lock()

    async def run(self, key: str, call: Callable[[], T], *, limit_s: float) -> T:
        """Return what the call returns, or raise what it raises.

        Raises:
            Busy: it was not called.
            TimeoutError: it has not come back in `limit_s`; whether it did its work is not known.
        """
        with self._lock:
            if key in self._busy or len(self._busy) >= self._most:
                raise Busy
            self._busy.add(key)
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def settle(came: Future[T]) -> None:
            if done.done():
                return
            error = came.exception()
            if error is None:
                done.set_result(came.result())
            else:
                done.set_exception(error)

        def work() -> None:
            came: Future[T] = Future()
            try:
                came.set_result(call())
            except BaseException as error:  # noqa: BLE001 - raised again where it is awaited
                came.set_exception(error)
            with self._lock:
                self._busy.discard(key)
            with suppress(RuntimeError):  # the loop has ended: nobody waits
                loop.call_soon_threadsafe(settle, came)

        Thread(target=work, name=f"notice {key}", daemon=True).start()
        async with asyncio.timeout(limit_s):
            return await done
