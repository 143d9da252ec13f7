"""Readings of earlier days from a file, so that charts and rules need not begin with nothing.

A gateway that takes the place of another system, or of one that broke, is given what that one read. Each quarter hour
of it is judged and told as if it had been read here, and says that it was not (`import`).
"""

import csv
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import groupby
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from contract.metering import Origin
from edge.app.instruments.instruments import Instruments
from edge.app.instruments.ledger import Ledger
from edge.app.instruments.meter_desk import USUAL_UNITS
from edge.app.instruments.waiting import MAX_WAITING
from edge.config import Config, Meter
from edge.devices.shown import MOST, Shown
from edge.errors import Misconfigured
from edge.values import Moment

MOST_MIB: Final = 16  # some 300,000 readings, which take ten times as much of memory
MOST_DAYS: Final = 31
MOST_FAULTS: Final = 5  # lines told at once
TURN: Final = timedelta(minutes=15)
NEVER_OFFLINE_S: Final = (MOST_DAYS + 1) * 86_400.0  # a file that says nothing of a meter does not say it was silent
COMMITTED_EVERY: Final = 16  # turns: what a power cut makes one do again is little
REQUIRED: Final = ("meter", "at", "value")
AMOUNTS: Final = ("voltage_v", "current_a", "power_kw")
COLUMNS: Final = (*REQUIRED, *AMOUNTS)
SURPLUS: Final = "surplus"  # where a line has more cells than there are columns
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PastReading:
    """One line of a file."""

    meter: str
    shown: Shown


def read_past(path: Path, config: Config, now: datetime) -> tuple[PastReading, ...]:
    """Read a CSV: meter, at, value, and if they are known voltage_v, current_a, power_kw; in order of time.

    Args:
        now: nothing is later, nor earlier by more than `MOST_DAYS`.
    Raises:
        Misconfigured: and says which lines, and what would be accepted.
    """
    try:
        if path.stat().st_size > MOST_MIB * 1024 * 1024:
            raise Misconfigured(
                f"{path}: 超过 {MOST_MIB} MiB，请按时间分成几个，从早到晚带入 "
                f"longer than {MOST_MIB} MiB: split it by time, and take in the earliest first"
            )
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _read(csv.DictReader(file, strict=True, restkey=SURPLUS), path, config, now)
    except OSError as error:
        raise Misconfigured(f"{path}: 读不了 cannot be read ({error.strerror})") from None
    except (UnicodeDecodeError, csv.Error):
        raise Misconfigured(f"{path}: 请存为“CSV UTF-8” save it as 'CSV UTF-8'") from None


@dataclass(frozen=True, slots=True)
class Imported:
    """What was taken in, and how many readings lie before what is known of their meters already."""

    taken: int
    known: int


async def take_past(
    readings: Sequence[PastReading],
    config: Config,
    ledger: Ledger,
    now: Moment,
    *,
    progress: Callable[[int], None] = lambda _: None,
) -> Imported:
    """Judge and tell readings of the past, a quarter hour at a time; done again after it was cut short, it goes on.

    Args:
        readings: as `read_past` gives them.
        ledger: of an outbox that no gateway uses meanwhile.
        now: of the clock by which no reading is later.
        progress: told how many of them are safe.
    """
    clock = _PastClock(now)
    meters = Instruments(_patient(config), ledger, clock=clock.moment).meters
    fresh = [one for one in readings if meters.told_to is None or one.shown.at > meters.told_to]
    taken = 0
    for turns, (turn, group) in enumerate(groupby(fresh, key=lambda one: _turn_of(one.shown.at)), start=1):
        for one in group:
            meters.shown(one.meter, one.shown, Origin.IMPORT)
            taken += meters.drain()
        clock.stand_at(turn)
        meters.judge()
        if turns % COMMITTED_EVERY == 0:
            await ledger.commit()
            progress(taken)
    await ledger.commit()
    progress(taken)
    return Imported(taken, len(readings) - taken)


def _patient(config: Config) -> Config:
    """The same, with meters that are never taken for offline."""
    lines = tuple(
        line.model_copy(
            update={
                "meters": tuple(meter.model_copy(update={"offline": NEVER_OFFLINE_S}) for meter in line.meters),
            }
        )
        for line in config.lines
    )
    return config.model_copy(update={"lines": lines})


def _turn_of(at: datetime) -> datetime:
    """The quarter hour that ends at a reading or after it."""
    return _EPOCH + -((_EPOCH - at) // TURN) * TURN


class _PastClock:
    """Stands still in the past, never later than now."""

    def __init__(self, now: Moment) -> None:
        self._now = self._stands = now

    def stand_at(self, at: datetime) -> None:
        self._stands = replace(self._now, seen_at=min(at, self._now.seen_at))

    def moment(self) -> Moment:
        return self._stands


def _read(rows: "csv.DictReader[str]", path: Path, config: Config, now: datetime) -> tuple[PastReading, ...]:
    headings = rows.fieldnames or ()
    if strange := [name for name in headings if name not in COLUMNS]:
        raise Misconfigured(f"{path}: {strange[0]!r}: 列只能是 columns are {', '.join(COLUMNS)}")
    if lacking := [name for name in REQUIRED if name not in headings]:
        raise Misconfigured(f"{path}: 缺少列 lacks the column {lacking[0]}")
    line = _Line({meter.id: meter for each in config.lines for meter in each.meters}, config.gateway.timezone, now)
    found, faults = [], []
    for row in rows:
        try:
            found.append(line.read(row))
        except ValueError as error:
            faults.append(f"第 {rows.line_num} 行 line {rows.line_num}: {error}")
            if len(faults) == MOST_FAULTS:
                break
    if faults:
        raise Misconfigured(f"{path}: " + "\n  ".join(faults))
    return tuple(sorted(_as_fine(_bounded(found, path)), key=lambda one: one.shown.at))


def _bounded(found: list[PastReading], path: Path) -> list[PastReading]:
    """Refuse what could not all be kept of a meter until it is judged, or of which it is not clear what holds."""
    for (meter, at), times in Counter((one.meter, one.shown.at) for one in found).items():
        if times > 1:
            raise Misconfigured(f"{path}: {meter}: {at.isoformat()} 写了 {times} 次 stands there {times} times")
    for (meter, turn), many in Counter((one.meter, _turn_of(one.shown.at)) for one in found).items():
        if many > MAX_WAITING:
            raise Misconfigured(
                f"{path}: {meter}: {turn.isoformat()} 前的一刻钟里有 {many} 个读数，最多 {MAX_WAITING} 个 "
                f"{many} readings in the quarter hour up to then: at most {MAX_WAITING}"
            )
    return found


def _as_fine(found: list[PastReading]) -> list[PastReading]:
    """A register's last digit is the finest of all its readings: spreadsheets leave out noughts at the end."""
    finest: dict[str, Decimal] = {}
    for one in found:
        finest[one.meter] = min(one.shown.resolution, finest.get(one.meter, one.shown.resolution))
    return [replace(one, shown=replace(one.shown, resolution=finest[one.meter])) for one in found]


class _Line:
    """Reads lines of one file."""

    def __init__(self, meters: Mapping[str, Meter], timezone: str, now: datetime) -> None:
        self._meters = meters
        self._zone = ZoneInfo(timezone)
        self._now = now

    def read(self, row: Mapping[str, str | None]) -> PastReading:
        if SURPLUS in row:
            raise ValueError("多了一格，小数点要用英文句点 a cell too many; decimals are written with a point")
        meter = self._meters.get(row["meter"] or "")
        if meter is None:
            raise ValueError(f"meter {row['meter']!r}: 配置里没有这块表 the configuration has no such meter")
        value = _amount(row["value"], "value")
        if value is None or value < 0:
            raise ValueError("value: 要有读数，不为负 a register, and not negative")
        voltage, current, power = (_amount(row.get(name), name) for name in AMOUNTS)
        shown = Shown(
            at=self._at(row["at"]),
            value=value,
            unit=USUAL_UNITS[meter.medium],
            resolution=Decimal(1).scaleb(_exponent(value)),
            voltage_v=voltage,
            current_a=current,
            power_kw=power,
        )
        return PastReading(meter.id, shown)

    def _at(self, text: str | None) -> datetime:
        try:
            at = datetime.fromisoformat(text or "")
        except ValueError:
            raise ValueError("at: 写成 written like 2026-05-01T08:15:00 或 or 2026-05-01T08:15:00+08:00") from None
        at = at.replace(tzinfo=self._zone) if at.tzinfo is None else at
        if not self._now - timedelta(days=MOST_DAYS) <= at <= self._now:
            raise ValueError(f"at: 只能是过去 {MOST_DAYS} 天内 within the last {MOST_DAYS} days")
        return at


def _amount(text: str | None, name: str) -> Decimal | None:
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not (value.is_finite() and abs(value) < MOST and -6 <= _exponent(value) <= 0):
        raise ValueError(f"{name}: 写成数字，最多六位小数 a number with at most six decimal places")
    return value


def _exponent(value: Decimal) -> int:
    """Of a finite number: 0 for a whole one, -1 where it has one decimal place."""
    return int(value.as_tuple().exponent)
