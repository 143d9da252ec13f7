"""Any data behind a sound checksum, and every value that can be written."""

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.codecs import bridge, cjt188, dlt645
from firmware_bridge.codecs.layouts import Number
from firmware_bridge.codecs.values import Quantity
from tests.fuzz.frames import EXAMPLES, cjt188_addresses, dlt645_addresses, moments
from tests.fuzz.targets import TARGETS

bounded = settings(max_examples=EXAMPLES, deadline=None)


@pytest.mark.parametrize("target", [name for name in TARGETS if name.endswith("-values")])
@bounded
@given(data=st.binary(max_size=220))
def test_any_data(target: str, data: bytes) -> None:
    TARGETS[target](data)


@bounded
@given(st.integers(1, 7), st.integers(0, 6), st.booleans(), st.data())
def test_numbers_both_ways(size: int, decimals: int, signed: bool, data: st.DataObject) -> None:
    form = Number(size, decimals, "kWh", signed)
    most = 8 * 10 ** (2 * size - 1) - 1 if signed else 10 ** (2 * size) - 1
    steps = data.draw(st.integers(-most if signed else 0, most))
    value = Decimal(steps).scaleb(-decimals)
    assert form.decode(form.encode(value)) == Quantity(value, "kWh", Decimal(1).scaleb(-decimals))


@bounded
@given(dlt645_addresses, st.integers(0, 0xFFFFFFFF), st.integers(1, 255), moments)
def test_requests_of_dlt645(address: dlt645.Address, identifier: int, sequence: int, at: datetime) -> None:
    assert dlt645.meaning(dlt645.read(address, identifier)) == dlt645.ReadRequest(identifier)
    following = dlt645.read_following(address, identifier, sequence)
    assert dlt645.meaning(following) == dlt645.FollowingRequest(identifier, sequence)
    assert dlt645.meaning(dlt645.read_address(address)) == dlt645.AddressRequest()
    assert dlt645.meaning(dlt645.broadcast_time(at)) == dlt645.TimeBroadcast(at)


@bounded
@given(cjt188_addresses, st.integers(0, 255), st.integers(0, 0xFFFF), st.sampled_from(list(cjt188.PROFILES.values())))
def test_requests_of_cjt188(address: cjt188.Address, sequence: int, identifier: int, profile: cjt188.Profile) -> None:
    frame = cjt188.read(0x10, address, sequence, identifier, profile)
    assert cjt188.meaning(frame, profile) == cjt188.ReadRequest(identifier, sequence)
    assert cjt188.meaning(cjt188.read_address(sequence), profile) == cjt188.AddressRequest(sequence)


@pytest.mark.parametrize("kind", sorted(bridge.PAYLOADS))
@bounded
@given(data=st.data())
def test_every_payload_of_the_board_both_ways(kind: int, data: st.DataObject) -> None:
    """Bytes of the right length with a status and a source that exist: all of them are payloads."""
    form = bridge.PAYLOADS[kind]
    size = data.draw(st.integers(5, 132)) if kind == bridge.Kind.UPDATE_DATA else form.LAYOUT.size
    raw = bytearray(data.draw(st.binary(min_size=size, max_size=size)))
    if issubclass(form, bridge.Answered):
        raw[0] %= len(bridge.Status)
    if form is bridge.Event:
        raw[14] = data.draw(st.sampled_from(list(bridge.Source)))
    frame = bridge.Frame(kind, 0, bytes(raw))
    payload = bridge.payload_of(frame)
    assert isinstance(payload, form)
    assert bridge.frame_of(payload, 0) == frame
