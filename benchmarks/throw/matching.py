"""Which told fall is which true one.

A true fall is *found* when a told one overlaps it in time and lies near it in most frames of what was told: there the
middles of the two boxes are no more than a metre apart, or two lengths of the thing where that is more. What is near no
true fall is a *false alarm*, in a clip with a throw as anywhere. Of several told falls that are near one true fall the
one that is near it longest finds it; the others are told *again*: the same fall, so no false alarm, but counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.throw.measures import Box

NEAR_M: Final = 1.0
NEAR_SIZES: Final = 2.0
MOST: Final = 0.5  # of the told frames must be near, and more than that

Path = Mapping[int, Box]
"""A thing's box by the number of the frame."""


@dataclass(frozen=True, slots=True)
class Matching:
    """Numbers of told falls.

    Attributes:
        found: of each true fall, the told one that finds it, or None.
        false: near no true fall.
        again: near a true fall that another one finds.
    """

    found: tuple[int | None, ...]
    false: tuple[int, ...]
    again: tuple[int, ...]


def match(true: Sequence[Path], told: Sequence[Path], pixels_per_metre: Sequence[float]) -> Matching:
    """Tell which is which.

    Args:
        true: paths of true falls.
        told: paths of told ones.
        pixels_per_metre: where each true fall passes, > 0.
    """
    meant = [_meant(path, true, pixels_per_metre) for path in told]
    found: list[int | None] = []
    for number in range(len(true)):
        candidates = [i for i, one in enumerate(meant) if one == number]
        scale = pixels_per_metre[number]
        found.append(max(candidates, key=lambda i: frames_near(told[i], true[number], scale), default=None))
    again = tuple(i for i, one in enumerate(meant) if one is not None and i not in found)
    return Matching(tuple(found), tuple(i for i, one in enumerate(meant) if one is None), again)


def frames_near(told: Path, true: Path, pixels_per_metre: float) -> int:
    """In how many frames of what was told it is near the truth."""
    return sum(frame in true and _near(box, true[frame], pixels_per_metre) for frame, box in told.items())


def _meant(told: Path, true: Sequence[Path], scales: Sequence[float]) -> int | None:
    near = [frames_near(told, path, scale) for path, scale in zip(true, scales, strict=True)]
    best = max(range(len(true)), key=near.__getitem__, default=None)
    return best if best is not None and near[best] > MOST * len(told) else None


def _near(box: Box, true: Box, pixels_per_metre: float) -> bool:
    size = max(true[2] - true[0], true[3] - true[1])
    apart_x = (box[0] + box[2] - true[0] - true[2]) / 2
    apart_y = (box[1] + box[3] - true[1] - true[3]) / 2
    reach = max(NEAR_M * pixels_per_metre, NEAR_SIZES * size)
    return apart_x**2 + apart_y**2 <= reach**2
