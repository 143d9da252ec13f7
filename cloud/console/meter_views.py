"""Meters as the pages show them: a tile in the list, and a meter's own facts."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cloud.console.facts import Eye, Fact, Moment, moment
from cloud.console.meter_words import METER
from cloud.console.times import span
from cloud.console.words import WORDS, Word
from cloud.telemetry.lives import is_believed
from cloud.telemetry.meters import Meter, MeterKey
from contract.envelope import ClockTrust
from contract.metering import Medium, ReadingFlag

# Somebody may be using what nobody pays for, or soon nothing will be known: that wants a person sooner than a battery.
TONES: Final = {
    ReadingFlag.REVERSE: "alert",
    ReadingFlag.TAMPER: "alert",
    ReadingFlag.COVER: "alert",
    ReadingFlag.BATTERY_LOW: "todo",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A short word with a colour."""

    text: Word
    tone: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One meter in the list."""

    path: str
    name: str
    where: str
    value: str
    unit: str
    read: Moment | None  # None: never
    chips: tuple[Chip, ...]
    is_silent: bool  # what is shown is not what it shows now
    simulated: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The meters of one medium."""

    medium: Word
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class MeterCard:
    """A meter's own facts, above its chart."""

    tile: Tile
    medium: Word
    facts: tuple[Fact, ...]
    doubtful_clock: bool


def path_of(key: MeterKey) -> str:
    return f"/meters/{key.community}/{key.gateway}/{key.meter}"


def groups(meters: Sequence[Meter], eye: Eye, in_case: Container[MeterKey]) -> tuple[Group, ...]:
    """Meters by their medium, each in the order given; `in_case` are those with an open case."""
    return tuple(
        Group(METER[f"medium.{medium.value}"], tuple(tile(meter, eye, in_case=meter.key in in_case) for meter in found))
        for medium in Medium
        if (found := [meter for meter in meters if meter.medium is medium])
    )


def tile(meter: Meter, eye: Eye, *, in_case: bool = False) -> Tile:
    """A meter in short; `in_case`: whether an open case is about it, and that is to be said."""
    return Tile(
        path=path_of(meter.key),
        name=meter.name or meter.key.meter,
        where=f"{meter.key.community} / {meter.key.gateway} / {meter.key.meter}",
        value="—" if meter.value is None else amount(meter.value),
        unit=meter.unit.value,
        read=None if meter.latest_at is None else moment(meter.latest_at, eye),
        chips=(*_case(in_case=in_case), *_silence(meter, eye), *_flags(meter)),
        is_silent=meter.is_stale(eye.now),
        simulated=meter.simulated,
    )


def card(meter: Meter, eye: Eye) -> MeterCard:
    """A meter at length."""
    return MeterCard(
        tile=tile(meter, eye),
        medium=METER[f"medium.{meter.medium.value}"],
        facts=tuple(_facts(meter, eye)),
        doubtful_clock=meter.clock is not ClockTrust.SYNCED or meter.odd_time,
    )


def amount(value: Decimal) -> str:
    """A register or a use with the digits that it was told with, never as a power of ten."""
    return f"{value:f}"


def _case(*, in_case: bool) -> tuple[Chip, ...]:
    return (Chip(METER["in_case"], "alert"),) if in_case else ()


def _silence(meter: Meter, eye: Eye) -> tuple[Chip, ...]:
    if meter.latest_at is None or meter.latest_received_at is None:
        return (Chip(METER["never"], "todo"),)
    if not meter.is_stale(eye.now):
        return ()
    believed = is_believed(meter.clock, odd_time=meter.odd_time)
    read_at = min(meter.latest_at, meter.latest_received_at) if believed else meter.latest_received_at
    length = span((eye.now - read_at).total_seconds())
    said = METER["stale"]
    return (Chip(Word(said.zh.format(time=length.zh), said.en.format(time=length.en)), "todo"),)


def _flags(meter: Meter) -> tuple[Chip, ...]:
    return tuple(Chip(WORDS[f"found.{flag.value}"], TONES[flag]) for flag in meter.flags or ())


def _facts(meter: Meter, eye: Eye) -> list[Fact]:
    measured = (("voltage", meter.voltage_v, "V"), ("current", meter.current_a, "A"), ("power", meter.power_kw, "kW"))
    return [
        *(
            Fact(METER[name], Word.same(f"{amount(value)} {unit}"))
            for name, value, unit in measured
            if value is not None
        ),
        *(
            []
            if meter.flags
            else [Fact(METER["flags"], METER["flags_untold" if meter.flags is None else "flags_none"])]
        ),
        Fact(METER["told"], Word.same(moment(meter.received_at, eye).text), hint=_failed(meter)),
        *([_undated(meter)] if meter.undated else []),
    ]


def _undated(meter: Meter) -> Fact:
    return Fact(METER["undated"], Word.same(str(meter.undated)), hint=METER["undated_why"])


def _failed(meter: Meter) -> Word | None:
    return METER["failed"].fill(n=meter.failed) if meter.failed else None
