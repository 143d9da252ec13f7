"""docs/meters.md and the installers' handbook: every alarm, every limit that may be set, every state of a line."""

import tomllib
from pathlib import Path

import pytest

from contract.device import LineState
from contract.gating import GateAlarmKind, SensorAlarmKind
from contract.metering import MeterAlarmKind
from edge.config import Meter, parse
from edge.config.lines import FITTING
from tests.unit.docs.pages import code, named, read, section

PAGE = read("docs/meters.md")
KINDS = [*MeterAlarmKind, *GateAlarmKind, *SensorAlarmKind]


@pytest.mark.parametrize("kind", KINDS)
def test_every_alarm_is_explained(kind: MeterAlarmKind | GateAlarmKind | SensorAlarmKind) -> None:
    assert kind.value in {word for words in named(PAGE) for word in words.split()} or kind is MeterAlarmKind.WELFARE


@pytest.mark.parametrize("name", FITTING)
def test_every_limit_that_may_be_set_is_named(name: str) -> None:
    assert name in Meter.model_fields
    assert f"`{name}" in section(PAGE, "哪些可以改")


@pytest.mark.parametrize("state", LineState)
def test_every_state_of_a_line_is_in_the_installers_handbook(state: LineState) -> None:
    assert f"| `{state.value}` |" in section(read("docs/installers.md"), "11.")


def test_the_least_that_an_installer_writes_is_right() -> None:
    (least,) = code(section(read("docs/installers.md"), "11."), "toml")
    head = {"gateway": {"community": "demo", "id": "gw-1", "data": "data"}}
    config = parse(head | tomllib.loads(least), "gateway.toml", folder=Path("/etc/linli"))
    assert [meter.id for meter in config.lines[0].meters] == ["water-3-502"]
