"""What tests of the board's program share: one builder, and a board in QEMU."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.firmware.qemu import Qemu
from tests.firmware.toolchain import Builder, need


@pytest.fixture(scope="session")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    """Builds into a folder that goes away."""
    return Builder(tmp_path_factory.mktemp("firmware"))


@pytest.fixture
def qemu(builder: Builder, tmp_path: Path) -> Iterator[Qemu]:
    """A new board, still without power, with the program 0.1.0."""
    need("make", "arm-none-eabi-gcc", "qemu-system-arm")
    board = Qemu(builder.make("lm3s6965evb"), tmp_path)
    yield board
    board.close()
