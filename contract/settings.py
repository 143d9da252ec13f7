"""How a settings file is read and its faults told. Edge and cloud have settings of their own and this in common."""

import difflib
import tomllib
from pathlib import Path
from typing import Annotated, Final, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, ValidationInfo

from contract.errors import ContractError

MAX_SETTINGS_BYTES: Final = 1024 * 1024
MAX_FAULTS: Final = 8  # told at once: a person mends one after the other

M = TypeVar("M", bound=BaseModel)


class Section(BaseModel):
    """A table of the file: unknown keys are refused, so that a typo is found."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class SettingsFault(ContractError):
    """A settings file cannot be read or is wrong; the text names file, setting and what would be accepted."""


def load(model: type[M], path: Path) -> M:
    """Read and check a TOML file of at most 1 MiB. Relative `FilePath`s in it start at its folder.

    Raises:
        SettingsFault: it cannot be read, is no TOML, or a setting is wrong.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_SETTINGS_BYTES + 1)
    except OSError as error:
        raise SettingsFault(f"{path}: cannot be read ({error.strerror})") from None
    if len(raw) > MAX_SETTINGS_BYTES:
        raise SettingsFault(f"{path}: a configuration has at most {MAX_SETTINGS_BYTES} bytes")
    try:
        document = tomllib.loads(raw.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsFault(f"{path}: not TOML: {error}") from None
    return parse(model, document, str(path), folder=path.parent)


def parse(model: type[M], document: dict[str, object], name: str, *, folder: Path) -> M:
    """Check settings that have been read.

    Args:
        name: what errors call them.
        folder: where relative paths start.
    Raises:
        SettingsFault: a setting is wrong; what stood there is not told, for it may be a secret.
    """
    try:
        return model.model_validate(document, context={"folder": folder.absolute()})
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        known = setting_names(model)
        told = [_fault(".".join(map(str, fault["loc"])), fault["type"], fault["msg"], known) for fault in faults]
        raise SettingsFault(f"{name}: " + "; ".join(told[:MAX_FAULTS])) from None


def setting_names(model: type[BaseModel]) -> set[str]:
    """Names of all settings of a model and of the tables in it."""
    names = set(model.model_fields)
    for field in model.model_fields.values():
        for part in (field.annotation, *get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel):
                names |= setting_names(part)
    return names


def _fault(place: str, kind: str, message: str, known: set[str]) -> str:
    if kind != "extra_forbidden":
        return f"{place}: {message}"
    near = difflib.get_close_matches(place.rpartition(".")[2], sorted(known), n=1)
    return f"{place}: no such setting" + (f"; is {near[0]!r} meant?" if near else "")


def from_folder(path: Path, info: ValidationInfo) -> Path:
    """Where a path of the file leads: `~` is the user's home, a relative one starts at the file's folder."""
    folder = info.context.get("folder") if info.context else None
    path = path.expanduser()
    return folder / path if isinstance(folder, Path) else path


FilePath = Annotated[Path, AfterValidator(from_folder)]
