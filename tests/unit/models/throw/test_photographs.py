"""Photographs are brought when asked for; without them everything but the walls they texture works."""

import platform
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.errors import FetchFailed, ModelMissing
from models.throw.simulation import JUDGING, TRAINING, Confuser, confuser_clip, frames, photographs
from models.throw.simulation.photographs import kept
from models.throw.simulation.walls import piece


def test_without_a_wheel_for_this_machine_the_sentence_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(FetchFailed, match=r"put china\.jpg and flower\.jpg in"):
        photographs(tmp_path)


def test_a_file_of_another_hash_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "china.jpg").write_bytes(b"something else")
    assert kept("china.jpg", tmp_path) is None


def test_a_clip_that_needs_a_photograph_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_MODELS", str(tmp_path))
    clip = confuser_clip(TRAINING, 0, confusers=[Confuser.SPIDER], resolution=(1280, 720), seconds=1.0)
    clip = replace(clip, scene=replace(clip.scene, photograph="flower.jpg"))
    with pytest.raises(ModelMissing, match=r"flower\.jpg is not here"):
        next(frames(clip))


def test_half_the_walls_are_photographed_where_that_is_wanted() -> None:
    for wanted, share in ((False, 0.0), (True, 0.5)):
        clips = [confuser_clip(JUDGING, number, photographs=wanted) for number in range(60)]
        assert np.mean([clip.scene.photograph == "china.jpg" for clip in clips]) == pytest.approx(share, abs=0.2)


def test_a_piece_is_relief_without_brightness_of_its_own(tmp_path: Path) -> None:
    picture = np.random.default_rng(1).integers(0, 255, (200, 300), np.uint8)
    cv2.imwrite(str(tmp_path / "some.png"), picture)
    relief = piece(tmp_path / "some.png", (120, 160), np.random.default_rng(2))
    assert relief.shape == (120, 160)
    assert abs(float(relief.mean())) < 0.05
    assert 0.02 < float(relief.std()) < 0.5


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("no picture")
    with pytest.raises(ValueError, match="no picture"):
        piece(tmp_path / "text.jpg", (10, 10), np.random.default_rng(0))
