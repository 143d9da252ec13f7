"""Real vehicles put into a real street: a clip with known truth, for the whole pipeline with its real detector.

Vehicles are cut out of footage at run time: the detector finds them, their outline is found within its box, edges are
soft. The street is a still frame of the same footage. What happens there is arranged: vehicles come, stand and go, one
stands before another, light changes, the sensor is noisy. Nothing of the footage is kept beside the clip.

`python -m benchmarks.parking.renderer FOOTAGE CLIP` writes the clip that the tests replay, and prints its truth.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Final

import av
import cv2
import numpy as np
import typer
from numpy.typing import NDArray

from benchmarks.parking.motion import Move, moved
from edge.perception.detection import detect
from edge.values import Box, Image
from models.detection import Detector
from models.zoo import Zoo

FPS: Final = 2
KEY_EVERY_S: Final = 2
ROOM: Final = 0.05  # around a detection's box, for what the box cuts off
SOFT_PX: Final = 1.5
SURE: Final = 0.85
GRAIN: Final = 3.0  # grey levels of sensor noise
VEHICLE: Final = "ssdlite-mobilenetv2-coco"
Colours = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Cut:
    """A vehicle cut out: BGR shape (h, w, 3), float32; opacity shape (h, w, 1), float32, 0–1."""

    colours: Colours
    opacity: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Part:
    """One vehicle's appearance in a clip, and its truth: it stands in `box` from when to when."""

    name: str
    cut: Cut
    box: Box
    comes: Move
    goes: Move

    @property
    def stands_from_s(self) -> float:
        """When it is within a tenth of its width of where it rests."""
        return self.comes.rest_s - self.comes.near_s

    @property
    def stands_to_s(self) -> float:
        """When it is farther off than that again."""
        return self.goes.rest_s + self.goes.near_s

    def shift(self, at_s: float) -> tuple[float, float] | None:
        """How far off its place it is, in fractions of the picture; None while it is out of the picture."""
        before_s, after_s = self.comes.rest_s - at_s, at_s - self.goes.rest_s
        if before_s > self.comes.duration_s or after_s > self.goes.duration_s:
            return None
        return moved(self.box, self.comes, before_s) if before_s > 0 else moved(self.box, self.goes, after_s)


@dataclass(frozen=True, slots=True)
class Clip:
    """What happens: parts are painted farthest first. `light`: (second, gain), straight lines between them."""

    street: Image
    parts: tuple[Part, ...]
    light: tuple[tuple[float, float], ...]
    seconds: float

    def pictures(self) -> Iterator[Image]:
        """Draw all, `FPS` a second."""
        rng = np.random.default_rng(7)
        ordered = sorted(self.parts, key=lambda part: part.box.y2)
        times, gains = zip(*self.light, strict=True)
        for number in range(int(self.seconds * FPS)):
            at_s = number / FPS
            picture = self.street.astype(np.float32)
            for part in ordered:
                shift = part.shift(at_s)
                if shift is not None:
                    _paste(picture, part.cut, part.box, shift)
            picture *= float(np.interp(at_s, times, gains))
            picture += GRAIN * rng.standard_normal(picture.shape[:2], np.float32)[..., None]
            yield np.clip(picture, 0, 255).astype(np.uint8)


def frame_at(footage: Path, at_s: float) -> Image:
    """One frame of a clip.

    Raises:
        ValueError: the clip is shorter, or is none.
    """
    capture = cv2.VideoCapture(str(footage))
    try:
        capture.set(cv2.CAP_PROP_POS_MSEC, 1000 * at_s)
        there, image = capture.read()
    finally:
        capture.release()
    if not there:
        raise ValueError(f"{footage.name}: no frame at {at_s} s")
    return np.asarray(image, np.uint8)


def cut_out(image: Image, detector: Detector) -> Cut:
    """Cut out the vehicle that is found most surely and touches no edge of the picture.

    Raises:
        ValueError: there is none.
    """
    found = [
        one
        for one in detect(detector, image, SURE)
        if one.vehicle and min(one.box.x1, one.box.y1, 1 - one.box.x2) > 0.01
    ]
    if not found:
        raise ValueError("no vehicle is found surely enough")
    box = max(found, key=lambda one: one.box.area).box
    height, width = image.shape[:2]
    wide, tall = ROOM * (box.x2 - box.x1), ROOM * (box.y2 - box.y1)
    left, right = int(max(0.0, box.x1 - wide) * width), int(min(1.0, box.x2 + wide) * width)
    top, bottom = int(max(0.0, box.y1 - tall) * height), int(min(1.0, box.y2 + tall) * height)
    crop = np.ascontiguousarray(image[top:bottom, left:right])
    return Cut(crop.astype(np.float32), _outline(crop))


def _outline(crop: Image) -> NDArray[np.float32]:
    """Tell the vehicle from the street behind it, with a soft edge."""
    rows, columns = crop.shape[:2]
    mask = np.zeros((rows, columns), np.uint8)
    across, down = max(2, int(ROOM * columns)), max(2, int(ROOM * rows))
    inside = (across, down, columns - 2 * across, rows - 2 * down)
    cv2.setRNGSeed(1)
    cv2.grabCut(crop, mask, inside, np.zeros((1, 65)), np.zeros((1, 65)), 4, cv2.GC_INIT_WITH_RECT)
    solid: Image = np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    solid = np.asarray(cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8)), np.uint8)
    edges, _ = cv2.findContours(solid, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    hull = cv2.convexHull(max(edges, key=cv2.contourArea))  # glass and tyres look like the street: a vehicle is round
    solid = np.asarray(cv2.fillPoly(np.zeros((rows, columns), np.uint8), [hull], 1), np.uint8)
    return np.asarray(cv2.GaussianBlur(solid.astype(np.float32), (0, 0), SOFT_PX)[..., None], np.float32)


def alike(cut: Cut, seed: int) -> Cut:
    """Another vehicle of the same model and colour: other reflections, another plate, other things behind the glass."""
    rng = np.random.default_rng(seed)
    rows, columns = cut.colours.shape[:2]
    soft = cv2.resize(rng.standard_normal((9, 12)).astype(np.float32), (columns, rows), interpolation=cv2.INTER_CUBIC)
    colours = cut.colours + 14 * soft[..., None]
    for _ in range(5):
        y, x = int(rng.uniform(0.15, 0.8) * rows), int(rng.uniform(0.1, 0.8) * columns)
        colours[y : y + rows // 10, x : x + columns // 10] += rng.choice((-1, 1)) * rng.uniform(25, 50)
    return replace(cut, colours=np.asarray(np.clip(colours, 0, 255), np.float32))


def _paste(picture: Colours, cut: Cut, box: Box, shift: tuple[float, float]) -> None:
    height, width = picture.shape[:2]
    wide, tall = max(2, round((box.x2 - box.x1) * width)), max(2, round((box.y2 - box.y1) * height))
    left, top = round((box.x1 + shift[0]) * width), round((box.y1 + shift[1]) * height)
    columns, rows = slice(max(0, left), min(width, left + wide)), slice(max(0, top), min(height, top + tall))
    if columns.start >= columns.stop or rows.start >= rows.stop:
        return
    own = slice(rows.start - top, rows.stop - top), slice(columns.start - left, columns.stop - left)
    colours = cv2.resize(cut.colours, (wide, tall), interpolation=cv2.INTER_AREA)[own]
    opacity = cv2.resize(cut.opacity, (wide, tall), interpolation=cv2.INTER_AREA)[own][..., None]
    ground = picture[rows, columns]
    picture[rows, columns] = ground + opacity * (colours - ground)


def write(clip: Clip, path: Path) -> None:
    """Encode as H.264, a key frame every two seconds."""
    options = {"preset": "veryfast", "crf": "20", "g": str(FPS * KEY_EVERY_S), "sc_threshold": "0", "bf": "0"}
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=FPS, options=options)
        height, width = clip.street.shape[:2]
        stream.width, stream.height, stream.pix_fmt = width // 2 * 2, height // 2 * 2, "yuv420p"
        stream.time_base = Fraction(1, FPS)
        for number, picture in enumerate(clip.pictures()):
            even = np.ascontiguousarray(picture[: height // 2 * 2, : width // 2 * 2])
            frame = av.VideoFrame.from_ndarray(even, format="bgr24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


STREET_AT_S: Final = 24.5
CUT_AT_S: Final = (4.1, 24.5)


def kerb_clip(footage: Path, detector: Detector) -> Clip:
    """Arrange the clip of the tests, from footage of a street whose lower left is free ground.

    A saloon comes and stands; another vehicle stands before it for a while; it leaves, and twenty seconds later one of
    its model and colour takes the place; meanwhile the light fades by a quarter and comes back at once.
    """
    rear, side = (cut_out(frame_at(footage, at_s), detector) for at_s in CUT_AT_S)
    place, nearer = Box(0.02, 0.62, 0.58, 0.80), Box(0.06, 0.74, 0.52, 0.97)
    settled = Box(place.x1 + 0.02, place.y1 + 0.004, place.x2 + 0.02, place.y2 + 0.004)
    parts = (
        Part("first", side, place, _move(14.3), _move(75.4)),
        Part("similar", alike(side, 3), settled, _move(98.2), _move(141.7)),
        Part("nearer", rear, nearer, _move(31.1), _move(56.6)),
    )
    light = ((0.0, 1.0), (105.0, 1.0), (119.0, 0.75), (119.2, 1.0), (160.0, 1.0))
    return Clip(frame_at(footage, STREET_AT_S), parts, light, 160.0)


def _move(rest_s: float) -> Move:
    return Move(rest_s, pull=0.4, across=-1.0, down=0.15)


def main(
    footage: Annotated[Path, typer.Argument(help="Footage of a street.", exists=True)],
    clip: Annotated[Path, typer.Argument(help="Where the clip is written, MP4.")],
) -> None:
    """Write a clip and print its truth."""
    arranged = kerb_clip(footage, Zoo().vehicle_detector(VEHICLE, threads=1, threshold=0.25))
    write(arranged, clip)
    for part in arranged.parts:
        typer.echo(f"{part.name}: stands from {part.stands_from_s:.1f} to {part.stands_to_s:.1f} s in {part.box}")


__all__ = ["Clip", "Cut", "Part", "alike", "cut_out", "frame_at", "kerb_clip", "main", "write"]

if __name__ == "__main__":
    typer.run(main)
