"""How a settings file is read and its faults told. Edge and cloud have settings of their own and this in common."""

import tomllib
from pathlib import Path
from typing import Annotated, Final, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, ValidationInfo

from contract import faults
from contract.errors import ContractError

MAX_SETTINGS_BYTES: Final = 1024 * 1024
NOT_TOML: Final = (
    "这一行写法不对，请检查引号、等号、逗号、括号是不是英文半角、有没有漏 "
    "not TOML, look for quotes, =, commas and brackets that are full-width or missing"
)

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
        raise SettingsFault(f"{path}: 读不了 cannot be read ({error.strerror})") from None
    if len(raw) > MAX_SETTINGS_BYTES:
        raise SettingsFault(f"{path}: 太大 a configuration has at most {MAX_SETTINGS_BYTES} bytes")
    try:
        document = tomllib.loads(raw.decode("utf-8-sig"))  # Windows' editor begins a file with a mark
    except UnicodeDecodeError:
        raise SettingsFault(f"{path}: 请另存为 UTF-8 save it as UTF-8; as it is, it is not TOML") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsFault(f"{path}: {NOT_TOML}: {error}") from None
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
        told = faults.tell(error.errors(include_url=False, include_input=False), document, model)
        raise SettingsFault(f"{name}: {told[0]}" if len(told) == 1 else "\n  ".join([f"{name}:", *told])) from None


def from_folder(path: Path, info: ValidationInfo) -> Path:
    """Where a path of the file leads: `~` is the user's home, a relative one starts at the file's folder."""
    folder = info.context.get("folder") if info.context else None
    path = path.expanduser()
    return folder / path if isinstance(folder, Path) else path


FilePath = Annotated[Path, AfterValidator(from_folder)]
