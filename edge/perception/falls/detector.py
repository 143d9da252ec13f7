"""Every frame of one façade to verdicts. The one door to falls."""

from collections import deque
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge.config import Facade
from edge.perception.falls.ballistics import GRAVITY
from edge.perception.falls.following import Follower
from edge.perception.falls.motion import Trace
from edge.perception.falls.place import Place
from edge.perception.falls.verdict import BUSY_S, Classifier, judge
from edge.trajectory import Fall, Rejected, Verdict

HIDDEN_S: Final = 2.0  # a fall that comes out from behind something after so long is the same fall …
NEAR_PX: Final = 40.0  # … where it comes out so near to where it must, at 1080 rows
SLOPE_S: Final = 0.1  # of a curve's end: its speed
MAX_OTHERS: Final = 512  # tracks that are no falls, remembered to know how busy it is
REMEMBERED: Final = 16  # falls; more at once are told twice


class FallDetector:
    """Looks for falls before one façade. One instance serves one thread at a time; the picture's size may change.

    Args:
        classifier: None: physics alone decides.
    """

    def __init__(self, facade: Facade, classifier: Classifier | None = None) -> None:
        self._facade = facade
        self._classifier = classifier
        self._follower: Follower | None = None
        self._place = Place.of(facade, 1, 1)
        self._told: list[Fall] = []
        self._others: deque[tuple[float, float]] = deque(maxlen=MAX_OTHERS)  # when they ended, how like falls they were

    def observe(self, luma: NDArray[np.uint8], at_s: float) -> tuple[Verdict, ...]:
        """Take the next frame; return what is to be said of tracks that have ended.

        Args:
            luma: shape (h, w), 0–255; may be overwritten afterwards.
            at_s: on the camera's timeline, rising; over a gap nothing is followed.
        """
        height, width = luma.shape
        before: tuple[Verdict, ...] = ()
        if self._follower is None or self._follower.size != (width, height):
            before = self.finish()
            self._follower = Follower(self._facade, width, height)
            self._place, self._told = Place.of(self._facade, width, height), []
        return (*before, *self._judged(self._follower.follow(luma, at_s)))

    def finish(self) -> tuple[Verdict, ...]:
        """The stream has ended: say what is to be said of tracks that have not."""
        return tuple(self._judged(self._follower.finish())) if self._follower else ()

    def _judged(self, traces: list[Trace]) -> Iterator[Verdict]:
        for trace in traces:
            at_s = trace.points[-1].at_s
            self._others = deque((other for other in self._others if abs(at_s - other[0]) < BUSY_S), MAX_OTHERS)
            busy = sum(likeness for _, likeness in self._others)
            verdict = judge(trace, self._place, self._classifier, busy=busy)
            if isinstance(verdict, Rejected):
                if verdict.likeness > 0:
                    self._others.append((at_s, verdict.likeness))
                yield verdict
            elif not any(_goes_on(told, verdict, NEAR_PX * self._place.height / 1080) for told in self._told):
                self._told = [*self._told[-REMEMBERED:], verdict]
                yield verdict


def _goes_on(told: Fall, fall: Fall, near_px: float) -> bool:
    """Whether it is a fall already told that was hidden for a while: it begins where that one leads.

    By then it must be lower than that one was, and their two curves must agree where the one ends and the other begins.
    """
    last, first = told.points[-1], fall.points[0]
    if not -HIDDEN_S < first.at_s - last.at_s < HIDDEN_S or first.y < told.points[0].y:
        return False
    if first.at_s < last.at_s:  # both were followed for a while
        x, y = told.curve.at(first.at_s)
        return abs(first.x - x) < near_px and abs(first.y - y) < near_px
    (x, y), gap_s = told.curve.at(last.at_s), first.at_s - last.at_s
    x_before, y_before = told.curve.at(last.at_s - SLOPE_S)
    down, across = (y - y_before) / SLOPE_S, (x - x_before) / SLOPE_S
    gathered = 0.5 * GRAVITY * told.pixels_per_metre.value * gap_s**2
    ahead_x, least_y, most_y = x + across * gap_s, y + down * gap_s / 2, y + 1.5 * (down * gap_s + gathered)
    return abs(first.x - ahead_x) < near_px * (1 + gap_s) and least_y - near_px < first.y < most_y + near_px
