"""The classifier as it is shipped, and that both ways to write its network are the same network."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import onnx
import pytest

from models.errors import ModelRefused
from models.session import Session
from models.throw.classifier import CHANNELS, CROP, CROPS, FACTS, FILE, MAX_BYTES, STEPS, Shown, ThrowClassifier


def drawn(seed: int) -> Shown:
    rng = np.random.default_rng(seed)
    return Shown(
        rng.normal(0, 1, (len(CHANNELS), STEPS)).astype(np.float32),
        rng.normal(0, 1, len(FACTS)).astype(np.float32),
        rng.random((CROPS, CROP, CROP)).astype(np.float32),
    )


def test_what_is_shipped_is_small_and_takes_what_it_is_shown() -> None:
    shipped = Path(str(files("models.throw") / FILE))
    assert shipped.stat().st_size <= MAX_BYTES
    session = Session(shipped)
    assert session.inputs == {
        "path": ("n", len(CHANNELS), STEPS),
        "facts": ("n", len(FACTS)),
        "crops": ("n", CROPS, CROP, CROP),
    }
    assert session.outputs == {"score": ("n", 1)}
    assert {"tracks", "seed", "epochs"} <= set(session.metadata)


def test_a_score_is_a_share() -> None:
    classifier = ThrowClassifier()
    assert all(0.0 <= classifier.score(drawn(seed)) <= 1.0 for seed in range(20))


def test_what_is_no_network_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no network")
    with pytest.raises(ModelRefused):
        ThrowClassifier(broken)


def test_the_file_says_what_training_says(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is installed for training alone: pip install 'linli[train]'")
    network = pytest.importorskip("models.throw.network")
    weights = network.fresh(3, torch.randn(len(FACTS)), torch.rand(len(FACTS)) + 0.5)
    path = tmp_path / "fresh.onnx"
    onnx.save(network.written(weights, {"seed": "3"}), str(path))
    classifier = ThrowClassifier(path)
    for seed in range(5):
        shown = drawn(seed)
        inputs = (torch.from_numpy(part)[None] for part in (shown.path, shown.facts, shown.crops))
        said = torch.sigmoid(network.logits(weights, *inputs)).item()
        assert classifier.score(shown) == pytest.approx(said, abs=1e-5)
