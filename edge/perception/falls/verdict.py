"""Fall or no fall: the classifier decides by what physics measures, and physics says why not."""

from typing import Final, Protocol

import numpy as np

from edge.perception.falls.account import fall
from edge.perception.falls.features import shown
from edge.perception.falls.motion import Motion, Trace, measure
from edge.perception.falls.place import Place
from edge.trajectory import Point, Rejected, Rejection, Verdict
from models.throw.classifier import Shown

LEAST_POINTS: Final = 6
LEAST_S: Final = 0.25
LEAST_PX: Final = 30.0  # down, at 1080 rows
LEAST_M: Final = 2.0  # down: less is a bird that lands on a sill, or a hand that waves
DOWN: Final = 0.9  # share of its path's height that it keeps at the end: what comes back swings
STEEP: Final = 0.35  # least height of its path, as a share of its length
STEADY: Final = 12.0  # least gain over a constant speed, in χ²: 3½ spreads
OFF: Final = 2.2  # residual, in spreads, that a fall may leave
AT_ODDS: Final = 3.0  # spreads by which gravity may differ from what the ruler says
CROWD: Final = 2.0  # things alike at once for each of which as much gain is asked again: chance finds more among more
SURE: Final = 0.5  # from which physics alone tells a fall
# The classifier's score from which a track alone is a fall; others raise the odds asked. Of the training family's
# checked clips 0.95, 0.97 and 0.98 find 83, 81 and 79 % of falls, and 6, 4 and 4 false ones in nine minutes full of
# what looks like falls; it was never set on judging clips.
SURE_OF_ONE: Final = 0.97
BUSY_S: Final = 30.0  # for so long a track that was no fall makes it busy

WORDS: Final[dict[Rejection, tuple[str, str]]] = {
    Rejection.TOO_SHORT: ("看到的时间或距离太短", "seen too briefly"),
    Rejection.NOT_DOWN: ("不是往下落", "did not go down"),
    Rejection.STEADY: ("匀速下降，没有加速：像落叶、雪、雨", "did not gather speed: like a leaf, snow or rain"),
    Rejection.WRONG_GRAVITY: ("加速度与重力不符", "gathered speed, but not as gravity lets it"),
    Rejection.ERRATIC: ("路线忽左忽右：像鸟或昆虫", "changed its course: like a bird or an insect"),
    Rejection.SWINGING: ("来回摆动：像晾晒的衣物、树枝", "swung back: like laundry or a branch"),
    Rejection.MANY: ("同时有许多相似的移动：雨、雪、晃动或光线变化", "one of many: rain, snow, shaking or light"),
    Rejection.UNLIKE: ("分类模型认为不像坠物", "the classifier does not hold it for a fall"),
}


class Classifier(Protocol):
    """What tells falls from what moves like them; `models.throw.classifier` has it."""

    def score(self, shown: Shown) -> float:
        """How surely it is a fall, 0 to 1."""
        ...


def judge(trace: Trace, place: Place, classifier: Classifier | None = None, *, busy: float = 0.0) -> Verdict:
    """Say what a track was.

    Args:
        busy: how much like falls other tracks were in the last `BUSY_S`, the sum of their scores: where birds dive by
            the dozen a fall must be the more surely one; snow, of which none is like it, changes nothing.

    A classifier has the last word on every track that leads down for long enough, and physics then gives the reason for
    what it refuses; without one physics decides.
    """
    reason = _path(trace.points, place.height)
    if reason:
        return Rejected(reason, trace.points)
    motion = measure(trace, place)
    reason = _physics(motion)
    sure = _sure(motion, reason) if classifier is None else classifier.score(shown(motion))
    likeness = 0.0 if classifier is None else sure
    enough = SURE if classifier is None else 1.0 / (1.0 + (1.0 / SURE_OF_ONE - 1.0) / (1.0 + busy))
    if sure >= enough:
        return fall(motion, place, sure)
    return Rejected(reason or Rejection.UNLIKE, trace.points, likeness)


def passes_path(trace: Trace, rows: int) -> bool:
    """Whether a track is long enough, and leads down, so that it is worth measuring."""
    return _path(trace.points, rows) is None


def passes_physics(motion: Motion) -> bool:
    """Whether it gathers speed as gravity has it."""
    return _physics(motion) is None


def _path(points: tuple[Point, ...], rows: int) -> Rejection | None:
    """What its path alone tells."""
    if len(points) < LEAST_POINTS or points[-1].at_s - points[0].at_s < LEAST_S:
        return Rejection.TOO_SHORT
    xy = np.array([(point.x, point.y) for point in points])
    steps = np.diff(xy, axis=0)
    down, most = xy[-1, 1] - xy[0, 1], xy[:, 1].max() - xy[0, 1]
    if most < LEAST_PX * rows / 1080:
        return Rejection.TOO_SHORT
    if down < DOWN * most:
        return Rejection.SWINGING
    if down < STEEP * np.hypot(*steps.T).sum():
        return Rejection.NOT_DOWN
    return None


def _physics(motion: Motion) -> Rejection | None:
    """What gravity says of it."""
    fitted = motion.fall
    if motion.aside > OFF or min(fitted.residual, fitted.straight) > OFF:
        return Rejection.ERRATIC
    if fitted.gain < STEADY:
        return Rejection.STEADY
    if fitted.residual > OFF or abs(motion.at_odds) > AT_ODDS:
        return Rejection.WRONG_GRAVITY
    if fitted.gain < STEADY * (1.0 + motion.crowd / CROWD):
        return Rejection.MANY
    return Rejection.TOO_SHORT if motion.fell_m < LEAST_M else None


def _sure(motion: Motion, reason: Rejection | None) -> float:
    """Without a classifier: 0 where physics has a reason, else from a half on, by how plainly it gathers speed."""
    return 0.0 if reason else float(1.0 - 0.5 * STEADY / max(motion.fall.gain, STEADY))
