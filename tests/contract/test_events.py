"""Each event is read as what it is, and everything else is refused with the field that is wrong."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.envelope import MAX_EVENT_BYTES, MAX_EVIDENCE
from contract.errors import ContractError, Malformed, Oversized, UnknownType
from contract.events import EVENT_MODELS, EVENT_TYPES, MAX_PLACE, parse_event
from tests.contract.samples import DATA, ID, PARKING, SIG, event, signed


@pytest.mark.parametrize("kind", sorted(DATA))
def test_a_sound_event_is_read_as_its_type(kind: str) -> None:
    assert parse_event(signed(kind)).type == kind


def test_every_type_has_a_sample() -> None:
    assert set(DATA) == set(EVENT_TYPES)


@pytest.mark.parametrize("model", EVENT_MODELS)
def test_no_model_lets_unknown_fields_in(model: Any) -> None:
    assert model.model_config["extra"] == "forbid"
    assert model.model_fields["data"].annotation.model_config["extra"] == "forbid"


def data(**changes: object) -> dict[str, object]:
    return {"data": {**PARKING, **changes}}


WRONG = [
    # name,                          changes of a sound event,                          what is raised, what it names
    ("unknown type", {"type": "parking.dreamt.v1"}, UnknownType, "parking.dreamt.v1"),
    ("version of tomorrow", {"type": "parking.opened.v2"}, UnknownType, "parking.opened.v2"),
    ("type is a number", {"type": 7}, Malformed, "type"),
    ("unknown attribute", {"colour": "red"}, Malformed, "colour"),
    ("unknown field in data", data(colour="red"), Malformed, "colour"),
    ("id is no UUIDv7", {"id": "6ba7b810-9dad-41d1-80b4-00c04fd430c8"}, Malformed, "id"),
    ("id in capitals", {"id": ID.upper()}, Malformed, "id"),
    ("time without zone", {"time": "2026-11-21T02:05:00"}, Malformed, "time"),
    ("community with a dot", {"community": "a.b"}, Malformed, "community"),
    ("gateway with a wildcard", {"gateway": "+"}, Malformed, "gateway"),
    ("source of another gateway", {"source": "/linli/demo/gw-2"}, Malformed, "source"),
    ("sequence 0 in a counted lane", {"seq": 0}, Malformed, "seq"),
    ("negative sequence", {"seq": -1}, Malformed, "seq"),
    ("sequence beyond 32 bits", {"seq": 2**31}, Malformed, "seq"),
    ("alarm in the telemetry lane", {"lane": "telemetry"}, Malformed, "lane"),
    ("box without area", data(box=[0.4, 0.2, 0.1, 0.6]), Malformed, "box"),
    ("box off the picture", data(box=[0.1, 0.2, 1.4, 0.6]), Malformed, "box"),
    ("negative dwell", data(dwell_s=-1), Malformed, "dwell_s"),
    ("a vehicle nobody knows", data(vehicle="tank"), Malformed, "vehicle"),
    ("a number as text", {"seq": "1"}, Malformed, "seq"),
    ("a time as a number", {"time": 1_700_000_000}, Malformed, "time"),
    ("a truth as text", data(simulated="yes"), Malformed, "simulated"),
    ("too much evidence", data(evidence=[{}] * (MAX_EVIDENCE + 1)), Malformed, "evidence"),
]


@pytest.mark.parametrize(("changes", "error", "names"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_wrong_event_is_refused_and_named(changes: dict[str, object], error: type[ContractError], names: str) -> None:
    body = json.dumps({**event(), "sig": SIG, **changes}).encode()
    with pytest.raises(error, match=names):
        parse_event(body)


def test_the_error_does_not_repeat_what_stood_there() -> None:
    body = json.dumps({**event(), "sig": "hunter2!"}).encode()
    with pytest.raises(Malformed) as caught:
        parse_event(body)
    assert "hunter2" not in str(caught.value)


def test_a_name_that_was_sent_cannot_fill_or_forge_a_log() -> None:
    body = json.dumps({**event(), "sig": SIG, "\nERROR forged " + "x" * 10_000: 1}).encode()
    with pytest.raises(Malformed) as caught:
        parse_event(body)
    assert len(str(caught.value)) < MAX_PLACE + 100
    assert str(caught.value).isprintable()


def test_the_longest_event_is_read_and_one_byte_more_is_not() -> None:
    body = signed()
    padded = body + b" " * (MAX_EVENT_BYTES - len(body))
    assert parse_event(padded).type == "parking.opened.v1"
    with pytest.raises(Oversized):
        parse_event(padded + b" ")


@pytest.mark.parametrize("size", [0, 1, 10, 100, -1])
def test_an_event_cut_short_is_malformed(size: int) -> None:
    with pytest.raises(Malformed):
        parse_event(signed()[:size])


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"type":NaN}'])
def test_other_json_and_no_json_are_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        parse_event(body)


@pytest.mark.parametrize("double", [b'{"seq":9,', b'{"data":{"a":1,"a":2},'])
def test_a_name_that_stands_twice_is_malformed(double: bytes) -> None:
    with pytest.raises(Malformed, match="twice"):
        parse_event(double + signed()[1:])


@given(st.binary(max_size=300))
def test_any_bytes_end_as_a_contract_error(body: bytes) -> None:
    with pytest.raises(ContractError):
        parse_event(body)


@given(st.data())
def test_any_json_in_any_field_is_read_or_refused_never_worse(drawn: st.DataObject) -> None:
    value = drawn.draw(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists))
    field = drawn.draw(st.sampled_from(sorted(event())))
    body = json.dumps({**event(), "sig": SIG, field: value}).encode()
    try:
        parse_event(body)
    except ContractError:
        return
    assert field in {"subject", "seq", "time"}, "only these take other values than the sample's"
