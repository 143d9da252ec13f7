"""A demo for a test, ended and cleared away afterwards."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.demo_process import Demo


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not pytest's own folder: as root the database runs as another user, who could not enter that."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="linli-demo-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def demo(folder: Path, free_port: int) -> Iterator[Demo]:
    running = Demo(folder, free_port)
    yield running
    running.end()
