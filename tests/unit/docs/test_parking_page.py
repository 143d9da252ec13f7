"""docs/parking.md says what the rules do, and in their words."""

import pytest

from cloud.console.words import WORDS
from contract.berth import BerthState
from contract.parking import VehicleClass, ZoneKind
from contract.plates import PermitKind
from contract.sheets import KINDS
from contract.vehicle import Sign
from edge.app.findings import VEHICLES
from edge.config import Zombie, Zone
from edge.rules import berths, doubling
from edge.rules.signs import Trace, tell
from edge.values import ClockTrust, Moment, Wear
from tests.unit.docs.pages import code, read, section
from tests.unit.rules.street import START, square

PAGE = read("docs/parking.md")
SIGNS = section(PAGE, "僵尸车")


@pytest.mark.parametrize("sign", Sign)
def test_every_sign_is_quoted_as_it_is_told(sign: Sign) -> None:
    seen = Moment(0, START, ClockTrust.UNSYNCED)
    trace = Trace(sign, seen, looks=40, wear=Wear(8, 0.04, 0.3), permit=PermitKind.RESIDENT)
    assert f"| `{sign.value}` | {tell(trace, 'Asia/Shanghai').words_zh} | " in SIGNS


def limit(kind: ZoneKind) -> str:
    settings = {"dwell": "7d"} if kind is ZoneKind.BERTH else {}
    zone = Zone.model_validate({"id": "z", "kind": kind, "polygon": square(0, 0, 1, 1), **settings})
    dwell = "必须写明" if settings else f"{zone.dwell / 60:g} 分钟"
    return f"{dwell} | {'、'.join(VEHICLES[vehicle].split()[0] for vehicle in zone.vehicles)}"


@pytest.mark.parametrize("kind", ZoneKind)
def test_every_kind_of_zone_stands_there_with_what_holds(kind: ZoneKind) -> None:
    assert f"| `{kind.value}` | {WORDS[f'zone.{kind.value}'].zh} | {limit(kind)} |" in PAGE


def test_all_classes_of_vehicles_are_watched_somewhere() -> None:
    assert all(VEHICLES[vehicle].split()[0] in PAGE for vehicle in VehicleClass)


@pytest.mark.parametrize("state", BerthState)
def test_every_state_of_a_berth_is_called_as_on_the_page(state: BerthState) -> None:
    assert f"| {WORDS[f'berth.{state.value}'].zh} `{state.value}` | " in PAGE


def test_findings_are_called_as_on_the_page() -> None:
    assert f"“{WORDS['found.no_permit'].zh}”" in PAGE
    assert f"“{WORDS['found.double_parked'].zh}”" in PAGE


def test_figures_are_those_that_hold() -> None:
    usual = Zombie()
    for words, figure in [
        ("停满 {:g} 天，有迹象", usual.suspected_after / 86_400),
        ("停满 {:g} 天，迹象还在", usual.confirmed_after / 86_400),
        ("确认后每满 {:g} 天", usual.milestone_every / 86_400),
        ("连续 {:g} 秒看到没有车", berths.FREE_S),
        ("停满 {:g} 分钟", berths.TAKEN_S / 60),
        ("看不清超过 {:g} 分钟", berths.UNSEEN_S / 60),
        ("被挡住超过 {:g} 分钟", berths.HIDDEN_S / 60),
        ("每 {:g} 分钟上报", berths.REPORT_EVERY_S / 60),
    ]:
        assert words.format(figure) in PAGE
    assert (doubling.BEFORE, doubling.REACH) == (0.5, 1.0)  # "较窄一辆的一半", "一个车身的高度"


def test_the_list_s_kinds_are_words_that_it_takes() -> None:
    (example,) = code(PAGE, "text")
    words = {line.split(",")[1] for line in example.splitlines()[1:]}
    assert words <= {word for kind in KINDS.values() for word in kind}
