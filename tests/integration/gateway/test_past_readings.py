"""Readings of the past, taken in by a process that is killed; then the gateway reads its meters on from there."""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.integration.gateway.site import WITHIN_S, Site

QUARTER_S = 900
DAYS = 4  # long enough that it cannot be done before it is killed
CONFIG = """
[gateway]
community = "demo"
id = "gw-1"
data = "data"
clock_synced = "yes"
[[lines]]
id = "building-3"
port = "{folder}/meters"
format = "2400-8N1"
simulated = true
[[lines.meters]]
id = "water"
device = "cjt188:10:00000000000001"
medium = "water"
[[lines.meters]]
id = "dead"
device = "cjt188:10:00000000000009"
medium = "water"
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "gateway.toml").write_text(CONFIG.format(folder=tmp_path))
    site = Site(tmp_path)
    yield site
    site.close()


def take_in(site: Site) -> subprocess.Popen[bytes]:
    (site.folder / "log").write_text("")
    past, config = site.folder / "past.csv", site.folder / "gateway.toml"
    return site.start("edge", "readings", "import", str(past), "--config", str(config))


def write(site: Site, since: datetime, until: datetime) -> int:
    """A tap that never closes: 60 litres an hour; how many readings."""
    turns = range((until - since) // timedelta(seconds=QUARTER_S) + 1)
    rows = [f"water,{(since + n * timedelta(seconds=QUARTER_S)).isoformat()},{n * 0.015:.3f}" for n in turns]
    (site.folder / "past.csv").write_text("meter,at,value\n" + "\n".join(rows))
    return len(turns)


def events(site: Site) -> list[dict[str, Any]]:
    return [json.loads(row[0]) for row in site.rows("select body from records order by lane, seq")]


def readings(site: Site) -> list[dict[str, Any]]:
    told = [event["data"] for event in events(site) if event["type"] == "meter.readings.v1"]
    return [reading for data in told for one in data["meters"] for reading in one["readings"]]


def kept(site: Site) -> str:
    """What waits of the meter to be told."""
    return str(site.rows("select cast(value as text) from states where name = 'readings/water'"))


def test_killed_it_goes_on_tells_a_leak_once_and_the_gateway_reads_on(site: Site) -> None:
    last = datetime.fromtimestamp(time.time() // QUARTER_S * QUARTER_S, UTC)
    many = write(site, last - timedelta(days=DAYS), last)
    killed = take_in(site)
    site.wait_for(lambda: bool(readings(site)))
    killed.kill()
    killed.wait()
    begun = len(readings(site))
    assert 0 < begun < many
    assert take_in(site).wait(WITHIN_S) == 0, site.log
    assert re.search(rf"带入 {many - begun} 个读数", site.log), site.log
    told = readings(site)
    assert len(told) == many
    assert {reading["origin"] for reading in told} == {"import"}
    assert all(one["at"] < other["at"] for one, other in pairwise(told))
    alarms = [event for event in events(site) if ".alarm." in event["type"]]
    assert [(event["type"], event["data"]["device"]) for event in alarms] == [("meter.alarm.opened.v1", "water")]
    assert all(event["data"]["simulated"] for event in events(site) if "meters" in event["data"])
    assert take_in(site).wait(WITHIN_S) == 0
    assert f"{many} 个早于已知读数" in site.log
    assert len(readings(site)) == many
    _reads_on(site, many)


def _reads_on(site: Site, many: int) -> None:
    """The gateway keeps a reading of its own beside what was taken in, and tells nothing again."""
    site.meters()
    site.gateway()
    site.wait_for(lambda: '"live"' in kept(site) or len(readings(site)) > many)
    assert len([reading for reading in readings(site) if reading["origin"] == "import"]) == many
    assert take_in(site).wait(WITHIN_S) == 2  # the gateway runs
    assert "in use" in site.log
