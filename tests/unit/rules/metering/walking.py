"""Walks of a meter: readings in minutes and units of the register, what was said at which minute."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from edge.rules.alarms import AlarmFinding
from edge.rules.metering import meter
from edge.rules.metering.meter import Meter
from edge.rules.metering.readings import Reading
from edge.rules.metering.settings import ELECTRICITY, WATER, MeterSettings
from edge.rules.metering.slots import SlotUse

START = datetime(2026, 5, 3, 16, tzinfo=UTC)  # midnight in Shanghai
WIRED_WATER = replace(WATER, late_s=0)
WIRED_POWER = replace(ELECTRICITY, late_s=0)

Said = tuple[float, str, str]


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def reading(minute: float, value: float | str, **more: object) -> Reading:
    return replace(Reading("m", at(minute), Decimal(str(value))), **more)  # type: ignore[arg-type]


def said(findings: Iterable[AlarmFinding]) -> list[Said]:
    return [
        ((finding.at - START).total_seconds() / 60, finding.kind.value, finding.phase.value) for finding in findings
    ]


def walk(readings: Sequence[Reading], settings: MeterSettings = WIRED_WATER) -> list[AlarmFinding]:
    """Each reading comes at once; the state goes through bytes between any two."""
    return walked(readings, settings)[0]


def walked(
    readings: Sequence[Reading], settings: MeterSettings = WIRED_WATER
) -> tuple[list[AlarmFinding], list[SlotUse], Meter]:
    state, findings, slots = Meter("m"), [], []  # type: ignore[var-annotated]
    for one in readings:
        state, found, known = meter.step(state, [one], now=one.at, settings=settings)
        state = Meter.from_bytes(state.to_bytes())
        findings += found
        slots += known
    return findings, slots, state


def flowing(flows: Iterable[float], start: float = 100.0, every: float = 30) -> list[Reading]:
    """Readings from minute 0 on; each flow is what was used in the half hour before the next reading, litres."""
    readings, litres = [reading(0, f"{start:.3f}")], start * 1000
    for i, used in enumerate(flows, 1):
        litres += used
        readings.append(reading(i * every, f"{litres / 1000:.3f}"))
    return readings
