"""Perception and the dwell rule on real footage with the real detector; truth was read off the pictures by eye.

street_parking.mp4 (576×996): the camera moves until second 17. A white car stands in the lower right corner all along
(mirror and bonnet, foot at the lower edge), a black one beyond it at (0.63–0.93, 0.15–0.34) until another white car,
which drove up on the left and waited from second 7 to 15, parks before it from second 24 on. The other two films are
parking lots from above where cars, persons and a bicycle pass and nothing stands.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import numpy as np
import pytest

from contract.parking import ZoneKind
from edge.config import Camera, Zone
from edge.perception.scene import Scene, View
from edge.rules import dwell
from edge.values import Box, ClockTrust, Finding, Frame, Moment
from models.detection import Detector
from models.errors import ModelMissing
from models.zoo import Zoo

RIGHT_HAND = Zone(
    id="right",
    kind=ZoneKind.ROAD,
    polygon=((0.58, 0.12), (1, 0.12), (1, 1), (0.58, 1)),
    dwell=10,
    milestones=(),
)
FOREGROUND, BLACK = Box(0.6, 0.51, 1, 1), Box(0.63, 0.17, 0.92, 0.32)


@pytest.fixture(scope="module")
def detector() -> Detector:
    try:
        return Zoo().vehicle_detector("ssdlite-mobilenetv2-coco", threshold=0.25)
    except ModelMissing as error:
        pytest.skip(str(error))


def frames(path: Path, every_s: float) -> Iterator[Frame]:
    """A film's pictures, at most one in `every_s` seconds; key frames only if that is 0."""
    due_s = 0.0
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        stream.codec_context.skip_frame = "NONKEY" if every_s == 0 else "DEFAULT"
        for picture in film.decode(stream):
            at_s = float(picture.time or 0.0)
            if at_s >= due_s:
                due_s = at_s + every_s - 1e-6
                seen_at = datetime(2025, 3, 1, tzinfo=UTC) + timedelta(seconds=at_s)
                image = np.asarray(picture.to_ndarray(format="bgr24"), np.uint8)
                yield Frame("cam", Moment(at_s, seen_at, ClockTrust.SYNCED), image)


def watch(path: Path, every_s: float, zone: Zone, detector: Detector) -> tuple[list[View], list[Finding]]:
    scene = Scene(Camera(id="cam", url="film.mp4", zones=(zone,)), detector)
    state = dwell.Dwell()
    views: list[View] = []
    findings: list[Finding] = []
    for frame in frames(path, every_s):
        views.append(scene.perceive(frame))
        state, said = dwell.step(state, views[-1].sightings, zones=[zone], timezone="Asia/Shanghai")
        findings += said
    return views, findings


@pytest.mark.parametrize("every_s", [0, 2, 3])
def test_the_cars_that_stand_are_found_and_no_other(shared_dir: Path, detector: Detector, every_s: float) -> None:
    _, findings = watch(shared_dir / "media" / "street_parking.mp4", every_s, RIGHT_HAND, detector)
    assert [finding.kind for finding in findings] == ["opened", "opened"]
    boxes = [finding.sighting.box for finding in findings]
    assert {max(range(2), key=lambda i: box.overlap(boxes[i])) for box in (FOREGROUND, BLACK)} == {0, 1}
    assert all(max(box.overlap(found) for found in boxes) > 0.6 for box in (FOREGROUND, BLACK))
    assert all(finding.sighting.entered.at_s < 0.1 for finding in findings), "both stood there from the start"


@pytest.mark.parametrize("film", ["car-detection.mp4", "person-bicycle-car-detection.mp4"])
def test_where_nothing_stands_nothing_is_said(shared_dir: Path, detector: Detector, film: str) -> None:
    everywhere = Zone(id="all", kind=ZoneKind.ROAD, polygon=((0, 0), (1, 0), (1, 1), (0, 1)), dwell=4)
    views, findings = watch(shared_dir / "media" / film, 1.0, everywhere, detector)
    assert not findings
    assert not any(view.sightings for view in views)
    assert sum(not view.moved for view in views) >= 4, "the gate sees that the lot is still for a while"
