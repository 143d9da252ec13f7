"""What was found; the last line of standard output is this as JSON."""

from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from benchmarks.bus.codec import Speed
from benchmarks.bus.cycles import Cycle, Load, State
from benchmarks.machine import Machine

ASSUMED: Final = (
    "Lines and meters are simulated: no meter was read. Bytes take their time; meters answer after 20 ms.",
    "The minimum: bytes of requests and answers at the line's speed, 20 ms before each answer, 30 ms of silence before "
    "each request; of all 64 meters, also where 8 are dead.",
    "A cycle: from the first request of a quarter hour until the line is idle, tries of the dead included.",
    "Usual: register, voltage, current, power of each meter, as the gateway asks. Register: that alone.",
    "In virtual time nothing but the line takes time; the pseudo-terminal is in real time, with the machine's delays.",
)
MOST_OVER_LINE: Final = 1.15
MOST_OVER_LINE_8_DEAD: Final = 1.5


class Row(BaseModel):
    """One reading cycle."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: str
    load: Load
    state: State
    meters: int = Field(description="that were read")
    over_line_time: float = Field(description="the whole cycle ÷ the line's minimum")
    living_over_line_time: float = Field(description="until the last meter that answers was read ÷ the minimum")
    cycle_s: float
    minimum_s: float
    busy_share: float = Field(description="of the quarter hour in which the line was in use, later tries included")

    @classmethod
    def of(cls, cycle: Cycle) -> "Row":
        quarter = cycle.quarter
        return cls(
            form=str(cycle.form),
            load=cycle.load,
            state=cycle.state,
            meters=quarter.read,
            over_line_time=round(cycle.over, 3),
            living_over_line_time=round(cycle.living_over, 3),
            cycle_s=round(quarter.cycle_s, 2),
            minimum_s=round(cycle.minimum_s, 2),
            busy_share=round(quarter.busy_share, 3),
        )


class Report(BaseModel):
    """The whole benchmark."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    over_line_time: float = Field(description="the worst usual cycle with no meter dead, in virtual time")
    over_line_time_8_dead: float = Field(description="the worst usual cycle with 8 dead, newly or known")
    codec_over_peer: float = Field(
        description="throughput, ours ÷ the PyPI package dlt645, which gives the same numbers"
    )
    over_line_time_real: float = Field(description="the same in real time, this machine's delays included: least round")
    simulated: bool = True
    assumed: tuple[str, ...] = ASSUMED
    cycles: tuple[Row, ...] = Field(description="in virtual time")
    terminal: Row = Field(description="in real time: the least of the rounds, for what others do only ever adds")
    terminal_rounds: int
    terminal_most: float = Field(description="over_line_time of the slowest round")
    codec: Speed
    targets_missed: tuple[str, ...]
    seconds: float
    machine: Machine


def report(
    cycles: Sequence[Cycle], terminal: Sequence[Cycle], codec: Speed, *, seconds: float, machine: Machine
) -> Report:
    """Add it up; `terminal` has the rounds in real time, at least one."""
    rows = tuple(Row.of(cycle) for cycle in cycles)
    usual = [row for row in rows if row.load is Load.USUAL]
    rounds = sorted(terminal, key=lambda cycle: cycle.over)
    real = Row.of(rounds[0])
    alive = max(row.over_line_time for row in usual if row.state is State.NONE_DEAD)
    dead = max(row.over_line_time for row in usual if row.state is not State.NONE_DEAD)
    limits = (("over_line_time", alive, MOST_OVER_LINE), ("over_line_time_8_dead", dead, MOST_OVER_LINE_8_DEAD))
    return Report(
        over_line_time=alive,
        over_line_time_8_dead=dead,
        codec_over_peer=codec.over_peer.median,
        over_line_time_real=real.over_line_time,
        cycles=rows,
        terminal=real,
        terminal_rounds=len(rounds),
        terminal_most=round(rounds[-1].over, 3),
        codec=codec,
        targets_missed=tuple(f"{name} {value:g}, wanted ≤ {most:g}" for name, value, most in limits if value > most),
        seconds=round(seconds, 1),
        machine=machine,
    )
