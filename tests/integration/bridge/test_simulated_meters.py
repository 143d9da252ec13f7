"""`linli-bridge simulate` and `read` of each protocol, as processes, over a pseudo-terminal and TCP."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from typer.testing import CliRunner

from firmware_bridge.__main__ import app

EXAMPLE = str(Path(__file__).parents[3] / "examples" / "three_phase_meter.toml")
PROGRAM = (sys.executable, "-m", "firmware_bridge", "simulate")
ENDS_WITHIN_S = 60.0


@contextmanager
def simulated(*arguments: str, end: signal.Signals = signal.SIGTERM) -> Iterator[str]:
    """Start the simulation; gives what it says first."""
    with subprocess.Popen([*PROGRAM, *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline()
        finally:
            process.send_signal(end)
            process.wait(ENDS_WITHIN_S)


def read(*arguments: str) -> tuple[int, str]:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["read", *arguments, "--registers", EXAMPLE])
    return result.exit_code, result.output


def test_one_line_of_all_protocols_with_a_leak(tmp_path: Path) -> None:
    link = tmp_path / "line"
    many = ("--electricity", "1", "--water", "2", "--modbus", "1", "--mbus", "1")
    with simulated(*many, "--leak", "100", "--link", str(link)):
        names = ["dlt645:000000000001", "cjt188:10:00000000000001", "cjt188:10:00000000000002", "modbus:1", "mbus:1"]
        code, out = read(*names, "--port", str(link), "--format", "9600-8N1")
    assert code == 0, out
    assert len(re.findall(r"\b60\d\.\d\d\b.*kWh", out)) == 2  # 100 days and some hours at 0.25 kW
    volumes = [float(found) for found in re.findall(r"(?:accumulated|volume).*?(\d+\.\d+).*m³", out)]
    leaking, sound, leaking_too = volumes
    assert sound < 25
    assert min(leaking, leaking_too) > 240  # 2.4 m³ a day more, through a hundred days
    assert not link.is_symlink()  # also after SIGTERM, as service managers send it


def test_modbus_tcp_and_a_meter_that_is_not_there() -> None:
    with simulated("--electricity", "0", "--water", "0", "--modbus-tcp", "1", "--listen", "0") as said:
        code, out = read("modbus-tcp:1", "modbus-tcp:9", "--port", said.split()[-1])
    assert code == 1
    assert re.search(r"\b60\d\.\d\d\b.*kWh", out)
    assert "modbus-tcp:9：无应答" in out
