"""Alarms of a meter, a gate or a sensor as they are shown: what it says, whether it is over, what to do first."""

from dataclasses import dataclass
from typing import Final

from cloud.cases.domain import Alarm, Case, Device
from cloud.cases.vocabulary import CaseKind, Found
from cloud.console.alarm_words import first
from cloud.console.facts import (
    Eye,
    Fact,
    Moment,
    device_word,
    doubtful,
    found_word,
    icon,
    known,
    moment,
    phrase,
)
from cloud.console.times import clock, span
from cloud.console.words import WORDS, Word

# Who may be hurt cannot wait.
URGENT: Final = frozenset({Found.WELFARE, Found.BURST, Found.FIRE_LANE, Found.ALARM})


@dataclass(frozen=True, slots=True)
class AlarmView:
    """One alarm on a case's page."""

    title: Word
    at: Moment  # when the rule was fulfilled
    words: Word
    is_over: bool
    ended: Fact | None  # when and how it ended
    first: Word | None  # what to do first, as long as it is not over
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class DeviceView:
    """The device of a case, with its alarms: those that are urgent first, those that are over last."""

    icon: str  # of static/devices.svg
    name: Word
    alarms: tuple[AlarmView, ...]
    chart_path: str  # of the page with its readings, where it has one
    personal: bool  # it tells of somebody's home and habits


def device_view(case: Case, device: Device, eye: Eye) -> DeviceView:
    return DeviceView(
        icon=icon(device),
        name=device_word(device),
        alarms=tuple(_alarm(case, device, alarm, eye) for alarm in _by_urgency(case)),
        chart_path=_chart_path(case, device),
        personal=Found.WELFARE in case.found,
    )


def title_word(case: Case, device: Device) -> Word:
    """What the case is about: the most urgent of its alarms that are not over, else of all; of several the first."""
    return found_word(case, _main(case).kind) if case.alarms else device_word(device)


def tag_words(case: Case) -> tuple[Word, ...]:
    """The other alarms."""
    return tuple(found_word(case, alarm.kind) for alarm in case.alarms if alarm is not _main(case))


def is_urgent(case: Case) -> bool:
    """Whether one of its alarms that are not over is."""
    return any(alarm.kind in URGENT for alarm in case.standing)


def _by_urgency(case: Case) -> list[Alarm]:
    return sorted(case.alarms, key=lambda alarm: (alarm.ended_at is not None, alarm.kind not in URGENT))


def _main(case: Case) -> Alarm:
    return _by_urgency(case)[0]


def lasting(case: Case, eye: Eye) -> Word:
    """How long what the case is about has been so, or that all is over; by times that cannot be believed no length."""
    if not case.standing:
        return WORDS["alarm.over"]
    if doubtful(case) or not case.is_open:
        return WORDS["alarm.standing"]
    return phrase("alarm.lasting", span((eye.now - _main(case).began_at).total_seconds()))


def _chart_path(case: Case, device: Device) -> str:
    """Where the meter's readings are drawn; a household, a gate or a sensor has none."""
    if device.kind is not CaseKind.METER or not device.watches:
        return ""
    return f"/meters/{case.community}/{case.gateway}/{device.id}"


def _alarm(case: Case, device: Device, alarm: Alarm, eye: Eye) -> AlarmView:
    is_over = alarm.ended_at is not None
    return AlarmView(
        title=found_word(case, alarm.kind),
        at=moment(alarm.found_at, eye),
        words=Word(alarm.words.zh, alarm.words.en),
        is_over=is_over,
        ended=_ended(alarm, eye),
        first=None if is_over else first(device, alarm.kind),
        facts=tuple(_facts(alarm, eye)),
    )


def _ended(alarm: Alarm, eye: Eye) -> Fact | None:
    if alarm.ended_at is None or alarm.ended is None:
        return None
    at = clock(alarm.ended_at, eye.now, eye.zone)
    return Fact(WORDS["alarm.ended"].fill(time=at), Word(alarm.ended.zh, alarm.ended.en))


def _facts(alarm: Alarm, eye: Eye) -> list[Fact]:
    began = clock(alarm.began_at, eye.now, eye.zone)
    told = [Fact(WORDS["alarm.began"], Word(began, began))]
    if alarm.times > 1:
        told.append(Fact(WORDS["alarm.times"], Word(str(alarm.times), str(alarm.times))))
    for label, witnesses in (("corroborated", alarm.corroborated), ("missing", alarm.missing)):
        if witnesses:
            words = [known("witness", witness) for witness in witnesses]
            both = Word("、".join(word.zh for word in words), ", ".join(word.en for word in words))
            told.append(Fact(WORDS[f"alarm.{label}"], both))
    return told
