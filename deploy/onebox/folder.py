"""The one folder that holds all of a box: data, secrets, logs."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from deploy.onebox.errors import Misconfigured

_LOCK: Final = "onebox.lock"
_SECRET_BYTES: Final = 24
_AS_ROOT: Final = 0o711  # the database's unprivileged user must pass through; what is inside guards itself
_AS_USER: Final = 0o700


def default_root() -> Path:
    """`linli/onebox` where a user's programs keep data (XDG)."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "linli" / "onebox"


def _unreadable() -> str:
    return secrets.token_urlsafe(_SECRET_BYTES)


class Folder:
    """A box's folder, made if need be.

    Raises:
        Misconfigured: it cannot be made or written.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().absolute()
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self.root.chmod(_AS_ROOT if os.geteuid() == 0 else _AS_USER)
        except OSError as error:
            raise Misconfigured(
                f"--data {self.root}: 不能用作数据文件夹  cannot be used as data folder ({error.strerror})"
            ) from None

    @property
    def logs(self) -> Path:
        """The folder of what the parts say."""
        return self.private("logs")

    def empty(self) -> None:
        """Throw everything away; only while this process holds the folder."""
        for path in self.root.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name != _LOCK:
                path.unlink()

    def private(self, name: str) -> Path:
        """A folder inside that only its owner may enter."""
        path = self.root / name
        path.mkdir(exist_ok=True)
        path.chmod(_AS_USER)
        return path

    def secret(self, name: str, draw: Callable[[], str] = _unreadable) -> str:
        """A password that this box drew once; nobody else has it."""
        path = self.secret_file(name, draw)
        return path.read_text().strip()

    def secret_file(self, name: str, draw: Callable[[], str] = _unreadable) -> Path:
        """The file that holds it, mode 0600."""
        path = self.private("secrets") / name
        if not path.exists():
            write_private(path, draw() + "\n")
        return path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for this process alone; the lock goes when the process goes, however it ends.

        Raises:
            Misconfigured: another box runs on this folder.
        """
        with (self.root / _LOCK).open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Misconfigured(
                    f"--data {self.root}: 另一个实例正在使用这个文件夹，请先停止它  "
                    "another box runs on this folder; stop it first"
                ) from None
            yield


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
