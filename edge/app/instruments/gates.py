"""One gate and one alarm contact on a sensor board: what the board tells of them, judged as it comes."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from contract.gating import SensorKind
from edge.app.instruments.alarms import Alarms, Subject, gate_draft, sensor_draft
from edge.app.instruments.ledger import Ledger
from edge.app.instruments.limits import contact_limits, gate_limits
from edge.config import Gate, Input, Sensor
from edge.devices.board import Told
from edge.rules.alarms import AlarmKind
from edge.rules.gating import contact as contact_rule
from edge.rules.gating import gate as gate_rule
from edge.rules.gating.signals import (
    AlarmInput,
    ContactSignal,
    ContactState,
    GateEdge,
    GateInput,
    GateSample,
    GateSignal,
    Reset,
)

BY_RELEASES: Final = frozenset({AlarmKind.FORCED, AlarmKind.TAILGATE})
"""Judged by who was let in: without a source of releases they would accuse everybody."""
HELD: Final = timedelta(minutes=9)
"""So long a contact waits for a board that is not heard, and is then judged as if its events had come at once. Longer
would count as a gateway that was off, see `paused_s` of its rule, and no silence would ever be told."""
SIGN_OF_LIFE: Final = timedelta(seconds=30)


class GateDesk:
    """Takes what a board tells of one gate."""

    def __init__(self, gate: Gate, *, simulated: bool, ledger: Ledger, alarms: Alarms, timezone: str) -> None:
        self.gate: Final = gate
        self._name: Final = f"gate/{gate.id}"
        self._ledger = ledger
        self._alarms = alarms
        self._limits = gate_limits(gate, timezone)
        self._unjudged = frozenset() if gate.releases else BY_RELEASES
        subject = Subject(gate.id, gate.name, gate.board, simulated)
        self._drafting = partial(gate_draft, subject=subject)
        self._state = ledger.read(self._name, gate_rule.Gate.from_bytes) or gate_rule.Gate(gate.id)

    def hear(self, told: Told, now: datetime) -> None:
        """Take what the board has told; one that is heard is there, whatever it has still to tell."""
        self._step(tuple(self._signals(told)), told.known_to or self._state.known_to, now)

    def tick(self, now: datetime) -> None:
        """Let time run while the board is not heard."""
        self._step((), None, now)

    def _step(self, signals: tuple[GateSignal, ...], known_to: datetime | None, now: datetime) -> None:
        self._state, findings = gate_rule.step(self._state, signals, known_to=known_to, now=now, settings=self._limits)
        self._ledger.keep(self._name, self._state.to_bytes)
        self._alarms.tell(findings, self._drafting, unjudged=self._unjudged)

    def _signals(self, told: Told) -> Iterator[GateSignal]:
        for edge in told.edges:
            if edge.input in self.gate.inputs:
                yield GateEdge(edge.at, GateInput(edge.input.value), self._on(edge.input, closed=edge.closed))
        if told.closed is not None:
            yield GateSample(
                told.at,
                loop=self._level(Input.LOOP, told.closed),
                door=self._level(Input.DOOR, told.closed),
                beam=self._level(Input.BEAM, told.closed),
                fire_lane=self._level(Input.FIRE_LANE, told.closed),
            )

    def _level(self, name: Input, closed: frozenset[Input]) -> bool | None:
        return self._on(name, closed=name in closed) if name in self.gate.inputs else None

    def _on(self, name: Input, *, closed: bool) -> bool:
        return closed is not (name in self.gate.normally_closed)


class ContactDesk:
    """Takes what a board tells of one alarm contact.

    Nothing tells the gateway that somebody has reset an alarm: a contact that is normal again counts as reset, for
    detectors that hold their alarm until they are reset hold their contact too.

    Args:
        started: when this program began to listen.
    """

    def __init__(
        self, sensor: Sensor, *, simulated: bool, ledger: Ledger, alarms: Alarms, timezone: str, started: datetime
    ) -> None:
        self.sensor: Final = sensor
        self._name: Final = f"contact/{sensor.id}"
        self._ledger = ledger
        self._alarms = alarms
        self._limits = contact_limits(sensor, timezone)
        subject = Subject(sensor.id, sensor.name, sensor.board, simulated)
        self._drafting = partial(sensor_draft, subject=subject, sensor=SensorKind(sensor.kind))
        kept = ledger.read(self._name, contact_rule.Contact.from_bytes)
        self._state = kept or contact_rule.Contact(sensor.id)
        self._heard = started
        self._said: AlarmInput | None = None

    def hear(self, told: Told, now: datetime) -> None:
        """Take what the board has told, up to when it has told everything."""
        if told.known_to is None:
            return
        self._heard = now
        self._step(tuple(self._signals(told)), told.known_to)

    def tick(self, now: datetime) -> None:
        """Let time run while the board is not heard."""
        if not timedelta(0) <= now - self._heard < HELD:
            self._step((), now)

    def _step(self, signals: tuple[ContactSignal, ...], to: datetime) -> None:
        self._state, findings = contact_rule.step(self._state, signals, now=to, settings=self._limits)
        self._ledger.keep(self._name, self._state.to_bytes)
        self._alarms.tell(findings, self._drafting)

    def _signals(self, told: Told) -> Iterator[ContactSignal]:
        for edge in told.edges:
            if edge.input is self.sensor.input:
                yield from self._says(edge.at, closed=edge.closed)
        if told.closed is not None and self._is_due(told):
            yield from self._says(told.at, closed=self.sensor.input in told.closed)

    def _is_due(self, told: Told) -> bool:
        """Whether how it stands is to be said: it stands otherwise than was said last, or as a sign of life."""
        said = self._said
        state = self._state_of(closed=self.sensor.input in (told.closed or ()))
        return said is None or said.state is not state or not timedelta(0) <= told.at - said.at < SIGN_OF_LIFE

    def _says(self, at: datetime, *, closed: bool) -> Iterator[ContactSignal]:
        self._said = AlarmInput(at, self._state_of(closed=closed))
        yield self._said
        if self._said.state is ContactState.NORMAL:
            yield Reset(at)

    def _state_of(self, *, closed: bool) -> ContactState:
        normal = closed is (self.sensor.normally == "closed")
        return ContactState.NORMAL if normal else ContactState.ALARM
