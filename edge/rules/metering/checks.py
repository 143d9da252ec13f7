"""Checks on single readings: for each, whether it is seen now, and what is seen, in words."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Final

from edge.rules.alarms import AlarmKind, Words, local, spoken
from edge.rules.holding import Times
from edge.rules.metering.readings import Reading
from edge.rules.metering.register import HOUR_S, Register
from edge.rules.metering.settings import Limit, MeterSettings

FLOW_S: Final = 300  # shorter than this, the register's last digit is more than what flows; ours


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check of one reading.

    Attributes:
        says: None: between two limits.
        since: from when on it is seen so.
        words: made only where they are said.
    """

    kind: AlarmKind
    says: bool | None
    since: datetime
    words: Callable[[], Words]
    times: Times


def status(reading: Reading, settings: MeterSettings) -> Iterator[Verdict]:
    """Check what the meter says of itself; what it does not tell is not checked."""
    for kind, flag, name, times in (
        (AlarmKind.TAMPER, reading.tamper, Words("防拆", "tamper"), settings.checks.flag),
        (AlarmKind.COVER, reading.cover, Words("表盖打开", "cover open"), settings.checks.flag),
        (AlarmKind.BATTERY_LOW, reading.battery_low, Words("欠压", "battery low"), settings.checks.battery),
    ):
        if flag is not None:
            words = partial(_flag, name, flag, reading.at, settings.timezone)
            yield Verdict(kind, flag, reading.at, words, times)
    for check in (_clock, _load, _voltage):
        yield from check(reading, settings)


def register(state: Register, reading: Reading, settings: MeterSettings) -> Iterator[Verdict]:
    """Check the register after a reading that was believed."""
    back = True if reading.reverse else above(state.back, settings.reverse)
    words = partial(_reverse, state, reading, settings)
    yield Verdict(AlarmKind.REVERSE, back, reading.at, words, settings.checks.reverse)
    since = state.moved or reading.at
    unpaid = settings.still_kwh is not None and state.unpaid_kwh >= settings.still_kwh
    still = unpaid or (reading.at - since).total_seconds() >= settings.still_s
    yield Verdict(AlarmKind.STANDSTILL, still, since, partial(_still, state, reading, settings), Times(0, 0))


def flow(anchor: Reading, reading: Reading, settings: MeterSettings) -> Iterator[Verdict]:
    """Check the mean flow between two readings at least 5 min apart."""
    elapsed_s = Decimal(str((reading.at - anchor.at).total_seconds()))
    if settings.burst is None or elapsed_s > settings.gap_s:
        return
    mean = max(Decimal(0), reading.value - anchor.value) * HOUR_S / elapsed_s
    words = partial(_flow, mean, settings.burst, anchor.at, reading.at, settings.timezone)
    yield Verdict(AlarmKind.BURST, above(mean, settings.burst), anchor.at, words, settings.checks.burst)


def above(value: Decimal, limit: Limit) -> bool | None:
    """Whether a value is at or over an upper limit; None in the band under it."""
    return True if value >= limit.over else False if value <= limit.under else None


def beyond(value: Decimal, limit: Limit) -> bool | None:
    """Like `above`, where the limit itself is still allowed."""
    return True if value > limit.over else False if value <= limit.under else None


def below(value: Decimal, limit: Limit) -> bool | None:
    """Like `beyond` for a lower limit: `under` lies above `over`."""
    return True if value < limit.over else False if value >= limit.under else None


def _clock(reading: Reading, settings: MeterSettings) -> Iterator[Verdict]:
    if reading.clock_offset_s is None:
        return
    says = beyond(Decimal(str(abs(reading.clock_offset_s))), settings.clock_s)
    words = partial(_offset, reading.clock_offset_s, reading.at, settings.timezone)
    yield Verdict(AlarmKind.CLOCK_OFF, says, reading.at, words, settings.checks.clock)


def _load(reading: Reading, settings: MeterSettings) -> Iterator[Verdict]:
    shown = [
        (value, limit, unit)
        for value, limit, unit in (
            (reading.power_kw, settings.load_kw, "kW"),
            (reading.current_a, settings.load_a, "A"),
        )
        if value is not None and limit is not None
    ]
    if shown:
        says = _either(*(beyond(abs(value), limit) for value, limit, _ in shown))
        words = partial(_loads, shown, reading.at, settings.timezone)
        yield Verdict(AlarmKind.OVER_LOAD, says, reading.at, words, settings.checks.load)


def _voltage(reading: Reading, settings: MeterSettings) -> Iterator[Verdict]:
    volts, high, low = reading.voltage_v, settings.voltage_high, settings.voltage_low
    if volts is not None and high is not None and low is not None:
        says = _either(beyond(volts, high), below(volts, low))
        words = partial(_volts, volts, low.over, high.over, reading.at, settings.timezone)
        yield Verdict(AlarmKind.VOLTAGE, says, reading.at, words, settings.checks.voltage)


def _either(*says: bool | None) -> bool | None:
    """Whether one of several limits is passed; not passed only where none is, nor in its band."""
    return True if True in says else None if None in says else False


def _flag(name: Words, flag: bool, at: datetime, timezone: str) -> Words:
    zh, en = ("有", "set") if flag else ("无", "not set")
    when = local(at, timezone)
    return Words(f"表计状态“{name.zh}”：{zh}（{when}）", f"the meter's flag “{name.en}” is {en} ({when})")


def _reverse(state: Register, reading: Reading, settings: MeterSettings) -> Words:
    unit, back, at = settings.medium.unit, state.back, local(reading.at, settings.timezone)
    words = Words(
        f"读数 {reading.value} {unit}（{at}），比最高读数 {state.highest} 倒退 {back} {unit}",
        f"reading {reading.value} {unit} ({at}), {back} {unit} back from the highest, {state.highest}",
    )
    flagged = Words("，表计报“反向”", ", and the meter says “reverse”")
    return words + flagged if reading.reverse else words


def _still(state: Register, reading: Reading, settings: MeterSettings) -> Words:
    since = state.moved or reading.at
    length, when = spoken((reading.at - since).total_seconds()), local(since, settings.timezone)
    value = f"{reading.value} {settings.medium.unit}"
    if since == reading.at:
        return Words(f"读数 {value}，又走了（{when}）", f"reading {value}: it moves again ({when})")
    words = Words(
        f"读数 {value} 已 {length.zh}未变（从 {when} 起）", f"reading {value} unchanged for {length.en} (since {when})"
    )
    if not state.unpaid_kwh:
        return words
    unpaid = f"{state.unpaid_kwh:.2f} kWh"
    return words + Words(f"，其间所示功率合 {unpaid}", f", while the power shown comes to {unpaid}")


def _flow(mean: Decimal, limit: Limit, since: datetime, to: datetime, timezone: str) -> Words:
    between = f"{local(since, timezone)} – {local(to, timezone)}"
    return Words(
        f"流量 {mean:.2f} m³/h（{between}），界限 {limit.over} m³/h",
        f"flow {mean:.2f} m³/h ({between}), limit {limit.over} m³/h",
    )


def _offset(offset_s: float, at: datetime, timezone: str) -> Words:
    zh, en = ("快", "fast") if offset_s >= 0 else ("慢", "slow")
    length, when = spoken(abs(offset_s)), local(at, timezone)
    return Words(f"表计时钟{zh} {length.zh}（{when}）", f"the meter's clock is {length.en} {en} ({when})")


def _loads(shown: Sequence[tuple[Decimal, Limit, str]], at: datetime, timezone: str) -> Words:
    when = local(at, timezone)
    zh = "、".join(f"{value} {unit}（界限 {limit.over}）" for value, limit, unit in shown)
    en = ", ".join(f"{value} {unit} (limit {limit.over})" for value, limit, unit in shown)
    return Words(f"负荷 {zh}，{when}", f"load {en}, {when}")


def _volts(volts: Decimal, low: Decimal, high: Decimal, at: datetime, timezone: str) -> Words:
    when = local(at, timezone)
    return Words(
        f"电压 {volts} V（{when}），允许 {low} – {high} V", f"voltage {volts} V ({when}), allowed {low} – {high} V"
    )
