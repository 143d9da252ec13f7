"""The story's camera over real RTSP, and whether the detector sees what a person sees."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from deploy.onebox.part import launched, python
from deploy.onebox.ports import HOST, free_port
from deploy.story import clip
from deploy.story.clip import ensure_clips
from deploy.story.footage import Picture
from deploy.story.scene import CAR_BOX, Scene
from deploy.story.stage import PATH, Stage
from models.errors import FetchFailed, ModelMissing
from models.zoo import Zoo

DARK, BRIGHT = 40, 200


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A dark scene and a bright one."""
    clips = {Scene.EMPTY: tmp_path / "dark.mp4", Scene.STANDING: tmp_path / "bright.mp4"}
    for level, path in zip((DARK, BRIGHT), clips.values(), strict=True):
        clip.encode(np.full((180, 320, 3), level, np.uint8), path)
    return Stage(tmp_path / "stage", clips)


@pytest.fixture
def address(stage: Stage, tmp_path: Path) -> Iterator[str]:
    """Where the camera is."""
    stage.show(Scene.EMPTY)
    port = free_port()
    command = python("deploy.story", "serve", str(tmp_path / "stage"), "--port", str(port))
    with (
        (tmp_path / "log").open("wb") as log,
        subprocess.Popen(launched(command, None, signal.SIGKILL), stdout=log, stderr=log) as server,
    ):
        deadline = time.monotonic() + 20
        while b"listening" not in (tmp_path / "log").read_bytes():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield f"rtsp://{HOST}:{port}{PATH}"
        server.terminate()


def key_frames(address: str) -> Iterator[tuple[float, float]]:
    """Time by the stream and mean brightness of each key frame."""
    with av.open(address, options={"rtsp_transport": "tcp"}, timeout=(10, 5)) as container:
        stream = container.streams.video[0]
        stream.codec_context.skip_frame = "NONKEY"
        for frame in container.decode(stream):
            if frame.time is not None:  # the very first comes before the clock is known
                yield frame.time, float(frame.to_ndarray(format="gray").mean())


def test_the_scene_changes_without_a_break_in_the_stream(stage: Stage, address: str) -> None:
    times: list[float] = []
    changed_at = None
    for time_s, brightness in key_frames(address):
        times.append(time_s)
        if len(times) == 2:
            stage.show(Scene.STANDING)
        if changed_at is None and brightness > (DARK + BRIGHT) / 2:
            changed_at = time_s
        if len(times) == 2 * clip.CLIP_S + 2:
            break
    assert changed_at is not None
    assert changed_at - times[1] <= clip.CLIP_S + 1
    assert np.diff(times) == pytest.approx(np.ones(len(times) - 1), abs=0.15), "a key frame a second, round after round"


def test_who_comes_back_sees_what_is_shown_now(stage: Stage, address: str) -> None:
    stage.show(Scene.STANDING)
    for _ in range(2):
        assert next(key_frames(address))[1] > (DARK + BRIGHT) / 2


@pytest.fixture(scope="module")
def footage() -> dict[Scene, Picture]:
    """One picture of each scene, out of the real clips."""
    try:
        clips = ensure_clips()
    except FetchFailed as error:
        pytest.skip(f"the story's footage could not be brought: {error}")
    pictures = {}
    for scene, path in clips.items():
        with av.open(str(path)) as container:
            pictures[scene] = next(container.decode(video=0)).to_ndarray(format="bgr24").astype(np.uint8)
    return pictures


def test_the_detector_sees_the_car_and_sees_it_gone(footage: dict[Scene, Picture]) -> None:
    try:
        detector = Zoo().vehicle_detector("ssdlite-mobilenetv2-coco", threshold=0.4)
    except ModelMissing as error:
        pytest.skip(str(error))
    seen = {scene: detector.detect(picture) for scene, picture in footage.items()}
    assert len(seen[Scene.EMPTY]) == 0
    standing = seen[Scene.STANDING]
    assert [detector.names[number] for number in standing.class_ids] == ["car"]
    assert standing.scores[0] > 0.7
    assert standing.boxes[0] / (1280, 720, 1280, 720) == pytest.approx(CAR_BOX, abs=0.04)


def test_serve_refuses_a_stage_that_is_not_there(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "deploy.story", "serve", str(tmp_path / "none"), "--port", "1"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, "Invalid value" in ended.stderr) == (2, True)
