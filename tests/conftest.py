"""Fixtures of general use: the footage to test with, a free port, a browser or a reason, and no process left behind."""

import os
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil
import pytest

from tests.chromium import find, lacking

ROOT: Final = Path(__file__).resolve().parents[1]
CHILD_ENDS_WITHIN_S: Final = 5.0
RUN_MARK: Final = "LINLI_TEST_RUN"


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder with footage and weights to test with: `LINLI_SHARED`, else `shared` beside the checkout."""
    folder = Path(os.environ.get("LINLI_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"no footage to test with: {folder} is not there (LINLI_SHARED names another place)")
    return folder


@pytest.fixture
def free_port() -> int:
    """A TCP port on 127.0.0.1 that nothing listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser's program."""
    why, found = lacking(), find()
    if why is not None or found is None:
        pytest.skip(why or "no browser")
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none that starts, and say why."""
    needing = [item for item in items if item.get_closest_marker("browser")]
    why = lacking() if needing else None
    for item in needing if why else ():
        item.add_marker(pytest.mark.skip(reason=why or ""))


@pytest.fixture(scope="session", autouse=True)
def no_process_left_behind() -> Iterator[None]:
    """Fail a run that leaves processes behind, children or daemons, name them, and end them."""
    os.environ[RUN_MARK] = secrets.token_hex(8)
    yield
    _, alive = psutil.wait_procs(list(_started_here()), timeout=CHILD_ENDS_WITHIN_S)
    left = [_end(process) for process in alive]
    assert not left, f"left running by the tests: {left}"


def _started_here() -> Iterator[psutil.Process]:
    """Find what has inherited this run's mark: children, and daemons that have gone their own way."""
    return filter(_is_of_this_run, psutil.process_iter())


def _is_of_this_run(process: psutil.Process) -> bool:
    try:
        if process.pid == os.getpid() or "multiprocessing.resource_tracker" in " ".join(process.cmdline()):
            return False  # the tracker is Python's own and ends with this process
        return process.environ().get(RUN_MARK) == os.environ[RUN_MARK]
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return False


def _end(process: psutil.Process) -> str:
    """Kill it and return how it was started."""
    try:
        started_as = " ".join(process.cmdline()[:4])
        process.kill()
    except psutil.NoSuchProcess:
        started_as = "(ended late)"
    return f"{process.pid} {started_as}"
