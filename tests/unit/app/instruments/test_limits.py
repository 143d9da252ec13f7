"""An installer's settings become limits of the rules; what is left out is as the rules have it."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from contract.gating import SensorKind
from edge.app.instruments.limits import absences, contact_limits, gate_limits, meter_limits, welfare_limits
from edge.config import Away, Gate, Household, Input, Meter, Sensor
from edge.rules.gating.settings import ContactSettings, GateSettings
from edge.rules.gating.signals import GateInput
from edge.rules.metering.readings import Medium
from edge.rules.metering.settings import Limit, MeterSettings

ZONE = "Asia/Urumqi"


def meter(medium: str, **settings: object) -> Meter:
    device = {"registers": None, "device": "cjt188:10:00000000000001"}
    return Meter.model_validate({"id": "m", "medium": medium, **device, **settings})


@pytest.mark.parametrize("medium", Medium)
def test_what_is_left_out_is_as_the_rules_have_it(medium: Medium) -> None:
    usual, limits = MeterSettings.of(medium), meter_limits(meter(medium.value), ZONE)
    assert limits is not None
    names = set(MeterSettings.__dataclass_fields__) - {"late_s", "timezone"}
    assert {name: getattr(limits, name) for name in names} == {name: getattr(usual, name) for name in names}
    assert limits.timezone == ZONE


def test_nobody_judges_heat() -> None:
    assert meter_limits(meter("heat"), ZONE) is None


CHANGED = [
    # medium,        setting,                 what becomes of it
    ("water", {"resolution": 0.01}, {"resolution": Decimal("0.01")}),
    ("water", {"max_flow": 25}, {"most_flow": Decimal(25)}),
    ("water", {"burst": 2.4}, {"burst": Limit(Decimal("2.4"), Decimal("1.2"))}),
    ("water", {"burst": 10}, {"most_flow": Decimal(11)}),
    ("gas", {"burst": 5}, {"burst": Limit(Decimal(5), Decimal(4))}),
    ("water", {"leak": False}, {"leak": False}),
    ("water", {"standstill": "30d"}, {"still_s": 30 * 86_400}),
    ("gas", {"offline": "1h"}, {"offline_s": 3600}),
    ("electricity", {"max_load_kw": 26.4}, {"load_kw": Limit(Decimal("26.4"), Decimal("23.8"))}),
    ("electricity", {"max_load_kw": 26.4}, {"most_flow": Decimal("29.04")}),
    ("electricity", {"max_load_a": 40}, {"load_a": Limit(Decimal(40), Decimal(36))}),
]  # fmt: skip


@pytest.mark.parametrize(("medium", "settings", "becomes"), CHANGED, ids=[str(row[1]) for row in CHANGED])
def test_a_setting_becomes_its_limit(medium: str, settings: dict[str, object], becomes: dict[str, object]) -> None:
    limits = meter_limits(meter(medium, **settings), ZONE)
    assert {name: getattr(limits, name) for name in becomes} == becomes


def test_a_household_s_absence_is_whole_days_at_the_place() -> None:
    household = Household(id="h", water="w", away=(Away(since=date(2026, 2, 10), until=date(2026, 2, 12)),))
    (away,) = absences(household, ZONE)
    assert away.since == datetime(2026, 2, 10, tzinfo=ZoneInfo(ZONE))
    assert away.until == datetime(2026, 2, 13, tzinfo=ZoneInfo(ZONE))
    assert welfare_limits(Decimal("0.01"), ZONE).step_l == 10


def test_a_gate_passes_by_its_beam_or_else_by_its_loop() -> None:
    gate = Gate(id="g", board="b", inputs=(Input.LOOP, Input.DOOR, Input.BEAM))
    assert (gate_limits(gate, ZONE).passes, gate_limits(gate, ZONE).door) == (GateInput.BEAM, True)
    loop = Gate(id="g", board="b", inputs=(Input.LOOP,), stuck_after=60, blocked_after=90)
    limits = gate_limits(loop, ZONE)
    assert (limits.passes, limits.door) == (GateInput.LOOP, False)
    assert (limits.stuck.rise_s, limits.fire_lane.rise_s) == (60, 90)
    usual = GateSettings()
    assert (limits.stuck.fall_s, limits.fire_lane.fall_s) == (usual.stuck.fall_s, usual.fire_lane.fall_s)


@pytest.mark.parametrize("kind", SensorKind)
def test_a_contact_has_the_limits_of_its_kind(kind: SensorKind) -> None:
    sensor = Sensor.model_validate({"id": "s", "kind": kind.value, "board": "b", "input": "loop"})
    assert contact_limits(sensor, ZONE).alarm == ContactSettings.of(kind).alarm
