"""Hypothesis strategies: frames of each protocol, noise, and lines of both."""

import os
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from hypothesis import strategies as st

from firmware_bridge.app.decoding import LineProtocol
from firmware_bridge.codecs import bridge, cjt188, dlt645

EXAMPLES: Final = int(os.environ.get("LINLI_FUZZ_EXAMPLES", "150"))  # of each property; `make fuzz` asks for more

_digit_pairs = st.integers(0, 99).map("{:02d}".format)


def _addresses(pairs: int) -> st.SearchStrategy[str]:
    known = st.lists(_digit_pairs, min_size=0, max_size=pairs)
    return known.map(lambda some: "AA" * (pairs - len(some)) + "".join(some))


dlt645_addresses = _addresses(6).map(dlt645.Address)
dlt645_frames = st.builds(
    dlt645.Frame,
    dlt645_addresses,
    st.integers(0, 255).map(dlt645.Control.from_byte),
    st.binary(max_size=dlt645.LONGEST_DATA),
)

cjt188_addresses = st.builds(
    lambda maker, number: cjt188.Address(maker + number),
    st.text("0123456789ABCDEF", min_size=4, max_size=4),
    _addresses(5),
)
cjt188_kinds = st.one_of(
    st.just(cjt188.ANY_KIND), st.builds(lambda high, low: high << 4 | low, st.integers(1, 4), st.integers(0, 9))
)
cjt188_frames = st.builds(
    cjt188.Frame,
    cjt188_kinds,
    cjt188_addresses,
    st.integers(0, 255).map(cjt188.Control.from_byte),
    st.binary(max_size=cjt188.LONGEST_DATA),
)

board_frames = st.builds(
    bridge.Frame, st.integers(0, 255), st.integers(0, 0xFFFF), st.binary(max_size=bridge.LONGEST_PAYLOAD)
)

FRAMES: Final[dict[LineProtocol, st.SearchStrategy[Any]]] = {
    LineProtocol.DLT645: dlt645_frames,
    LineProtocol.CJT188: cjt188_frames,
    LineProtocol.BOARD: board_frames,
}

moments = st.datetimes(datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2099-12-31T23:59:59")).map(
    lambda at: at.replace(microsecond=0)
)


def damaged(raw: bytes, at: int, bits: int) -> bytes:
    at %= len(raw)
    return raw[:at] + bytes([raw[at] ^ bits]) + raw[at + 1 :]


def lines(protocol: LineProtocol) -> st.SearchStrategy[bytes]:
    """Noise, frames, damaged and cut frames, in any order: what hypothesis would not hit upon by itself."""
    raw = FRAMES[protocol].map(lambda frame: bytes(frame.raw))
    bad = st.builds(damaged, raw, st.integers(0, 300), st.integers(1, 255))
    cut = st.builds(lambda whole, size: whole[: size % (len(whole) + 1)], raw, st.integers(0, 300))
    noise = st.one_of(st.binary(max_size=40), st.text("\x68\xfe\x00\x16\x11\xaa", max_size=40).map(_latin))
    return st.lists(st.one_of(raw, bad, cut, noise), max_size=8).map(b"".join)


def _latin(text: str) -> bytes:
    return text.encode("latin-1")


def cuts(data: bytes, sizes: Sequence[int]) -> list[bytes]:
    """Slices of these sizes, one after the other, and the rest."""
    out, at = [], 0
    for size in sizes:
        out.append(data[at : at + size])
        at += size
    return [*out, data[at:]]
