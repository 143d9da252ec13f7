"""What was found, added up; the last line of standard output is this as JSON."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from benchmarks.machine import Machine
from benchmarks.parking.noise import Noise
from benchmarks.parking.witness import Outcome

Share = float | None


class Figures(BaseModel):
    """Figures of weeks of one kind. A share is None where there was nothing to share."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    camera_weeks: float = Field(ge=0)
    stays: int = Field(ge=0)
    looks: int = Field(ge=0)
    dwell_within_one_look: Share
    switches_per_1000_stays: Share
    false_openings_per_camera_week: Share
    swaps_told_apart: Share
    swaps: dict[str, str] = Field(description="told apart / all, by what they happened behind")
    missed_openings: str = Field(description="not opened / due")
    said: dict[str, int] = Field(description="what was said of each stay; see the docs")
    false: dict[str, int] = Field(description="false openings by fault")


class ZombieFigures(BaseModel):
    """Figures of zombie vehicles."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vehicles: int = Field(ge=0)
    lookalikes: int = Field(ge=0)
    zombie_recall: Share
    zombie_false: int = Field(ge=0)
    by_kind: dict[str, str] = Field(description="confirmed / all, by what the vehicle is")


class Report(BaseModel):
    """The whole benchmark; the top level is all noise together."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    simulated: bool = True
    family: str
    dwell_within_one_look: Share
    switches_per_1000_stays: Share
    false_openings_per_camera_week: Share
    swaps_told_apart: Share
    zombie_recall: Share
    zombie_false: int
    camera_weeks: float
    stays: int
    looks: int
    seconds: float
    targets_missed: tuple[str, ...]
    kinds: dict[str, Figures]
    zombies: ZombieFigures
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


TARGETS: Final = (
    Target("dwell_within_one_look", 0.99, True),
    Target("switches_per_1000_stays", 1.0, False),
    Target("false_openings_per_camera_week", 0.05, False),
    Target("swaps_told_apart", 0.95, True),
    Target("zombie_recall", 0.99, True),
    Target("zombie_false", 0.0, False),
)


def figures(outcomes: Sequence[Outcome], weeks: float, looks: int) -> Figures:
    """Add up camera-weeks of one kind."""
    stays = sum(one.stays for one in outcomes)
    said = _sum(one.said for one in outcomes)
    false = _sum(one.false_openings for one in outcomes)
    swaps, apart = _sum(one.swaps for one in outcomes), _sum(one.told_apart for one in outcomes)
    switches = sum(one.splits + one.merges for one in outcomes)
    due, missed = sum(one.due_openings for one in outcomes), sum(one.missed_openings for one in outcomes)
    return Figures(
        camera_weeks=round(weeks, 3),
        stays=stays,
        looks=looks,
        dwell_within_one_look=_share(said["within"], stays),
        switches_per_1000_stays=round(1000 * switches / stays, 3) if stays else None,
        false_openings_per_camera_week=round(false.total() / weeks, 4) if weeks else None,
        swaps_told_apart=_share(apart.total(), swaps.total()),
        swaps={cover: f"{apart[cover]} / {swaps[cover]}" for cover in sorted(swaps)},
        missed_openings=f"{missed} / {due}",
        said=dict(said.most_common()),
        false=dict(false.most_common()),
    )


def missed(together: Figures, zombies: ZombieFigures) -> tuple[str, ...]:
    """Name the targets that are missed; what was not measured is not missed."""
    values = {**dict(together), **dict(zombies)}
    return tuple(
        f"{target.name} {value:g}, wanted {'≥' if target.at_least else '≤'} {target.value:g}"
        for target in TARGETS
        if (value := values[target.name]) is not None and target.missed_by(float(value))
    )


def _sum(counters: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in counters:
        total.update(one)
    return total


def _share(part: int, whole: int) -> Share:
    return round(part / whole, 5) if whole else None


def in_order(kinds: Iterable[Noise]) -> list[Noise]:
    """Kinds of noise as they are told."""
    known = set(kinds)
    return [kind for kind in Noise if kind in known]
