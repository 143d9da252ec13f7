"""The stream that is measured on: what a camera sends, still or busy."""

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from benchmarks.edge_cost import stream
from benchmarks.edge_cost.stream import Stream
from benchmarks.edge_cost.street import PASSES_EVERY_S, Street, Traffic
from deploy.story.footage import Picture
from deploy.story.scene import Scene


def luma(scenes: dict[Scene, Picture], traffic: Traffic, seconds: int = 5) -> list[np.ndarray]:
    films = Street(scenes, (320, 180)).films(traffic, fps=5, seconds=seconds)
    return [planes[:180].astype(np.int16) for planes in films]


def largest_change(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.percentile(np.abs(one - other), 99))


def test_in_the_still_street_only_the_noise_moves(scenes: dict[Scene, Picture]) -> None:
    pictures = luma(scenes, Traffic.STILL)
    assert 0 < max(largest_change(pictures[0], each) for each in pictures[1:]) < 12


def test_a_car_passes_the_busy_street_half_of_the_time(scenes: dict[Scene, Picture]) -> None:
    pictures = luma(scenes, Traffic.BUSY)
    passing = [largest_change(pictures[0], each) > 20 for each in pictures]
    assert passing[:5] == [False] * 5
    assert 8 <= sum(passing) <= 13  # of 25, passing 12; at either edge of the picture it shows too little


def test_the_same_scenes_give_the_same_pictures(scenes: dict[Scene, Picture]) -> None:
    once, again = (luma(scenes, Traffic.BUSY, 2) for _ in range(2))
    assert all(np.array_equal(one, other) for one, other in zip(once, again, strict=True))


def test_a_loop_has_no_seam() -> None:
    assert stream.LOOP_S % stream.KEY_EVERY_S == 0
    assert stream.LOOP_S % PASSES_EVERY_S == 0


@pytest.mark.parametrize("traffic", Traffic)
def test_a_repeated_loop_is_one_stream(streams: dict[Traffic, Stream], traffic: Traffic) -> None:
    one = streams[traffic]
    with av.open(str(one.path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    with av.open(str(one.path)) as container:
        decoded = sum(1 for _ in container.decode(video=0))
    stamps = [packet.pts for packet in packets if packet.pts is not None]
    keys = [number for number, packet in enumerate(packets) if packet.is_keyframe]
    assert (one.seconds, one.width, one.height) == (12, 320, 180)
    assert decoded == len(stamps) == one.frames == 300
    assert keys == list(range(0, 300, 50))
    assert len(keys) == one.key_frames
    assert len({after - before for before, after in pairwise(stamps)}) == 1


def test_a_loop_is_repeated_at_least_once(tmp_path: Path, streams: dict[Traffic, Stream]) -> None:
    with pytest.raises(ValueError, match="at least 1, not 0"):
        stream.repeat(streams[Traffic.STILL].path, tmp_path / "none.mp4", 0)
