"""Real encoders: as many pictures come back, at the moments they were taken, looking as they did."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

import av
import numpy as np
import pytest

from models.throw.simulation import TRAINING, encode, frames, throw_clip
from models.throw.simulation.encoding import gop


@pytest.mark.parametrize("codec", ["h264", "hevc"])
@pytest.mark.parametrize("fps", [12.0, 25.0, 30.0])
def test_a_clip_comes_back_from_its_file(tmp_path: Path, codec: Literal["h264", "hevc"], fps: float) -> None:
    clip = throw_clip(TRAINING, 4, resolution=(1280, 720))
    clip = replace(clip, seconds=2.0, scene=replace(clip.scene, codec=codec, fps=fps, gop_s=1.0, noise_sigma=0.5))
    path = encode(clip, tmp_path / "clip.mp4")
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == codec
        back, sent = list(container.decode(stream)), list(frames(clip))
        assert [frame.time for frame in back] == pytest.approx([i / fps for i in range(len(sent))], abs=1e-4)
        keys = [i for i, frame in enumerate(back) if frame.key_frame]
        assert keys == list(range(0, len(sent), gop(clip.scene)))
        for frame, picture in zip(back, sent, strict=True):
            planes = frame.to_ndarray(format="yuv420p").astype(float)
            assert np.abs(planes[:720] - picture).mean() < 4.0
            assert np.abs(planes[720:] - 128).max() <= 2


def test_a_file_keeps_to_its_rate(tmp_path: Path) -> None:
    clip = throw_clip(TRAINING, 4, resolution=(1280, 720))
    place = replace(clip.scene, codec="h264", bitrate_kbit=800, noise_sigma=3.0, gop_s=1.0)
    clip = replace(clip, seconds=3.0, scene=place)
    path = encode(clip, tmp_path / "clip.mp4")
    assert 250_000 < path.stat().st_size * 8 / 3.0 < 1_300_000
