"""Sensor boards, and what hangs on their inputs: gates, and alarm contacts of fences, detectors and tanks."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from contract.gating import SensorKind
from contract.identifiers import Slug
from contract.settings import Section
from edge.config.lines import formatted, plugged
from edge.config.measures import Seconds


class Input(StrEnum):
    """The four inputs of a board, by what they were made for; docs/board-protocol.md says which terminal each is."""

    LOOP = "loop"
    DOOR = "door"
    BEAM = "beam"
    FIRE_LANE = "fire_lane"


Normally = Literal["open", "closed"]


class Board(Section):
    """One sensor board, alone on its line."""

    id: Slug
    name: str = Field(default="", max_length=80)
    port: Annotated[str, Field(max_length=200)]
    format: str = Field(default="115200-8N1", max_length=20)
    simulated: bool = Field(default=False, description="a made-up board: every event says so")

    _plugged = field_validator("port")(plugged)
    _formatted = field_validator("format")(formatted)


class Gate(Section):
    """One gate: a barrier, or a door."""

    id: Slug
    name: str = Field(default="", max_length=80)
    board: Slug
    inputs: tuple[Input, ...] = Field(min_length=1, max_length=4, description="those that this gate has")
    normally_closed: tuple[Input, ...] = Field(
        default=(), max_length=4, description="inputs whose contact is closed at rest, such as an ordinary door reed"
    )
    releases: bool = Field(
        default=False, description="whether every rightful opening is told to the gateway; nothing tells any yet"
    )
    stuck_after: Seconds = Field(default=120.0, ge=1, description="open for so long since the last pass")
    blocked_after: Seconds = Field(default=180.0, ge=1, description="a vehicle before the fire-lane gate for so long")

    @model_validator(mode="after")
    def _of_its_inputs(self) -> "Gate":
        if len(set(self.inputs)) != len(self.inputs):
            raise ValueError("inputs: 每路只写一次 each stands once")
        strange = [one.value for one in self.normally_closed if one not in self.inputs]
        if strange:
            raise ValueError(f"normally_closed: {strange[0]} 不在 inputs 里 is not among the gate's inputs")
        return self


class Sensor(Section):
    """One alarm contact."""

    id: Slug
    name: str = Field(default="", max_length=80)
    kind: SensorKind
    board: Slug
    input: Input
    normally: Normally = Field(default="open", description="how the contact is while all is well")
