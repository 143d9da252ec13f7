"""Cases that are acted upon at random, in memory: what anybody may do, and crashes, and clocks that jump.

The rules that it holds the engine to are written here once more, in other words than the engine's.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from cloud.accounts import Role
from cloud.cases import alerts, bonds, steps
from cloud.cases.domain import Actor, Alarm, Case, Device, HistoryEntry, Refused, Related, Report
from cloud.cases.effects import Given
from cloud.cases.flow import possible
from cloud.cases.journal import alike, completed, replayed
from cloud.cases.opening import received, settled
from cloud.cases.steps import Change, filed
from cloud.cases.terms import Terms
from cloud.cases.vocabulary import (
    OPEN,
    SYSTEM,
    Action,
    Alert,
    CaseKind,
    Found,
    Level,
    Name,
    Note,
    Priority,
    Source,
    Stage,
    Verification,
)
from cloud.cases.wishes import Wish
from contract.parking import Outcome
from tests.people import person

START: Final = datetime(2026, 9, 21, 1, 0, tzinfo=UTC)  # before the year's longest holidays
ALIVE: Final = 24
ROLES: Final = (Role.STAFF, Role.LEAD, Role.COMMUNITY, Role.STREET, Role.STREET, Role.LEAD, Role.CITY, Role.INTEGRATOR)
PEOPLE: Final = tuple(person(f"p{i}", role) for i, role in enumerate(ROLES))
KINDS: Final = (CaseKind.PARKING, CaseKind.ZOMBIE, CaseKind.THROWN, CaseKind.METER, CaseKind.SENSOR, CaseKind.REPORT)
FOUND: Final = {CaseKind.PARKING: Found.DWELL, CaseKind.ZOMBIE: Found.ZOMBIE, CaseKind.THROWN: Found.THROWN}
UP: Final = {level: f"org-{level}" for level in Level}
STEPS: Final = {
    # from which stage to which anything may lead
    Stage.COLLECTED: {Stage.FILED, Stage.NOT_FILED, Stage.VOIDED, Stage.MERGED},
    Stage.FILED: {Stage.DISPATCHED, Stage.VOIDED, Stage.MERGED},
    Stage.DISPATCHED: {Stage.HANDLING, Stage.FILED, Stage.VOIDED, Stage.MERGED},
    Stage.HANDLING: {Stage.REPORTED, Stage.FILED, Stage.VOIDED, Stage.MERGED},
    Stage.REPORTED: {Stage.CLOSED, Stage.HANDLING, Stage.VOIDED, Stage.MERGED},
    Stage.CLOSED: {Stage.EVALUATED, Stage.DISPATCHED},
    Stage.EVALUATED: {Stage.DISPATCHED},
    Stage.NOT_FILED: {Stage.COLLECTED},  # and from there, by itself, to dispatched
    Stage.VOIDED: {Stage.COLLECTED, Stage.DISPATCHED},
    Stage.MERGED: set(),
}
NEVER_FILED: Final = {Stage.COLLECTED, Stage.NOT_FILED, Stage.VOIDED, Stage.MERGED}
TOLD: Final = (Note.HALF_OVER, Note.SOON_OVER, Note.EXPIRED, Note.SUPERVISED, Note.RAISED)


@dataclass
class Kept:
    """One case with everything its history says."""

    case: Case
    lines: list[HistoryEntry]
    told: Counter[tuple[object, ...]] = field(default_factory=Counter)


class Walk:
    """Cases, a clock, and chance."""

    def __init__(self, random: Random, terms: Terms | None = None) -> None:
        self.random = random
        self.terms = terms or Terms()
        self.now = START
        self.kept: list[Kept] = []
        self.seen: Counter[str] = Counter()
        self.made = 0

    # what may happen

    def open(self, kind: CaseKind) -> None:
        self.made += 1
        if kind is CaseKind.REPORT:
            change = received(self._reported(), self.terms, responsible=UP[Level.PROPERTY], now=self.now)
        else:
            case = _new(kind, f"c{self.made}", self.now)
            change = filed(case, by="camera", note="", event_id="", now=self.now)
            change = settled(
                change,
                self.terms,
                before=0,
                responsible=UP[Level.PROPERTY],
                zone=self.terms.calendar.zone,
                now=self.now,
            )
        self.kept.append(Kept(change.case, list(completed(None, change.case, change.entries))))
        if len(self.kept) > ALIVE:
            self.forget()

    def _reported(self) -> Change:
        number = f"c{self.made}"
        report = Report("路灯不亮", "3 号楼", number)
        return bonds.reported(
            report,
            community="demo",
            source=Source.HOTLINE,
            by=PEOPLE[-1],
            case_id=number,
            number=number,
            now=self.now,
        )

    def forget(self) -> None:
        """Let one go, one that has ended if there is any; its history must tell it whole."""
        ended = [kept for kept in self.kept if kept.case.stage not in OPEN]
        kept = (ended or self.kept)[0]
        assert alike(replayed(kept.lines), kept.case)
        self.kept.remove(kept)

    def act(self, kept: Kept, by: Actor, action: Action) -> bool:
        """Somebody does something, rightly or wrongly; whether the engine let them."""
        wish, given = self._wish(kept.case, action), self._given(kept.case, by, action)
        before = kept.case
        listed = action in possible(before, by, alone=given.alone)
        try:
            change = steps.act(before, wish, given)
        except Refused:
            return False
        assert listed, f"{action} was done and is not listed as possible"
        _check_person(before, wish, given)
        self._take(kept, change)
        if action is Action.REOPEN:
            assert change.case.alert is Alert.NONE, "a new term begins with nothing told"
        if before.term is not None and action not in {Action.REOPEN, Action.RATE, Action.GRANT_EXTENSION}:
            self._check_left(before, change.case)
        return True

    def _wish(self, case: Case, action: Action) -> Wish:
        chance = self.random.random
        return Wish(
            action,
            "" if chance() < 0.15 else "说明",
            rating=self.random.randint(1, 5) if action in {Action.EVALUATE, Action.RATE} else None,
            fault=action is Action.RATE and chance() < 0.5,
            until=(case.due_at or self.now) + timedelta(hours=self.random.uniform(-5, 100)),
            other=self.random.choice(self.kept).case.id,
            organisation=f"org-{self.random.randint(1, 12)}",
            priority=self.random.choice(list(Priority)),
        )

    def _given(self, case: Case, by: Actor, action: Action) -> Given:
        look = f"look-{self.random.random()}" if steps.awaited(case, action) else None
        alone, taken = self.random.random() < 0.1, self.random.random() < 0.1
        occupied = Related("there", "there") if taken else None
        return Given(by, self.now, self.terms, alone=alone, answering=UP, look=look, occupied=occupied)

    def answer(self, kept: Kept, outcome: Outcome) -> None:
        """A camera says what it sees."""
        case = kept.case
        if case.look is not None and case.is_of_vehicle and steps.awaits(case, case.look):
            self._take(kept, steps.answer(case, outcome, stay=case.stay, reason="", event_id="", now=self.now))

    def give_up(self, kept: Kept) -> None:
        """Nobody answered."""
        if kept.case.stage is Stage.REPORTED and kept.case.verification is Verification.WAITING:
            self._take(kept, steps.give_up(kept.case, now=self.now))

    def over(self, kept: Kept) -> None:
        """A device's alarms are over."""
        case = kept.case
        if case.device is not None and case.is_open and not case.standing and self.random.random() < 0.5:
            self._alarmed(kept)
            return
        if case.standing and case.is_open:
            alarms = tuple(replace(alarm, ended_at=self.now, ended=alarm.words) for alarm in case.alarms)
            entry = HistoryEntry(self.now, Note.ENDED, case.stage, "device", "", None)
            self._take(kept, steps.end(Change(replace(case, alarms=alarms), (entry,)), "", now=self.now))

    def _alarmed(self, kept: Kept) -> None:
        """A device is in alarm again."""
        case = kept.case
        alarms = tuple(replace(alarm, ended_at=None, ended=None, past=False) for alarm in case.alarms)
        entry = HistoryEntry(self.now, Note.ALARMED, case.stage, "device", "", None)
        self._take(kept, Change(replace(case, alarms=alarms), (entry,)))

    def merge(self, kept: Kept) -> None:
        """Another case's findings come in."""
        other = self.random.choice(self.kept)
        if kept.case.is_open:
            self._take(kept, bonds.merged_in(kept.case, other.case, PEOPLE[1], self.terms, self.now))

    def sweep(self) -> None:
        """Tell what is due, twice: nothing is told twice."""
        for _ in range(2):
            for kept in self.kept:
                if alerts.is_due(kept.case, self.now):
                    self._take(kept, alerts.fire(kept.case, self.terms, answering=UP, now=self.now))
        for kept in self.kept:
            self._check_told(kept.case)

    def move(self, seconds: float) -> None:
        """The clock goes on, or jumps."""
        self.now += timedelta(seconds=seconds)

    def crash(self) -> None:
        """Everything that is not written down is gone."""
        for kept in self.kept:
            told = replayed(kept.lines)
            assert alike(told, kept.case), f"history tells {told}, not {kept.case}"
            kept.case = replace(told, version=kept.case.version, updated_at=kept.case.updated_at)

    def step(self) -> None:
        """One thing, by chance; mostly people."""
        chance = self.random.random()
        if not self.kept or chance < 0.03:
            self.open(self.random.choice(KINDS))
            return
        kept = self.random.choice(self.kept)
        if chance < 0.75:
            self.act(kept, self.random.choice(PEOPLE), self._likely(kept.case))
        elif chance < 0.80:
            self.answer(kept, self.random.choice(list(Outcome)))
        elif chance < 0.83:
            self.give_up(kept)
        elif chance < 0.85:
            self.over(kept)
        elif chance < 0.86:
            self.merge(kept)
        elif chance < 0.94:
            self.move(self.random.expovariate(1 / 600))
            self.sweep()
        elif chance < 0.9435:
            self.move(self.random.choice((-1, 1)) * self.random.uniform(0, 5 * 86_400))
            self.sweep()
        elif chance < 0.945:
            self.crash()

    def _likely(self, case: Case) -> Action:
        """Half the time what leads on, so that cases come far."""
        if self.random.random() < 0.5:
            return self.random.choice(list(Action))
        if case.extension is not None:
            return Action.GRANT_EXTENSION
        if case.suspended_at is not None:
            return Action.RESUME
        if case.stage in {Stage.DISPATCHED, Stage.HANDLING} and self.random.random() < 0.2:
            return Action.ASK_EXTENSION
        road = [Action.FILE, Action.DISPATCH, Action.ACCEPT, Action.REPORT, Action.VERIFY_PASS, Action.EVALUATE]
        stages = [Stage.COLLECTED, Stage.FILED, Stage.DISPATCHED, Stage.HANDLING, Stage.REPORTED, Stage.CLOSED]
        return road[stages.index(case.stage)] if case.stage in stages else Action.REOPEN

    # what must hold

    def _take(self, kept: Kept, change: Change) -> None:
        before, after = kept.case, change.case
        lines = completed(before, after, change.entries)
        _check_stages(before, lines)
        _check_before(before, lines)
        for line in lines:
            self.seen[line.what] += 1
            if line.what in TOLD and line.actor == SYSTEM:
                self._check_once(kept, before, line, after)
        kept.lines += lines
        kept.case = after
        _check_case(after)

    def _check_once(self, kept: Kept, before: Case, line: HistoryEntry, after: Case) -> None:
        spent, span = self.terms.spent(before, self.now), before.span_s or 0.0
        parts = {Note.HALF_OVER: 0.5, Note.SOON_OVER: 0.8}
        assert spent >= parts.get(Note(line.what), 1.0) * span - 0.01, "told too early"
        again = before.extensions if line.what in TOLD[2:] else 0
        of_level = line.after.get("level")
        key = (line.what, before.reopened, again, of_level)
        kept.told[key] += 1
        assert kept.told[key] == 1, f"told twice: {key}"
        assert self.now >= after.updated_at

    def _check_left(self, before: Case, after: Case) -> None:
        """Nobody gains or loses time by a step that is not about time."""
        was, left = self.terms.left(before, self.now), self.terms.left(after, self.now)
        assert was is not None
        assert left is not None
        assert not after.is_open or abs(left - was) < 0.01, f"{left - was} s gained"

    def _check_told(self, case: Case) -> None:
        if not case.is_open or case.term is None or case.suspended_at is not None:
            assert case.alert_at is None, "told of a term that does not run"
            return
        left, span = self.terms.left(case, self.now), case.span_s or 0.0
        assert left is not None
        if left <= -0.01:
            assert case.alert >= Alert.EXPIRED, "an expiry was lost"
        if left < 0.2 * span - 0.01:
            assert case.alert >= Alert.SOON, "80 % was lost"
        if left < 0.5 * span - 0.01:
            assert case.alert >= Alert.HALF, "50 % was lost"
        finished = case.alert in {Alert.SUPERVISED, Alert.RAISED} and case.level is Level.STREET
        assert (case.alert_at is None) == finished, "a timer was lost"
        assert case.alert_at is None or case.alert_at > self.now
        if case.alert is Alert.EXPIRED and case.due_at is not None:
            assert self.now - case.due_at < timedelta(days=12), "nobody supervised"


def _check_person(before: Case, wish: Wish, given: Given) -> None:
    by, action = given.by, wish.action
    assert by.role not in {Role.CITY, Role.AUDITOR, Role.INSTALLER}
    if action is Action.VERIFY_PASS:
        assert before.reported_by != by.name or (given.alone and by.role is not Role.STAFF), "four eyes"
        assert before.verification is not Verification.WAITING
    if action is Action.GRANT_EXTENSION:
        assert before.extension is not None
        assert before.extension.by != by.name
        assert by.role is not Role.STAFF
    if action is Action.ASK_EXTENSION:
        assert before.due_at is not None
        assert given.now < before.due_at
    if action is Action.REOPEN:
        assert not given.occupied
    if before.suspended_at is not None:
        assert action in {
            Action.RESUME,
            Action.VOID,
            Action.GRANT_EXTENSION,
            Action.REFUSE_EXTENSION,
            Action.PRIORITISE,
            Action.LINK,
            Action.REMARK,
        }
    if action in {Action.VOID, Action.RETURN, Action.REOPEN, Action.SUSPEND, Action.NOT_FILE, Action.ESCALATE}:
        assert wish.note


def _check_stages(before: Case, lines: tuple[HistoryEntry, ...]) -> None:
    stage = before.stage
    for line in lines:
        assert line.stage is stage or line.stage in STEPS[stage], f"{stage} to {line.stage}"
        stage = line.stage


def _check_before(before: Case, lines: tuple[HistoryEntry, ...]) -> None:
    said: set[str] = set()
    for line in lines:
        assert line.before.keys() == line.after.keys()
        if "stage" in line.before and "stage" not in said:
            assert line.before["stage"] == before.stage.value
        said |= line.after.keys()


def _check_case(case: Case) -> None:
    assert (case.closed_at is not None) == (case.stage in {Stage.CLOSED, Stage.EVALUATED})
    assert (case.rating is None) == (case.stage is not Stage.EVALUATED)
    assert case.suspended_at is None or case.stage in {Stage.DISPATCHED, Stage.HANDLING}
    assert case.stage is not Stage.HANDLING or case.handler is not None
    assert case.stage is not Stage.FILED or case.handler is None
    assert case.is_open or case.alert_at is None
    assert (case.stage is Stage.MERGED) == (case.merged_into is not None)
    assert case.extension is None or case.stage in {Stage.DISPATCHED, Stage.HANDLING}
    assert (case.filed_at is not None) or case.stage in NEVER_FILED
    assert case.closed_by != "device" or not any(alarm.past for alarm in case.alarms), "an old absence is no proof"


def _new(kind: CaseKind, case_id: str, now: datetime) -> Case:
    case = replace(
        bonds.reported(
            Report("", "", ""),
            community="demo",
            source=Source.CAMERA,
            by=PEOPLE[0],
            case_id=case_id,
            number=case_id,
            now=now,
        ).case,
        report=None,
        gateway="gw-1",
        camera="cam1",
        slot=case_id,
        stay=f"{case_id}.1",
        zone="lane",
        zone_kind="road",
    )
    if kind in FOUND:
        return replace(case, found=(FOUND[kind],))
    alarm = Alarm(Found.LEAK, "a.1", "0" * 16, 1, now, now, Name("漏水", "leak"))
    return replace(case, found=(Found.LEAK,), device=Device(kind, case_id, "表", "water"), alarms=(alarm,))
