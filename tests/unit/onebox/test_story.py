"""The story's pictures and the stage, without the footage: frames are made up."""

from pathlib import Path

import av
import numpy as np
import pytest

from deploy.story import clip, scene, stage
from deploy.story.footage import Picture
from deploy.story.scene import Scene

ROAD, CAR = 180, 20


def frames() -> dict[int, Picture]:
    """A grey road in every frame; a dark block where the car is, in its frame alone."""
    made: dict[int, Picture] = {number: np.full((272, 640, 3), ROAD, np.uint8) for number in scene.FRAMES}
    made[168][110:160, 340:440] = CAR
    return made


def mean_in_car_box(picture: Picture) -> float:
    x1, y1, x2, y2 = scene.CAR_BOX
    height, width = picture.shape[:2]
    return float(picture[int(y1 * height) : int(y2 * height), int(x1 * width) : int(x2 * width)].mean())


def test_the_car_is_in_one_scene_and_not_in_the_other() -> None:
    pictures = scene.compose(frames())
    assert {picture.shape for picture in pictures.values()} == {(720, 1280, 3)}
    assert mean_in_car_box(pictures[Scene.EMPTY]) == pytest.approx(ROAD, abs=1)
    assert mean_in_car_box(pictures[Scene.STANDING]) < ROAD - 80


def test_outside_the_car_the_scenes_are_the_same() -> None:
    pictures = scene.compose(frames())
    assert np.array_equal(pictures[Scene.EMPTY][:, 1000:], pictures[Scene.STANDING][:, 1000:])


def test_the_car_stands_in_the_zone_with_its_wheels() -> None:
    x1, _, x2, y2 = scene.CAR_BOX
    xs, ys = [x for x, _ in scene.PLACE], [y for _, y in scene.PLACE]
    assert min(xs) < (x1 + x2) / 2 < max(xs)
    assert min(ys) < y2 < max(ys)


def test_a_clip_is_what_a_camera_sends(tmp_path: Path) -> None:
    picture = np.full((720, 1280, 3), ROAD, np.uint8)
    clip.encode(picture, tmp_path / "a.mp4")
    with av.open(str(tmp_path / "a.mp4")) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        assert (stream.width, stream.height, stream.codec_context.name) == (1280, 720, "h264")
    assert len(packets) == clip.FPS * clip.CLIP_S
    assert [number for number, packet in enumerate(packets) if packet.is_keyframe] == [0, 15, 30, 45]
    assert [packet.pts for packet in packets] == [packet.dts for packet in packets]


def test_the_same_picture_gives_the_same_bytes(tmp_path: Path) -> None:
    picture = np.full((96, 160, 3), ROAD, np.uint8)
    for name in ("a.mp4", "b.mp4"):
        clip.encode(picture, tmp_path / name)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_the_stage_swaps_the_film_whole(tmp_path: Path) -> None:
    clips = {each: tmp_path / f"{each}.mp4" for each in Scene}
    for each, path in clips.items():
        path.write_text(each)
    theatre = stage.Stage(tmp_path / "stage", clips)
    assert theatre.scene is None
    for each in (Scene.EMPTY, Scene.STANDING, Scene.EMPTY):
        theatre.show(each)
        assert stage.Stage(tmp_path / "stage", clips).scene is each
        assert [(path.name, path.read_text()) for path in (tmp_path / "stage").iterdir()] == [("camera.mp4", each)]
