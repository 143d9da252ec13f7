"""The zoo: models by id, checked before use."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from models.decoders.decoder import Decoder
from models.decoders.nanodet import NanoDetPlusDecoder
from models.decoders.ssd import SsdDecoder
from models.decoders.yolox import YoloxDecoder
from models.detection import Detector, PlateDetector, PlateReader
from models.detectors import NetworkDetector, NetworkPlateDetector
from models.errors import ModelMissing, ModelRefused
from models.fitting import require_fit, text_columns
from models.manifest import SHIPPED, LocalSource, Model, load
from models.packages import sha256_of
from models.readers import NetworkPlateReader
from models.session import Session

PLATE_READER: Final = "clp-rec"
"""The better of the readers shipped, and the quicker: see the cards."""


def default_directory() -> Path:
    """Where models lie: `$LINLI_MODELS`, else `linli/models` in the user's cache directory (XDG)."""
    if chosen := os.environ.get("LINLI_MODELS"):
        return Path(chosen).expanduser()
    cache = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG base directory specification has relative paths ignored.
    base = Path(cache) if Path(cache).is_absolute() else Path.home() / ".cache"
    return base / "linli" / "models"


class Zoo:
    """The models that a directory and its manifests offer.

    Args:
        directory: where fetched models lie; none means `default_directory()`.
        manifests: further manifest files (TOML) describing the user's own models, beside the one shipped.

    Raises:
        ModelRefused: a manifest is not valid, or two describe the same id.
    """

    def __init__(self, directory: Path | None = None, manifests: Sequence[Path] = ()) -> None:
        self.directory = directory if directory is not None else default_directory()
        self._models: dict[str, Model] = {}
        for manifest in (SHIPPED, *manifests):
            for model in load(manifest):
                if model.id in self._models:
                    raise ModelRefused(f"manifest {manifest}: the id {model.id} is taken already")
                self._models[model.id] = model

    @property
    def models(self) -> tuple[Model, ...]:
        """Every row, the shipped ones first."""
        return tuple(self._models.values())

    def model(self, model_id: str) -> Model:
        """Give one row.

        Raises:
            ModelRefused: no model has that id.
        """
        if model_id not in self._models:
            raise ModelRefused(f"no model is called {model_id}; there are {', '.join(self._models)}")
        return self._models[model_id]

    def place(self, model_id: str) -> Path:
        """Say where a model's ONNX file belongs, whether or not it is there."""
        source = self.model(model_id).source
        return source.path if isinstance(source, LocalSource) else self.directory / f"{model_id}.onnx"

    def path(self, model_id: str) -> Path:
        """Give a model's ONNX file, its hash checked.

        Raises:
            ModelMissing: the file is not there; the sentence names the command that brings it.
            ModelRefused: unknown id, or a wrong hash.
        """
        place = self.place(model_id)
        if not place.is_file():
            remedy = "put it there" if self._is_local(model_id) else _fetch(model_id)
            raise ModelMissing(f"model {model_id} is not at {place}: {remedy}")
        found = sha256_of(place)
        if found != self.sha256(model_id):
            remedy = "replace it, or correct the manifest" if self._is_local(model_id) else _fetch(model_id)
            raise ModelRefused(f"{model_id}: {place} has sha256 {found}, expected {self.sha256(model_id)}: {remedy}")
        return place

    def sha256(self, model_id: str) -> str:
        """Give the hash of a model's ONNX file as its manifest states it: 64 hexadecimal digits."""
        return self.model(model_id).sha256

    def session(self, model_id: str, *, threads: int = 1) -> Session:
        """Load a model's network, its hash, shapes and class list checked.

        Raises:
            ModelMissing: the file is not there.
            ModelRefused: unknown id, wrong hash, shape or class list; the sentence says which.
        """
        session = Session(self.path(model_id), threads=threads)
        require_fit(self.model(model_id), session)
        return session

    def vehicle_detector(self, model_id: str, *, threads: int = 1, threshold: float = 0.3) -> Detector:
        """Load a detector of vehicles and persons.

        Args:
            model_id: a row of task `vehicle`, such as `ssdlite-mobilenetv2-coco`.
            threads: cores one look may use, ≥ 1.
            threshold: least score to report, in (0, 1).
        Raises:
            ModelMissing: the file is not there.
            ModelRefused: wrong id, task, hash, shape or class list; the sentence says which.
        """
        model = self._of_task(model_id, "vehicle")
        session = self.session(model_id, threads=threads)
        return NetworkDetector(model, session, _decoder(model, session), threshold=threshold)

    def plate_detector(self, model_id: str, *, threads: int = 1, threshold: float = 0.5) -> PlateDetector:
        """Load a detector of number plates; arguments and errors as for `vehicle_detector`."""
        model = self._of_task(model_id, "plate")
        return NetworkPlateDetector(model, self.session(model_id, threads=threads), threshold=threshold)

    def plate_reader(self, model_id: str = PLATE_READER, *, threads: int = 1) -> PlateReader:
        """Load a reader of number plates, `models.plates` preparing its crops; errors as for `vehicle_detector`."""
        model = self._of_task(model_id, "plate-text")
        session = self.session(model_id, threads=threads)
        return NetworkPlateReader(model, session, text_columns(model, session))

    def _of_task(self, model_id: str, task: str) -> Model:
        model = self.model(model_id)
        if model.task != task:
            raise ModelRefused(f"{model_id} is a model for the task {model.task}, not {task}")
        return model

    def _is_local(self, model_id: str) -> bool:
        return isinstance(self.model(model_id).source, LocalSource)


def _fetch(model_id: str) -> str:
    return f"run linli-models fetch {model_id}"


def _decoder(model: Model, session: Session) -> Decoder:
    if model.decoder == "ssd":
        anchors = session.constant(model.outputs[2])
        return SsdDecoder(anchors[0], model.classes, model.input.size)
    if model.decoder == "yolox":
        return YoloxDecoder(model.input.size)
    return NanoDetPlusDecoder(model.input.size, len(model.classes))
