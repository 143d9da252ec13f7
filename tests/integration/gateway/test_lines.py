"""A gateway of meters alone, as a process, on a pseudo-terminal that is pulled and plugged in again."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.gateway.site import WITHIN_S, Site

CONFIG = """
[gateway]
community = "demo"
id = "gw-1"
data = "data"
[health]
heartbeat = 1
[[lines]]
id = "building-3"
port = "{folder}/meters"
format = "2400-8N1"
simulated = true
[[lines.meters]]
id = "power"
device = "dlt645:000000000001"
medium = "electricity"
[[lines.meters]]
id = "water"
device = "cjt188:10:00000000000001"
medium = "water"
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "gateway.toml").write_text(CONFIG.format(folder=tmp_path))
    site = Site(tmp_path)
    yield site
    site.close()


def test_a_line_is_told_as_it_is_and_readings_survive_kill_9(site: Site) -> None:
    meters, gateway = site.meters(), site.gateway()
    site.wait_for(lambda: site.line().get("answering") == 2)
    assert site.line()["state"] == "live"
    site.wait_for(lambda: len(site.rows("select value from states where name like 'readings/%'")) == 2)
    gateway.kill()
    gateway.wait()
    waiting = site.rows("select value from states where name = 'readings/power'")
    (kept,) = json.loads(waiting[0][0])["kept"]
    assert float(kept["shown"]["value"]) > 0
    gateway = site.gateway()
    meters.send_signal(signal.SIGKILL)
    meters.wait()
    site.wait_for(lambda: site.line().get("state") == "lost")
    assert (site.line()["answering"], site.line()["devices"]) == (0, 2)
    site.meters()
    site.wait_for(lambda: site.line().get("state") == "live")
    gateway.send_signal(signal.SIGTERM)
    assert gateway.wait(20) == 0
    assert "Traceback" not in site.log


def test_a_format_that_a_port_does_not_take_is_a_persons_mistake(site: Site) -> None:
    site.meters()
    config = site.folder / "gateway.toml"
    config.write_text(config.read_text().replace("2400-8N1", "2400-8E1"))
    site.wait_for((site.folder / "meters").exists)
    gateway = site.gateway()
    assert gateway.wait(WITHIN_S) == 2
    log = site.log
    assert "lines building-3:" in log
    assert "2400-8E1" in log
    assert "Traceback" not in log


def test_config_check_reads_each_meter_and_says_which_does_not_answer(site: Site) -> None:
    site.meters()
    site.wait_for((site.folder / "meters").exists)
    config = site.folder / "gateway.toml"
    config.write_text(config.read_text().replace("cjt188:10:00000000000001", "cjt188:10:00000000000099"))
    check = [sys.executable, "-m", "edge", "config", "check", str(config), "--lines"]
    said = subprocess.run(check, capture_output=True, text=True, timeout=WITHIN_S, check=False)
    assert said.returncode == 1, said.stderr
    assert "meter power:" in said.stdout
    assert "kWh" in said.stdout
    assert "meter water: 读不到 cannot be read" in said.stdout
