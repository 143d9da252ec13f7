"""What is known about each model: a row a model, read from TOML and checked once.

The models shipped stand in `manifest.toml` beside this file. A user describes weights of their own in another file of
the same form, with `source = { kind = "local", path = "…" }`.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

from models.errors import ModelRefused
from models.packages import PackageFile

SHIPPED: Final = Path(__file__).with_name("manifest.toml")

ClassLists: TypeAlias = Mapping[str, tuple[str, ...]]

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
ModelId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,63}$")]
Side = Annotated[int, Field(ge=32, le=4096)]
ThreeNumbers: TypeAlias = tuple[float, float, float]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceFile(_Closed):
    """One file that a model is made from: its path in the package and its hash."""

    path: str
    sha256: Sha256


class Conversion(_Closed):
    """How a TensorFlow.js graph model is cut and what its ends are called in the ONNX file.

    Attributes:
        inputs: shape of each value to cut at, (batch, height, width, channels).
        names: the ONNX name of each input and of each output wanted.
    """

    format: Literal["tfjs"]
    inputs: dict[str, tuple[int, ...]]
    names: dict[str, str]


class PackageSource(_Closed):
    """A registry package that holds the model, or the files it is converted from (the first is the main one)."""

    kind: Literal["npm", "pypi"]
    package: str
    version: str
    archive_sha256: Sha256
    files: Annotated[tuple[SourceFile, ...], Field(min_length=1)]
    conversion: Conversion | None = None

    @property
    def package_files(self) -> list[PackageFile]:
        """The files as `models.packages` fetches them."""
        return [
            PackageFile(self.kind, self.package, self.version, self.archive_sha256, file.path, file.sha256)
            for file in self.files
        ]


class LocalSource(_Closed):
    """A file that the user brings, its path relative to the manifest that names it."""

    kind: Literal["local"]
    path: Path


class Input(_Closed):
    """How a picture becomes the network's input.

    Attributes:
        name: the input's name in the ONNX file; it is (1, 3, height, width) float32.
        size: height and width in pixels; with `within`, the most they may be.
        colour: the order of the three channels.
        mean: taken off each channel, in that order, pixel values 0–255.
        std: each channel is then divided by this.
        fit: `stretch` fills the size; `letterbox` keeps the picture's shape and pads right and below to the size;
            `within` keeps the shape and pads only to multiples of 32, for networks that take any size.
        pad: pixel value of the padding.
    """

    name: str
    size: tuple[Side, Side]
    colour: Literal["bgr", "rgb"]
    mean: ThreeNumbers = (0.0, 0.0, 0.0)
    std: ThreeNumbers = (1.0, 1.0, 1.0)
    fit: Literal["stretch", "letterbox", "within"]
    pad: ThreeNumbers = (114.0, 114.0, 114.0)

    @field_validator("std")
    @classmethod
    def _divides(cls, std: ThreeNumbers) -> ThreeNumbers:
        if min(std) <= 0:
            raise ValueError("std must be above 0")
        return std


_TASKS: Final = {"clp": "plate", "ctc": "plate-text"}
"""What a decoder serves, where it is not to find vehicles."""


class Model(_Closed):
    """One model: where it comes from, how its file is known, how it is fed and read.

    Attributes:
        id: what users call it; also its file's name in the zoo's directory.
        task: `vehicle` finds vehicles and persons, `plate` finds number plates, `plate-text` reads them.
        sha256: of the ONNX file.
        classes: one name for each class the network gives, in its order; an empty name is one never reported. Of a
            reader of text: its characters after the blank, unless the file itself lists them.
        outputs: names of the ONNX outputs in the order in which the decoder reads them.
        features: name of a further output, (1, rows, columns, k) over the whole picture, by which one vehicle is told
            from another (`FeatureMap`); none where the network offers nothing of the kind.
        nms_iou: overlap above which the lesser of two boxes of one class goes.
        one_body: classes among which one body is often named twice; boxes of these compete as one class.
    """

    id: ModelId
    task: Literal["vehicle", "plate", "plate-text"]
    title: str
    licence: str
    source: Annotated[PackageSource | LocalSource, Field(discriminator="kind")]
    sha256: Sha256
    input: Input
    decoder: Literal["ssd", "yolox", "nanodet-plus", "clp", "ctc"]
    classes: Annotated[tuple[str, ...], Field(min_length=1, max_length=1000)]
    outputs: Annotated[tuple[str, ...], Field(min_length=1, max_length=8)]
    features: str | None = None
    nms_iou: Annotated[float, Field(gt=0, le=1)] = 0.5
    one_body: frozenset[str] = frozenset({"car", "truck", "bus", "train"})

    @field_validator("classes", mode="before")
    @classmethod
    def _named_list(cls, value: object, info: ValidationInfo) -> object:
        """Take the list of that name where a name stands."""
        if not isinstance(value, str):
            return value
        lists: ClassLists = info.context or {}
        if value not in lists:
            raise ValueError(f"no class list is called {value!r}; there are {', '.join(sorted(lists))}")
        return lists[value]

    @model_validator(mode="after")
    def _decoder_fits_task(self) -> Self:
        if self.task != _TASKS.get(self.decoder, "vehicle"):
            raise ValueError(f"decoder {self.decoder} does not serve task {self.task}")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The classes reported."""
        return tuple(name for name in self.classes if name)


class _Manifest(_Closed):
    classes: dict[str, tuple[str, ...]] = {}
    model: tuple[Model, ...]


class _ClassListsOnly(BaseModel):
    classes: dict[str, tuple[str, ...]] = {}


def load(path: Path) -> tuple[Model, ...]:
    """Read a manifest; it may use the class lists of the shipped one beside its own.

    Raises:
        ModelRefused: the file cannot be read or says something this program does not understand; the sentence says
            where.
    """
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        shipped = tomllib.loads(SHIPPED.read_text("utf-8"))
        lists = {**_ClassListsOnly.model_validate(shipped).classes, **_ClassListsOnly.model_validate(data).classes}
        manifest = _Manifest.model_validate(data, context=lists)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelRefused(f"manifest {path} cannot be read: {error}") from error
    except ValidationError as error:
        raise ModelRefused(f"manifest {path}: {_where(error)}") from error
    return tuple(_anchored(model, path.parent) for model in manifest.model)


def _where(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, part['loc']))}: {part['msg']}" for part in error.errors()[:3])


def _anchored(model: Model, folder: Path) -> Model:
    """Make a local path absolute, from the manifest's folder."""
    if not isinstance(model.source, LocalSource):
        return model
    source = LocalSource(kind="local", path=(folder / model.source.path.expanduser()).absolute())
    return model.model_copy(update={"source": source})
