"""What a run found: the JSON line, its keys explained where they are declared."""

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from benchmarks.edge_cost.cost import Cost
from benchmarks.edge_cost.fleet import Fleet
from benchmarks.edge_cost.growth import Fleets, exponent, line
from benchmarks.edge_cost.plan import Plan
from benchmarks.edge_cost.stream import FPS, KEY_EVERY_S, Stream
from benchmarks.edge_cost.street import Traffic
from benchmarks.machine import Machine

HEADLINE: Final = Traffic.BUSY  # the dearer of the two
DIGITS: Final = 3

GATEWAY: Final = "gateway"
SUPERVISION: Final = "supervision"
KEY_FRAMES: Final = "key_frames"

Round = Mapping[str, Cost]
"""What each contestant cost, run straight after each other on the same stream."""


class NothingMeasured(Exception):
    """A contestant did not do its work, so what it cost says nothing."""


class Closed(BaseModel):
    """A part of the report."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Figure(Closed):
    """One quantity over all rounds."""

    median: FiniteFloat = Field(ge=0)
    least: FiniteFloat = Field(ge=0)
    most: FiniteFloat = Field(ge=0)

    @classmethod
    def of(cls, values: Iterable[float]) -> Self:
        """Take one value a round, at least one; what the clock's steps make negative is none."""
        taken = [max(0.0, value) for value in values]
        median, least, most = (round(figure, DIGITS) for figure in (statistics.median(taken), min(taken), max(taken)))
        return cls(median=median, least=least, most=most)


class Stages(Closed):
    """One contestant: CPU milliseconds a second of stream, and what it did in one round."""

    total_ms: Figure
    decode_ms: Figure
    gate_ms: Figure
    inference_ms: Figure
    rest_ms: Figure = Field(description="slots, rules, evidence, outbox; for supervision its filters and zone")
    read_s: float = Field(gt=0, description="seconds of stream that were read")
    pictures: int = Field(ge=1, description="decoded")
    inferences: int = Field(ge=0)
    alarms: int = Field(ge=0, description="a vehicle stood too long")

    @classmethod
    def of(cls, costs: Sequence[Cost]) -> Self:
        """Sum up one contestant's rounds."""

        def figure(ms: Callable[[Cost], float]) -> Figure:
            return Figure.of(cost.per_stream_s(ms(cost)) for cost in costs)

        return cls(
            total_ms=figure(lambda cost: cost.total_ms),
            decode_ms=figure(lambda cost: cost.decode_ms),
            gate_ms=figure(lambda cost: cost.gate_ms),
            inference_ms=figure(lambda cost: cost.inference_ms),
            rest_ms=figure(lambda cost: cost.rest_ms),
            read_s=costs[-1].stream_s,
            pictures=costs[-1].pictures,
            inferences=costs[-1].inferences,
            alarms=costs[-1].alarms,
        )


class Scene(Closed):
    """All contestants on one kind of traffic. A ratio is taken within each round, then the median over rounds."""

    gateway: Stages
    supervision: Stages
    key_frames: Stages
    over_supervision: Figure = Field(description="gateway ÷ supervision: the smaller the better")
    over_keyframe_decode: Figure = Field(description="gateway ÷ bare decoding of key frames: 1 is as low as it can be")
    settled: "Settled | None" = Field(description="the same once the car has been reported and nothing new comes")

    @classmethod
    def of(cls, rounds: Sequence[Round]) -> Self:
        """Sum up all rounds, at least one."""

        def ratio(under: str) -> Figure:
            return Figure.of(_total(one[GATEWAY]) / _total(one[under]) for one in rounds)

        def stages(name: str) -> Stages:
            return Stages.of([one[name] for one in rounds])

        return cls(
            gateway=stages(GATEWAY),
            supervision=stages(SUPERVISION),
            key_frames=stages(KEY_FRAMES),
            over_supervision=ratio(SUPERVISION),
            over_keyframe_decode=ratio(KEY_FRAMES),
            settled=Settled.of(rounds) if all(one[GATEWAY].settled_s for one in rounds) else None,
        )


class Settled(Closed):
    """A street in which nothing new comes: what most cameras see, day in, day out."""

    seconds: float = Field(gt=0, description="of stream")
    gateway_ms: Figure = Field(description="CPU milliseconds a second of stream")
    over_keyframe_decode: Figure
    arrival_ms: Figure = Field(
        description="CPU milliseconds, once, that one vehicle cost beyond this until it was reported with its pictures"
    )

    @classmethod
    def of(cls, rounds: Sequence[Round]) -> Self:
        """Sum up all rounds, at least one, all with a settled end."""
        return cls(
            seconds=rounds[-1][GATEWAY].settled_s,
            gateway_ms=Figure.of(one[GATEWAY].settled_rate for one in rounds),
            over_keyframe_decode=Figure.of(one[GATEWAY].settled_rate / _total(one[KEY_FRAMES]) for one in rounds),
            arrival_ms=Figure.of(one[GATEWAY].arrival_ms for one in rounds),
        )


class Row(Closed):
    """One number of cameras."""

    cameras: int = Field(ge=1)
    ms_per_stream_s: Figure = Field(description="CPU milliseconds a second, of all of them together")
    mb: Figure = Field(
        description="resident memory of the whole gateway, the most since its models were loaded, 10⁶ bytes"
    )
    looks: int = Field(ge=1, description="in the last round, of all of them together")
    alarms: int = Field(ge=1)

    @classmethod
    def of(cls, fleets: Sequence[Fleet]) -> Self:
        """Sum up one number of cameras over all rounds.

        Raises:
            NothingMeasured: the cameras did not look, or not one saw the car.
        """
        last = fleets[-1]
        if not all(one.looks and one.alarms for one in fleets):
            raise NothingMeasured(f"{last.cameras} cameras made {last.looks} looks and raised {last.alarms} alarms")
        return cls(
            cameras=last.cameras,
            ms_per_stream_s=Figure.of(one.ms_per_stream_s for one in fleets),
            mb=Figure.of(one.mb for one in fleets),
            looks=last.looks,
            alarms=last.alarms,
        )


class Growth(Closed):
    """How it grows with the cameras, in the street that `headline` names.

    CPU is fitted through the least of each number of cameras: what others do on the machine only ever adds. Memory is
    fitted through the most.
    """

    rows: tuple[Row, ...]
    exponent: float = Field(description="slope of CPU over cameras in log-log: 1 is a straight line")
    ms_per_extra_camera: float = Field(description="slope of the straight line: CPU milliseconds a second")
    r2: float = Field(le=1, description="of that straight line: 1 says that all lie on it")
    mb_per_extra_camera: float = Field(description="slope of resident memory")
    memory_r2: float = Field(le=1)

    @classmethod
    def of(cls, rounds: Fleets) -> Self:
        """Sum up all rounds, at least one."""
        rows = tuple(Row.of([one[cameras] for one in rounds]) for cameras in rounds[0])
        cameras, costs = [row.cameras for row in rows], [row.ms_per_stream_s.least for row in rows]
        ms, _, r2 = line(cameras, costs)
        mb, _, memory_r2 = line(cameras, [row.mb.most for row in rows])
        return cls(
            rows=rows,
            exponent=round(exponent(cameras, costs), DIGITS),
            ms_per_extra_camera=round(ms, DIGITS),
            r2=round(r2, 4),
            mb_per_extra_camera=round(mb, 1),
            memory_r2=round(memory_r2, 4),
        )


class Video(Closed):
    """The streams, alike but for what they show."""

    codec: Literal["h264"] = "h264"
    width: int
    height: int
    fps: int = FPS
    key_every_s: int = KEY_EVERY_S
    seconds: int
    kilobits_per_s: int

    @classmethod
    def of(cls, stream: Stream) -> Self:
        """Describe a stream."""
        return cls(
            width=stream.width,
            height=stream.height,
            seconds=stream.seconds,
            kilobits_per_s=stream.bits_per_s // 1000,
        )


class Report(Closed):
    """The whole run. The figures at the top are the medians of the scene that `headline` names."""

    benchmark: Literal["edge_cost"] = "edge_cost"
    headline: Traffic = HEADLINE
    ms_per_stream_s: float = Field(description="CPU milliseconds the gateway spends on a second of stream")
    over_supervision: float = Field(description="gateway ÷ supervision: the smaller the better")
    over_keyframe_decode: float = Field(description="gateway ÷ bare decoding of key frames: the smaller the better")
    still_over_keyframe_decode: float = Field(description="the same in the still street once nothing new comes")
    growth_exponent: float = Field(description="of CPU over 1, 4, 8 and 16 cameras: 1 is a straight line")
    mb_per_extra_camera: float = Field(description="resident memory that a camera beyond the first takes, 10⁶ bytes")
    decode_ms: float
    gate_ms: float
    inference_ms: float
    rest_ms: float
    rounds: int
    quick: bool
    scenes: dict[Traffic, Scene]
    growth: Growth
    stream: Video
    machine: Machine

    @classmethod
    def of(
        cls,
        rounds: Mapping[Traffic, Sequence[Round]],
        fleets: Fleets,
        *,
        plan: Plan,
        stream: Stream,
        machine: Machine,
    ) -> Self:
        """Sum up a run.

        Raises:
            NothingMeasured: a contestant did not do its work.
        """
        for each in rounds.values():
            for one in each:
                _require_work(one)
        scenes = {traffic: Scene.of(each) for traffic, each in rounds.items()}
        head, grown = scenes[HEADLINE], Growth.of(fleets)
        settled = scenes[Traffic.STILL].settled
        if settled is None:
            raise NothingMeasured("the still street was not read on after the alarm")
        return cls(
            ms_per_stream_s=head.gateway.total_ms.median,
            over_supervision=head.over_supervision.median,
            over_keyframe_decode=head.over_keyframe_decode.median,
            still_over_keyframe_decode=settled.over_keyframe_decode.median,
            growth_exponent=grown.exponent,
            mb_per_extra_camera=grown.mb_per_extra_camera,
            decode_ms=head.gateway.decode_ms.median,
            gate_ms=head.gateway.gate_ms.median,
            inference_ms=head.gateway.inference_ms.median,
            rest_ms=head.gateway.rest_ms.median,
            rounds=plan.rounds,
            quick=plan.quick,
            scenes=scenes,
            growth=grown,
            stream=Video.of(stream),
            machine=machine,
        )


def _total(cost: Cost) -> float:
    return cost.per_stream_s(cost.total_ms)


def _require_work(one: Round) -> None:
    """Raise unless the gateway saw the car stand too long, and both that detect did."""
    if not one[GATEWAY].alarms:
        raise NothingMeasured("the gateway raised no alarm although a car stands in the fire lane")
    for name, cost in one.items():
        if not cost.pictures or cost.total_ms <= 0:
            raise NothingMeasured(f"{name} decoded {cost.pictures} pictures in {cost.total_ms} ms")
        if not cost.inferences and name != KEY_FRAMES:
            raise NothingMeasured(f"{name} detected on none of {cost.pictures} pictures")
