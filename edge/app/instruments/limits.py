"""From an installer's settings to the limits of the rules."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from contract.metering import Medium
from edge.config import Gate, Household, Input, Meter, Sensor
from edge.rules.gating.settings import ContactSettings, GateSettings
from edge.rules.gating.signals import GateInput
from edge.rules.holding import Times
from edge.rules.metering import readings
from edge.rules.metering.settings import Limit, MeterSettings
from edge.rules.metering.welfare import Away, WelfareSettings

LATE_S: Final = 60.0  # a line is read in order, and a reading takes some seconds
MARGIN: Final = Decimal("1.1")  # over the highest load, before a reading is taken for a wrong one
LITRES: Final = 1000


def meter_limits(meter: Meter, timezone: str) -> MeterSettings | None:
    """The limits of a meter; None for heat, which no rule judges."""
    if meter.medium is Medium.HEAT:
        return None
    usual = MeterSettings.of(readings.Medium(meter.medium.value))
    highest = meter.max_load_kw or meter.burst or Decimal(0)
    return replace(
        usual,
        resolution=meter.resolution or usual.resolution,
        most_flow=meter.max_flow or max(usual.most_flow, highest * MARGIN),
        burst=_scaled(usual.burst, meter.burst),
        leak=usual.leak and meter.leak,
        still_s=usual.still_s if meter.standstill is None else meter.standstill,
        load_kw=_scaled(usual.load_kw, meter.max_load_kw),
        load_a=_scaled(usual.load_a, meter.max_load_a),
        offline_s=usual.offline_s if meter.offline is None else meter.offline,
        late_s=LATE_S,
        timezone=timezone,
    )


def _scaled(usual: Limit | None, over: Decimal | None) -> Limit | None:
    """A limit with the usual band under it, in proportion."""
    return usual if usual is None or over is None else Limit(over, over * usual.under / usual.over)


def welfare_limits(resolution: Decimal, timezone: str) -> WelfareSettings:
    """The limits of a household; `resolution` of its water meter, m³."""
    return WelfareSettings(step_l=float(resolution) * LITRES, timezone=timezone)


def absences(household: Household, timezone: str) -> Iterator[Away]:
    """Announced days, from midnight to midnight at the place."""
    zone = ZoneInfo(timezone)
    for away in household.away:
        since = datetime.combine(away.since, time(), zone)
        yield Away(since, datetime.combine(away.until + timedelta(days=1), time(), zone))


def gate_limits(gate: Gate, timezone: str) -> GateSettings:
    """The limits of a gate: passes are counted by the beam, or else by the loop."""
    usual = GateSettings()
    return replace(
        usual,
        passes=GateInput.BEAM if Input.BEAM in gate.inputs else GateInput.LOOP,
        door=Input.DOOR in gate.inputs,
        stuck=Times(gate.stuck_after, usual.stuck.fall_s),
        fire_lane=Times(gate.blocked_after, usual.fire_lane.fall_s),
        timezone=timezone,
    )


def contact_limits(sensor: Sensor, timezone: str) -> ContactSettings:
    """The limits of an alarm contact, which is judged up to when its board has told everything."""
    return replace(ContactSettings.of(sensor.kind), late_s=0.0, timezone=timezone)
