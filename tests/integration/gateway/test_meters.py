"""Simulated meters over their real protocols, by the rules, into the real outbox: days of them, in virtual time."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from contract.device import LineHealth, LineState
from edge.app.instruments.instruments import Instruments
from edge.errors import DiskFull
from edge.outbox import Draft, Outbox
from firmware_bridge.simulators import station
from tests.integration.gateway.community import (
    SHANGHAI,
    Clock,
    Gateway,
    MemoryPort,
    configured,
    electricity,
    stations,
    water,
)

LINE = {
    "id": "building-3",
    "port": "/dev/serial/by-id/none",
    "simulated": True,
    "meters": [
        {"id": "leaking", "name": "3号楼502水表", "device": "cjt188:10:00000000000001", "medium": "water"},
        {"id": "tight", "device": "cjt188:10:00000000000002", "medium": "water"},
        {"id": "power", "device": "dlt645:000000000003", "medium": "electricity"},
        {"id": "dead", "device": "cjt188:10:00000000000004", "medium": "water", "offline": "1h"},
    ],
}
ALIVE = ("leaking", "tight", "power")


@pytest.fixture(autouse=True)
def _patient_simulators(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station, "SILENCE_S", 300.0)  # they wake up ten times a second otherwise, all day long


@pytest.fixture
def port() -> MemoryPort:
    return MemoryPort("line")


@pytest.fixture
def gateway(tmp_path: Path, port: MemoryPort) -> Gateway:
    clock = Clock()
    port.stations = lambda: stations(water(clock, 1, "0.060"), water(clock, 2, "0"), electricity(clock, 3, "0.5"))
    return Gateway(tmp_path, configured({"lines": [LINE]}, tmp_path), clock, {"building-3": port})


def of(events: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [event for event in events if event["type"] == kind]


def alarms(events: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    told = [event for event in events if ".alarm." in event["type"]]
    return [(event["type"].split(".")[2], event["data"]["device"], event["data"]["kind"]) for event in told]


def series(events: list[dict[str, Any]], meter: str) -> list[dict[str, Any]]:
    batches = of(events, "meter.readings.v1")
    return [one for event in batches for one in event["data"]["meters"] if one["meter"] == meter]


def readings(events: list[dict[str, Any]], meter: str) -> list[dict[str, Any]]:
    return [reading for one in series(events, meter) for reading in one["readings"]]


KILLS = [
    # name,                                 hours at which the gateway is killed and started again
    ("never", ()),
    ("while readings wait for their batch", (2.935, 5.94, 23.95)),
]


@pytest.mark.parametrize("kills", [row[1] for row in KILLS], ids=[row[0] for row in KILLS])
def test_a_leak_is_told_once_in_words_and_every_reading_once(kills: tuple[float, ...], gateway: Gateway) -> None:
    for hours in (*kills, 26.0):
        gateway.live(hours)
    events = gateway.events()
    assert alarms(events) == [("opened", "dead", "offline"), ("opened", "leaking", "leak")]
    _, leak = of(events, "meter.alarm.opened.v1")
    said = leak["data"]
    assert (said["device_name"], said["medium"], said["simulated"]) == ("3号楼502水表", "water", True)
    assert "每个半小时都在用水" in said["words_zh"]
    assert "water was used in each half hour" in said["words_en"]
    assert leak["subject"] == "building-3/leaking"
    for meter in ALIVE:
        times = [reading["at"] for reading in readings(events, meter)]
        assert times == sorted(set(times))
        assert len(times) >= 26 * 4 - 1
    assert sum(one["failed"] for one in series(events, "dead")) >= 26


def test_a_batch_a_quarter_hour_follows_the_one_before(gateway: Gateway) -> None:
    gateway.live(2)
    batches = of(gateway.events(), "meter.readings.v1")
    assert len(batches) == 8
    for before, after in pairwise(batches):
        assert after["data"]["since"] == before["data"]["until"]
    (power,) = [one for one in batches[3]["data"]["meters"] if one["meter"] == "power"]
    (reading,) = power["readings"]
    assert (power["unit"], reading["voltage_v"], reading["power_kw"]) == ("kWh", "230.1", "0.5000")


def test_what_a_meter_says_of_itself_is_told_with_its_reading(gateway: Gateway) -> None:
    gateway.live(1)
    (first, *_) = readings(gateway.events(), "leaking")
    assert first["flags"] == []
    assert abs(first["clock_offset_s"]) < 5


def test_what_a_meter_kept_fills_the_day_that_an_outage_has_lost(gateway: Gateway) -> None:
    gateway.live(20)
    gateway.off_until(54.0)  # through two midnights
    gateway.live(56)
    events = gateway.events()
    kept = [reading for reading in readings(events, "power") if reading["origin"] == "freeze"]
    midnights = [datetime.fromisoformat(reading["at"]).astimezone(SHANGHAI) for reading in kept]
    assert [f"{at:%d %H:%M}" for at in midnights] == ["04 00:00", "05 00:00"]
    assert [reading["value"] for reading in kept] == ["1212.00", "1224.00"]
    assert [reading for reading in readings(events, "leaking") if reading["origin"] == "freeze"] == []
    assert ("opened", "power", "jump") not in alarms(events)


def test_a_line_that_is_pulled_is_lost_and_comes_back(gateway: Gateway, port: MemoryPort) -> None:
    seen: list[LineHealth] = []
    turned: list[float] = []

    def witness(instruments: Instruments) -> None:
        (health,) = instruments.health()
        if not seen or health.state is not seen[-1].state:
            seen.append(health)
            turned.append(gateway.clock.hours)
        hours = gateway.clock.hours
        if 1 <= hours < 1.1:
            port.pull()
        port.plugged = hours < 1 or hours > 1.7

    gateway.live(3, witness)
    live, lost, back = seen
    assert turned[1:] == pytest.approx([1.0, 1.7], abs=0.03)  # no matter when somebody is read next
    assert (live.state, live.line, live.devices) == (LineState.LIVE, "building-3", 4)
    assert (lost.state, lost.answering) == (LineState.LOST, 0)
    assert "没有插上 not plugged in" in lost.detail or "线缆被拔出" in lost.detail
    assert back.state is LineState.LIVE
    assert len(readings(gateway.events(), "tight")) >= 3 * 4 - 3


def test_a_full_disk_is_waited_out_and_nothing_is_told_twice(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    commit, refused = Outbox.commit, list[int]()

    def full(outbox: Outbox, drafts: Sequence[Draft], **kept: Any) -> Any:
        if len(refused) < 60 and (refused or drafts):
            refused.append(len(drafts))
            raise DiskFull("no room")
        return commit(outbox, drafts, **kept)

    monkeypatch.setattr(Outbox, "commit", full)
    gateway.live(26)
    events = gateway.events()
    assert len(refused) == 60
    (dead,) = [one["data"] for one in of(events, "meter.alarm.opened.v1") if one["data"]["device"] == "dead"]
    assert dead["words_en"].startswith("no reading for 60 min (since ")  # it never gave one, so there was no last
    assert [told for told in alarms(events) if told[1] != "dead"] == [("opened", "leaking", "leak")]
    for meter in ALIVE:
        times = [reading["at"] for reading in readings(events, meter)]
        assert times == sorted(set(times))
        assert len(times) >= 26 * 4 - 1


ALONE = [
    # name,                     days announced,                                   what is told
    ("nothing announced", [], [("opened", "flat", "welfare")]),
    ("away that day", [{"since": date(2026, 3, 3), "until": date(2026, 3, 4)}], []),
]


@pytest.mark.parametrize(("away", "told"), [row[1:] for row in ALONE], ids=[row[0] for row in ALONE])
def test_somebody_who_lives_alone_and_uses_nothing_is_looked_after(
    away: list[dict[str, date]], told: list[tuple[str, str, str]], gateway: Gateway, tmp_path: Path
) -> None:
    flat = {"id": "flat", "name": "3号楼502", "water": "tight", "electricity": "power", "away": away}
    gateway.config = configured({"lines": [LINE], "households": [flat]}, tmp_path)
    gateway.live(12.3)
    gateway.live(26)
    events = gateway.events()
    assert [one for one in alarms(events) if one[1] == "flat"] == told
    for event in events:
        if event["data"].get("device") == "flat":
            assert event["data"]["missing"] == ["door", "electricity"]  # nothing is learnt of it in a day
            assert "没有门磁数据" in event["data"]["words_zh"]
            assert "medium" not in event["data"]
