"""Manifests: what is shipped is whole, and what is wrong in a user's is said where it stands."""

from pathlib import Path
from typing import Any

import pytest

from models.errors import ModelRefused
from models.manifest import SHIPPED, LocalSource, PackageSource, load
from models.throw.classifier import ID as THROW
from tests.unit.models.conftest import DescribeModel


def test_the_models_shipped() -> None:
    models = {model.id: model for model in load(SHIPPED)}
    assert [(model.id, model.task, model.licence) for model in models.values()] == [
        ("ssdlite-mobilenetv2-coco", "vehicle", "Apache-2.0"),
        ("clp-det", "plate", "Apache-2.0"),
        ("clp-rec", "plate-text", "Apache-2.0"),
        ("pp-ocrv4-rec", "plate-text", "Apache-2.0"),
    ]
    assert all(isinstance(model.source, PackageSource) for model in models.values())
    vehicle = models["ssdlite-mobilenetv2-coco"]
    assert len(vehicle.classes) == 91
    assert len(vehicle.names) == 80
    # COCO's numbers, as its papers and every tool print them: 1 person, 3 car, 8 truck, 90 toothbrush.
    assert [vehicle.classes[number] for number in (0, 1, 3, 6, 8, 12, 90)] == [
        "", "person", "car", "bus", "truck", "", "toothbrush",
    ]  # fmt: skip


def test_every_model_shipped_has_a_card() -> None:
    cards = SHIPPED.with_name("cards")
    assert {path.stem for path in cards.glob("*.md")} == {*(model.id for model in load(SHIPPED)), THROW}


def test_a_local_path_is_meant_from_the_manifests_folder(describe: DescribeModel, tmp_path: Path) -> None:
    (model,) = load(describe())
    assert isinstance(model.source, LocalSource)
    assert model.source.path == tmp_path / "toy.onnx"
    assert model.names == ("car", "person")


def test_a_class_list_can_be_named(describe: DescribeModel) -> None:
    (model,) = load(describe(classes="coco-80"))
    assert len(model.names) == 80


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("a key nobody knows", {"treshold": 0.5}, "treshold"),
    ("a field left out", {"decoder": None}, "decoder"),
    ("a hash too short", {"sha256": "abc"}, "sha256"),
    ("an id that leads elsewhere", {"id": "../toy"}, "id"),
    ("an unknown class list", {"classes": "coco-81"}, "no class list is called 'coco-81'; there are clp-text, coco-80"),
    ("no classes", {"classes": []}, "classes"),
    ("an unknown decoder", {"decoder": "yolov99"}, "decoder"),
    ("a reader of text for plates", {"task": "plate", "decoder": "ctc"}, "decoder ctc does not serve task plate"),
    ("a vehicle decoder for text", {"task": "plate-text"}, "decoder yolox does not serve task plate-text"),
    ("a plate decoder for vehicles", {"decoder": "clp"}, "decoder clp does not serve task vehicle"),
    ("a source of no kind", {"source": {"path": "toy.onnx"}}, "source"),
    ("a web address", {"source": {"kind": "https", "path": "toy.onnx"}}, "source"),
    ("a size without area", {"input": {"name": "x", "size": [0, 64], "colour": "bgr", "fit": "stretch"}}, "size"),
    ("a size beyond reason", {"input": {"name": "x", "size": [64, 9999], "colour": "bgr", "fit": "stretch"}}, "size"),
    (
        "a division by zero",
        {"input": {"name": "x", "size": [64, 64], "colour": "bgr", "fit": "stretch", "std": [1, 0, 1]}},
        "std must be above 0",
    ),
]


@pytest.mark.parametrize(("change", "reason"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_named(change: dict[str, Any], reason: str, describe: DescribeModel) -> None:
    path = describe(**change)
    with pytest.raises(ModelRefused, match=reason) as refused:
        load(path)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("text", [b"[[model", b"\xff\xfe", b"model = 3"])
def test_what_is_no_manifest_is_refused(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_bytes(text)
    with pytest.raises(ModelRefused, match="manifest"):
        load(path)
    with pytest.raises(ModelRefused, match="cannot be read"):
        load(tmp_path / "none.toml")
