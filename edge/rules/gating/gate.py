"""One gate: edges, releases and refusals in, alarms out.

The board keeps its events over a lost link and hands them on later, in order and with their times. So the rules go by
`known_to`, up to when the board has told everything, and not by the clock: what happened while the cable was out is
judged as if it had come at once. Only the link itself is judged by the clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from pydantic import ConfigDict, TypeAdapter

from edge.rules import keeping
from edge.rules.alarms import AlarmFinding, AlarmKind, Phase, Words, joined
from edge.rules.gating.settings import GateSettings
from edge.rules.gating.signals import GateEdge, GateInput, GateSample, GateSignal, Refusal, Release
from edge.rules.gating.telling import link, told
from edge.rules.holding import NEVER, Hold, Times, anew, seen, settled
from edge.rules.ordering import due, queued
from edge.rules.silence import Silence, heard, since_back, waited

MAX_STATE_BYTES: Final = 256 * 1024
MAX_REFUSALS: Final = 64  # remembered within their span
AHEAD_S: Final = 60.0
SET_BACK_S: Final = 60.0  # a clock set back by more begins anew: else nothing would be judged until it has caught up
AT_ONCE: Final = Times(0, 0)


@dataclass(frozen=True, slots=True)
class Watch:
    """One kind of alarm of a gate that holds, or is in doubt."""

    kind: AlarmKind
    hold: Hold


@dataclass(frozen=True, slots=True)
class Gate:
    """What is remembered of one gate; a few kilobytes.

    Attributes:
        stepped, known_to: `now` of the last step, and up to when signals have been judged.
        waiting: signals that the board may still tell earlier ones of.
        on: inputs that are on.
        credits: times of releases that nobody has passed on yet.
        released: the last release.
        tails: times of passes without a release, while tailgating is told.
        refused: times of refusals within their span.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    gate: str
    stepped: datetime | None = None
    known_to: datetime | None = None
    waiting: tuple[GateSignal, ...] = ()
    passed_over: int = 0
    on: tuple[GateInput, ...] = ()
    credits: tuple[datetime, ...] = ()
    released: datetime | None = None
    tails: tuple[datetime, ...] = ()
    refused: tuple[datetime, ...] = ()
    silence: Silence = field(default_factory=Silence)
    watches: tuple[Watch, ...] = ()
    version: Literal[1] = 1

    def to_bytes(self) -> bytes:
        """Versioned JSON; the same state gives the same bytes."""
        return _GATE.dump_json(self)

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Gate":
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: damaged, too long or of another version.
        """
        return keeping.read(_GATE, raw, what="a gate, version 1", at_most=MAX_STATE_BYTES)


_GATE: Final = TypeAdapter(Gate)


def step(
    state: Gate, signals: Sequence[GateSignal], *, known_to: datetime | None, now: datetime, settings: GateSettings
) -> tuple[Gate, tuple[AlarmFinding, ...]]:
    """Advance by what has come, or by nothing, on a timer of some seconds.

    Args:
        signals: in any order, sent twice or not.
        known_to: up to when the board has told all its events: its last sign of life with an empty queue. None where
            it has given none since the last step.
        now: the gateway's clock.
    Returns:
        the new state, and findings in order of time.
    """
    state = _on_time(state, now, settings)
    waiting, left_out = queued(state.waiting, signals, after=state.known_to, before=now + timedelta(seconds=AHEAD_S))
    told_to = max((at for at in (state.known_to, known_to) if at is not None), default=None)
    one = _One(replace(state, waiting=waiting, passed_over=state.passed_over + left_out), settings)
    if known_to is not None and told_to is not None:
        ready, waiting = due(waiting, told_to)
        for signal in ready:
            one.take(signal)
        one.settle(told_to)
        one.state = replace(one.state, waiting=waiting, known_to=told_to)
    one.listen(now, alive=known_to is not None)
    findings = tuple(sorted(one.findings, key=lambda finding: finding.at))
    return replace(one.done(), stepped=now), findings


def _on_time(state: Gate, now: datetime, settings: GateSettings) -> Gate:
    """See to a gateway that was off, and to a clock that was set back."""
    if state.stepped is None:
        return state
    if now < state.stepped - timedelta(seconds=SET_BACK_S):
        return Gate(
            state.gate,
            passed_over=state.passed_over,
            on=state.on,
            tails=tuple(now for _ in state.tails),
            refused=tuple(now for _ in state.refused),
            silence=since_back(state.silence, now),
            watches=tuple(Watch(watch.kind, anew(watch.hold, now)) for watch in state.watches),
        )
    if now - state.stepped > timedelta(seconds=settings.paused_s) and state.silence.lost is None:
        return replace(state, silence=Silence())
    return state


class _One:
    """A gate while its signals are taken one after the other."""

    def __init__(self, state: Gate, settings: GateSettings) -> None:
        self.state = state
        self.findings: list[AlarmFinding] = []
        self._settings = settings
        self._holds = {watch.kind: watch.hold for watch in state.watches}

    def take(self, signal: GateSignal) -> None:
        """Take one signal, after all minimum times that have run out before it."""
        self.settle(signal.at)
        match signal:
            case GateEdge():
                self._edge(signal.at, signal.input, on=signal.on)
            case GateSample():
                for kind in GateInput:
                    level = signal.level(kind)
                    if level is not None:
                        self._edge(signal.at, kind, on=level)
            case Release():
                released = (*self.state.credits, signal.at)[-self._settings.credits :]
                self.state = replace(self.state, credits=released, released=signal.at)
            case Refusal():
                self.state = replace(self.state, refused=(*self.state.refused, signal.at)[-MAX_REFUSALS:])
                self._refusals(signal.at)

    def settle(self, to: datetime) -> None:
        """Let minimum times run up to a moment."""
        self._turn(AlarmKind.STUCK_OPEN, to, self._settings.stuck)
        self._turn(AlarmKind.FORCED, to, self._settings.forced)
        self._turn(AlarmKind.FIRE_LANE, to, self._settings.fire_lane)
        self._calm(to)

    def listen(self, now: datetime, *, alive: bool) -> None:
        """See to the link, by the gateway's clock."""
        settings, lost = self._settings, self.state.silence.lost
        silence, phase = waited(self.state.silence, now, settings.silent_s)
        if alive:
            before = silence.lost
            silence, back = heard(silence, now, settings.back_s)
            phase, lost = back or phase, before
        self.state = replace(self.state, silence=silence)
        began = silence.lost or lost
        if phase is None or began is None:
            return
        at = now if phase is Phase.CLEARED else began + timedelta(seconds=settings.silent_s)
        words = link(began, lost=phase is Phase.OPENED, timezone=settings.timezone)
        self._say(AlarmKind.LINK_LOST, phase, at, began, words)

    def done(self) -> Gate:
        """The state after the last signal."""
        watches = tuple(Watch(kind, hold) for kind, hold in sorted(self._holds.items()) if hold != NEVER)
        return replace(self.state, watches=watches)

    def _edge(self, at: datetime, kind: GateInput, *, on: bool) -> None:
        was = kind in self.state.on
        if was == on:
            return
        inputs = {*self.state.on, kind} if on else set(self.state.on) - {kind}
        self.state = replace(self.state, on=tuple(sorted(inputs)))
        if kind is GateInput.FIRE_LANE:
            self._see(AlarmKind.FIRE_LANE, at, says=on)
        if kind is GateInput.DOOR:
            self._door(at, opened=on)
        if kind is self._settings.passes and not on:
            self._pass(at)

    def _door(self, at: datetime, *, opened: bool) -> None:
        self._see(AlarmKind.STUCK_OPEN, at, says=opened)
        if not opened:
            self._see(AlarmKind.FORCED, at, says=False)
            oldest = at - timedelta(seconds=self._settings.release_s)
            self.state = replace(self.state, credits=tuple(one for one in self.state.credits if one >= oldest))
        elif not self._may(at):
            self._see(AlarmKind.FORCED, at, says=True)

    def _may(self, at: datetime) -> bool:
        """Whether somebody was released a short while ago."""
        released = self.state.released
        return released is not None and at - released <= timedelta(seconds=self._settings.release_s)

    def _pass(self, at: datetime) -> None:
        """Somebody has passed: on a release, or on that of another, while the gate stood open."""
        hold = self._holds.get(AlarmKind.STUCK_OPEN, NEVER)
        if hold.against and not hold.on:  # a gate that is passed is in use: time begins anew
            self._holds[AlarmKind.STUCK_OPEN] = replace(hold, against=at)
        open_now = GateInput.DOOR in self.state.on
        if self._settings.door and not open_now:
            return  # something was in the beam before a closed gate
        oldest = at - timedelta(seconds=self._settings.release_s)
        valid = tuple(one for one in self.state.credits if one >= oldest or open_now)
        self.state = replace(self.state, credits=valid[1:])
        if valid or self._holds.get(AlarmKind.FORCED, NEVER) != NEVER:
            return
        self.state = replace(self.state, tails=(*self.state.tails, at)[-MAX_REFUSALS:])
        if len(self.state.tails) >= self._settings.tailgates:
            self._see(AlarmKind.TAILGATE, at, says=True)
            self._turn(AlarmKind.TAILGATE, at, AT_ONCE)

    def _refusals(self, at: datetime) -> None:
        oldest = at - timedelta(seconds=self._settings.refusals_s)
        self.state = replace(self.state, refused=tuple(one for one in self.state.refused if one >= oldest))
        if len(self.state.refused) >= self._settings.refusals:
            self._see(AlarmKind.REFUSALS, at, says=True)
            self._turn(AlarmKind.REFUSALS, at, AT_ONCE)

    def _calm(self, to: datetime) -> None:
        """Tailgating and refusals end when there has been none for a while."""
        calm = timedelta(seconds=self._settings.calm_s)
        for kind, last in ((AlarmKind.TAILGATE, self.state.tails[-1:]), (AlarmKind.REFUSALS, self.state.refused[-1:])):
            if not last or to - last[0] < calm:
                continue
            if self._holds.get(kind, NEVER).on:
                self._see(kind, last[0] + calm, says=False)
                self._turn(kind, to, AT_ONCE)
            if kind is AlarmKind.TAILGATE:
                self.state = replace(self.state, tails=())
            else:
                self.state = replace(self.state, refused=())

    def _see(self, kind: AlarmKind, at: datetime, *, says: bool) -> None:
        self._holds[kind] = seen(self._holds.get(kind, NEVER), says, at)

    def _turn(self, kind: AlarmKind, to: datetime, times: Times) -> None:
        before = self._holds.get(kind, NEVER)
        hold, turned = settled(before, to, times)
        self._holds[kind] = hold
        began = hold.since or before.since
        if turned and began:
            words = told(kind, self.state, began, turned, opened=hold.on, settings=self._settings)
            self._say(kind, Phase.OPENED if hold.on else Phase.CLEARED, turned, began, words)

    def _say(self, kind: AlarmKind, phase: Phase, at: datetime, began: datetime, words: Words) -> None:
        self.findings.append(AlarmFinding(kind, phase, self.state.gate, at, began, joined([words])))
