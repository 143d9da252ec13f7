"""The report; the last line of standard output is this as JSON."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from benchmarks.machine import Machine
from benchmarks.throw.measures import wilson

DIGITS: Final = 4

Number = float | None


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Share(_Closed):
    """A part of a whole, and the interval in which it lies 95 times of 100 (Wilson). None of nothing."""

    part: int = Field(ge=0)
    whole: int = Field(ge=0)
    value: Number
    low: Number
    high: Number

    @classmethod
    def of(cls, answers: Iterable[bool]) -> Self:
        """Of yes and no."""
        told = list(answers)
        part, whole = sum(told), len(told)
        interval = wilson(part, whole)
        low, high = (None, None) if interval is None else (rounded(interval[0]), rounded(interval[1]))
        return cls(part=part, whole=whole, value=rounded(part / whole) if whole else None, low=low, high=high)


class Figures(_Closed):
    """One watcher's figures."""

    recall: Number
    f_measure: Number = Field(description="FADE's: boxes, overlap 0.3")
    tro: Number = Field(description="FADE's temporal overlap")
    false_alarms_per_camera_day: Number


class FloorFigures(Figures):
    """With what is said of floors."""

    floor_within_1: Number = Field(description="of falls that are found; one without a floor counts against it")
    interval_coverage: Number


class Group(_Closed):
    """Clips, or falls, of one kind. Of falls, F and TRO are of clips whose falls are all of that kind."""

    clips: int
    falls: int
    recall: Share
    f_measure: Number
    tro: Number
    false_alarms: int
    floor_within_1: Share
    interval_coverage: Share
    baseline_recall: Share
    baseline_f_measure: Number


class ConfuserRow(_Closed):
    """One kind of confuser: rendered, and as tracks at the rates they come."""

    rendered_hours: float
    rendered_false: int
    rendered_baseline_false: int
    camera_days: float
    tracks: int
    tracks_false: int
    tracks_physics_false: int
    tracks_baseline_false: int
    false_per_camera_day: Number = Field(description="of the tracks")
    rejected: dict[str, int]


class AblationRow(_Closed):
    """One way to decide, on the same pictures and tracks. False alarms of clips with falls count in the last alone."""

    recall: Share
    rendered_false: int = Field(description="of rendered confusers")
    false_per_rendered_hour: Number
    tracks_false: int
    false_per_track_day: Number
    false_alarms_per_camera_day: Number


class FaultRow(_Closed):
    """One fault of a stream, on the same clips with it and without (`clean`)."""

    clips: int
    falls: int
    found: int
    found_clean: int
    recall: Number
    recall_clean: Number
    false_alarms: int
    false_alarms_clean: int


class FalseAlarms(_Closed):
    """Where false alarms were looked for, and how many there were. Rendered confusers come far more often than real."""

    rendered_hours: float
    rendered: int
    throw_hours: float
    throws: int
    camera_days: float
    tracks: int
    told_again: int = Field(description="the same fall told more than once: no false alarm")


class CostFigures(_Closed):
    """What watching costs, in one thread."""

    core_fraction: Number = Field(description="CPU seconds a second of stream, decoding included; median of rounds")
    decode_fraction: Number = Field(description="of that, bare decoding, measured apart")
    over_decode: Number = Field(description="median of the ratios of the rounds")
    rounds: int
    seconds: float
    kilobits_per_s: int
    memory_mb: Number = Field(description="peak resident, 10⁶ bytes, at 2592 × 1520 with a full ring")


NO_COST: Final = CostFigures(
    core_fraction=None,
    decode_fraction=None,
    over_decode=None,
    rounds=0,
    seconds=0.0,
    kilobits_per_s=0,
    memory_mb=None,
)


class Report(_Closed):
    """The whole benchmark."""

    benchmark: Literal["throw"] = "throw"
    simulated: bool = True
    family: str
    recall: Number
    f_measure: Number
    tro: Number
    false_alarms_per_camera_day: Number
    floor_within_1: Number
    interval_coverage: Number
    core_fraction_1080p25: Number
    over_decode: Number
    memory_mb: Number
    baseline: Figures
    physics_only: FloorFigures = Field(description="the same clips where nobody drew the windows")
    shares: dict[str, Share]
    frames_f_measure: Number = Field(description="frames said to show a fall, wherever; milder than FADE's")
    delay_s: Number = Field(description="the longest from a fall's last sighting to its verdict")
    classifier: bool = Field(description="whether it was asked; else physics alone decided")
    photographs: bool = Field(description="whether half of all walls were to be textured by a photograph")
    photographed: int = Field(description="clips, with a fall or without, whose wall is")
    median_area: Number = Field(description="of things that fell, pixels")
    clips: int
    falls: int
    false_alarms: FalseAlarms
    cost: CostFigures
    by_size: dict[str, Group]
    by_weather: dict[str, Group]
    by_resolution: dict[str, Group]
    by_kind: dict[str, Group]
    by_light: dict[str, Group]
    by_codec: dict[str, Group]
    by_fps: dict[str, Group]
    by_wall: dict[str, Group] = Field(description="empty where no wall is a photograph")
    by_confuser: dict[str, ConfuserRow]
    ablation: dict[str, AblationRow] = Field(description="physics, classifier or both decide; empty without one")
    faults: dict[str, FaultRow] = Field(description="empty where none was put in")
    rejected: dict[str, int]
    seconds: float
    targets_missed: tuple[str, ...]
    machine: Machine


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure must be: at least, or at most."""

    name: str
    value: float
    at_least: bool

    def missed_by(self, value: float) -> bool:
        """Whether a figure misses it."""
        return value < self.value if self.at_least else value > self.value

    @property
    def words(self) -> str:
        """What is wanted."""
        return f"{'≥' if self.at_least else '≤'} {self.value:g}"


TARGETS: Final = (
    Target("recall", 0.95, True),
    Target("f_measure", 0.85, True),
    Target("tro", 0.70, True),
    Target("false_alarms_per_camera_day", 0.1, False),
    Target("floor_within_1", 0.90, True),
    Target("interval_coverage", 0.90, True),
    Target("core_fraction_1080p25", 0.6, False),
    Target("over_decode", 1.8, False),
    Target("memory_mb", 250.0, False),
)


def missed(report: Report) -> tuple[str, ...]:
    """Name the targets that are missed; what was not measured is not missed."""
    values: dict[str, Number] = {target.name: getattr(report, target.name) for target in TARGETS}
    return tuple(
        f"{target.name} {value:g}, wanted {target.words}"
        for target in TARGETS
        if (value := values[target.name]) is not None and target.missed_by(value)
    )


def rounded(value: float | None) -> float | None:
    """As many digits as mean something."""
    return None if value is None else round(value, DIGITS)
