"""Looking through a configuration's cameras before anybody relies on them: is there a picture, and is it of use."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from edge.app.facade_picture import outline
from edge.app.survey import Survey, survey
from edge.app.zone_picture import draw
from edge.config import Camera
from edge.errors import Misconfigured, SourceLost
from edge.evidence.jpeg import PICTURE_QUALITY, encode
from edge.sources.camera import CameraSource
from edge.sources.opening import Address, Kind
from edge.sources.recording import Recording
from edge.values import ClockTrust, Frame, Image, Moment
from models.detection import Detector

RECORDING_S: Final = 60.0  # of a recording that nobody said how much of to watch
LOOKS_EVERY_S: Final = 1.0  # at least: what moves a look later is compared

Advance = Callable[[float], None]
NO_ZONES: Final = "没有区域，什么也不会报 no zones: it will tell nothing"
HANGS_WRONG: Final = (
    "画面里有车大小的东西在动，却认不出来：{unfound} / {moves} 次。摄像机多半太陡（近乎正上方）或太远。"
    "请装低些、斜着看（与地面成 15° 到 45°），让车至少占画面宽的十分之一。"
    "Things as large as a vehicle move and nothing is detected: {unfound} of {moves} times. The camera probably looks "
    "down too steeply, or is too far away: hang it so that it looks at vehicles at 15° to 45° to the ground, each at "
    "least a tenth of the picture wide."
)
FOUND: Final = "{moves} 次有东西在动，{found} 次认出 something moved {moves} times, it was detected {found} times"
STILL: Final = "几乎没有东西在动，有车经过时再看 hardly anything moved: watch while vehicles pass, with --watch 5m"


@dataclass(frozen=True, slots=True)
class Inspection:
    """What is to be looked at, and where it is told.

    Attributes:
        pictures: folder for each camera's picture with its zones and a grid, unmasked; None for none.
        watch_s: how long each camera is watched; None: a recording's first minute, one picture of a live camera.
    """

    console: Console
    detector: Detector
    pictures: Path | None
    watch_s: float | None

    def passes(self, camera: Camera) -> bool:
        """Tell what the camera gives; whether it gives a picture in which vehicles can be found.

        Raises:
            Misconfigured: a picture cannot be written.
        """
        try:
            first, found = self._looked(camera)
        except (SourceLost, Misconfigured) as error:  # the other cameras are still to be looked through
            self._tell(camera, f"[red]没有画面 no picture[/red]: {error}")
            return False
        height, width = first.image.shape[:2]
        self._tell(camera, f"有画面 a picture of {width}×{height}")
        if self.pictures:
            self._tell(camera, str(_kept(self.pictures / f"{camera.id}.jpg", _drawn(first.image, camera))))
        return found is None or self._judged(camera, found)

    def _judged(self, camera: Camera, found: Survey) -> bool:
        if found.blind:
            self._tell(camera, "[red]" + HANGS_WRONG.format(unfound=found.unfound, moves=found.moves) + "[/red]")
            return False
        seen = found.moves - found.unfound
        self._tell(camera, FOUND.format(moves=found.moves, found=seen) if found.moves else STILL)
        return True

    def _tell(self, camera: Camera, what: str) -> None:
        self.console.print(f"  camera {camera.id}: {what}", soft_wrap=True)

    def _looked(self, camera: Camera) -> tuple[Frame, Survey | None]:
        recorded = Address.of(camera.url).kind is Kind.FILE
        if camera.facades:  # no vehicles are looked for
            return _first(_recorded(camera, RECORDING_S) if recorded else _live(camera, None)), None
        if self.watch_s is None and not recorded:
            return _first(_live(camera, None)), None
        watch_s = self.watch_s or RECORDING_S
        source = _recorded(camera, watch_s) if recorded else _live(camera, watch_s)
        kept: list[Frame] = []
        with _progress(camera, watch_s) as advance:
            found = survey(_passing(source, kept, advance), self.detector, camera)
        return _first(iter(kept)), found


def _first(source: Iterator[Frame]) -> Frame:
    frame = next(source, None)
    if frame is None:
        raise SourceLost("the recording has no picture")
    return frame


def _passing(source: Iterator[Frame], kept: list[Frame], advance: Advance) -> Iterator[Frame]:
    for frame in source:
        if not kept:
            kept.append(frame)
        advance(frame.moment.at_s)
        yield frame


def _live(camera: Camera, watch_s: float | None) -> Iterator[Frame]:
    """Pictures of a camera for so long, at least one."""
    started = time.monotonic()
    source = CameraSource(
        camera, moment=lambda: Moment(time.monotonic() - started, datetime.now(UTC), ClockTrust.UNSYNCED)
    )
    stop = threading.Event()
    for frame in source.frames(stop):
        yield frame
        if watch_s is None or frame.moment.at_s >= watch_s:
            return


def _recorded(camera: Camera, watch_s: float) -> Iterator[Frame]:
    every_s = max(camera.look_every, LOOKS_EVERY_S)
    path = Path(Address.of(camera.url).target.removeprefix("file:"))
    recording = Recording(path, camera=camera.id, start=datetime.now(UTC), look_every=every_s)
    for frame in recording.frames():
        if frame.moment.at_s > watch_s:
            return
        yield frame


@contextmanager
def _progress(camera: Camera, watch_s: float) -> Iterator[Advance]:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(camera.id, total=watch_s)
        yield lambda at_s: bar.update(task, completed=at_s)


def _drawn(image: Image, camera: Camera) -> Image:
    canvas = draw(image, camera.zones)
    for facade in camera.facades:
        outline(canvas, facade)
    return canvas


def _kept(path: Path, image: Image) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode(image, PICTURE_QUALITY))
    except OSError as error:
        raise Misconfigured(f"--pictures: {path} cannot be written ({error.strerror})") from None
    return path
