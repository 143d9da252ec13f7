"""The cloud's own key: receipts and commands are signed with it."""

import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud.errors import Misconfigured
from contract.signatures import private_key, private_pem


def load_or_make(path: Path) -> Ed25519PrivateKey:
    """Read the key, or make it at the first start; of two that start at once, both get the same.

    Raises:
        Misconfigured: the file can be neither read nor written, or holds something else.
    """
    try:
        with suppress(FileExistsError):
            _make(path)
        return private_key(path.read_bytes())
    except ValueError:
        raise Misconfigured(f"key: {path} holds no Ed25519 key in PEM form") from None
    except OSError as error:
        raise Misconfigured(f"key: {path} cannot be used ({error.strerror})") from None


def _make(path: Path) -> None:
    """Write a new key beside its place and then link it there, whole or not at all.

    Raises:
        FileExistsError: there is one already.
    """
    if path.exists():
        raise FileExistsError
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(private_pem(Ed25519PrivateKey.generate()))
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
        _sync(path.parent)
    finally:
        draft.unlink()


def _sync(folder: Path) -> None:
    """Have the new name written to the disk: gateways will know this key, so it must not be lost with a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
