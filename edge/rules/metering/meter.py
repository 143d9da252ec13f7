"""One meter: readings in, half hours and alarms out.

Readings wait until none earlier can come any more (`late_s`) and are then taken in order of their times, each once. So
late, doubled and mixed up readings change nothing, and the same readings give the same findings at the same times.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Final, Literal

from pydantic import ConfigDict, TypeAdapter

from edge.rules import keeping
from edge.rules.alarms import AlarmFinding, AlarmKind, Phase, Words, joined, local, spoken
from edge.rules.holding import NEVER, Hold, seen, settled
from edge.rules.metering import checks
from edge.rules.metering.checks import FLOW_S, Verdict
from edge.rules.metering.leaks import Leak, judged
from edge.rules.metering.readings import Reading
from edge.rules.metering.register import UNFIT, Fit, Register, taken
from edge.rules.metering.settings import MeterSettings
from edge.rules.metering.slots import Filling, SlotUse, begin_of, end_of, filled
from edge.rules.ordering import due, queued
from edge.rules.silence import Silence, heard, waited

MAX_STATE_BYTES: Final = 1024 * 1024
AHEAD_S: Final = 60.0  # by which a reading may be ahead of the gateway's clock
SET_BACK_S: Final = 3600.0  # a clock set back by more begins anew: else nothing would be judged until it has caught up


@dataclass(frozen=True, slots=True)
class Watch:
    """One kind of alarm of a meter that holds, or is in doubt."""

    kind: AlarmKind
    hold: Hold


@dataclass(frozen=True, slots=True)
class Meter:
    """What is remembered of one meter; a few kilobytes.

    Attributes:
        stepped, known_to: `now` of the last step, and up to when readings have been judged.
        taken: of the last reading that was judged.
        waiting: readings that an earlier one may still come before.
        passed_over: readings left out because they came too late, from the future or for want of room.
        anchor: the reading that flow is reckoned from.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    meter: str
    stepped: datetime | None = None
    known_to: datetime | None = None
    taken: datetime | None = None
    waiting: tuple[Reading, ...] = ()
    passed_over: int = 0
    register: Register = field(default_factory=Register)
    anchor: Reading | None = None
    silence: Silence = field(default_factory=Silence)
    filling: Filling = field(default_factory=Filling)
    leak: Leak = field(default_factory=Leak)
    watches: tuple[Watch, ...] = ()
    version: Literal[1] = 1

    def to_bytes(self) -> bytes:
        """Versioned JSON; the same state gives the same bytes."""
        return _METER.dump_json(self)

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Meter":
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: damaged, too long or of another version.
        """
        return keeping.read(_METER, raw, what="a meter, version 1", at_most=MAX_STATE_BYTES)


_METER: Final = TypeAdapter(Meter)


def step(
    state: Meter, readings: Sequence[Reading], *, now: datetime, settings: MeterSettings
) -> tuple[Meter, tuple[AlarmFinding, ...], tuple[SlotUse, ...]]:
    """Advance by what has come, or by nothing, on a timer of at most a quarter hour.

    Args:
        readings: of this meter, in any order, sent twice or not.
        now: the gateway's clock.
    Returns:
        the new state, findings in order of time, and the half hours that are known now.

    Raises:
        ValueError: a reading of another meter.
    """
    if any(reading.meter != state.meter for reading in readings):
        raise ValueError(f"a reading of another meter than {state.meter}")
    state = _on_time(state, now, settings)
    before = now + timedelta(seconds=AHEAD_S)
    waiting, left_out = queued(state.waiting, readings, after=state.known_to, before=before)
    limit = now - timedelta(seconds=settings.late_s)
    known_to = limit if state.known_to is None else max(state.known_to, limit)
    ready, waiting = due(waiting, known_to)
    one = _One(state, settings)
    for reading in ready:
        one.read(reading)
    one.wait(known_to)
    state = replace(one.done(), stepped=now, known_to=known_to, waiting=waiting)
    state = replace(state, passed_over=state.passed_over + left_out)
    return state, tuple(sorted(one.findings, key=lambda finding: finding.at)), tuple(one.slots)


def _on_time(state: Meter, now: datetime, settings: MeterSettings) -> Meter:
    """See to a gateway that was off, and to a clock that was set back."""
    if state.stepped is None:
        return state
    if now < state.stepped - timedelta(seconds=SET_BACK_S):
        kept = tuple(Watch(w.kind, Hold(on=True, since=w.hold.since)) for w in state.watches if w.hold.on)
        silence = Silence(lost=state.silence.lost)
        return Meter(
            state.meter,
            passed_over=state.passed_over,
            silence=silence,
            leak=Leak(raised=state.leak.raised),
            watches=kept,
        )
    if now - state.stepped > timedelta(seconds=settings.paused_s) and state.silence.lost is None:
        return replace(state, silence=Silence())
    return state


class _One:
    """A meter while its readings are taken one after the other."""

    def __init__(self, state: Meter, settings: MeterSettings) -> None:
        self.state = state
        self.findings: list[AlarmFinding] = []
        self.slots: list[SlotUse] = []
        self._settings = settings
        self._far = False
        self._holds = {watch.kind: watch.hold for watch in state.watches}

    def read(self, reading: Reading) -> None:
        """Take one reading; a second one of the same moment is passed over."""
        before, settings = self.state, self._settings
        if before.taken is not None and reading.at <= before.taken:
            return
        self.wait(reading.at)
        self._heard(reading)
        self._far = before.taken is None or reading.at - before.taken > timedelta(seconds=settings.gap_s)
        register, fit = taken(before.register, reading, settings)
        self.state = replace(self.state, register=register, taken=reading.at)
        self._judge(reading, checks.status(reading, settings))
        if fit is not Fit.FITS or AlarmKind.JUMP in self._holds:
            self._judge(reading, [_jump(before.register, reading, fit, settings)])
        if fit in {Fit.FIRST, Fit.JUMPED}:
            self.state = replace(self.state, anchor=reading)
        elif fit is Fit.FITS and before.register.last is not None:
            self._moved(before.register.last, reading)

    def done(self) -> Meter:
        """The state after the last reading."""
        watches = tuple(Watch(kind, hold) for kind, hold in sorted(self._holds.items()) if hold != NEVER)
        return replace(self.state, watches=watches)

    def wait(self, to: datetime) -> None:
        """Listen up to a moment."""
        silence, phase = waited(self.state.silence, to, self._settings.offline_s)
        self.state = replace(self.state, silence=silence)
        if phase and silence.lost:
            at = silence.lost + timedelta(seconds=self._settings.offline_s)
            length, since = spoken(self._settings.offline_s), local(silence.lost, self._settings.timezone)
            words = Words(f"已 {length.zh}没有读数（从 {since} 起）", f"no reading for {length.en} (since {since})")
            self._say(AlarmKind.OFFLINE, phase, at, silence.lost, words)

    def _heard(self, reading: Reading) -> None:
        lost = self.state.silence.lost
        silence, phase = heard(self.state.silence, reading.at, self._settings.online_s)
        self.state = replace(self.state, silence=silence)
        if phase and lost:
            since, at = (local(t, self._settings.timezone) for t in (lost, reading.at))
            words = Words(
                f"重新有读数（{at}），此前从 {since} 起没有", f"readings again ({at}), after none since {since}"
            )
            self._say(AlarmKind.OFFLINE, phase, reading.at, lost, words)

    def _moved(self, last: Reading, reading: Reading) -> None:
        settings, anchor = self._settings, self.state.anchor or last
        self._judge(reading, checks.register(self.state.register, reading, settings))
        if (reading.at - anchor.at).total_seconds() >= FLOW_S:
            self._judge(reading, checks.flow(anchor, reading, settings))
            anchor = reading
        use = max(Decimal(0), reading.value - last.value)
        filling, slots = filled(self.state.filling, last.at, reading.at, use)
        self.state = replace(self.state, filling=filling, anchor=anchor)
        self.slots += slots
        if settings.leak:
            for slot in slots:
                self._leak(slot)

    def _leak(self, slot: SlotUse) -> None:
        before = self.state.leak
        leak, turned = judged(before, slot)
        self.state = replace(self.state, leak=leak)
        if turned is None:
            return
        raised = leak.raised if leak.raised is not None else before.raised
        began = begin_of(slot.index if raised is None else raised)
        words = _leaking(leak, began, end_of(slot.index), self._settings.timezone)
        self._say(AlarmKind.LEAK, Phase(turned), end_of(slot.index), began, words)

    def _judge(self, reading: Reading, verdicts: Iterable[Verdict]) -> None:
        """Let minimum times run; after a gap between readings a doubt starts anew."""
        for verdict in verdicts:
            before = self._holds.get(verdict.kind, NEVER)
            hold = Hold(before.on, before.since) if self._far and before.against else before
            hold, turned = settled(seen(hold, verdict.says, verdict.since), reading.at, verdict.times)
            self._holds[verdict.kind] = hold
            began = hold.since or before.since
            if turned and began:
                phase = Phase.OPENED if hold.on else Phase.CLEARED
                self._say(verdict.kind, phase, reading.at, began, verdict.words())

    def _say(self, kind: AlarmKind, phase: Phase, at: datetime, began: datetime, words: Words) -> None:
        self.findings.append(AlarmFinding(kind, phase, self.state.meter, at, began, joined([words])))


def _jump(before: Register, reading: Reading, fit: Fit, settings: MeterSettings) -> Verdict:
    says = None if fit is Fit.DOUBTED else fit in {Fit.JUMPED, Fit.UNFIT}
    words = partial(_jumped, before, reading, fit, settings)
    return Verdict(AlarmKind.JUMP, says, reading.at, words, settings.checks.jump)


def _jumped(before: Register, reading: Reading, fit: Fit, settings: MeterSettings) -> Words:
    at, value = local(reading.at, settings.timezone), f"{reading.value} {settings.medium.unit}"
    if fit is Fit.UNFIT:
        return Words(
            f"连续 {UNFIT} 次读数与前面、彼此都不相符，最后一次 {value}（{at}）",
            f"{UNFIT} readings in a row fit neither those before nor each other, the last {value} ({at})",
        )
    if fit is Fit.JUMPED and before.last and before.doubted:
        return Words(
            f"读数从 {before.last.value} 跳到 {before.doubted.value}，由下一次读数 {value} 证实（{at}）",
            f"the reading jumped from {before.last.value} to {before.doubted.value}; the next, {value}, fits it ({at})",
        )
    return Words(f"读数 {value} 与前面相符（{at}）", f"reading {value} fits those before ({at})")


def _leaking(leak: Leak, began: datetime, end: datetime, timezone: str) -> Words:
    since, to = local(began, timezone), local(end, timezone)
    if leak.raised is None:
        return Words(f"到 {to} 连续一小时没有用水", f"no use for an hour up to {to}")
    length = spoken((end - began).total_seconds())
    return Words(
        f"从 {since} 到 {to}（{length.zh}）每个半小时都在用水：最少的半小时 {leak.least} m³，共 {leak.total} m³",
        f"water was used in each half hour from {since} to {to} ({length.en}): "
        f"at least {leak.least} m³ in one, {leak.total} m³ in all",
    )
