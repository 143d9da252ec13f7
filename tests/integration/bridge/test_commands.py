"""`linli-bridge` as an installer uses it, against simulated meters on a real pseudo-terminal and on TCP."""

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import IO

import pytest
from typer.testing import CliRunner

from firmware_bridge.__main__ import app

PROGRAM = (sys.executable, "-m", "firmware_bridge")
STARTS_WITHIN_S = 60.0
PLAIN = ("--format", "9600-8N1")  # a pseudo-terminal has no parity


def command(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, arguments)
    return result.exit_code, result.stdout, result.stderr


@contextmanager
def simulated(*arguments: str) -> Iterator[str]:
    """Start the simulation; gives what it says, and checks that it ends cleanly."""
    with subprocess.Popen([*PROGRAM, "simulate", *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        began = time.monotonic()
        said = process.stdout.readline()
        assert time.monotonic() - began < STARTS_WITHIN_S
        try:
            yield said
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(STARTS_WITHIN_S)


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start a command that hears Ctrl-C, as from a terminal: tests in a script's background do not. And end it."""
    command = ["env", "--default-signal=INT", *PROGRAM, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def first_with(words: str, stream: IO[str] | None) -> str:
    """The next line that has these words."""
    assert stream is not None
    for row in stream:
        if words in row:
            return row
    raise AssertionError(f"it ended without {words!r}")


@pytest.fixture
def link(tmp_path: Path) -> Path:
    return tmp_path / "meters"


def test_scan_then_read_then_watch(link: Path) -> None:
    with simulated("--electricity", "1", "--water", "1", "--link", str(link)) as said:
        assert "虚构" in said
        assert str(link) in said
        code, out, err = command("scan", "--port", str(link))
        assert code == 0
        assert "跳过 skipped 2400-8E1" in err  # it has no parity, and takes any speed
        assert err.index("skipped 9600-8E1") < err.index("dlt645:000000000001")
        assert "dlt645:000000000001" in out
        assert "cjt188:10:00000000000001" in out
        assert "9600-8N1" in out

        code, out, _ = command("read", "dlt645:000000000001", "cjt188:10:00000000000001", "--port", str(link), *PLAIN)
        assert code == 0
        assert re.search(r"00010000 .*\b6\d\d\.\d\d\b.*kWh", out)  # a hundred days at 0.25 kW
        assert re.search(r"230\.1.*V", out)
        assert re.search(r"accumulated.*\b9\.\d\d\b.*m³", out)

        watching = ("watch", "dlt645:000000000001", "--item", "02010100", "--every", "0", "--rounds", "3")
        code, out, _ = command(*watching, "--port", str(link), *PLAIN)
        assert (code, len(out.splitlines())) == (0, 3)
        assert all("230.1 V" in row for row in out.splitlines())
    assert not link.is_symlink()


def test_ctrl_c_ends_a_scan_with_what_was_found_so_far(link: Path) -> None:
    """Two meters collide, so that a hundred pairs of digits are searched."""
    meters = ("--electricity", "2", "--water", "0", "--link", str(link))
    with simulated(*meters), started("scan", "--port", str(link), *PLAIN) as scanning:
        said = first_with("dlt645:000000000001", scanning.stderr)
        scanning.send_signal(signal.SIGINT)
        out, err = scanning.communicate(timeout=STARTS_WITHIN_S)
    assert "9600-8N1" in said
    assert (scanning.returncode, "Traceback" in err) == (1, False)
    assert "未完成 not finished" in out
    assert "dlt645:000000000001" in out
    assert "dlt645:000000000002" not in out


def test_a_simulation_in_the_background_of_a_script_can_be_ended(link: Path) -> None:
    """Shells have Ctrl-C ignored by what a script starts with `&`."""
    ignoring = ("sh", "-c", 'trap "" INT; exec "$@"', "sh", *PROGRAM, "simulate", "--link", str(link))
    with subprocess.Popen(ignoring, stdout=subprocess.PIPE, text=True) as process:
        try:
            first_with(str(link), process.stdout)
            process.terminate()
            process.wait(STARTS_WITHIN_S)
        finally:
            process.kill()
    assert not link.is_symlink()


def test_watch_goes_on_when_the_line_is_back(link: Path) -> None:
    meters = ("--electricity", "1", "--water", "0", "--link", str(link))
    asked = ("watch", "dlt645:000000000001", "--item", "02010100", "--every", "0.1", "--port", str(link), *PLAIN)
    with ExitStack() as later:
        with simulated(*meters):
            watching = later.enter_context(started(*asked))
            first_with("230.1 V", watching.stdout)
        assert "线路中断 line lost" in first_with("line", watching.stderr)
        with simulated(*meters):
            assert "线路恢复 the line is back" in first_with("line", watching.stderr)
            back = f"{datetime.now():%Y-%m-%d %H:%M:%S}"  # noqa: DTZ005  # as it is shown
            while first_with("230.1 V", watching.stdout) < back:
                continue


def test_over_tcp_and_a_meter_that_is_not_there() -> None:
    with simulated("--electricity", "1", "--water", "0", "--listen", "0") as said:
        port = said.split()[-1]
        code, out, _ = command("read", "dlt645:000000000001", "dlt645:000000000099", "--port", port)
        assert code == 1
        assert "kWh" in out
        assert "无应答 no answer" in out
        code, out, err = command("scan", "--port", port)
        assert (code, "skipped" in err) == (0, False)
        assert "dlt645:000000000001" in out


def test_what_was_read_before_the_line_was_lost_is_shown() -> None:
    """Behind a gateway that hangs up at the second question."""
    answer = bytes.fromhex("68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16")

    def hang_up(listening: socket.socket) -> None:
        with listening.accept()[0] as line:
            line.recv(100)
            line.sendall(answer)
            line.recv(100)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        gateway = Thread(target=hang_up, args=(listening,))
        gateway.start()
        meters, port = ("dlt645:000000000161", "dlt645:000000000162"), f"127.0.0.1:{listening.getsockname()[1]}"
        code, out, err = command("read", *meters, "--item", "00010000", "--port", port)
        gateway.join()
    assert (code, "line lost" in err) == (1, True)
    assert "0.26" in out


def test_a_line_that_is_not_there(tmp_path: Path) -> None:
    for arguments in (["read", "dlt645:000000000001"], ["watch", "dlt645:000000000001"], ["scan"]):
        code, _, err = command(*arguments, "--port", str(tmp_path / "none"))
        assert code == 1
        assert "line lost" in err


WRONG: list[tuple[Sequence[str], str]] = [
    (["read", "dlt645:1", "--port", "/dev/null"], "12 digits"),
    (["read", "zigbee:1", "--port", "/dev/null"], "dlt645:000000000161"),
    (["read", "modbus:1", "--port", "/dev/null"], "register map"),
    (["watch", "modbus:1", "--port", "/dev/null", "--registers", "/none.toml"], "/none.toml"),
    (["read", "dlt645:000000000001", "--port", "/dev/null"], "is no serial port"),
    (["read", "cjt188:99:00000000000001", "--port", "/dev/null"], "two digits"),
    (["read", "dlt645:000000000001", "--port", "nowhere"], "--port nowhere"),
    (["read", "dlt645:000000000001", "--port", "host:99999"], "--port host:99999"),
    (["read", "dlt645:000000000001", "--port", "/dev/null", "--format", "2400"], "2400-8E1"),
    (["read", "dlt645:000000000001", "--port", "/dev/null", "--item", "0001"], "eight hexadecimal digits"),
    (["read", "dlt645:000000000001", "--port", "/dev/null", "--item", "0BADC0DE"], "not in the table"),
    (["read", "dlt645:000000000001", "--port", "/dev/null", "--profile", "x"], "cjt188-2004"),
    (["scan", "--port", "/dev/null", "--format", "2401-8E1"], "2401"),
    (["simulate", "--noise", "2"], "--noise"),
    (["simulate", "--link", "/dev/null"], "--link"),
]


def test_wrong_settings_name_themselves() -> None:
    for arguments, words in WRONG:
        result = CliRunner(env={"COLUMNS": "200"}).invoke(app, arguments)
        assert (result.exit_code, words in result.output) == (2, True), (arguments, result.output)


@pytest.mark.parametrize("name", ["scan", "read", "watch", "simulate"])
def test_help_has_both_languages_and_an_example(name: str) -> None:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, [name, "--help"])
    assert result.exit_code == 0
    assert f"linli-bridge {name}" in result.output
    assert re.search(r"[一-鿿]", result.output)
