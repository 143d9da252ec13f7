"""Signing updates for the board, and keys to do it with.

Signed is SHA-256 of the image, its size and its version; docs/board-protocol.md says how. The development key is
known to everybody: a product makes its own (`new-key`) and compiles its public half in (`make KEY=…`).
"""

from hashlib import sha256
from pathlib import Path
from struct import Struct
from typing import Annotated, Final

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from firmware_bridge.firmware.image import Header

DEVELOPMENT_SEED: Final = b"Linli development key. Everybody knows it. Never ship it."
_TAIL: Final = Struct("<I3B")

commands = typer.Typer(help="板卡升级包签名 Sign updates for the board", no_args_is_help=True)


def development_key() -> Ed25519PrivateKey:
    """The key whose public half src/key.c holds unless told otherwise. No secret."""
    return Ed25519PrivateKey.from_private_bytes(sha256(DEVELOPMENT_SEED).digest())


def signature(image: bytes, key: Ed25519PrivateKey) -> bytes:
    """Sign a whole image as UPDATE_BEGIN wants it: 64 bytes.

    Raises:
        ValueError: it is no image.
    """
    header = Header.of(image)
    return key.sign(sha256(image).digest() + _TAIL.pack(len(image), *header.version))


def as_c(key: Ed25519PrivateKey) -> str:
    """The public half as the bytes that `make KEY=…` takes in."""
    raw = key.public_key().public_bytes_raw()
    rows = [", ".join(f"0x{byte:02X}U" for byte in raw[at : at + 8]) for at in range(0, len(raw), 8)]
    return ",\n".join(rows) + "\n"


@commands.command()
def new_key(private: Path, public: Path) -> None:
    """生成密钥对：私钥 PEM 与供编译的公钥 Make a pair: PRIVATE as PEM, to be kept safe, PUBLIC for `make KEY=…`."""
    key = Ed25519PrivateKey.generate()
    private.touch(mode=0o600, exist_ok=False)
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_text(as_c(key), "ascii")
    typer.echo(f"已生成 made: {private} (私钥，请妥善保管 keep it safe), {public}")


@commands.command()
def sign(
    image: Path,
    key: Annotated[
        Path | None, typer.Option(help="私钥 PEM，缺省为公开的开发密钥 private key; else the development key")
    ] = None,
) -> None:
    """为映像签名，写入同名 .sig 文件 Sign IMAGE and write the signature beside it, as .sig."""
    if key is None:
        typer.echo("警告：使用公开的开发密钥 warning: signed with the development key, which everybody knows", err=True)
    signer = development_key() if key is None else load_pem_private_key(key.read_bytes(), password=None)
    if not isinstance(signer, Ed25519PrivateKey):
        typer.echo(f"不是 Ed25519 私钥 no Ed25519 private key: {key}", err=True)
        raise typer.Exit(2)
    out = image.with_suffix(".sig")
    out.write_bytes(signature(image.read_bytes(), signer))
    typer.echo(f"已签名 signed: {out}")


if __name__ == "__main__":
    commands()
