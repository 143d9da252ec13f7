"""Images of the board's programs, and whole flashes to write by wire. Uses the standard library alone."""

import argparse
import zlib
from dataclasses import dataclass
from pathlib import Path
from struct import Struct
from typing import Final

MAGIC: Final = 0x42474C4C
HEADER_AT: Final = 64
_HEADER: Final = Struct("<IH3s3xII")
_CRC_BYTES: Final = 4
_ERASED: Final = b"\xff"


@dataclass(frozen=True, slots=True)
class Header:
    """What an image says of itself; src/image.h has the layout.

    Attributes:
        board: the kind of board, `BOARD_KIND` of its board.h.
        version: major, minor, patch.
        size: bytes, with the CRC at the end.
        run_at: the address that it is linked for: an image runs in one slot only, unless both are loaded into RAM.
    """

    board: int
    version: tuple[int, int, int]
    size: int
    run_at: int

    @classmethod
    def of(cls, image: bytes) -> "Header":
        """Read it.

        Raises:
            ValueError: there is none.
        """
        if len(image) < HEADER_AT + _HEADER.size:
            raise ValueError(f"{len(image)} bytes are too few for an image")
        magic, board, version, size, run_at = _HEADER.unpack_from(image, HEADER_AT)
        if magic != MAGIC:
            raise ValueError(f"no image: {magic:#010x} stands where {MAGIC:#010x} should")
        major, minor, patch = version
        return cls(board, (major, minor, patch), size, run_at)


def sealed(program: bytes) -> bytes:
    """Append to what the linker made the CRC-32 that its header has counted in.

    Raises:
        ValueError: it has no header, or is longer than that says.
    """
    size = Header.of(program).size
    if len(program) > size - _CRC_BYTES:
        raise ValueError(f"{len(program)} bytes, and the header leaves room for {size - _CRC_BYTES}")
    body = program.ljust(size - _CRC_BYTES, b"\0")
    return body + zlib.crc32(body).to_bytes(_CRC_BYTES, "little")


def flash(size: int, parts: dict[int, bytes]) -> bytes:
    """Lay parts into an erased flash, by their offsets.

    Raises:
        ValueError: one lies outside, or over another.
    """
    cells = bytearray()
    for at, part in sorted(parts.items()):
        if at < len(cells) or at + len(part) > size:
            raise ValueError(f"{len(part)} bytes do not fit at {at:#x}")
        cells += _ERASED * (at - len(cells)) + part
    return bytes(cells) + _ERASED * (size - len(cells))


def _number(text: str) -> int:
    return int(text, 0)


def main() -> None:
    """Seal an image (`seal IN OUT`), or put a flash together (`flash OUT SIZE AT FILE [AT FILE]`)."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    seal = commands.add_parser("seal")
    seal.add_argument("program", type=Path)
    seal.add_argument("image", type=Path)
    whole = commands.add_parser("flash")
    whole.add_argument("out", type=Path)
    whole.add_argument("size", type=_number)
    whole.add_argument("parts", nargs="+")
    asked = parser.parse_args()
    if asked.command == "seal":
        asked.image.write_bytes(sealed(asked.program.read_bytes()))
        return
    places = zip(asked.parts[::2], asked.parts[1::2], strict=True)
    asked.out.write_bytes(flash(asked.size, {_number(at): Path(file).read_bytes() for at, file in places}))


if __name__ == "__main__":
    main()
