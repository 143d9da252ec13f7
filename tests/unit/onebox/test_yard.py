"""The story's meters and gate: what they would have shown, as the gateway takes it in, and what they show."""

import asyncio
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from deploy.onebox.demo import METERS, story_lines
from deploy.onebox.identity import TIMEZONE
from deploy.story.history import BACK, EVERY, write_history
from deploy.story.yard import BOARD, LEAK_L, METERS_LINE, Yard, serve_yard
from edge.app.instruments.past_readings import PastReading, read_past
from edge.config import Config, load
from firmware_bridge.codecs.bridge import Source
from firmware_bridge.devices import device_of
from firmware_bridge.drivers import Board
from firmware_bridge.transports import SerialFormat, SerialPort

HEAD = f'[gateway]\ncommunity = "demo"\nid = "gw-1"\ndata = "data"\ntimezone = "{TIMEZONE}"\n'
UNTIL = datetime(2026, 3, 2, 4, 7, tzinfo=UTC)
WITHIN_S = 20.0


@pytest.fixture(params=["UTC", "America/Caracas"])
def _zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This machine is anywhere."""
    monkeypatch.setitem(os.environ, "TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def yard(tmp_path: Path) -> Yard:
    return Yard(tmp_path)


def config(yard: Yard) -> Config:
    """The gateway's, as the demo writes it."""
    path = yard.folder / "gateway.toml"
    path.write_text(HEAD + story_lines(yard))
    return load(path)


async def taken(yard: Yard) -> tuple[PastReading, ...]:
    path = yard.folder / "history.csv"
    await write_history(path, METERS, UNTIL)
    return read_past(path, config(yard), UNTIL)


def test_all_that_is_made_up_says_so(yard: Yard) -> None:
    told = config(yard)
    assert [line.simulated for line in told.lines] == [True]
    assert [board.simulated for board in told.boards] == [True]


async def test_the_gateway_takes_a_reading_of_each_meter_for_each_quarter_hour(yard: Yard) -> None:
    readings = await taken(yard)
    last = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
    turns = [last - back * EVERY for back in range(BACK // EVERY, -1, -1)]
    for meter in METERS:
        assert [one.shown.at for one in readings if one.meter == meter] == turns


async def test_one_tap_never_closes_and_nobody_s_register_runs_back(yard: Yard) -> None:
    readings = await taken(yard)
    registers = {meter: [one.shown.value for one in readings if one.meter == meter] for meter in METERS}
    assert all(values == sorted(values) for values in registers.values())
    least = Decimal(str(LEAK_L)) / 1000 * (EVERY // timedelta(minutes=1)) / 60
    uses = {meter: {after - before for before, after in pairwise(values)} for meter, values in registers.items()}
    assert min(uses["water-401"]) >= least - Decimal("0.01")
    assert min(uses["water-402"]) == 0
    power = [one.shown for one in readings if one.meter == "power-401"]
    assert all(one.voltage_v and one.power_kw for one in power)


def test_the_gate_stays_as_it_was_left(yard: Yard) -> None:
    assert not yard.is_open
    yard.set_gate(to_open=True)
    assert Yard(yard.folder).is_open
    yard.set_gate(to_open=False)
    assert not Yard(yard.folder).is_open


@pytest.mark.usefixtures("_zone")
async def test_on_its_lines_answer_meters_with_the_right_time_and_the_gate(yard: Yard) -> None:
    served = asyncio.create_task(serve_yard(yard))
    async with asyncio.timeout(WITHIN_S):
        while not yard.is_ready:
            assert not served.done()
            await asyncio.sleep(0.01)
        line = await SerialPort(yard.folder / METERS_LINE, SerialFormat.parse("2400-8N1")).open()
        for device in METERS.values():
            read = await device_of(device, clock=lambda: datetime.now(UTC)).read(line)
            assert read.register is not None
            if read.clock is not None:
                local = read.at.astimezone(ZoneInfo(TIMEZONE)).replace(tzinfo=None)
                assert abs(read.clock - local) < timedelta(minutes=1)
        await line.close()
        await _gate_follows(yard)
    served.cancel()
    await asyncio.wait([served])
    assert not yard.is_ready


async def _gate_follows(yard: Yard) -> None:
    line = await SerialPort(yard.folder / BOARD, SerialFormat.parse("115200-8N1")).open()
    board = Board(line)
    for is_open in (True, False):
        yard.set_gate(to_open=is_open)
        while await _door(board) is not is_open:
            pass
    await line.close()


async def _door(board: Board) -> bool:
    await asyncio.sleep(0.05)
    return bool((await board.state()).inputs >> Source.DOOR & 1)
