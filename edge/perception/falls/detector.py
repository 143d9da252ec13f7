"""Every frame of one façade to verdicts. The one door to falls."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge.config import Facade
from edge.perception.falls.following import Follower
from edge.perception.falls.motion import Trace
from edge.perception.falls.place import Place
from edge.perception.falls.verdict import Classifier, judge
from edge.trajectory import Fall, Rejected, Rejection, Verdict

HIDDEN_S: Final = 2.0  # a fall that comes out from behind something after so long is the same fall …
NEAR_PX: Final = 60.0  # … where the fit of its later part leads back so near to its earlier part, at 1080 rows
REMEMBERED: Final = 16  # falls; more at once are told twice


class FallDetector:
    """Looks for falls before one façade. One instance serves one thread at a time; the picture's size may change.

    Args:
        classifier: None: physics alone decides.

    Attributes:
        rejected: how many tracks were no falls, by reason; whoever reads it may clear it.
    """

    def __init__(self, facade: Facade, classifier: Classifier | None = None) -> None:
        self._facade = facade
        self._classifier = classifier
        self._follower: Follower | None = None
        self._place = Place.of(facade, 1, 1)
        self._told: list[Fall] = []
        self.rejected: Counter[Rejection] = Counter()

    def observe(self, luma: NDArray[np.uint8], at_s: float) -> tuple[Verdict, ...]:
        """Take the next frame; return what is to be said of tracks that have ended.

        Args:
            luma: shape (h, w), 0–255; may be overwritten afterwards.
            at_s: on the camera's timeline, rising; over a gap nothing is followed.
        """
        height, width = luma.shape
        if self._follower is None or self._follower.size != (width, height):
            self._follower = Follower(self._facade, width, height)
            self._place = Place.of(self._facade, width, height)
        return tuple(self._judged(self._follower.follow(luma, at_s)))

    def finish(self) -> tuple[Verdict, ...]:
        """The stream has ended: say what is to be said of tracks that have not."""
        return tuple(self._judged(self._follower.finish())) if self._follower else ()

    def _judged(self, traces: list[Trace]) -> Iterator[Verdict]:
        for trace in traces:
            verdict = judge(trace, self._place, self._classifier)
            if isinstance(verdict, Rejected):
                self.rejected[verdict.reason] += 1
                yield verdict
            elif not any(_goes_on(told, verdict, NEAR_PX * self._place.height / 1080) for told in self._told):
                self._told = [*self._told[-REMEMBERED:], verdict]
                yield verdict


def _goes_on(told: Fall, fall: Fall, near_px: float) -> bool:
    """Whether it is a fall already told that was hidden for a while."""
    if not -HIDDEN_S < fall.began_s - told.ended_s < HIDDEN_S or fall.points[0].y < told.points[0].y:
        return False
    last = told.points[-1]
    x, y = fall.curve.at(last.at_s)
    return abs(x - last.x) < near_px and abs(y - last.y) < 2 * near_px
