"""Communities' private keys, on a machine whose operator trusts it with them. The cloud needs none: then nothing opens.

Whoever has such a file can open every original that was sealed to it, without asking anybody.
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cloud.errors import Misconfigured
from contract.sealing import NotOpened, key_id, open_sealed, private_key, recipient_id

MAX_KEYS: Final = 256
MAX_PEM_BYTES: Final = 16 * 1024
OTHERS: Final = 0o077  # anybody but the owner


class KeyRing:
    """Private keys by the id that a sealed file names its recipient with."""

    def __init__(self, keys: Mapping[str, X25519PrivateKey]) -> None:
        self._keys = dict(keys)

    def __len__(self) -> int:
        return len(self._keys)

    def has(self, sealed: bytes) -> bool:
        """Whether one of the keys may open a file.

        Raises:
            ContractError: it is no sealed file.
        """
        return recipient_id(sealed) in self._keys

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """What is in a file.

        Raises:
            ContractError: none of the keys is its recipient's, or as `contract.sealing.open_sealed`.
        """
        key = self._keys.get(recipient_id(sealed))
        if key is None:
            raise NotOpened("sealed to another key")
        return open_sealed(sealed, key, context)


def load(folder: Path | None) -> KeyRing:
    """Read every `*.pem` of a folder; None: no key at all.

    Raises:
        Misconfigured: a file may be read by others than its owner, belongs to somebody else, or is no such key. The
            text never says what is in it.
    """
    if folder is None:
        return KeyRing({})
    try:
        files = sorted(folder.glob("*.pem"))
        is_folder = folder.is_dir()
    except OSError as error:
        raise Misconfigured(f"sealing.keys: {folder} cannot be read ({error.strerror})") from None
    if not is_folder or not files or len(files) > MAX_KEYS:
        raise Misconfigured(f"sealing.keys: {folder} is a folder with 1 to {MAX_KEYS} files *.pem")
    return KeyRing(dict(_named(read(file, "sealing.keys")) for file in files))


def read(file: Path, setting: str) -> X25519PrivateKey:
    """A private key from its file.

    Args:
        setting: what an error names.
    Raises:
        Misconfigured: as `load`.
    """
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as opened:
            about = os.fstat(opened.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise Misconfigured(f"{setting}: {file} is no plain file")
            if about.st_mode & OTHERS:
                raise Misconfigured(f"{setting}: {file} may be read by others; chmod 600 {file}")
            if about.st_uid not in {0, os.geteuid()}:
                raise Misconfigured(f"{setting}: {file} belongs to another user of this machine")
            pem = opened.read(MAX_PEM_BYTES)
    except OSError as error:
        raise Misconfigured(f"{setting}: {file} cannot be read ({error.strerror})") from None
    try:
        return private_key(pem)
    except ValueError as error:
        raise Misconfigured(f"{setting}: {file}: {error}") from None


def _named(key: X25519PrivateKey) -> tuple[str, X25519PrivateKey]:
    return key_id(key.public_key().public_bytes_raw()), key
