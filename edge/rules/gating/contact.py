"""One alarm contact: perimeter, gas, smoke, tank level. An alarm stays until somebody has reset it and it is normal."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from pydantic import ConfigDict, TypeAdapter

from edge.rules import keeping
from edge.rules.alarms import AlarmFinding, AlarmKind, Phase, joined
from edge.rules.gating.settings import ContactSettings
from edge.rules.gating.signals import AlarmInput, ContactSignal, ContactState, Reset
from edge.rules.gating.telling import contact
from edge.rules.holding import Hold, Times, anew, seen, settled
from edge.rules.ordering import due, queued
from edge.rules.silence import Silence, heard, since_back, waited

MAX_STATE_BYTES: Final = 256 * 1024
AHEAD_S: Final = 60.0
SET_BACK_S: Final = 60.0  # as of a gate


@dataclass(frozen=True, slots=True)
class Contact:
    """What is remembered of one contact.

    Attributes:
        stepped, known_to: `now` of the last step, and up to when signals have been judged.
        state: as told last.
        reset: whether somebody has reset the alarm since it was last seen.
        alarm, fault: whether these hold.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    contact: str
    stepped: datetime | None = None
    known_to: datetime | None = None
    waiting: tuple[ContactSignal, ...] = ()
    passed_over: int = 0
    state: ContactState = ContactState.NORMAL
    reset: bool = False
    alarm: Hold = field(default_factory=Hold)
    fault: Hold = field(default_factory=Hold)
    silence: Silence = field(default_factory=Silence)
    version: Literal[1] = 1

    def to_bytes(self) -> bytes:
        """Versioned JSON; the same state gives the same bytes."""
        return _CONTACT.dump_json(self)

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Contact":
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: damaged, too long or of another version.
        """
        return keeping.read(_CONTACT, raw, what="an alarm contact, version 1", at_most=MAX_STATE_BYTES)


_CONTACT: Final = TypeAdapter(Contact)


def step(
    state: Contact, signals: Sequence[ContactSignal], *, now: datetime, settings: ContactSettings
) -> tuple[Contact, tuple[AlarmFinding, ...]]:
    """Advance by what has come, or by nothing, on a timer of some seconds.

    Args:
        signals: in any order, sent twice or not.
        now: the gateway's clock.
    Returns:
        the new state, and findings in order of time.
    """
    state = _on_time(state, now, settings)
    before = now + timedelta(seconds=AHEAD_S)
    waiting, left_out = queued(state.waiting, signals, after=state.known_to, before=before)
    limit = now - timedelta(seconds=settings.late_s)
    known_to = limit if state.known_to is None else max(state.known_to, limit)
    ready, waiting = due(waiting, known_to)
    one = _One(state, settings)
    for signal in ready:
        one.take(signal)
    one.settle(known_to)
    left_out += state.passed_over
    kept = replace(one.state, stepped=now, known_to=known_to, waiting=waiting, passed_over=left_out)
    return kept, tuple(sorted(one.findings, key=lambda finding: finding.at))


def _on_time(state: Contact, now: datetime, settings: ContactSettings) -> Contact:
    """See to a gateway that was off, and to a clock that was set back."""
    if state.stepped is None:
        return state
    if now < state.stepped - timedelta(seconds=SET_BACK_S):
        return Contact(
            state.contact,
            passed_over=state.passed_over,
            state=state.state,
            reset=state.reset,
            alarm=anew(state.alarm, now),
            fault=anew(state.fault, now),
            silence=since_back(state.silence, now),
        )
    if now - state.stepped > timedelta(seconds=settings.paused_s) and state.silence.lost is None:
        return replace(state, silence=Silence())
    return state


class _One:
    """A contact while its signals are taken one after the other."""

    def __init__(self, state: Contact, settings: ContactSettings) -> None:
        self.state = state
        self.findings: list[AlarmFinding] = []
        self._settings = settings

    def take(self, signal: ContactSignal) -> None:
        """Take one signal, after all minimum times that have run out before it."""
        self.settle(signal.at)
        match signal:
            case Reset():
                if self.state.state is not ContactState.ALARM:
                    self.state = replace(self.state, reset=True)
            case AlarmInput():
                self._hear(signal.at)
                reset = self.state.reset and signal.state is not ContactState.ALARM
                fault = seen(self.state.fault, signal.state is ContactState.FAULT, signal.at)
                self.state = replace(self.state, state=signal.state, reset=reset, fault=fault)
        self.state = replace(self.state, alarm=seen(self.state.alarm, self._says(), signal.at))
        self.settle(signal.at)

    def settle(self, to: datetime) -> None:
        """Let minimum times run, and listen, up to a moment."""
        alarm = self._turned(AlarmKind.INPUT_ALARM, self.state.alarm, to, self._settings.alarm)
        fault = self._turned(AlarmKind.INPUT_FAULT, self.state.fault, to, self._settings.fault)
        silence, phase = waited(self.state.silence, to, self._settings.silent_s)
        self.state = replace(self.state, alarm=alarm, fault=fault, silence=silence)
        if phase and silence.lost:
            at = silence.lost + timedelta(seconds=self._settings.silent_s)
            self._say(AlarmKind.INPUT_SILENT, phase, at, silence.lost)

    def _hear(self, at: datetime) -> None:
        lost = self.state.silence.lost
        silence, phase = heard(self.state.silence, at, self._settings.back_s)
        self.state = replace(self.state, silence=silence)
        if phase and lost:
            self._say(AlarmKind.INPUT_SILENT, phase, at, lost)

    def _says(self) -> bool | None:
        """An alarm that holds ends only when it is normal after a reset; a fault says nothing about it."""
        if self.state.state is ContactState.ALARM:
            return True
        if not self.state.alarm.on:
            return False
        return False if self.state.reset and self.state.state is ContactState.NORMAL else None

    def _turned(self, kind: AlarmKind, before: Hold, to: datetime, times: Times) -> Hold:
        hold, turned = settled(before, to, times)
        began = hold.since or before.since
        if turned and began:
            self._say(kind, Phase.OPENED if hold.on else Phase.CLEARED, turned, began)
        return hold

    def _say(self, kind: AlarmKind, phase: Phase, at: datetime, began: datetime) -> None:
        words = joined([contact(kind, began, at, opened=phase is Phase.OPENED, settings=self._settings)])
        self.findings.append(AlarmFinding(kind, phase, self.state.contact, at, began, words))
