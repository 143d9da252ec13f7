"""From findings of the rules to events that open and clear in turn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from contract.alarms import AlarmData
from contract.gating import GateAlarmKind, SensorAlarmData, SensorAlarmKind, SensorKind
from contract.metering import Medium, MeterAlarmData, MeterAlarmKind, Witness
from edge.app.instruments.alarms import Alarms, Drafting, Subject, gate_draft, meter_draft, sensor_draft
from edge.app.instruments.ledger import Ledger
from edge.outbox import Draft
from edge.rules.alarms import AlarmFinding, AlarmKind, Phase, Words
from edge.values import ClockTrust, Moment

AT = datetime(2026, 3, 2, 4, 15, tzinfo=UTC)
SUBJECT = Subject("w-1", "3号楼502水表", "building-3", simulated=True)
METER: Drafting = partial(meter_draft, subject=SUBJECT, medium=Medium.WATER)
HOUSEHOLD: Drafting = partial(meter_draft, subject=Subject("flat", "", "", simulated=False), medium=None)
GATE: Drafting = partial(gate_draft, subject=SUBJECT)
SENSOR: Drafting = partial(sensor_draft, subject=SUBJECT, sensor=SensorKind.GAS)


@dataclass(slots=True)
class Store:
    drafts: list[Draft] = field(default_factory=list)
    kept: dict[str, bytes] = field(default_factory=dict)

    def commit(self, drafts: Sequence[Draft], *, state: Mapping[str, bytes]) -> None:
        self.drafts += drafts
        self.kept |= state

    def state(self, name: str) -> bytes | None:
        return self.kept.get(name)


def finding(
    kind: AlarmKind, phase: Phase, minute: int = 0, *, began: int = 0, words: str = "看到 seen"
) -> AlarmFinding:
    at = AT + timedelta(minutes=minute)
    return AlarmFinding(kind, phase, "w-1", at, AT + timedelta(minutes=began), Words(words, words))


async def told(
    store: Store, findings: Sequence[AlarmFinding], drafting: Drafting, **more: frozenset[AlarmKind]
) -> None:
    ledger = Ledger(store, wake=lambda: None)
    Alarms(ledger, lambda: Moment(0.0, AT, ClockTrust.SYNCED)).tell(findings, drafting, **more)
    await ledger.commit()


async def test_what_ends_names_what_began_it_over_restarts_and_a_second_one_is_another() -> None:
    store = Store()
    for minute, phase in enumerate([Phase.OPENED, Phase.CLEARED, Phase.OPENED, Phase.CLEARED]):
        await told(store, [finding(AlarmKind.BATTERY_LOW, phase, minute)], METER)
    opened, cleared, again, over = [draft.data for draft in store.drafts]
    assert isinstance(opened, AlarmData)
    assert opened.alarm == f"w-1.battery-low.{int(AT.timestamp())}"
    names = [data.alarm for data in (opened, cleared, again, over) if isinstance(data, AlarmData)]
    assert names[0] == names[1] != names[2] == names[3]


async def test_none_is_opened_twice_nor_cleared_before_it_was_opened() -> None:
    store = Store()
    await told(store, [finding(AlarmKind.LEAK, Phase.CLEARED), finding(AlarmKind.LEAK, Phase.OPENED)], METER)
    await told(store, [finding(AlarmKind.LEAK, Phase.OPENED, 9)], METER)
    assert [draft.type for draft in store.drafts] == ["meter.alarm.opened.v1"]


async def test_what_is_not_judged_is_neither_opened_nor_cleared_but_what_stands_is_ended() -> None:
    store, kinds = Store(), frozenset({AlarmKind.FORCED})
    await told(store, [finding(AlarmKind.FORCED, phase) for phase in Phase], GATE, unjudged=kinds)
    assert store.drafts == []
    await told(store, [finding(AlarmKind.FORCED, Phase.OPENED)], GATE)
    await told(store, [finding(AlarmKind.FORCED, Phase.CLEARED, 1)], GATE, unjudged=kinds)
    assert [draft.type for draft in store.drafts] == ["gate.alarm.opened.v1", "gate.alarm.cleared.v1"]


STRAYS = [
    # name,                          who,              what is judged still,           ended
    ("all is judged",                METER,            {"w-1": {"leak"}},              False),
    ("the meter is gone",            METER,            {},                             True),
    ("leaks are not judged",         METER,            {"w-1": {"jump"}},              True),
    ("the household is gone",        HOUSEHOLD,        {"w-1": {"leak"}},              True),
]  # fmt: skip


@pytest.mark.parametrize(("who", "judged", "ended"), [row[1:] for row in STRAYS], ids=[row[0] for row in STRAYS])
async def test_what_nothing_would_end_is_ended_once_and_nobody_is_told_that_all_is_well(
    who: Drafting, judged: dict[str, set[str]], ended: bool
) -> None:
    store = Store(kept={"meter/w-1": b"{}", "household/flat": b"{}"})
    await told(store, [finding(AlarmKind.LEAK, Phase.OPENED)], who)
    unset = Moment(0.0, AT - timedelta(days=9000), ClockTrust.UNSYNCED)
    for _ in range(2):
        ledger = Ledger(store, wake=lambda: None)
        Alarms(ledger, lambda: unset).give_up(judged)
        await ledger.commit()
    opened, *over = [draft.data for draft in store.drafts if isinstance(draft.data, AlarmData)]
    assert [(data.alarm, data.found_at) for data in over] == [(opened.alarm, opened.found_at)] * ended
    assert opened.seen
    assert not any(data.seen for data in over)
    assert all("不得而知" in data.words_zh and "not known" in data.words_en for data in over)
    assert [draft.subject for draft in store.drafts[1:]] == [store.drafts[0].subject] * ended
    gone = opened.device not in judged
    assert Ledger(store, wake=lambda: None).read("meter/w-1", bytes) == (None if gone and who is METER else b"{}")
    assert Ledger(store, wake=lambda: None).read("household/flat", bytes) == (None if who is HOUSEHOLD else b"{}")


@pytest.mark.parametrize("kept", [b"{", b'{"w-1.leak": {"data": {"device_name": "somebody at home"}}}'])
async def test_a_state_that_cannot_be_read_begins_anew_and_the_log_names_nobody(
    kept: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(kept={"alarms": kept})
    await told(store, [finding(AlarmKind.LEAK, Phase.OPENED)], METER)
    assert len(store.drafts) == 1
    assert "状态读不了" in caplog.records[0].getMessage()
    assert "somebody" not in caplog.text


METERS = [(kind, METER, MeterAlarmKind(kind.value)) for kind in AlarmKind if kind.value in set(MeterAlarmKind)]
GATES = [(kind, GATE, GateAlarmKind(kind.value)) for kind in AlarmKind if kind.value in set(GateAlarmKind)]
SENSORS = [
    (AlarmKind.INPUT_ALARM, SENSOR, SensorAlarmKind.ALARM),
    (AlarmKind.INPUT_FAULT, SENSOR, SensorAlarmKind.FAULT),
    (AlarmKind.INPUT_SILENT, SENSOR, SensorAlarmKind.SILENT),
]


def test_each_kind_of_the_rules_is_told() -> None:
    assert {kind for kind, _, _ in [*METERS, *GATES, *SENSORS]} == set(AlarmKind)


@pytest.mark.parametrize(("kind", "drafting", "said"), [*METERS, *GATES, *SENSORS], ids=lambda value: str(value)[:20])
@pytest.mark.parametrize("phase", Phase)
async def test_each_kind_becomes_its_event(
    kind: AlarmKind, drafting: Drafting, said: MeterAlarmKind | GateAlarmKind | SensorAlarmKind, phase: Phase
) -> None:
    draft = drafting(finding(kind, phase), "w-1.x.1", Moment(0.0, AT, ClockTrust.SYNCED))
    assert draft.type.split(".")[1:3] == ["alarm", phase.value]
    assert draft.data.model_dump()["kind"] == said
    assert draft.data.simulated is True
    assert draft.subject == "building-3/w-1"


def test_who_bears_out_a_household_s_alarm_is_named() -> None:
    one = AlarmFinding(
        AlarmKind.WELFARE, Phase.OPENED, "flat", AT, AT, Words("没有用水", "no water"),
        corroborated=(Witness.DOOR,), missing=(Witness.ELECTRICITY,),
    )  # fmt: skip
    draft = HOUSEHOLD(one, "flat.welfare.1", Moment(0.0, AT, ClockTrust.SYNCED))
    assert isinstance(draft.data, MeterAlarmData)
    assert (draft.data.corroborated, draft.data.missing, draft.data.medium) == (
        (Witness.DOOR,),
        (Witness.ELECTRICITY,),
        None,
    )
    assert draft.subject == "flat"


def test_words_have_a_limit_and_a_clock_set_back_makes_no_event_of_the_future() -> None:
    one = finding(AlarmKind.INPUT_ALARM, Phase.CLEARED, 1, began=9, words="燃" * 501)
    data = SENSOR(one, "w-1.x.1", Moment(0.0, AT, ClockTrust.SYNCED)).data
    assert isinstance(data, SensorAlarmData)
    assert len(data.words_zh) == 500
    assert data.began_at == data.found_at == AT + timedelta(minutes=1)


async def test_the_longest_name_makes_a_name_for_an_alarm() -> None:
    store, subject = Store(), Subject("d" * 63, "", "l" * 63, simulated=False)
    one = AlarmFinding(AlarmKind.INPUT_SILENT, Phase.OPENED, "d" * 63, AT, AT, Words("静", "silent"))
    await told(store, [one], partial(sensor_draft, subject=subject, sensor=SensorKind.TANK_HIGH))
    assert len(store.drafts) == 1


async def test_the_log_says_what_is_in_alarm_and_what_is_over_but_nothing_of_households(
    caplog: pytest.LogCaptureFixture,
) -> None:
    await told(Store(), [finding(AlarmKind.WELFARE, phase) for phase in Phase], HOUSEHOLD)
    await told(Store(), [finding(AlarmKind.LEAK, Phase.OPENED), finding(AlarmKind.LEAK, Phase.CLEARED, 9)], METER)
    lines = [record.getMessage() for record in caplog.records]
    assert lines == ["w-1: 报警 alarm leak: 看到 seen", "w-1: 恢复 over leak: 看到 seen"]
