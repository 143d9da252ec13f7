"""`linli-cloud original …`: on the machine of the key's holder, where neither cloud nor database is."""

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cloud.app.shell import NO
from cloud.errors import Misconfigured
from cloud.privacy.keys import KeyRing, read
from cloud.privacy.parcel import MAX_BYTES, NoMark, Over, Slip, opened, unpack
from cloud.privacy.watermark import NoPicture
from contract.errors import ContractError
from contract.sealing import key_id

original = typer.Typer(no_args_is_help=True, help="Sealed originals, for the holder of the key.")


@original.callback()
def of_originals() -> None:
    """Keep `open` a command of its own, though it is the only one."""


@original.command("open")
def open_original(
    file: Annotated[Path, typer.Argument(help="What the console gave out, LL-….linli.")],
    key: Annotated[Path, typer.Option(help="The community's private key, of `linli-cloud sealing-key`; mode 0600.")],
    out: Annotated[Path | None, typer.Option(help="Where it goes; without, beside FILE.")] = None,
    film_without_watermark: Annotated[
        bool,
        typer.Option("--film-without-watermark", help="Write a film as it is: no watermark can be written into one."),
    ] = False,
) -> None:
    """Open an original that was granted, with who asked for it and the time written over it 打开原图.

    After the time that was granted it opens no more. Nothing that is there is written over.

    Example: `linli-cloud original open --key sealing.pem LL-20261121-0001-3fa9c2d1.linli`
    """
    private = read(key, "original open: --key")
    keys = KeyRing({key_id(private.public_key().public_bytes_raw()): private})
    try:
        slip, sealed = unpack(_bytes(file))
        body = _film(slip, sealed, keys) if film_without_watermark else _picture(slip, sealed, keys)
    except ContractError as error:
        raise Misconfigured(f"original open: {file}: {error}") from None
    target = out or file.with_suffix(".mp4" if film_without_watermark else ".jpg")
    _write(target, body)
    typer.echo(f"{target}: {slip.number}, asked for by {slip.asker}, request {slip.request}")


def _picture(slip: Slip, sealed: bytes, keys: KeyRing) -> bytes:
    try:
        return opened(slip, sealed, keys, now=datetime.now().astimezone())
    except Over:
        typer.echo(f"the time that was granted is over since {slip.until:%Y-%m-%d %H:%M %Z}", err=True)
        raise typer.Exit(NO) from None
    except NoMark:
        raise Misconfigured(
            "original open: this is a film, into which no watermark can be written; --film-without-watermark writes it "
            "as it is: for an authority that asks for it, with a record of who has it"
        ) from None
    except NoPicture:
        raise Misconfigured("original open: what was sealed is no picture that can be read") from None


def _film(slip: Slip, sealed: bytes, keys: KeyRing) -> bytes:
    if slip.is_picture:
        raise Misconfigured("original open: --film-without-watermark is for films; this is a picture")
    if datetime.now().astimezone() >= slip.until:
        typer.echo(f"the time that was granted is over since {slip.until:%Y-%m-%d %H:%M %Z}", err=True)
        raise typer.Exit(NO)
    return keys.open(sealed, slip.context)


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened_file:
            return opened_file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Misconfigured(f"original open: {file} cannot be read ({error.strerror})") from None


def _write(file: Path, body: bytes) -> None:
    """Write a file for its owner's eyes alone, in place of none."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as written:
            written.write(body)
    except FileExistsError:
        raise Misconfigured(f"original open: {file} is there already; --out names another") from None
    except OSError as error:
        raise Misconfigured(f"original open: {file} cannot be written ({error.strerror})") from None
