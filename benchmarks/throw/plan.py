"""What is run: how many clips of falls, how many hours of what is no fall, how many camera-days of it as tracks."""

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from models.throw.simulation import RATES, Confuser

CLIP_S: Final = 20.0  # of a rendered clip without a fall
TRACK_DAYS: Final = 5.0  # of one camera; the next days are another's
CONFUSERS_FROM: Final = 300_000  # numbers of rendered confusers; those of falls lie below
TRACKS_FROM: Final = 600_000  # numbers of cameras of simulated tracks
MIXED: Final = "mixed"  # a clip whose confusers the simulator draws by itself
KINDS: Final = tuple(Confuser)
FLYING: Final = tuple(RATES)  # of which tracks are simulated; the others move no thing


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is run.

    Attributes:
        clips: with a fall.
        hours: rendered without one, over all kinds of confusers and mixtures of them.
        days: camera-days of confusers simulated as tracks.
        seed0: number of the first of each.
        rounds: in which cost is measured; 0: it is not.
        classifier: whether it is asked, if there is one.
        photographs: whether half of all walls are textured by a photograph.
        faults: clips with a fall that are shown again with each fault of a stream; more than `clips` are as many.
    """

    clips: int
    hours: float
    days: float
    seed0: int = 0
    rounds: int = 7
    classifier: bool = True
    photographs: bool = False
    faults: int = 0


FULL: Final = Plan(clips=1000, hours=2.0, days=200.0, faults=100)
QUICK: Final = Plan(clips=3, hours=0.0, days=0.5, rounds=1, faults=1)


class JobKind(StrEnum):
    """What a job is."""

    THROW = "throw"
    CONFUSER = "confuser"
    TRACKS = "tracks"


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work; the same job gives the same result.

    Attributes:
        kind, family, number: of what is simulated.
        confuser: of which kind; None: of a throw, or mixed.
        days: of tracks.
        classifier: whether it is asked, if there is one.
        photographs: whether half of all walls are textured by a photograph.
        faults: whether the clip is shown again with each fault of a stream.
    """

    kind: JobKind
    family: str
    number: int
    confuser: Confuser | None = None
    days: float = 0.0
    classifier: bool = True
    photographs: bool = False
    faults: bool = False

    @property
    def key(self) -> str:
        """Tells it from every other one."""
        what = f" {self.confuser} {self.days:g} d" if self.kind is JobKind.TRACKS else ""
        without = "" if self.classifier else " without classifier"
        walls = " photographs" if self.photographs else ""
        faults = " faults" if self.faults else ""
        return f"{self.family} {self.kind} {self.number}{what}{without}{walls}{faults}"


def jobs(plan: Plan, family: str) -> list[Job]:
    """All jobs of a plan, by number."""
    clips = [Job(JobKind.THROW, family, plan.seed0 + i, faults=i < plan.faults) for i in range(plan.clips)]
    count = math.ceil(plan.hours * 3600 / CLIP_S)
    confusers = [rendered(family, CONFUSERS_FROM + plan.seed0 + i) for i in range(count)]
    cameras = math.ceil(plan.days / TRACK_DAYS)
    tracks = [
        Job(JobKind.TRACKS, family, TRACKS_FROM + plan.seed0 + i, kind, min(TRACK_DAYS, plan.days - TRACK_DAYS * i))
        for i in range(cameras)
        for kind in FLYING
    ]
    return [
        replace(job, classifier=plan.classifier, photographs=plan.photographs) for job in (*clips, *confusers, *tracks)
    ]


def rendered(family: str, number: int) -> Job:
    """The rendered confuser of a number: the kinds take turns, and after all of them comes a mixture."""
    turn = (number - CONFUSERS_FROM) % (len(KINDS) + 1)
    return Job(JobKind.CONFUSER, family, number, KINDS[turn] if turn < len(KINDS) else None)
