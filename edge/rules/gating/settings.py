"""Limits of the rules on gates and alarm contacts. All ours, where no source is named."""

from dataclasses import dataclass
from typing import Final

from contract.gating import SensorKind
from edge.rules.gating.signals import GateInput
from edge.rules.holding import Times

STUCK: Final = Times(120, 5)
FORCED: Final = Times(1, 10)
FIRE_LANE: Final = Times(180, 10)  # as for a vehicle that a camera sees in a fire lane


CONTACT_FAULT: Final = Times(10, 60)


@dataclass(frozen=True, slots=True)
class GateSettings:
    """One gate's limits.

    Attributes:
        passes: the input that one pass switches on and off once; the beam where there is one.
        door: whether there is a contact that tells whether the gate stands open.
        release_s: for so long after a release the gate may be opened, and passed if it has closed again.
        credits: releases at most that wait to be used; more than a queue of vehicles is a fault.
        tailgates: passes beyond the releases, from which it is told.
        calm_s: without another, after which tailgating or refusals end.
        refusals, refusals_s: so many within so long.
        stuck, forced, fire_lane: minimum times; stuck counts from the last pass.
        silent_s, back_s: silent for so long the link is lost; heard for so long it is back.
        paused_s: steps further apart mean that the gateway itself was off.
    """

    passes: GateInput = GateInput.BEAM
    door: bool = True
    release_s: float = 30
    credits: int = 10
    tailgates: int = 1
    calm_s: float = 900
    refusals: int = 5
    refusals_s: float = 600
    stuck: Times = STUCK
    forced: Times = FORCED
    fire_lane: Times = FIRE_LANE
    silent_s: float = 60
    back_s: float = 10
    paused_s: float = 30
    timezone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class ContactSettings:
    """One alarm contact's limits.

    Attributes:
        kind: what it watches, for the words.
        alarm: how long it must stand in alarm before it is told, and in normal, after a reset, before it ends.
        fault: the same; a fault ends without a reset.
        late_s: how late a signal may come and still be judged in its place.
        silent_s, back_s, paused_s: as for a gate.
    """

    kind: SensorKind
    alarm: Times
    fault: Times = CONTACT_FAULT
    late_s: float = 2
    silent_s: float = 3600
    back_s: float = 60
    paused_s: float = 600
    timezone: str = "Asia/Shanghai"

    @classmethod
    def of(cls, kind: SensorKind) -> "ContactSettings":
        """The usual limits of a kind."""
        return cls(kind, USUAL[kind])


# Gas and smoke detectors judge for themselves: what they say is told at once, but for a second of bouncing.
USUAL: Final = {
    SensorKind.PERIMETER: Times(0.5, 10),
    SensorKind.GAS: Times(1, 60),
    SensorKind.SMOKE: Times(1, 60),
    SensorKind.TANK_HIGH: Times(10, 60),
    SensorKind.TANK_LOW: Times(10, 60),
}
