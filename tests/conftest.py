"""Fixtures of general use: the footage to test with, a free port, a browser or a reason, and no process left behind."""

import os
import secrets
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil
import pytest

ROOT: Final = Path(__file__).resolve().parents[1]
CHROMIUM_NAMES: Final = ("chromium", "chromium-browser")
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
    found = find_chromium()
    if found is None:
        pytest.skip("no browser: as root, apt-get install chromium")
    return found


def find_chromium() -> Path | None:
    """Return Debian's Chromium where it is installed."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    return Path(found) if found else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none, and say how to get it."""
    if find_chromium() is not None:
        return
    skip = pytest.mark.skip(reason="no browser: as root, apt-get install chromium")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(skip)


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
