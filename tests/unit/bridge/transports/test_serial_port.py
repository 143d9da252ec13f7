"""Serial adapters: settings, stable paths, and coming back."""

import asyncio
import fcntl
import os
import pty
import termios
from pathlib import Path

import pytest

from firmware_bridge.errors import FormatNotTaken, LineLost, Misconfigured
from firmware_bridge.transports import DescriptorLine, Parity, SerialFormat, SerialPort, stable_paths
from firmware_bridge.transports.inbox import LONGEST, Inbox
from tests.unit.bridge.transports.ends import PLAIN

TIOCGEXCL = 0x80045440  # of Linux, asm-generic/ioctls.h: whether a terminal refuses to be opened again

FORMATS = [
    # text,        speed, parity,      stop bits, bits of a byte
    ("2400-8E1", 2400, Parity.EVEN, 1, 11),
    ("9600-8n1", 9600, Parity.NONE, 1, 10),
    ("1200-8O2", 1200, Parity.ODD, 2, 12),
]


@pytest.mark.parametrize(("text", "speed", "parity", "stop_bits", "bits"), FORMATS)
def test_formats(text: str, speed: int, parity: Parity, stop_bits: int, bits: int) -> None:
    form = SerialFormat.parse(text)
    assert form == SerialFormat(speed, parity, stop_bits)
    assert form.byte_s == bits / speed
    assert str(form) == text.upper()


@pytest.mark.parametrize("text", ["", "2400", "2400-7E1", "2400-8E3", "2400-8X1", "2401-8E1", "-8E1", "２400-8E1"])
def test_not_a_format(text: str) -> None:
    with pytest.raises(Misconfigured):
        SerialFormat.parse(text)


def test_two_or_one_stop_bits() -> None:
    with pytest.raises(Misconfigured, match="stop_bits 3"):
        SerialFormat(stop_bits=3)


async def test_the_terminal_gets_the_settings(tmp_path: Path) -> None:
    controller, terminal = pty.openpty()
    line = await SerialPort(Path(os.ttyname(terminal)), SerialFormat(1200, Parity.NONE, 2)).open()
    flags, speed = (termios.tcgetattr(terminal)[at] for at in (2, 4))
    assert speed == termios.B1200
    assert flags & termios.CSTOPB
    assert not flags & termios.CRTSCTS
    assert not termios.tcgetattr(terminal)[3] & (termios.ECHO | termios.ICANON)
    await line.close()
    os.close(controller)
    os.close(terminal)


async def test_an_unplugged_adapter_comes_back_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "usb-FTDI_FT232R-if00-port0"
    port = SerialPort(path, PLAIN)
    for _ in range(2):
        with pytest.raises(LineLost, match="usb-FTDI"):
            await port.open()
        controller, terminal = pty.openpty()
        path.symlink_to(os.ttyname(terminal))
        line = await port.open()
        os.close(terminal)
        far = DescriptorLine(controller, "far")
        await far.write(b"\x68")
        assert await line.read(5.0) == b"\x68"
        await far.close()
        path.unlink()
        with pytest.raises(LineLost):
            await line.read(5.0)
        await line.close()


def test_stable_paths(tmp_path: Path) -> None:
    assert stable_paths(tmp_path / "none") == ()
    (tmp_path / "b").touch()
    (tmp_path / "a").touch()
    assert stable_paths(tmp_path) == (tmp_path / "a", tmp_path / "b")


async def test_a_file_that_is_no_terminal(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Misconfigured, match="is no serial port"):
        await SerialPort(tmp_path / "file").open()


async def test_a_parity_that_the_port_does_not_have() -> None:
    """It may take another, and does."""
    controller, terminal = pty.openpty()
    path = Path(os.ttyname(terminal))
    for _ in range(2):  # the first time it takes the speed, and says that all went well
        with pytest.raises(FormatNotTaken, match="does not take 2400-8E1"):
            await SerialPort(path).open()
    await (await SerialPort(path, PLAIN).open()).close()
    os.close(controller)
    os.close(terminal)


async def test_a_port_has_one_user_and_is_free_when_it_is_closed() -> None:
    """Also where the other side keeps a pseudo-terminal open, which keeps what `TIOCEXCL` sets."""
    controller, terminal = pty.openpty()
    port = SerialPort(Path(os.ttyname(terminal)), PLAIN)
    line = await port.open()
    with pytest.raises(LineLost, match="another program has it"):
        await port.open()
    await line.close()
    await (await port.open()).close()
    assert fcntl.ioctl(terminal, TIOCGEXCL, bytes(4)) == bytes(4)
    os.close(controller)
    os.close(terminal)


async def test_what_nobody_reads_is_bounded() -> None:
    inbox = Inbox("x")
    inbox.put(b"\x01" + bytes(LONGEST))
    assert await inbox.take(0) == bytes(LONGEST)
    inbox.put(b"\x01" + bytes(LONGEST - 1))
    assert await inbox.take(0) == b"\x01" + bytes(LONGEST - 1)


async def test_what_came_before_a_loss_is_read_first() -> None:
    inbox = Inbox("x")
    inbox.put(b"\x01")
    inbox.lose("gone")
    inbox.lose("another reason")
    assert await inbox.take(0) == b"\x01"
    with pytest.raises(LineLost, match="x: gone"):
        await inbox.take(0)
    assert asyncio.get_running_loop().is_running()
