"""Any bytes on a line of Modbus or M-Bus devices, whose contents are read by other people's libraries."""

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymodbus.framer import FramerRTU, FramerSocket
from pymodbus.pdu import DecodePDU

from tests.fuzz.frames import EXAMPLES, damaged
from tests.fuzz.targets import ANY_UNIT, TARGETS, mbus_values

bounded = settings(max_examples=EXAMPLES, deadline=None)
_DECODER = DecodePDU(is_server=False)
_PDUS = st.one_of(
    st.builds(
        lambda values: bytes([3, 2 * len(values), *pack(f">{len(values)}H", *values)]),
        st.lists(st.integers(0, 65535), max_size=125),
    ),
    st.builds(
        lambda address, count: bytes([4, *pack(">HH", address, count)]), st.integers(0, 65535), st.integers(1, 125)
    ),
    st.builds(lambda code: bytes([0x83, code]), st.integers(0, 255)),
)


def _long(content: bytes) -> bytes:
    size = len(content)
    return bytes([0x68, size, size, 0x68]) + content + bytes([sum(content) & 0xFF, 0x16])


FRAMES = {
    "modbus": _PDUS.map(lambda pdu: FramerRTU(_DECODER).encode(pdu, ANY_UNIT, 0)),
    "modbus-tcp": st.builds(
        lambda pdu, number: FramerSocket(_DECODER).encode(pdu, 1, number), _PDUS, st.integers(0, 65535)
    ),
    "mbus": st.one_of(
        st.just(b"\xe5"),
        st.builds(lambda c, a: bytes([0x10, c, a, (c + a) & 0xFF, 0x16]), st.integers(0, 255), st.integers(0, 255)),
        st.binary(min_size=3, max_size=255).map(_long),
    ),
}


@pytest.mark.parametrize("name", list(FRAMES))
@bounded
@given(data=st.data())
def test_all_is_accounted_for(name: str, data: st.DataObject) -> None:
    whole = FRAMES[name]
    bad = st.builds(damaged, whole, st.integers(0, 300), st.integers(1, 255))
    cut = st.builds(lambda raw, size: raw[: size % (len(raw) + 1)], whole, st.integers(0, 300))
    noise = st.one_of(
        st.binary(max_size=40), st.text("\x68\x10\xe5\x01\x03\x00", max_size=40).map(lambda t: t.encode("latin-1"))
    )
    TARGETS[name](data.draw(st.lists(st.one_of(whole, bad, cut, noise), max_size=8).map(b"".join)))


_HEADER = bytes([0x72, 0x78, 0x56, 0x34, 0x12, 0x24, 0x40, 1, 7, 0x55, 0, 0, 0])
_RECORDS = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 255), st.integers(0, 255), st.binary(max_size=8)).map(
            lambda t: bytes([t[0], t[1]]) + t[2]
        ),
        st.sampled_from([0x0F, 0x1F, 0x2F, 0x0D, 0x8D, 0x7C, 0xFC, 0xFD, 0xFB, 0xFF, 0x84, 0x04, 0x6D, 0x13]).map(
            lambda b: bytes([b])
        ),
    ),
    max_size=40,
).map(b"".join)


@settings(max_examples=10 * EXAMPLES, deadline=None)
@given(_RECORDS)
def test_any_records_behind_a_sound_header(records: bytes) -> None:
    mbus_values(_HEADER + records)
