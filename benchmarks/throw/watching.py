"""A file watched as a camera's stream is: decoded frame by frame, luma only, by all watchers at once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from benchmarks.throw.baseline import Baseline
from benchmarks.throw.clips import without_grid
from benchmarks.throw.perception import CLASSIFIER, PHYSICS, by_classifier, classifier, detector
from edge.config import Facade
from edge.sources.luma import luma
from edge.trajectory import Fall, Point, Rejected, Verdict

Plane = NDArray[np.uint8]


@dataclass(slots=True)
class Seen:
    """What one detector made of one file.

    Attributes:
        falls, rejected: all it said. `delay_s`: of each fall, from its last sighting to the verdict.
    """

    falls: list[Fall] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    delay_s: list[float] = field(default_factory=list)

    def take(self, verdicts: Sequence[Verdict], at_s: float) -> None:
        """Sort what was said at a moment."""
        for verdict in verdicts:
            if isinstance(verdict, Rejected):
                self.rejected.append(verdict)
            else:
                self.falls.append(verdict)
                self.delay_s.append(at_s - verdict.ended_s)

    def reasons(self) -> Counter[str]:
        """How often each reason was given."""
        return Counter(one.reason.value for one in self.rejected)


@dataclass(slots=True)
class Watched:
    """What all made of one file.

    Attributes:
        times: of its frames, seconds, rising.
        detector: as it is drawn. `physics`: the same where nobody drew the windows.
        baseline: paths of what the baseline holds for falls.
        ablation: paths of what one half of what decides holds for falls, as it is drawn; empty without a classifier.
    """

    times: list[float] = field(default_factory=list)
    detector: Seen = field(default_factory=Seen)
    physics: Seen = field(default_factory=Seen)
    baseline: list[tuple[Point, ...]] = field(default_factory=list)
    ablation: dict[str, list[tuple[Point, ...]]] = field(default_factory=dict)


def watch(path: Path, facade: Facade, *, with_classifier: bool = True) -> Watched:
    """Let all watch a file from its beginning to its end."""
    watched, alone = Watched(), Seen()
    eyes = [
        (detector(facade, with_classifier=with_classifier), watched.detector),
        (detector(without_grid(facade), with_classifier=with_classifier), watched.physics),
    ]
    if asked := classifier(wanted=with_classifier) is not None:
        eyes.append((detector(facade, with_classifier=False), alone))
    baseline = Baseline(facade)
    rows, at_s = 0, 0.0
    for at_s, plane in lumas(path):
        rows = plane.shape[0]
        watched.times.append(at_s)
        watched.baseline += baseline.observe(plane, at_s)
        for eye, seen in eyes:
            seen.take(eye.observe(plane, at_s), at_s)
    for eye, seen in eyes:
        seen.take(eye.finish(), at_s)
    watched.baseline += baseline.finish(rows)
    if asked:
        watched.ablation = _halves(watched.detector, alone)
    return watched


def _halves(both: Seen, physics: Seen) -> dict[str, list[tuple[Point, ...]]]:
    """What each half holds for falls: the classifier's word stands in what both said, physics was asked apart."""
    said: list[Verdict] = [*both.falls, *both.rejected]
    return {
        PHYSICS: [fall.points for fall in physics.falls],
        CLASSIFIER: [one.points for one in said if by_classifier(one)],
    }


def lumas(path: Path) -> Iterator[tuple[float, Plane]]:
    """Decode a file with 8 bits a pixel in one thread.

    Yields:
        seconds on the file's timeline, and the luma plane, (h, w), that is overwritten by the next one.
    """
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        for frame in container.decode(stream):
            yield frame.time or 0.0, luma(frame)
