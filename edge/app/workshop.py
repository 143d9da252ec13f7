"""Who makes evidence while the cameras are watched: pictures within a second or two, films when there is time."""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Protocol

NICE: Final = 10  # films wait for whoever else needs the processor

Job = Callable[[], None]


class Workshop(Protocol):
    """Does jobs. What a job raises is in its future, and whoever gave it asks."""

    def picture(self, job: Job) -> Future[None]:
        """Do it soon."""
        ...

    def film(self, job: Job) -> Future[None]:
        """Do it when there is time; one at a time."""
        ...


class AtOnce:
    """A workshop without threads, for a replay: the same in the same order each time."""

    def picture(self, job: Job) -> Future[None]:
        """Do it now."""
        done: Future[None] = Future()
        job()
        done.set_result(None)
        return done

    def film(self, job: Job) -> Future[None]:
        """Do it now."""
        return self.picture(job)


class Threads:
    """A thread for the pictures of all cameras and a slower one for their films: memory does not grow with cameras.

    How many jobs wait is limited by those who give them.
    """

    def __init__(self) -> None:
        self._pictures = ThreadPoolExecutor(1, thread_name_prefix="linli-picture")
        self._films = ThreadPoolExecutor(1, thread_name_prefix="linli-film", initializer=_give_way)

    def picture(self, job: Job) -> Future[None]:
        """Do it after the other pictures."""
        return self._pictures.submit(job)

    def film(self, job: Job) -> Future[None]:
        """Do it after the other films."""
        return self._films.submit(job)

    def close(self) -> None:
        """Finish what has begun and drop what waits."""
        for pool in (self._pictures, self._films):
            pool.shutdown(wait=True, cancel_futures=True)


def _give_way() -> None:
    """Let this thread alone come after others; Linux schedules threads one by one."""
    if sys.platform.startswith("linux"):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
