"""Bytes as people paste them."""

import re
from typing import Final

LONGEST: Final = 1 << 20  # bytes: an hour of a busy line at 2400 baud
_IGNORED: Final = re.compile(r"0[xX]|[\s,;:\-\[\]{}]|\\x")


class NotHexadecimal(ValueError):
    """A person pasted something else; the text says what."""


def bytes_of(text: str) -> bytes:
    r"""Read hexadecimal with or without blanks, commas, colons, `0x` or `\x`.

    Raises:
        NotHexadecimal: there are other letters, an odd digit, or more than `LONGEST` bytes.
    """
    digits = _IGNORED.sub("", text)
    if len(digits) > 2 * LONGEST:
        raise NotHexadecimal(f"太长，最多 {LONGEST} 字节 too long: at most {LONGEST} bytes")
    if wrong := re.search(r"[^0-9A-Fa-f]", digits):
        raise NotHexadecimal(f"不是十六进制 not hexadecimal: {wrong[0]!r}")
    if len(digits) % 2:
        raise NotHexadecimal("十六进制位数为奇数 an odd number of digits: each byte has two")
    return bytes.fromhex(digits)
