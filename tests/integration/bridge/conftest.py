"""The board in QEMU, as the tests of its program have it."""

from tests.firmware.conftest import builder, qemu

__all__ = ["builder", "qemu"]
