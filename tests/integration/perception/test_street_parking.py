"""One street, look by look, against what was read off its pictures by eye: who is who while the camera moves.

`street_parking.csv` has the boxes of three cars every two seconds, in fractions of the picture of that second, read off
frames 0, 60, 120 … with a ruler; between two rows a car is taken to move evenly. Where a car is partly covered the box
is of the whole car, as far as the picture goes.

- black: stands behind the white line on the right, plate ending KR023, from 0.0 to the end. From 22 on the saloon
  covers more and more of its lower part; after 28 its roof and rear window are to be seen.
- foreground: a white car, cut by the lower edge, stands from 0.0 to the end.
- saloon: white, plate ending EMC139, drives up on the left until 8, waits beside the black one, left of the line, until
  14, drives on, backs into the row from 21 on and moves until 31.5.
- The camera is turned and zoomed in from 4.3 to 9.5, is nearly still, zooms out again from 14.4 to 18.2, and turns by a
  few pixels until the end. A red ring is drawn into frames around 10.0 and a red stroke into those around 19.0.
"""

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from edge.config import Camera, load
from edge.perception.scene import Scene, View
from edge.rules import dwell
from edge.rules.zones import contains
from edge.values import Box, Finding, FindingKind, Presence
from models.detection import Detector
from tests.integration.perception.test_footage import detector, frames

TRUTH = Path(__file__).with_name("street_parking.csv")
CONFIG = Path(__file__).parents[3] / "examples" / "street_parking.toml"
PARKED_S = 31.5  # when the saloon comes to rest at the kerb
LIKE = 0.35  # overlap of a sighting with a car from which it is meant

__all__ = ["detector"]


@cache
def truth() -> dict[str, dict[float, Box]]:
    rows: dict[str, dict[float, Box]] = defaultdict(dict)
    with TRUTH.open() as file:
        for row in csv.DictReader(file):
            rows[row["vehicle"]][float(row["second"])] = Box(*(float(row[side]) for side in ("x1", "y1", "x2", "y2")))
    return rows


def where(vehicle: str, at_s: float) -> Box:
    boxes = truth()[vehicle]
    before = max(second for second in boxes if second <= at_s)
    after = min(second for second in boxes if second >= at_s)
    share = (at_s - before) / (after - before) if after > before else 0.0
    one, other = boxes[before], boxes[after]
    sides = ("x1", "y1", "x2", "y2")
    return Box(*((1 - share) * getattr(one, side) + share * getattr(other, side) for side in sides))


def watched(film: Path, detector: Detector, every_s: float) -> tuple[Camera, list[View], list[Finding]]:
    camera = load(CONFIG).cameras[0]
    scene, state = Scene(camera, detector), dwell.Dwell()
    views: list[View] = []
    findings: list[Finding] = []
    for frame in frames(film, every_s):
        views.append(scene.perceive(frame))
        state, said = dwell.step(state, views[-1].sightings, zones=camera.zones, timezone="Asia/Shanghai")
        findings += said
    return camera, views, findings


def whose(view: View, box: Box) -> str | None:
    """Which car a sighting is of, where this view has it."""
    there = view.shift.forth(box)
    if there is None:
        return None
    overlap, vehicle = max((there.overlap(where(name, view.now.at_s)), name) for name in truth())
    return vehicle if overlap >= LIKE else None


@pytest.mark.parametrize("every_s", [0, 0.5, 1, 1.3, 1.9, 2, 2.5, 3, 3.5, 4, 5])  # 0: at every key frame
def test_who_is_who_through_a_camera_that_turns_and_zooms(shared_dir: Path, detector: Detector, every_s: float) -> None:
    camera, views, findings = watched(shared_dir / "media" / "street_parking.mp4", detector, every_s)
    stays: dict[str, set[str]] = defaultdict(set)
    for view in views:
        for one in view.sightings:
            if one.presence is not Presence.SEEN:
                continue
            vehicle = whose(view, one.box)
            stays[str(vehicle)].add(one.stay)
            early = vehicle == "saloon" and view.now.at_s < PARKED_S
            assert not (early and contains(camera.zones[0].polygon, one.box.foot)), f"{view.now.at_s}: it moves yet"
    assert len(stays["black"]) == 1
    assert len(stays["foreground"]) == 1
    assert not stays["saloon"] & (stays["black"] | stays["foreground"])
    ended = {one.stay for view in views for one in view.sightings if one.presence is Presence.LEFT}
    assert not ended & (stays["black"] | stays["foreground"])
    entered = {one.stay: one.entered.at_s for view in views for one in view.sightings}
    stood = {stay: entered[stay] for stay in stays["black"] | stays["foreground"]}
    assert max(stood.values()) < 0.1, f"both stood there from the start: {stood}"
    opened = [finding.sighting.stay for finding in findings if finding.kind is FindingKind.OPENED]
    assert sorted(opened) == sorted(stays["black"] | stays["foreground"])
    assert not [finding for finding in findings if finding.kind is FindingKind.CLEARED]


def test_while_the_camera_looks_too_far_off_nothing_is_guessed(shared_dir: Path, detector: Detector) -> None:
    _, views, _ = watched(shared_dir / "media" / "street_parking.mp4", detector, 1)
    away = [view for view in views if not view.visible]
    assert away
    assert all(6 <= view.now.at_s <= 17.5 for view in away), "it is zoomed in by a quarter and more"
    for view in away:
        assert {one.presence for one in view.sightings} == {Presence.HIDDEN}
        assert "摄像机" in view.reason
    back = next(view for view in views if view.now.at_s > 18)
    assert back.shift.dy == pytest.approx(0.035, abs=0.02), "the camera hangs lower than at first"
