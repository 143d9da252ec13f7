"""YOLOX and NanoDet-Plus weights that a user brings, described in a manifest of their own."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.detection import Detections, Detector
from models.errors import ModelRefused
from models.zoo import Zoo
from tests.integration.models.conftest import frame_of

MANIFEST = """
[[model]]
id = "yolox-nano"
task = "vehicle"
title = "YOLOX-Nano, COCO, 416 × 416"
licence = "Apache-2.0"
source = { kind = "local", path = "yolox_nano_416.onnx" }
sha256 = "e8af074932d4ed7e232278e3055cefcdea3edf178874a3694ae292649fb464dd"
decoder = "yolox"
classes = "coco-80"
outputs = ["output"]
input = { name = "images", size = [416, 416], colour = "bgr", fit = "letterbox" }

[[model]]
id = "nanodet-plus-m"
task = "vehicle"
title = "NanoDet-Plus-m, COCO, 416 × 416"
licence = "Apache-2.0"
source = { kind = "local", path = "nanodet_plus_m_416.onnx" }
sha256 = "2329cef738223e4f2c337e9fdaf669003ade998d2672483779fa929e409ba39a"
decoder = "nanodet-plus"
classes = "coco-80"
outputs = ["out0"]

[model.input]
name = "in0"
size = [416, 416]
colour = "bgr"
mean = [103.53, 116.28, 123.675]
std = [57.375, 57.12, 58.395]
fit = "stretch"
"""

# name of the model, threshold, and what it sees: name, score, box
SEEN = [
    ("yolox-nano", 0.7, [("car", 0.83, (355, 177, 576, 390)), ("car", 0.80, (47, 163, 294, 385))]),
    ("nanodet-plus-m", 0.6, [("car", 0.68, (353, 143, 576, 398)), ("car", 0.66, (45, 162, 301, 386))]),
]


@pytest.fixture(scope="module")
def own(shared_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Zoo:
    """A zoo with the user's manifest, the weights beside it."""
    weights = shared_dir / "models"
    if not weights.is_dir():
        pytest.skip(f"no weights: {weights} is not there")
    folder = tmp_path_factory.mktemp("own")
    for name in ("yolox_nano_416.onnx", "nanodet_plus_m_416.onnx"):
        (folder / name).symlink_to(weights / name)
    (folder / "own.toml").write_text(MANIFEST)
    return Zoo(folder, [folder / "own.toml"])


@pytest.fixture(scope="module")
def parked(shared_dir: Path) -> NDArray[np.uint8]:
    """Two parked cars seen from above, second 10 of `street_parking.mp4`."""
    return frame_of(shared_dir / "media" / "street_parking.mp4", 298)


@pytest.mark.parametrize(("model_id", "threshold", "expected"), SEEN, ids=[case[0] for case in SEEN])
def test_two_parked_cars(
    model_id: str,
    threshold: float,
    expected: list[tuple[str, float, tuple[int, ...]]],
    own: Zoo,
    parked: NDArray[np.uint8],
) -> None:
    detector = own.vehicle_detector(model_id, threshold=threshold)
    seen = detector.detect(parked)
    assert _names(detector, seen) == [name for name, _, _ in expected]
    np.testing.assert_allclose(seen.scores, [score for _, score, _ in expected], atol=0.02)
    np.testing.assert_allclose(seen.boxes, [box for _, _, box in expected], atol=2.0)


def test_a_class_list_of_another_length_is_refused(own: Zoo, tmp_path: Path) -> None:
    text = MANIFEST.replace('classes = "coco-80"', 'classes = ["car", "person"]')
    for name in ("yolox_nano_416.onnx", "nanodet_plus_m_416.onnx"):
        text = text.replace(f'"{name}"', f'"{own.directory / name}"')
    (tmp_path / "own.toml").write_text(text)
    zoo = Zoo(tmp_path, [tmp_path / "own.toml"])
    for model_id in ("yolox-nano", "nanodet-plus-m"):
        with pytest.raises(ModelRefused, match="the network gives 80 classes, the manifest's class list has 2"):
            zoo.vehicle_detector(model_id)


def _names(detector: Detector, seen: Detections) -> list[str]:
    return [detector.names[class_id] for class_id in seen.class_ids]
