"""The document in which a cloud hands its lists to a gateway."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.errors import BadSignature, Malformed, Oversized
from contract.permits import MAX_LIST_BYTES, MAX_PERIODS, MAX_PERMITS, PermitList, etag, parse_permits
from contract.plates import PermitKind
from contract.signatures import key_id, sign, verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ENTRY = {"plate": "京A12345", "kind": "resident"}
PERIOD = {"start": "08:00:00", "end": "09:00:00"}
FEBRUARY = "2026-02-01T00:00:00Z"


def document(**changes: Any) -> dict[str, Any]:
    return {
        "type": "permits.v1",
        "community": "garden",
        "version": 7,
        "issued_at": "2026-11-21T08:00:00Z",
        "entries": [ENTRY],
        "keyid": key_id(KEY.public_key()),
        **changes,
    }


def body(**changes: Any) -> bytes:
    return sign(document(**changes), KEY)


def test_a_list_is_read_as_it_was_signed() -> None:
    period = {"days": ["sat", "sun"], "start": "08:00:00", "end": "20:00:00"}
    sent = body(
        entries=[
            ENTRY,
            {
                **ENTRY,
                "plate": "京AD12345",
                "kind": "visitor",
                "valid_from": "2026-11-21T08:00:00+08:00",
                "valid_until": "2026-11-22T08:00:00+08:00",
                "periods": [period],
            },
        ]
    )
    verify(sent, KEY.public_key())
    read = parse_permits(sent)
    assert read.entries[0].valid_until is None
    assert read.entries[1].kind is PermitKind.VISITOR
    assert read.entries[1].valid_from == datetime(2026, 11, 21, tzinfo=UTC)
    assert read.entries[1].periods[0].days == ("sat", "sun")


def test_a_list_made_from_the_model_and_signed_is_read_back() -> None:
    made = PermitList.model_validate({**document(), "sig": "AA=="})
    read = parse_permits(sign(made.model_dump(mode="json"), KEY))
    assert read.model_dump(exclude={"sig"}) == made.model_dump(exclude={"sig"})


def test_a_changed_list_is_not_the_clouds() -> None:
    with pytest.raises(BadSignature):
        verify(body().replace("京A12345".encode(), "京A12346".encode()), KEY.public_key())


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("a plate that is none", {"entries": [{**ENTRY, "plate": "京A1234"}]}),
    ("an unsure plate", {"entries": [{**ENTRY, "plate": "?A12345"}]}),
    ("another kind", {"entries": [{**ENTRY, "kind": "friend"}]}),
    ("a field more", {"entries": [{**ENTRY, "owner": "somebody"}]}),
    ("ends before it begins", {"entries": [{**ENTRY, "valid_from": FEBRUARY, "valid_until": FEBRUARY}]}),
    ("a time without a zone", {"entries": [{**ENTRY, "valid_from": "2026-02-01T00:00:00"}]}),
    ("a period with a zone", {"entries": [{**ENTRY, "periods": [{"start": "08:00:00Z", "end": "09:00:00"}]}]}),
    ("a period on no day", {"entries": [{**ENTRY, "periods": [{**PERIOD, "days": []}]}]}),
    ("too many periods", {"entries": [{**ENTRY, "periods": [PERIOD] * (MAX_PERIODS + 1)}]}),
    ("version 0", {"version": 0}),
    ("a version that no double holds", {"version": 2**53}),
    ("another type", {"type": "permits.v2"}),
]  # fmt: skip


@pytest.mark.parametrize(("label", "changes"), WRONG, ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_refused_without_telling_a_plate(label: str, changes: dict[str, Any]) -> None:
    sent = json.dumps({**document(**changes), "sig": "AA=="}, ensure_ascii=False).encode()
    with pytest.raises(Malformed) as refused:
        parse_permits(sent)
    assert "京A1234" not in str(refused.value)


def test_no_more_permits_than_the_limit() -> None:
    assert len(parse_permits(body(entries=[ENTRY] * MAX_PERMITS)).entries) == MAX_PERMITS
    with pytest.raises(Malformed):
        parse_permits(body(entries=[ENTRY] * (MAX_PERMITS + 1)))


def test_no_more_bytes_than_the_limit() -> None:
    sent = body()
    assert parse_permits(sent + b" " * (MAX_LIST_BYTES - len(sent))).version == 7
    with pytest.raises(Oversized):
        parse_permits(sent + b" " * (MAX_LIST_BYTES - len(sent) + 1))


def test_a_version_in_its_quotes_is_the_etag() -> None:
    assert etag(7) == '"7"'
