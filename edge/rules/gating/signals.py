"""What a gate and an alarm contact tell, as it happens."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal


class GateInput(StrEnum):
    """Inputs of the gate board, debounced there."""

    LOOP = "loop"  # on: a vehicle stands over it
    DOOR = "door"  # on: open
    BEAM = "beam"  # on: interrupted
    FIRE_LANE = "fire_lane"  # on: a vehicle stands over the loop of the fire lane


@dataclass(frozen=True, slots=True)
class GateEdge:
    """One input went on or off."""

    at: datetime
    input: GateInput
    on: bool
    kind: Literal["edge"] = "edge"


@dataclass(frozen=True, slots=True)
class GateSample:
    """How all inputs stand; None: there is no such input. Sent when a link comes up, and as often as one likes."""

    at: datetime
    loop: bool | None = None
    door: bool | None = None
    beam: bool | None = None
    fire_lane: bool | None = None
    kind: Literal["sample"] = "sample"

    def level(self, which: GateInput) -> bool | None:
        """How one input stands."""
        value: bool | None = getattr(self, which.value)
        return value


@dataclass(frozen=True, slots=True)
class Release:
    """The gate was opened for somebody: by card, plate, remote control or the button inside."""

    at: datetime
    kind: Literal["release"] = "release"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Somebody was not let in."""

    at: datetime
    kind: Literal["refusal"] = "refusal"


GateSignal = GateEdge | GateSample | Release | Refusal


class ContactState(StrEnum):
    """What an alarm contact tells."""

    NORMAL = "normal"
    ALARM = "alarm"
    FAULT = "fault"  # its line is cut or shorted, or it says so itself


@dataclass(frozen=True, slots=True)
class AlarmInput:
    """How an alarm contact stands; told on each change, and now and then as a sign of life."""

    at: datetime
    state: ContactState
    kind: Literal["input"] = "input"


@dataclass(frozen=True, slots=True)
class Reset:
    """Somebody has looked and reset the alarm."""

    at: datetime
    kind: Literal["reset"] = "reset"


ContactSignal = AlarmInput | Reset
