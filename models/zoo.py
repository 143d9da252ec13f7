"""The zoo: models by id, checked before use."""

from collections.abc import Sequence
from pathlib import Path

from models.detection import Detector, PlateDetector


def default_directory() -> Path:
    """Where models lie: `$LINLI_MODELS`, else `linli/models` in the user's cache directory (XDG)."""
    raise NotImplementedError


class Zoo:
    """The models that a directory and its manifests offer.

    Args:
        directory: where fetched models lie; none means `default_directory()`.
        manifests: further manifest files (TOML) describing the user's own models, beside the one shipped.

    Raises:
        ModelRefused: a manifest is not valid, or two describe the same id.
    """

    def __init__(self, directory: Path | None = None, manifests: Sequence[Path] = ()) -> None:
        raise NotImplementedError

    def path(self, model_id: str) -> Path:
        """Give a model's ONNX file, its hash checked.

        Raises:
            ModelMissing: the file is not there; the sentence names the command that brings it.
            ModelRefused: unknown id, or a wrong hash.
        """
        raise NotImplementedError

    def sha256(self, model_id: str) -> str:
        """Give the hash of a model's ONNX file as its manifest states it: 64 hexadecimal digits."""
        raise NotImplementedError

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
        raise NotImplementedError

    def plate_detector(self, model_id: str, *, threads: int = 1, threshold: float = 0.5) -> PlateDetector:
        """Load a detector of number plates; arguments and errors as for `vehicle_detector`."""
        raise NotImplementedError
