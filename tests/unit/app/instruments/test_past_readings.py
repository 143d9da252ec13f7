"""Readings of earlier days: what a file may hold, and that each is told once however often it is taken in."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from contract.alarms import AlarmData
from contract.metering import Origin, ReadingsData
from edge.app.instruments.ledger import Ledger
from edge.app.instruments.past_readings import COMMITTED_EVERY, Imported, PastReading, read_past, take_past
from edge.config import Config, parse
from edge.errors import Misconfigured
from edge.outbox import Draft
from edge.values import ClockTrust, Moment

NOW = datetime(2026, 3, 3, 10, 7, tzinfo=UTC)
LAST = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
BACK = timedelta(hours=26)
LINE = """
[gateway]
community = "demo"
id = "gw-1"
data = "data"
[[lines]]
id = "l1"
port = "/dev/l1"
"""
WATER = '[[lines.meters]]\nid = "{0}"\ndevice = "cjt188:10:000011223344{1}"\nmedium = "water"\n'
CONFIG = LINE + WATER.format("w1", 55) + WATER.format("w2", 56)
HEAD = "meter,at,value\n"


class Killed(Exception):
    """What a kill does to a program, as far as a test can."""


@dataclass(slots=True)
class Store:
    """Keeps what is committed; killed after `most` commits."""

    drafts: list[Draft] = field(default_factory=list)
    kept: dict[str, bytes] = field(default_factory=dict)
    most: int = 1000

    def commit(self, drafts: Sequence[Draft], *, state: Mapping[str, bytes]) -> None:
        if not self.most:
            raise Killed
        self.most -= 1
        self.drafts += drafts
        self.kept |= state

    def state(self, name: str) -> bytes | None:
        return self.kept.get(name)

    def told(self) -> list[tuple[str, datetime]]:
        """Which readings of which meters, in order."""
        batches = [draft.data for draft in self.drafts if isinstance(draft.data, ReadingsData)]
        return [(one.meter, reading.at) for data in batches for one in data.meters for reading in one.readings]

    def alarms(self) -> list[tuple[str, str]]:
        return [(draft.type, draft.data.alarm) for draft in self.drafts if isinstance(draft.data, AlarmData)]


def config(text: str = CONFIG) -> Config:
    return parse(tomllib.loads(text), "gateway.toml", folder=Path("/etc/linli"))


def read(folder: Path, text: str | bytes) -> tuple[PastReading, ...]:
    path = folder / "past.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_past(path, config(), NOW)


def leaking(every: timedelta, back: timedelta = BACK) -> str:
    """A tap of 40 litres an hour that never closes."""
    begun, rows = LAST - back, []
    for turn in range(back // every + 1):
        at = begun + turn * every
        rows.append(f"w1,{at.isoformat()},{100 + Decimal('0.04') * (turn * every // timedelta(minutes=1)) / 60:.3f}")
    return HEAD + "\n".join(rows)


async def take(store: Store, readings: Sequence[PastReading], now: datetime = NOW) -> Imported:
    moment = Moment(0.0, now, ClockTrust.SYNCED)
    return await take_past(readings, config(), Ledger(store, wake=lambda: None), moment)


ROW = "w1,2026-03-03T08:15:00+08:00,12.345\n"
WRONG = [
    # name,                       text,                                        what the error says
    ("a strange column",          "meter,at,value,who\n" + ROW,                ["'who'", "列", "meter, at, value"]),
    ("a column that lacks",       "meter,at\nw1,2026-03-03T08:15:00\n",         ["缺少列", "lacks the column value"]),
    ("nothing at all",            "",                                          ["缺少列", "meter"]),
    ("a comma for a point",       HEAD + "w1,2026-03-03T08:15:00,9,11\n",      ["line 2", "小数点", "a cell too many"]),
    ("no such meter",             HEAD + ROW.replace("w1", "w9"),              ["第 2 行 line 2", "'w9'", "没有"]),
    ("no meter",                  HEAD + ROW.replace("w1", ""),                ["line 2", "''"]),
    ("no time",                   HEAD + "w1,,1\n",                            ["line 2", "at: 写成", "+08:00"]),
    ("a time as people say it",   HEAD + "w1,3月3日 8点,1\n",                   ["at: 写成"]),
    ("a time in the future",      HEAD + "w1,2026-03-03T18:08:00,1\n",         ["at: 只能是过去 31 天"]),
    ("a time too long ago",       HEAD + "w1,2026-01-31T10:06:59Z,1\n",        ["at: 只能是过去 31 天"]),
    ("the beginning of time",     HEAD + "w1,0001-01-01T00:00:00,1\n",         ["at: 只能是过去 31 天"]),
    ("no value",                  HEAD + "w1,2026-03-03T08:15:00,\n",          ["value: 要有读数"]),
    ("a row that breaks off",     HEAD + "w1,2026-03-03T08:15:00\n",           ["value: 要有读数"]),
    ("a negative value",          HEAD + ROW.replace("12.", "-12."),           ["value: 要有读数"]),
    ("a word for a value",        HEAD + ROW.replace("12.345", "n/a"),         ["value: 写成数字"]),
    ("an endless value",          HEAD + ROW.replace("12.345", "Infinity"),    ["value: 写成数字"]),
    ("a value that is too much",  HEAD + ROW.replace("12.345", "1000000000"),  ["value: 写成数字"]),
    ("a value that is too fine",  HEAD + ROW.replace("12.345", "0.1234567"),   ["value: 写成数字", "six"]),
    ("noughts without end",       HEAD + ROW.replace("12.345", "0E+999999999"), ["value: 写成数字"]),
    ("a wrong voltage",           f"{HEAD[:-1]},voltage_v\n{ROW[:-1]},230V\n", ["voltage_v: 写成数字"]),
    ("a reading twice",           HEAD + ROW + ROW.replace("12.", "13."),      ["w1", "写了 2 次", "2 times"]),
    ("the same moment elsewhere", HEAD + ROW + ROW.replace("08:15:00+08", "00:15:00+00"), ["stands there 2 times"]),
    ("bytes of another encoding", HEAD.encode() + "水表".encode("gbk"),         ["CSV UTF-8"]),
    ("a quote that never ends",   HEAD + '"w1,2026',                           ["CSV UTF-8"]),
    ("more than is read at once", HEAD + " " * 16 * 1024 * 1024,             ["16 MiB", "split it by time"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "says"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_said_and_where(tmp_path: Path, text: str | bytes, says: list[str]) -> None:
    with pytest.raises(Misconfigured) as caught:
        read(tmp_path, text)
    assert all(words in str(caught.value) for words in ["past.csv", *says]), caught.value


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"none\.csv: 读不了 cannot be read"):
        read_past(tmp_path / "none.csv", config(), NOW)


def test_five_wrong_lines_are_told_at_once_and_no_more(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as caught:
        read(tmp_path, HEAD + ROW + "w9,x,y\n" * 6)
    assert [f"line {number}" in str(caught.value) for number in range(2, 9)] == [False, *[True] * 5, False]


def test_more_readings_than_can_wait_for_their_judgement_are_refused(tmp_path: Path) -> None:
    begun = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
    rows = [f"w1,{(begun + timedelta(seconds=second)).isoformat()},1" for second in range(1, 130)]
    assert len(read(tmp_path, HEAD + "\n".join(rows[:128]))) == 128
    with pytest.raises(Misconfigured, match="129 readings in the quarter hour"):
        read(tmp_path, HEAD + "\n".join(rows))


def test_what_a_spreadsheet_saves_is_read_in_order_of_time(tmp_path: Path) -> None:
    text = "\ufeffvalue,at,meter,power_kw\r\n12.3,2026-03-03T08:30:00,w1,\r\n12,2026-03-03 08:15,w1,0.5\r\n"
    first, second = read(tmp_path, text)
    assert (first.shown.at, second.shown.at) == (
        datetime(2026, 3, 3, 0, 15, tzinfo=UTC),
        datetime(2026, 3, 3, 0, 30, tzinfo=UTC),
    )
    assert (first.shown.power_kw, second.shown.power_kw) == (Decimal("0.5"), None)
    assert first.shown.resolution == second.shown.resolution == Decimal("0.1")


async def test_a_leak_of_a_day_is_told_once_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    store, readings = Store(), read(tmp_path, leaking(timedelta(minutes=15)))
    assert await take(store, readings) == Imported(105, 0)
    (alarm,) = store.alarms()
    assert alarm[0] == "meter.alarm.opened.v1"
    assert alarm[1].startswith("w1.leak.")
    assert store.told() == [("w1", one.shown.at) for one in readings]
    batches = [draft.data for draft in store.drafts if isinstance(draft.data, ReadingsData)]
    assert {reading.origin for data in batches for one in data.meters for reading in one.readings} == {Origin.IMPORT}
    before = len(store.drafts)
    assert await take(store, readings, NOW + timedelta(hours=1)) == Imported(0, 105)
    assert len(store.drafts) == before


@pytest.mark.parametrize("every", [timedelta(minutes=1), timedelta(minutes=15)], ids=str)
async def test_cut_short_and_done_again_each_reading_is_told_once(tmp_path: Path, every: timedelta) -> None:
    store, readings = Store(most=3), read(tmp_path, leaking(every))
    with pytest.raises(Killed):
        await take(store, readings)
    assert 0 < len(store.told()) < len(readings)
    store.most = 1000
    await take(store, readings)
    assert store.told() == [("w1", one.shown.at) for one in readings]
    assert [told for told, _ in store.alarms()] == ["meter.alarm.opened.v1"]


async def test_a_meter_that_the_file_leaves_out_was_not_offline_for_that(tmp_path: Path) -> None:
    store = Store()
    text = leaking(timedelta(minutes=15)) + f"\nw2,{(LAST - BACK).isoformat()},1.000\nw2,{LAST.isoformat()},1.500"
    await take(store, read(tmp_path, text))
    assert {alarm.split(".")[1] for _, alarm in store.alarms()} == {"leak"}


async def test_more_readings_of_a_quarter_hour_than_lines_may_wait_with_are_all_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.app.instruments.meters.MAX_WAITING", 4)
    store, readings = Store(), read(tmp_path, leaking(timedelta(minutes=1), timedelta(hours=1)))
    await take(store, readings)
    assert len(store.told()) == len(readings)


async def test_it_is_told_how_much_is_safe(tmp_path: Path) -> None:
    told: list[int] = []
    readings = read(tmp_path, leaking(timedelta(minutes=15)))
    moment = Moment(0.0, NOW, ClockTrust.SYNCED)
    await take_past(readings, config(), Ledger(Store(), wake=lambda: None), moment, progress=told.append)
    assert told == [*range(COMMITTED_EVERY, 105, COMMITTED_EVERY), 105]
