"""A rendered clip through the gateway's own eyes: the real detector, a swap, one standing before another."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from benchmarks.parking.motion import Move
from benchmarks.parking.renderer import VEHICLE, Clip, Cut, Part, alike, kerb_clip, write
from edge.config import Camera
from edge.perception.scene import Scene
from edge.sources.recording import Recording
from edge.values import Box, Presence, Sighting
from models.detection import Detector
from models.errors import ModelMissing
from models.zoo import Zoo

LOOK_S = 2.0
START = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def detector() -> Detector:
    try:
        return Zoo().vehicle_detector(VEHICLE, threads=1, threshold=0.25)
    except ModelMissing as error:
        pytest.skip(f"no vehicle detector: {error}")


def block(luma: float) -> Cut:
    return Cut(np.full((40, 60, 3), luma, np.float32), np.ones((40, 60, 1), np.float32))


def test_a_part_is_painted_where_its_truth_says() -> None:
    comes, goes = Move(10.0, 0.5, -1.0, 0.0), Move(20.0, 0.5, 1.0, 0.0)
    part = Part("one", block(200), Box(0.4, 0.4, 0.6, 0.6), comes, goes)
    clip = Clip(np.full((100, 200, 3), 50, np.uint8), (part,), ((0.0, 1.0), (30.0, 0.5)), 30.0)
    pictures = list(clip.pictures())
    fps = len(pictures) / 30.0
    middle = [float(pictures[int(at_s * fps)][50, 100].mean()) for at_s in (2.0, 15.0, 29.5)]
    assert middle[0] == pytest.approx(50 * 0.97, abs=15)
    assert middle[1] == pytest.approx(200 * 0.75, abs=15)
    assert middle[2] == pytest.approx(50 * 0.5, abs=15)


def test_a_similar_vehicle_is_of_one_shape_and_differs_in_little() -> None:
    first = block(120)
    second = alike(first, 3)
    assert np.array_equal(first.opacity, second.opacity)
    assert 3 < float(np.abs(first.colours - second.colours).mean()) < 40


def test_stays_and_a_swap_of_a_rendered_clip(shared_dir: Path, detector: Detector, tmp_path: Path) -> None:
    clip = kerb_clip(shared_dir / "media" / "street_parking.mp4", detector)
    write(clip, tmp_path / "clip.mp4")
    scene = Scene(Camera(id="cam", url="clip.mp4", look_every=LOOK_S), detector)
    last: dict[str, Sighting] = {}
    for frame in Recording(tmp_path / "clip.mp4", camera="cam", start=START, look_every=LOOK_S).frames():
        last |= {sighting.stay: sighting for sighting in scene.perceive(frame).sightings}
    matched = {part.name: _only(part, last) for part in clip.parts}
    assert matched["first"].slot == matched["similar"].slot
    assert matched["first"].stay != matched["similar"].stay
    assert matched["similar"].returns is None
    for part in clip.parts:
        assert matched[part.name].presence is Presence.LEFT
        true_s = part.stands_to_s - part.stands_from_s
        rest_s = part.goes.rest_s - part.comes.rest_s
        assert rest_s - LOOK_S <= _dwell_s(matched[part.name]) <= true_s + LOOK_S, part.name


def _only(part: Part, last: dict[str, Sighting]) -> Sighting:
    """The one stay in its place at its time."""
    found = [
        one
        for one in last.values()
        if one.box.overlap(part.box) > 0.5
        and one.entered.at_s < part.stands_to_s
        and one.last_seen.at_s > part.stands_from_s
    ]
    assert len(found) == 1, (part.name, found)
    return found[0]


def _dwell_s(sighting: Sighting) -> float:
    assert sighting.first_missed is not None
    gone_s = (sighting.last_seen.at_s + sighting.first_missed.at_s) / 2
    return gone_s - (sighting.entered.at_s - sighting.entered_within_s / 2)
