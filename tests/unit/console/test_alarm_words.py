"""What to do first is said of every alarm, in both languages."""

import re

import pytest

from cloud.cases.domain import Device
from cloud.cases.endings import HOLDS
from cloud.cases.vocabulary import CaseKind, Found
from cloud.console.alarm_words import FIRST, first
from contract.gating import GateAlarmKind, SensorAlarmKind, SensorKind
from contract.metering import Medium, MeterAlarmKind

HAN = re.compile(r"[\u4e00-\u9fff]")

ALARMS = [
    *((CaseKind.METER, kind, medium) for kind in MeterAlarmKind for medium in ("", *Medium)),
    *((CaseKind.GATE, kind, "") for kind in GateAlarmKind),
    *((CaseKind.SENSOR, kind, sensor) for kind in SensorAlarmKind for sensor in SensorKind),
]


@pytest.mark.parametrize("alarm", ALARMS, ids=["-".join(map(str, alarm)) for alarm in ALARMS])
def test_each_alarm_says_what_to_do_first(alarm: tuple[CaseKind, str, str]) -> None:
    sort, kind, watches = alarm
    advice = first(Device(sort, "d", "", watches), Found(kind))
    assert advice is not None
    assert HAN.search(advice.zh)
    assert not HAN.search(advice.en)


def test_no_advice_is_of_an_alarm_that_there_is_not() -> None:
    media = {*Medium, *SensorKind}
    for key in FIRST:
        kind, _, watches = key.partition(".")
        assert kind in set(HOLDS)
        assert not watches or watches in media
