"""A replay as a film: zones, slots, dwell and decisions drawn over each look, so that an installer sees why.

One picture a look, each shown until the next, so the film runs as long as the recording. What is drawn is not masked:
the film stays with whoever made it.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

import cv2

from edge.app.account import Account
from edge.app.film_writer import SIZE, FilmWriter, beside, clock, fitting, open_film
from edge.app.zone_picture import label, shade
from edge.config import Camera
from edge.evidence.lettering import Colour
from edge.rules.dwell import Record
from edge.values import Box, Finding, FindingKind, Image, Presence, Sighting, Stage, ZombieFinding

MAX_DECISIONS: Final = 8
LAST_S: Final = 2.0  # for which the last look is shown

PRESENCE: Final = {  # BGR
    Presence.SEEN: (80, 220, 80),
    Presence.HIDDEN: (0, 200, 255),
    Presence.MISSED: (0, 110, 255),
    Presence.LEFT: (160, 160, 160),
}
PRESENCES: Final = {
    Presence.SEEN: "看到 seen",
    Presence.HIDDEN: "被挡 hidden",
    Presence.MISSED: "没看到 missed",
    Presence.LEFT: "已离开 left",
}
DECISIONS: Final = {
    FindingKind.OPENED: "超时 OPENED",
    FindingKind.MILESTONE: "仍在 MILESTONE",
    FindingKind.CLEARED: "离开 CLEARED",
}
STAGES: Final = {
    Stage.SUSPECTED: "疑似僵尸车 ZOMBIE SUSPECTED",
    Stage.CONFIRMED: "确认僵尸车 ZOMBIE CONFIRMED",
    Stage.MILESTONE: "僵尸车仍在 ZOMBIE MILESTONE",
    Stage.CLEARED: "不再是僵尸车 ZOMBIE CLEARED",
}
FAINT: Final = (170, 170, 170)
WHITE: Final = (255, 255, 255)


class ReplayVideo:
    """The film of one replay. Made by `open_video`."""

    def __init__(self, film: FilmWriter, camera: Camera) -> None:
        self._film = film
        self._camera = camera
        self._decisions: deque[str] = deque(maxlen=MAX_DECISIONS)
        self._last: tuple[Image, float] | None = None

    def show(self, account: Account) -> None:
        """Draw one look and put it into the film."""
        at_s = account.frame.moment.at_s
        said = [*map(_said, account.findings), *map(_said, account.zombies)]
        self._decisions += [f"{clock(at_s)} {what}" for what in said]
        canvas = beside(_drawn(account, self._camera), self._panel(account))
        self._film.write(canvas, at_s)
        self._last = canvas, at_s

    def end(self) -> None:
        """Show the last look a little longer and finish the film."""
        if self._last:
            canvas, at_s = self._last
            self._film.write(canvas, at_s + LAST_S)
        self._film.end()

    def _panel(self, account: Account) -> list[tuple[str, Colour]]:
        view = account.view
        look = "已识别 detected" if view.inferred else "画面未变 still" if view.visible else "不作判断 not judged"
        lines = [(f"{clock(account.frame.moment.at_s)}  {self._camera.id}  {look}", WHITE)]
        lines += [(words, WHITE) for words in view.reason.split(" ", 1) if words]  # in one line nobody could read it
        for sighting in account.sightings:
            lines += [(line, PRESENCE[sighting.presence]) for line in _told(sighting, account.records)]
        lines += [("", WHITE), ("判定 decisions", WHITE)]
        return lines + [(text, WHITE) for text in self._decisions]


@contextmanager
def open_video(path: Path, camera: Camera) -> Iterator[ReplayVideo]:
    """Open a film to be written, and finish it at the end.

    Raises:
        Misconfigured: it cannot be written.
    """
    with open_film(path) as film:
        video = ReplayVideo(film, camera)
        yield video
        video.end()


def _drawn(account: Account, camera: Camera) -> Image:
    """The frame with its zones, what was detected in it, and the slots in the colour of what the look says of them."""
    canvas = fitting(shade(account.frame.image, camera.zones, account.view.shift))
    for found in account.view.present if account.view.inferred else ():
        _box(canvas, found.box, FAINT, 1)
    for sighting in account.shown:
        _box(canvas, sighting.box, PRESENCE[sighting.presence], 2)
        left, top, _, _ = _pixels(sighting.box, canvas)
        label(canvas, _short(sighting.stay), (left + 2, top + 2), SIZE, PRESENCE[sighting.presence])
    return canvas


def _told(sighting: Sighting, records: Sequence[Record]) -> list[str]:
    """What is known of one stay: presence, plate, and its dwell in each zone that it is in."""
    plate = sighting.plate.text if sighting.plate else None
    lines = [f"{_short(sighting.stay)}  {sighting.vehicle.value}  {PRESENCES[sighting.presence]}  {plate or ''}"]
    stood_s = sighting.last_seen.at_s - sighting.entered.at_s
    lines.append(f"    从 since {clock(sighting.entered.at_s)}  已停 stood {_duration(stood_s)}")
    for record in records:
        if record.stay == sighting.stay and record.member.inside:
            state = "已离开 cleared" if record.closed else "已上报 opened" if record.opened else "计时中 counting"
            lines.append(f"    {record.zone}  {_duration(record.dwell_s)}  {state}")
    return lines


def _said(finding: Finding | ZombieFinding) -> str:
    if isinstance(finding, ZombieFinding):
        kind, dwell_s = STAGES[finding.stage], finding.standing_s
    else:
        kind, dwell_s = DECISIONS[finding.kind], finding.dwell_s
    return f"{kind} {_short(finding.sighting.stay)} {finding.zone} {_duration(dwell_s)} ≥ {_duration(finding.limit_s)}"


def _short(stay: str) -> str:
    """A stay without its camera's name."""
    return stay.partition(".")[2] or stay


def _duration(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))


def _pixels(box: Box, canvas: Image) -> tuple[int, int, int, int]:
    height, width = canvas.shape[:2]
    return round(box.x1 * width), round(box.y1 * height), round(box.x2 * width), round(box.y2 * height)


def _box(canvas: Image, box: Box, colour: Colour, thickness: int) -> None:
    left, top, right, bottom = _pixels(box, canvas)
    cv2.rectangle(canvas, (left, top), (right, bottom), colour, thickness)
