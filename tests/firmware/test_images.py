"""Images, flashes and signatures, as the tools make them and the board's tests in C expect them."""

import re
import stat
import zlib
from hashlib import sha256
from pathlib import Path
from struct import pack_into
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from typer.testing import CliRunner

from firmware_bridge.firmware.image import Header, flash, sealed
from firmware_bridge.firmware.signing import as_c, commands, development_key, signature
from tests.firmware.toolchain import FIRMWARE

SIZE: Final = 1000


def program(run_at: int, size: int = SIZE) -> bytearray:
    """As fake_image() in host/fake.c, without the CRC; version 1.2.3."""
    made = bytearray((i * 7 + 1) & 0xFF for i in range(size - 4))
    pack_into("<IH3B", made, 64, 0x42474C4C, 0, 1, 2, 3)
    pack_into("<II", made, 76, size, run_at)
    return made


def bytes_in(file: str, name: str) -> bytes:
    """The bytes of an array in a C file."""
    text = (FIRMWARE / file).read_text("utf-8")
    body = text.rpartition(f" {name}[")[2].partition("};")[0]
    return bytes(int(word, 16) for word in re.findall(r"0x(\w\w)U?\b", body))


def test_a_sealed_image_ends_with_its_crc() -> None:
    image = sealed(bytes(program(0x1800)))
    assert len(image) == SIZE
    assert zlib.crc32(image[:-4]) == int.from_bytes(image[-4:], "little")
    assert Header.of(image) == Header(0, (1, 2, 3), SIZE, 0x1800)


def test_what_is_no_image_is_told() -> None:
    with pytest.raises(ValueError, match="too few"):
        Header.of(bytes(83))
    with pytest.raises(ValueError, match="no image"):
        Header.of(bytes(84))
    with pytest.raises(ValueError, match="leaves room"):
        sealed(bytes(program(0)) + b"\0")


def test_parts_lie_where_they_were_put() -> None:
    assert flash(8, {0: b"ab", 4: b"c"}) == b"ab\xff\xffc\xff\xff\xff"
    for parts in ({0: b"abc", 2: b"d"}, {7: b"ab"}):
        with pytest.raises(ValueError, match="do not fit"):
            flash(8, parts)


@pytest.mark.parametrize(("name", "slot"), [("SIGNATURE", 1), ("SIGNATURE_OTHER_SLOT", 0)])
def test_the_signatures_of_the_tests_in_c_are_right(name: str, slot: int) -> None:
    image = sealed(bytes(program(2048 + 4096 * slot)))
    assert bytes_in("host/test_update.c", name) == signature(image, development_key())


def test_the_development_key_is_the_one_that_is_compiled_in() -> None:
    assert bytes_in("src/key.c", "UPDATE_KEY") == development_key().public_key().public_bytes_raw()


def test_what_is_signed_is_hash_size_and_version() -> None:
    image = sealed(bytes(program(0)))
    message = sha256(image).digest() + len(image).to_bytes(4, "little") + bytes([1, 2, 3])
    development_key().public_key().verify(signature(image, development_key()), message)


def test_a_product_makes_its_key_and_signs_with_it(tmp_path: Path) -> None:
    run = CliRunner()
    private, public, image = tmp_path / "key.pem", tmp_path / "key.h", tmp_path / "program1.bin"
    image.write_bytes(sealed(bytes(program(0))))
    assert run.invoke(commands, ["new-key", str(private), str(public)]).exit_code == 0
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert run.invoke(commands, ["new-key", str(private), str(public)]).exit_code != 0  # nothing is overwritten
    assert run.invoke(commands, ["sign", str(image), "--key", str(private)]).exit_code == 0
    raw = bytes(int(word, 16) for word in re.findall(r"0x(\w\w)U", public.read_text("ascii")))
    message = sha256(image.read_bytes()).digest() + SIZE.to_bytes(4, "little") + bytes([1, 2, 3])
    Ed25519PublicKey.from_public_bytes(raw).verify(image.with_suffix(".sig").read_bytes(), message)
    assert len(as_c(development_key()).splitlines()) == 4
