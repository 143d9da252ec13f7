"""The zoo gives a model that is what its row says, and refuses any other with a sentence that says which."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.errors import ModelMissing, ModelRefused
from models.zoo import Zoo, default_directory
from tests.unit.models.conftest import DescribeModel, MakeNetwork

DIRECTORIES = [
    # name,                       LINLI_MODELS,  XDG_CACHE_HOME,  directory
    ("the user's cache",          None,          None,            "/home/me/.cache/linli/models"),
    ("XDG's cache",               None,          "/xdg",          "/xdg/linli/models"),
    ("XDG's cache, relative",     None,          "xdg",           "/home/me/.cache/linli/models"),
    ("set",                       "/m",          "/xdg",          "/m"),
    ("set with a tilde",          "~/m",         None,            "/home/me/m"),
    ("set to nothing",            "",            None,            "/home/me/.cache/linli/models"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("chosen", "xdg", "directory"), [case[1:] for case in DIRECTORIES], ids=[case[0] for case in DIRECTORIES]
)
def test_directory(chosen: str | None, xdg: str | None, directory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    for name, value in (("LINLI_MODELS", chosen), ("XDG_CACHE_HOME", xdg)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    assert default_directory() == Path(directory)


def test_a_users_model_looks_at_pictures(make_network: MakeNetwork, describe: DescribeModel, tmp_path: Path) -> None:
    network = make_network()
    zoo = Zoo(tmp_path, [describe()])
    assert zoo.path("toy") == network
    detector = zoo.vehicle_detector("toy")
    assert detector.names == ("car", "person")
    seen = detector.detect(np.zeros((30, 40, 3), np.uint8))
    assert len(seen) == 0
    assert (seen.boxes.shape, seen.scores.shape, seen.class_ids.shape) == ((0, 4), (0,), (0,))


def test_a_missing_model_names_the_command_that_brings_it(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="run linli-models fetch clp-det"):
        Zoo(tmp_path).plate_detector("clp-det")


def test_a_missing_local_model_is_put_there_by_hand(describe: DescribeModel, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"toy\.onnx: put it there"):
        Zoo(tmp_path, [describe()]).path("toy")


def test_an_unknown_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match="no model is called nobody; there are ssdlite-mobilenetv2-coco, clp-det"):
        Zoo(tmp_path).path("nobody")


def test_a_taken_id_is_refused(describe: DescribeModel, tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match="the id clp-det is taken already"):
        Zoo(tmp_path, [describe(id="clp-det")])


def test_a_model_for_another_task_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match="clp-det is a model for the task plate, not vehicle"):
        Zoo(tmp_path).vehicle_detector("clp-det")


def test_one_changed_byte_is_refused(make_network: MakeNetwork, describe: DescribeModel, tmp_path: Path) -> None:
    network = make_network()
    zoo = Zoo(tmp_path, [describe()])
    data = bytearray(network.read_bytes())
    data[-1] ^= 1
    network.write_bytes(data)
    with pytest.raises(
        ModelRefused, match=r"toy: .*toy\.onnx has sha256 [0-9a-f]{64}, expected .*: replace it, or corr"
    ):
        zoo.vehicle_detector("toy")


def test_a_model_of_an_earlier_release_names_the_command_that_brings_the_present_one(tmp_path: Path) -> None:
    (tmp_path / "clp-rec.onnx").write_bytes(b"an older one")
    with pytest.raises(ModelRefused, match=r"clp-rec: .* has sha256 .*: run linli-models fetch clp-rec"):
        Zoo(tmp_path).plate_reader()


READER = {
    "task": "plate-text",
    "decoder": "ctc",
    "input": {"name": "images", "size": [32, 320], "colour": "bgr", "fit": "letterbox"},
}


def test_a_users_reader_reads(make_network: MakeNetwork, describe: DescribeModel, tmp_path: Path) -> None:
    make_network(shape=("N", 3, 32, "W"), outputs={"output": ("N", "T", 3)})
    zoo = Zoo(tmp_path, [describe(**READER, classes=["A", "B"])])
    assert zoo.plate_reader("toy").read(np.zeros((20, 90, 3), np.uint8)).text == ""


def test_a_reader_may_list_its_characters_itself(
    make_network: MakeNetwork, describe: DescribeModel, tmp_path: Path
) -> None:
    make_network(shape=(1, 3, 32, 320), outputs={"output": (1, 40, 5)}, properties={"character": "A\nB\nC"})
    zoo = Zoo(tmp_path, [describe(**READER, classes=["listed in the file"])])
    assert zoo.plate_reader("toy").read(np.zeros((20, 90, 3), np.uint8)).text == ""


def test_a_reader_whose_characters_do_not_fit_is_refused(
    make_network: MakeNetwork, describe: DescribeModel, tmp_path: Path
) -> None:
    make_network(shape=(1, 3, 32, 320), outputs={"output": (1, 40, 9)})
    with pytest.raises(ModelRefused, match="toy: 2 characters and a blank do not lie in 9 columns"):
        Zoo(tmp_path, [describe(**READER, classes=["A", "B"])]).plate_reader("toy")


def test_a_detector_is_no_reader(tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match="clp-det is a model for the task plate, not plate-text"):
        Zoo(tmp_path).plate_reader("clp-det")


INPUT = {"name": "images", "size": [64, 64], "colour": "bgr", "fit": "letterbox"}
UNFIT: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    # name, network, manifest row, reason
    ("another input size", {}, {"input": INPUT | {"size": [32, 64]}}, "input images has shape .1, 3, 64, 64."),
    ("another input name", {}, {"input": INPUT | {"name": "x"}}, "no input is called x; there are images"),
    ("an input of any size", {"shape": (1, 3, "H", "W")}, {}, ""),
    ("another output name", {}, {"outputs": ["out"]}, "no output is called out; there are output"),
    ("another count of cells", {"outputs": {"output": (1, 85, 7)}}, {}, "output output has shape .1, 85, 7., expected"),
    ("a class too few", {}, {"classes": ["car"]}, "the network gives 2 classes, the manifest's class list has 1"),
    ("COCO's classes", {}, {"classes": "coco-80"}, "the network gives 2 classes, the manifest's class list has 80"),
    ("a class list in the file", {"properties": {"classes": '["car", "person"]'}}, {}, ""),
    ("another class list in the file", {"properties": {"classes": '["car"]'}}, {}, "the class list in the file"),
    ("an output too many", {}, {"outputs": ["output", "more"]}, "decoder yolox reads 1 outputs, the manifest names 2"),
    ("no looks", {}, {"features": "looks"}, "no output is called looks; there are output"),
    ("looks that are no map", {"outputs": {"output": (1, 84, 7), "looks": (1, 96)}}, {"features": "looks"},
     "output looks has shape .1, 96., expected"),
    ("looks", {"outputs": {"output": (1, 84, 7), "looks": (1, 4, 4, 8)}}, {"features": "looks"}, ""),
    ("another decoder", {}, {"decoder": "nanodet-plus"}, "the network gives 52 classes"),
]  # fmt: skip


@pytest.mark.parametrize(("network", "row", "reason"), [case[1:] for case in UNFIT], ids=[case[0] for case in UNFIT])
def test_only_a_model_that_is_what_its_row_says_is_loaded(
    network: dict[str, Any], row: dict[str, Any], reason: str, make_network: MakeNetwork, describe: DescribeModel
) -> None:
    zoo = Zoo(make_network(**network).parent, [describe(**row)])
    if not reason:
        zoo.vehicle_detector("toy")
        return
    with pytest.raises(ModelRefused, match=f"toy: .*{reason}"):
        zoo.vehicle_detector("toy")


def test_a_file_that_is_no_network_is_refused(describe: DescribeModel, tmp_path: Path) -> None:
    (tmp_path / "toy.onnx").write_bytes(b"this is no network")
    with pytest.raises(ModelRefused, match=r"toy\.onnx is no network that can be run"):
        Zoo(tmp_path, [describe()]).vehicle_detector("toy")


@pytest.mark.parametrize("threshold", [0.0, 1.0, -1.0])
def test_a_threshold_out_of_range_is_refused(
    threshold: float, make_network: MakeNetwork, describe: DescribeModel, tmp_path: Path
) -> None:
    make_network()
    with pytest.raises(ValueError, match="threshold must lie between 0 and 1"):
        Zoo(tmp_path, [describe()]).vehicle_detector("toy", threshold=threshold)


def test_no_threads_is_refused(make_network: MakeNetwork, describe: DescribeModel, tmp_path: Path) -> None:
    make_network()
    with pytest.raises(ValueError, match="threads must be at least 1"):
        Zoo(tmp_path, [describe()]).vehicle_detector("toy", threads=0)
