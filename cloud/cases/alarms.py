"""What a gateway says of a meter, a gate or a sensor, and what it does to the case, as pure steps. No clock, no I/O.

One case a device: what it is in alarm for beside belongs to the same case, and of each kind the latest alarm is kept.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from cloud.cases.domain import Alarm, Case, Device, HistoryEntry
from cloud.cases.steps import Change, end, filed
from cloud.cases.vocabulary import DEVICE, CaseKind, Found, Name, Note, Source, Stage, Verification
from contract.alarms import AlarmData
from contract.envelope import ClockTrust
from contract.gating import (
    GateAlarmCleared,
    GateAlarmData,
    GateAlarmOpened,
    SensorAlarmCleared,
    SensorAlarmData,
    SensorAlarmOpened,
)
from contract.metering import MeterAlarmCleared, MeterAlarmData, MeterAlarmOpened

Opened = MeterAlarmOpened | GateAlarmOpened | SensorAlarmOpened
Cleared = MeterAlarmCleared | GateAlarmCleared | SensorAlarmCleared
AlarmEvent = Opened | Cleared
DeviceData = MeterAlarmData | GateAlarmData | SensorAlarmData

_KINDS: Final[dict[type[AlarmEvent], CaseKind]] = {
    MeterAlarmOpened: CaseKind.METER,
    MeterAlarmCleared: CaseKind.METER,
    GateAlarmOpened: CaseKind.GATE,
    GateAlarmCleared: CaseKind.GATE,
    SensorAlarmOpened: CaseKind.SENSOR,
    SensorAlarmCleared: CaseKind.SENSOR,
}


@dataclass(frozen=True, slots=True)
class Ending:
    """That an alarm is over, or where it was not `seen`, that nobody knows. `ended_at` is by the gateway's clock."""

    event_id: str
    epoch: str
    alarm: str
    kind: Found
    ended_at: datetime
    words: Name
    seen: bool = True


def device_of(event: AlarmEvent) -> Device:
    """The meter or household, the gate or the sensor that an event is about."""
    data = event.data
    watches = ""
    if isinstance(data, MeterAlarmData) and data.medium is not None:
        watches = data.medium.value
    if isinstance(data, SensorAlarmData):
        watches = data.sensor.value
    return Device(_KINDS[type(event)], data.device, data.device_name, watches)


def ending(event_id: str, epoch: str, data: DeviceData) -> Ending:
    """What an event says that tells of an alarm's end."""
    return Ending(event_id, epoch, data.alarm, Found(data.kind.value), data.found_at, _words(data), data.seen)


def collect(event: Opened, *, case_id: str, number: str, now: datetime, odd_time: bool) -> Change:
    """Open a case for an alarm; it is filed and dispatched by itself."""
    alarm = _alarm(event)
    case = Case(
        id=case_id,
        number=number,
        community=event.community,
        gateway=event.gateway,
        camera="",
        zone="",
        zone_kind="",
        zone_name="",
        slot="",
        stay="",
        vehicle="",
        stage=Stage.COLLECTED,
        verification=Verification.NONE,
        verification_reason="",
        version=1,
        entered_at=alarm.began_at,
        opened_at=now,
        updated_at=now,
        closed_at=None,
        closed_by=None,
        dwell_s=0.0,
        limit_s=0.0,
        vehicle_present=False,
        sightings=1,
        rework=0,
        rating=None,
        clock=ClockTrust(event.clock),
        odd_time=odd_time,
        simulated=event.data.simulated,
        found=(alarm.kind,),
        source=Source.DEVICE,
        device=device_of(event),
        alarms=(alarm,),
    )
    return filed(case, by=DEVICE, note=_note(alarm.kind, alarm.words), event_id=event.id, now=now)


def alarm_again(case: Case, event: Opened, *, now: datetime, odd_time: bool) -> Change:
    """A further alarm of the device of an open case: it belongs to the case. Of each kind the latest is kept."""
    alarm, told = _alarm(event), {each.kind: each for each in case.alarms}
    before = told.get(alarm.kind)
    simulated = case.simulated or event.data.simulated
    changed = replace(case, sightings=case.sightings + 1, simulated=simulated, updated_at=now)
    if before is None or _follows(alarm, before):
        told[alarm.kind] = replace(alarm, times=1 if before is None else before.times + 1)
        changed = replace(changed, device=device_of(event), clock=ClockTrust(event.clock), odd_time=odd_time)
    else:
        told[alarm.kind] = replace(before, times=before.times + 1)
    changed = replace(changed, found=tuple(told), alarms=tuple(told.values()))
    note = _note(alarm.kind, alarm.words)
    return Change(changed, (HistoryEntry(now, Note.ALARMED, case.stage, DEVICE, note, event.id),))


def _follows(alarm: Alarm, before: Alarm) -> bool:
    """Whether an alarm came after another of its kind. A store made anew counts anew: what comes from it is later."""
    return alarm.epoch != before.epoch or alarm.seq > before.seq


def clear(case: Case, over: Ending, *, now: datetime, told_at: datetime) -> Change:
    """An alarm is over. A case that is reported handled closes with the last of them.

    One that is not watched any more stands: no device will say that it is over, so in the end a person does.

    Args:
        told_at: when it came; before `now` where it had to wait for the case.
    """
    note = _note(over.kind, over.words)
    if not over.seen:
        unwatched = HistoryEntry(told_at, Note.UNWATCHED, case.stage, DEVICE, note, over.event_id)
        return Change(replace(case, updated_at=now), (unwatched,))
    alarms = tuple(_ended(alarm, over) for alarm in case.alarms)
    entry = HistoryEntry(told_at, Note.ENDED, case.stage, DEVICE, note, over.event_id)
    return end(Change(replace(case, alarms=alarms, updated_at=now), (entry,)), over.event_id, now=now)


def _ended(alarm: Alarm, over: Ending) -> Alarm:
    if (alarm.epoch, alarm.alarm, alarm.kind) != (over.epoch, over.alarm, over.kind):
        return alarm
    return replace(alarm, ended_at=over.ended_at, ended=over.words)


def _alarm(event: Opened) -> Alarm:
    data = event.data
    alarm = Alarm(
        kind=Found(data.kind.value),
        alarm=data.alarm,
        epoch=event.epoch,
        seq=event.seq,
        began_at=data.began_at,
        found_at=data.found_at,
        words=_words(data),
    )
    if isinstance(data, MeterAlarmData):
        return replace(alarm, corroborated=data.corroborated, missing=data.missing)
    return alarm


def _words(data: AlarmData) -> Name:
    return Name(" ".join(data.words_zh.split()), " ".join(data.words_en.split()))


def _note(kind: Found, words: Name) -> str:
    """What a history says of it: a line that names the kind, one in Chinese, one in English."""
    return "\n".join((kind.value, words.zh, words.en))
