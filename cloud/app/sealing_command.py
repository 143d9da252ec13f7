"""`linli-cloud sealing-key`: the key pair to which gateways seal unmasked pictures."""

import os
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cloud.errors import Misconfigured
from contract.sealing import key_id, private_pem, public_bytes, public_text

PrivateFile = Annotated[Path, typer.Argument(help="Where the private key goes; a file that is there is left alone.")]


def sealing_key(file: PrivateFile) -> None:
    """Make the key pair to which gateways seal unmasked pictures 生成原图封存密钥.

    The private key goes into a file that only you can read; the public key is printed, for `masking.seal_to` in
    gateway.toml. Keep the file where neither gateways nor the cloud are, and a copy of it: without it no sealed picture
    can be opened by anyone, and whoever has it can open all of them.

    Example: `linli-cloud sealing-key sealing.pem`
    """
    key = X25519PrivateKey.generate()
    try:
        _write(file, private_pem(key))
    except FileExistsError:
        raise Misconfigured(f"sealing-key: {file} is there already, and a key is never written over") from None
    except OSError as error:
        raise Misconfigured(f"sealing-key: {file} cannot be written ({error.strerror})") from None
    public = public_text(key.public_key())
    typer.echo(public)
    typer.echo(f"key id {key_id(public_bytes(public))}, private key in {file}", err=True)


def _write(file: Path, pem: bytes) -> None:
    """Write a file for its owner's eyes alone, whole or not at all.

    Raises:
        FileExistsError: something of that name is there.
    """
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(pem)
            opened.flush()
            os.fsync(opened.fileno())
    except OSError:
        file.unlink()
        raise
