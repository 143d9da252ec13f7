"""`python -m benchmarks.parking.calibration FOLDER`: noise as real footage shows it, beside noise as it is simulated.

What is measured, on vehicles that stand (boxes found again at one place in most looks, looks half a second apart):

    score        of the vehicle detector where it finds them
    missed       share of looks in which a vehicle that stands is not found, a figure for each vehicle
    jitter       of a box's edges from look to look, in parts of its width and height
    likeness     `appearance.similarity` of one box from look to look; of the box moved by a tenth and by a quarter of
                 its width in the same picture (what a similar vehicle that stopped a little elsewhere can be at most);
                 of one vehicle's box and another's
    kinship      `appearance.kinship`, the cosine of what the network made of them, for the same pairs
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import combinations, pairwise
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.parking.family import FAMILIES
from benchmarks.parking.noise import Noise
from benchmarks.parking.street import build
from benchmarks.parking.week import Week
from benchmarks.parking.witness import Witness
from edge.perception.appearance import kinship, similarity
from edge.perception.eye import Eye
from edge.perception.gate import glimpse
from edge.perception.pixels import see
from edge.sources.recording import Recording
from edge.values import Box
from models.zoo import Zoo

CLIPS: Final = (("street_parking.mp4", 19.0, 33.0),)  # from, to: the camera hardly moves
EVERY_S: Final = 0.5
STANDS: Final = 0.5
OFTEN: Final = 0.4
WIDE: Final = 0.1  # of the picture: as wide as simulated ones
APART: Final = 0.1  # overlap below which two boxes are two vehicles' own
RESTS: Final = 0.95
THRESHOLD: Final = 0.4
VEHICLE: Final = "ssdlite-mobilenetv2-coco"
QUANTILES: Final = (5, 25, 50, 75, 95)
Measures = dict[str, list[float]]

app = typer.Typer(add_completion=False)


@app.command()
def main(folder: Annotated[Path, typer.Argument(help="The folder with the footage.", exists=True)]) -> None:
    """Print quantiles of what was measured and of what is simulated."""
    detector = Zoo().vehicle_detector(VEHICLE, threads=1, threshold=0.25)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    real: Measures = {}
    for name, first_s, last_s in CLIPS:
        frames = Recording(folder / name, camera="cam", start=start, look_every=0.0).frames()
        eyes: list[Eye] = []
        for frame in frames:
            at_s = frame.moment.at_s
            if first_s <= at_s <= last_s and (not eyes or at_s - eyes[-1].moment.at_s >= EVERY_S):
                eyes.append(see(frame, detector, glimpse(frame), threshold=THRESHOLD))
        _add(real, measured(eyes, list(standing(eyes))))
        _add(real, neighbours(eyes))
    simulated: Measures = {}
    for family in FAMILIES.values():
        for number in range(6):
            _add(simulated, _simulated(family.name, number))
    _show(real, simulated)


def _simulated(family: str, number: int) -> Measures:
    """The same measures on simulated looks with common misses, at the first time when three vehicles stand."""
    street = build(FAMILIES[family], Noise.MISSES, number, days=2.0)
    times = np.arange(600.0, 2 * 86_400.0, 600.0)
    stays = [[s for s in street.stays if s.stands_from_s + 5 < at and at + 60 < s.stands_to_s] for at in times]
    best = max(range(len(times)), key=lambda i: min(3, len(stays[i])))
    week = Week(street, Witness(street))
    eyes = [week.eye(float(times[best]) + EVERY_S * i) for i in range(40)]
    values = measured(eyes, [stay.box for stay in stays[best]])
    _add(values, neighbours(eyes))
    return values


def standing(eyes: Sequence[Eye]) -> Iterator[Box]:
    """Boxes of vehicles that are found at one place in most looks."""
    boxes = [found.box for eye in eyes for found in eye.detections if found.vehicle]
    taken: list[Box] = []
    for box in boxes:
        if any(box.overlap(other) >= STANDS for other in taken):
            continue
        near = [other for other in boxes if other.overlap(box) >= STANDS]
        middle = Box(*(float(np.median([getattr(one, edge) for one in near])) for edge in ("x1", "y1", "x2", "y2")))
        taken.append(box)
        if len(near) >= OFTEN * len(eyes) and middle.x2 - middle.x1 >= WIDE:
            yield middle


def measured(eyes: Sequence[Eye], boxes: Sequence[Box]) -> Measures:
    """Measure vehicles that stand in `boxes` throughout."""
    values: Measures = {}
    for box in boxes:
        if not _rests(eyes, box):
            continue
        found = [max(eye.detections, key=lambda one: one.box.overlap(box), default=None) for eye in eyes]
        hits = [one for one in found if one is not None and one.box.overlap(box) >= STANDS]
        _add(values, {"score": [one.score for one in hits], "missed": [1 - len(hits) / len(eyes)]})
        _add(values, {"jitter": list(_jitter([one.box for one in hits]))})
        for before, now in pairwise(eyes):
            _compare(values, "look to look", (before, box), (now, box))
        for name, share in (("moved 1/10", 0.1), ("moved 1/4", 0.25)):
            for eye in eyes[::5]:
                _compare(values, name, (eye, box), (eye, _moved(box, share)))
    return values


def _rests(eyes: Sequence[Eye], box: Box) -> bool:
    """Whether what is there does not move at all: a box may hold one vehicle after another."""
    pairs = pairwise(eyes)
    return float(np.median([similarity(one.looks(box), two.looks(box)) or 0.0 for one, two in pairs])) >= RESTS


def neighbours(eyes: Sequence[Eye]) -> Measures:
    """Compare vehicles that one look finds with one another."""
    values: Measures = {}
    for eye in eyes[::3]:
        boxes = [found.box for found in eye.detections if found.vehicle]
        for one, other in combinations(boxes, 2):
            if one.overlap(other) < APART:
                _compare(values, "other vehicle", (eye, one), (eye, other))
    return values


def _jitter(boxes: Sequence[Box]) -> Iterator[float]:
    """Standard deviation of each edge, in parts of the box."""
    if len(boxes) < 5:
        return
    edges = np.array([(box.x1, box.y1, box.x2, box.y2) for box in boxes])
    size = np.array([boxes[0].x2 - boxes[0].x1, boxes[0].y2 - boxes[0].y1] * 2)
    yield from (edges.std(axis=0) / size).tolist()


def _compare(values: Measures, name: str, one: tuple[Eye, Box], other: tuple[Eye, Box]) -> None:
    first, second = one[0].looks(one[1]), other[0].looks(other[1])
    likeness, cosine = similarity(first, second), kinship(first, second)
    _add(values, {f"likeness, {name}": [] if likeness is None else [likeness]})
    _add(values, {f"kinship, {name}": [] if cosine is None else [cosine]})


def _moved(box: Box, share: float) -> Box:
    shift = share * (box.x2 - box.x1)
    shift = -shift if box.x2 + shift > 1 else shift
    return Box(box.x1 + shift, box.y1, box.x2 + shift, box.y2)


def _add(values: Measures, more: Mapping[str, Iterable[float]]) -> None:
    for name, numbers in more.items():
        values.setdefault(name, []).extend(numbers)


def _show(real: Measures, simulated: Measures) -> None:
    table = Table(title="quantiles, measured and simulated")
    table.add_column("")
    for kind in ("measured", "simulated"):
        table.add_column(f"{kind} n", justify="right")
        for quantile in QUANTILES:
            table.add_column(f"{quantile} %", justify="right")
    for name in real:
        cells = [cell for values in (real, simulated) for cell in _row(values.get(name, []))]
        table.add_row(name, *cells)
    Console(width=150).print(table)


def _row(values: Sequence[float]) -> list[str]:
    if not values:
        return ["0", *("" for _ in QUANTILES)]
    return [str(len(values)), *(f"{value:.3f}" for value in np.percentile(values, QUANTILES))]


if __name__ == "__main__":
    app()
