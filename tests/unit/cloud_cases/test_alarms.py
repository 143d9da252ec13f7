"""Alarms of a device, walked: one case, closed by the device once each of its alarms is over, else by a person."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cloud.cases import alarms, steps
from cloud.cases.domain import Alarm, Case, Device, HistoryEntry, Refused
from cloud.cases.effects import Given
from cloud.cases.endings import HOLDS, TOLD_WITHIN, wait
from cloud.cases.flow import allowed
from cloud.cases.vocabulary import DEVICE, Action, CaseKind, Found, Name, Source, Stage, Verification
from cloud.cases.wishes import Wish
from contract.envelope import ClockTrust
from contract.events import EVENT
from contract.gating import GateAlarmKind, SensorAlarmKind, SensorKind
from contract.metering import Medium, MeterAlarmKind
from tests.people import person

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
STAFF = "wang.fang"
LOOK = "01930f6e-7a2b-7c3d-8e4f-0123456789ab"
DATA: dict[str, Any] = {
    "device": "w-301",
    "device_name": "3 号楼 301 水表",
    "began_at": NOW - timedelta(days=1),
    "found_at": NOW,
    "words_zh": "看到了",
    "words_en": "seen",
    "medium": "water",
}


def event(kind: str, name: str, seq: int, data: dict[str, Any], **changes: Any) -> Any:
    envelope = {
        "type": name,
        "id": f"01930f6e-7a2b-7c3d-8e4f-{seq:012x}",
        "source": "/linli/demo/gw-1",
        "time": NOW,
        "community": "demo",
        "gateway": "gw-1",
        "epoch": "0123456789abcdef",
        "lane": "alarm" if "opened" in name else "event",
        "seq": seq,
        "clock": ClockTrust.SYNCED,
        "configversion": "0123456789ab",
        "prevhash": "0" * 64,
        "keyid": "0123456789abcdef",
        "sig": "AAAA",
    }
    return EVENT.validate_python({**envelope, **changes, "data": {"kind": kind, **data}})


@dataclass
class Walk:
    """One meter's case.

    `leak+`: it leaks; `leak-`: the last leak is over; `leak-1`: the first; `leak-?`: nobody knows; `late`: time is up.
    """

    case: Case | None = None
    entries: list[HistoryEntry] = field(default_factory=list)
    told: dict[str, int] = field(default_factory=dict)
    seq: int = 0

    def go(self, words: str) -> Case:
        for word in words.split():
            self.step(word)
        assert self.case is not None
        return self.case

    def step(self, word: str) -> None:
        self.seq += 1
        if word.endswith("+"):
            self.opens(word.removesuffix("+"))
        elif "-" in word:
            self.ends(*word.split("-"))
        elif word == "late":
            assert self.case is not None
            self.take(steps.give_up(self.case, now=NOW))
        else:
            self.act(Action(word))

    def opens(self, kind: str, **changes: Any) -> None:
        self.told[kind] = self.told.get(kind, 0) + 1
        said = event(kind, "meter.alarm.opened.v1", self.seq, self.alarm(kind, self.told[kind]), **changes)
        if self.case is None:
            self.take(alarms.collect(said, case_id=LOOK, number="LL-1", now=NOW, odd_time=False))
        else:
            self.take(alarms.alarm_again(self.case, said, now=NOW, odd_time=False))

    def ends(self, kind: str, which: str) -> None:
        assert self.case is not None
        data = self.alarm(kind, int(which.strip("?") or self.told[kind])) | {"seen": which != "?"}
        said = event(kind, "meter.alarm.cleared.v1", self.seq, data)
        over = alarms.ending(said.id, said.epoch, said.data)
        self.take(alarms.clear(self.case, over, now=NOW, told_at=NOW))

    def act(self, action: Action) -> None:
        assert self.case is not None
        look = LOOK if steps.awaited(self.case, action) else None
        note = "又漏了" if action is Action.REOPEN else ""
        self.take(steps.act(self.case, Wish(action, note), Given(person(STAFF), NOW, alone=True, look=look)))

    def alarm(self, kind: str, number: int) -> dict[str, Any]:
        return {**DATA, "alarm": f"w-301.{kind}.{number}"}

    def take(self, change: steps.Change) -> None:
        self.case = change.case
        self.entries += change.entries


OVER = "leak+ leak- accept report"
STOOD = "leak+ accept report late verify_pass"
WALKS = [
    # name, what happens, stage, verification, who closed it, alarms that are not over
    ("opens", "leak+", "dispatched", "none", None, "leak"),
    ("over before anybody took it up", "leak+ leak-", "dispatched", "none", None, ""),
    ("over, then reported", "leak+ leak- accept report", "closed", "ended", DEVICE, ""),
    ("reported, then over", "leak+ accept report leak-", "closed", "ended", DEVICE, ""),
    ("reported, not over yet", "leak+ accept report", "reported", "waiting", None, "leak"),
    ("not over in time", "leak+ accept report late", "reported", "not_ended", None, "leak"),
    ("over too late, but nobody has decided", "leak+ accept report late leak-", "closed", "ended", DEVICE, ""),
    ("a person closes it", "leak+ accept report late verify_pass", "closed", "not_ended", STAFF, "leak"),
    ("over after that", "leak+ accept report late verify_pass leak-", "closed", "not_ended", STAFF, ""),
    ("sent back", "leak+ accept report late verify_fail", "handling", "none", None, "leak"),
    ("sent back, then over", "leak+ accept report late verify_fail leak-", "handling", "none", None, ""),
    ("… and reported", "leak+ accept report late verify_fail leak- report", "closed", "ended", DEVICE, ""),
    ("… reported, then over", "leak+ accept report late verify_fail report leak-", "closed", "ended", DEVICE, ""),
    ("two, one over", "leak+ tamper+ accept report leak-", "reported", "waiting", None, "tamper"),
    ("two, both over", "leak+ tamper+ accept report leak- tamper-", "closed", "ended", DEVICE, ""),
    ("another while it is waited for", "leak+ accept report tamper+ leak-", "reported", "waiting", None, "tamper"),
    ("again while it is waited for", "leak+ accept leak- leak+ report", "reported", "waiting", None, "leak"),
    ("the end of an earlier one", "leak+ leak+ accept report leak-1", "reported", "waiting", None, "leak"),
    ("and of the later one", "leak+ leak+ accept report leak-1 leak-2", "closed", "ended", DEVICE, ""),
    ("not watched any more is not over", "leak+ leak-? accept report", "reported", "waiting", None, "leak"),
    ("so a person says", "leak+ leak-? accept report late verify_pass", "closed", "not_ended", STAFF, "leak"),
    ("watched again, and over", "leak+ leak-? leak+ accept report leak-", "closed", "ended", DEVICE, ""),
    (
        "what was over before a reopening is not believed",
        f"{OVER} reopen accept report",
        "reported",
        "said_before",
        None,
        "",
    ),
    ("a person says so", f"{OVER} reopen accept report verify_pass", "closed", "said_before", STAFF, ""),
    (
        "or sends it back, and again",
        f"{OVER} reopen accept report verify_fail report",
        "reported",
        "said_before",
        None,
        "",
    ),
    ("over anew", f"{OVER} reopen leak+ leak- accept report", "closed", "ended", DEVICE, ""),
    ("over anew while it is waited for", f"{OVER} reopen leak+ accept report leak-", "closed", "ended", DEVICE, ""),
    ("over anew after a person was asked", f"{OVER} reopen accept report leak+ leak-", "closed", "ended", DEVICE, ""),
    (
        "another alarm is none of it",
        f"{OVER} reopen tamper+ accept report tamper-",
        "reported",
        "said_before",
        None,
        "",
    ),
    ("the old end once more", f"{OVER} reopen leak-1 accept report", "reported", "said_before", None, ""),
    ("it stood when it was reopened", f"{STOOD} reopen leak- accept report", "closed", "ended", DEVICE, ""),
    (
        "reopened twice",
        f"{OVER} reopen leak+ leak- accept report reopen accept report",
        "reported",
        "said_before",
        None,
        "",
    ),
    ("they end the other way round", "leak+ leak+ accept report leak-2 leak-1", "closed", "ended", DEVICE, ""),
]


@pytest.mark.parametrize("row", WALKS, ids=[row[0] for row in WALKS])
def test_a_walk_ends_where_it_should(row: tuple[str, str, str, str, str | None, str]) -> None:
    _, words, stage, verification, closed_by, standing = row
    case = Walk().go(words)
    assert (case.stage, case.verification, case.closed_by) == (stage, verification, closed_by)
    assert [alarm.kind.value for alarm in case.standing] == standing.split()
    assert (case.closed_at is None) == (closed_by is None)


def test_a_person_does_not_decide_before_the_device_has_had_its_time() -> None:
    walk = Walk()
    case = walk.go("leak+ accept report")
    assert allowed(case) == ()
    for action in (Action.VERIFY_PASS, Action.VERIFY_FAIL):
        with pytest.raises(Refused, match="the device has yet to say") as refused:
            walk.act(action)
        assert "设备" in refused.value.zh
    assert allowed(walk.go("late")) == (Action.VERIFY_PASS, Action.VERIFY_FAIL)


def test_what_was_found_is_listed_once_each_in_the_order_it_came() -> None:
    case = Walk().go("leak+ tamper+ leak- leak+ cover+")
    assert case.found == (Found.LEAK, Found.TAMPER, Found.COVER)
    assert [(alarm.kind.value, alarm.times) for alarm in case.alarms] == [("leak", 2), ("tamper", 1), ("cover", 1)]
    assert (case.sightings, case.kind) == (4, CaseKind.METER)


def test_an_older_alarm_that_comes_later_does_not_take_the_place_of_a_newer_one() -> None:
    walk = Walk()
    case = walk.go("leak+ leak+")
    older = event("leak", "meter.alarm.opened.v1", 0, walk.alarm("leak", 9), clock=ClockTrust.UNSYNCED)
    case = alarms.alarm_again(case, older, now=NOW, odd_time=True).case
    assert [(alarm.alarm, alarm.times) for alarm in case.alarms] == [("w-301.leak.2", 3)]
    assert (case.clock, case.odd_time) == ("synced", False)


def test_a_gateway_whose_store_was_lost_begins_anew_and_its_alarm_counts() -> None:
    walk = Walk()
    walk.go("leak+ accept")
    walk.seq, walk.told = 0, {}
    walk.opens("leak", epoch="fedcba9876543210")
    case = walk.go("report")
    assert [(alarm.epoch, alarm.times) for alarm in case.standing] == [("fedcba9876543210", 2)]
    walk.ends("leak", "1")  # of the lost store, with the same name: it can end nothing any more
    assert walk.case is not None
    assert walk.case.stage is Stage.REPORTED


def test_the_history_says_which_alarm_and_what_was_seen() -> None:
    walk = Walk()
    walk.go("leak+ tamper+ accept report leak- tamper-")
    told = [(entry.what.value, entry.actor, entry.note) for entry in walk.entries]
    seen = "\n看到了\nseen"
    assert told == [
        ("collected", "device", f"leak{seen}"),
        ("file", "system", ""),
        ("dispatch", "system", ""),
        ("alarmed", "device", f"tamper{seen}"),
        ("accept", STAFF, ""),
        ("report", STAFF, ""),
        ("end_awaited", "system", ""),
        ("ended", "device", f"leak{seen}"),
        ("ended", "device", f"tamper{seen}"),
        ("verify_pass", "device", ""),
    ]


def test_words_are_one_line_each() -> None:
    data = {**DATA, "alarm": "a", "words_zh": "一\n二", "words_en": "one\n two"}
    said = event("leak", "meter.alarm.opened.v1", 1, data)
    change = alarms.collect(said, case_id=LOOK, number="LL-1", now=NOW, odd_time=False)
    assert change.entries[0].note == "leak\n一 二\none two"


SORTS = [
    # name, kind, type, what more it says, device
    ("a water meter", "leak", "meter.alarm.opened.v1", {"medium": Medium.WATER}, ("meter", "water")),
    ("a household", "welfare", "meter.alarm.opened.v1", {"medium": None}, ("meter", "")),
    ("a gate", "forced", "gate.alarm.opened.v1", {}, ("gate", "")),
    ("a sensor", "alarm", "sensor.alarm.opened.v1", {"sensor": SensorKind.GAS}, ("sensor", "gas")),
]


@pytest.mark.parametrize("row", SORTS, ids=[row[0] for row in SORTS])
def test_the_device_is_told(row: tuple[str, str, str, dict[str, Any], tuple[str, str]]) -> None:
    _, kind, name, more, wanted = row
    data = {key: value for key, value in DATA.items() if key != "medium"}
    said = event(kind, name, 1, {**data, "alarm": "a", **more})
    assert alarms.device_of(said) == Device(CaseKind(wanted[0]), "w-301", "3 号楼 301 水表", wanted[1])
    case = alarms.collect(said, case_id=LOOK, number="LL-1", now=NOW, odd_time=False).case
    assert (case.kind, case.found, case.is_of_vehicle) == (wanted[0], (Found(kind),), False)
    assert case.source is Source.DEVICE


def test_what_bears_a_welfare_alarm_out_is_kept() -> None:
    more = {"medium": None, "alarm": "a", "corroborated": ["door"], "missing": ["electricity"]}
    said = event("welfare", "meter.alarm.opened.v1", 1, {**DATA, **more})
    (alarm,) = alarms.collect(said, case_id=LOOK, number="LL-1", now=NOW, odd_time=False).case.alarms
    assert (alarm.corroborated, alarm.missing) == (("door",), ("electricity",))


def standing(*kinds: Found) -> list[Alarm]:
    words = Name("看到了", "seen")
    return [Alarm(kind, "a", "0" * 16, 1, NOW, NOW, words) for kind in kinds]


WAITS = [
    # name, device, alarms, minutes
    ("a leak wants an hour without use, and its half hour", CaseKind.METER, [Found.LEAK], 125),
    ("a cover", CaseKind.METER, [Found.COVER], 95),
    ("the longest of several", CaseKind.METER, [Found.VOLTAGE, Found.LEAK], 125),
    ("a gate that is shut again", CaseKind.GATE, [Found.STUCK_OPEN], 2 + 5 / 60),
    ("a detector that was reset", CaseKind.SENSOR, [Found.ALARM], 5),
    ("a battery", CaseKind.METER, [Found.BATTERY_LOW], 24 * 60 + 35),
]


@pytest.mark.parametrize("row", WAITS, ids=[row[0] for row in WAITS])
def test_how_long_a_device_is_waited_for(row: tuple[str, CaseKind, list[Found], float]) -> None:
    _, kind, kinds, minutes = row
    assert wait(kind, standing(*kinds)) == timedelta(minutes=minutes)


def test_each_alarm_of_the_contract_is_known_and_has_its_time() -> None:
    kinds = [*MeterAlarmKind, *GateAlarmKind, *SensorAlarmKind]
    assert {Found(kind.value) for kind in kinds} == set(HOLDS)
    assert set(TOLD_WITHIN) == {CaseKind.METER, CaseKind.GATE, CaseKind.SENSOR}


def test_a_case_of_a_vehicle_is_left_as_it_was() -> None:
    case = replace(Walk().go("leak+ accept report"), device=None, alarms=())
    assert steps.give_up(case, now=NOW).case.verification is Verification.NO_ANSWER
