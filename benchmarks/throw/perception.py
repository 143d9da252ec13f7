"""The only place where the benchmark meets what it judges."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge.config import Facade
from edge.perception.falls.detector import FallDetector
from edge.perception.falls.linking import Linker
from edge.perception.falls.motion import Trace
from edge.perception.falls.place import Place, mask
from edge.perception.falls.specks import Specks
from edge.perception.falls.verdict import SURE_OF_ONE, Classifier, judge
from edge.trajectory import Fall, Point, Rejected, Rejection, Verdict
from models.throw.classifier import FILE, ThrowClassifier

PHYSICS: Final = "physics"  # decides alone
CLASSIFIER: Final = "classifier"  # decides alone


@cache
def classifier(*, wanted: bool = True) -> Classifier | None:
    """The classifier that comes with the product; None: there is none, or none is wanted, and physics alone decides."""
    return ThrowClassifier() if wanted and (files("models.throw") / FILE).is_file() else None


def detector(facade: Facade, *, with_classifier: bool = True) -> FallDetector:
    """The product's detector for a façade, as the gateway sets it up."""
    return FallDetector(facade, classifier(wanted=with_classifier))


def by_classifier(verdict: Verdict) -> bool:
    """Whether the classifier alone would have told a fall, however busy it was and whatever physics said.

    What leads down for too short a time, or not down, it is not asked about.
    """
    return isinstance(verdict, Fall) or verdict.likeness >= SURE_OF_ONE


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is said of a simulated track, and whether physics alone would have told a fall."""

    verdict: Verdict
    by_physics: bool


class TrackJudge:
    """Judges sightings of one thing as if perception had made them: linked, then judged; pictures are not needed.

    What else moves at the same time is not known, so nothing is rejected for being one of many: the harder case.

    Args:
        facade: as it is drawn.
        width, height: of the picture, pixels.
    """

    def __init__(self, facade: Facade, width: int, height: int, *, with_classifier: bool = True) -> None:
        self.place: Final = Place.of(facade, width, height)
        self._inside = mask(facade, width, height)
        self._classifier = classifier(wanted=with_classifier)

    def judged(self, points: tuple[Point, ...]) -> Iterator[Ruling]:
        """Say what is to be said of sightings in order of time; those outside the façade are not seen."""
        for trace in self.traces(points):
            verdict = judge(trace, self.place, self._classifier)
            yield Ruling(verdict, self._by_physics(trace, verdict))

    def traces(self, points: tuple[Point, ...]) -> Iterator[Trace]:
        """Link sightings, and judge nothing."""
        linker = Linker(self.place.height)
        ended = [track for point in points if self._sees(point) for track in linker.link(_specks(point))]
        for track in (*ended, *linker.finish()):
            yield _unpictured(track.trace)

    def _by_physics(self, trace: Trace, verdict: Verdict) -> bool:
        """Physics is asked once more only where its reason is not known already."""
        if isinstance(verdict, Rejected) and verdict.reason is not Rejection.UNLIKE:
            return False
        return self._classifier is None or isinstance(judge(trace, self.place), Fall)

    def _sees(self, point: Point) -> bool:
        x, y = int(point.x), int(point.y)
        return 0 <= x < self.place.width and 0 <= y < self.place.height and bool(self._inside[y, x])


def _specks(point: Point) -> Specks:
    return Specks(
        at_s=point.at_s,
        x=_one(point.x),
        y=_one(point.y),
        width=_one(point.width),
        height=_one(point.height),
        area=_one(point.area),
        contrast=_one(point.contrast),
        strength=_one(point.area),  # alone in its frame, it is as strong as the strongest
    )


def _unpictured(trace: Trace) -> Trace:
    """A trace without crops: where there are no pictures, the classifier is to go by the path alone."""
    return replace(trace, crops=trace.crops[:0])


def _one(value: float) -> NDArray[np.float64]:
    return np.array([value], np.float64)
