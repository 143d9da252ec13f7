"""What the key's holder is handed: read back as it was packed, and refused in any other form."""

from datetime import UTC, datetime, timedelta

import pytest

from cloud.privacy.keys import KeyRing
from cloud.privacy.parcel import MAX_BYTES, MAX_SLIP, Over, Slip, opened, pack, unpack
from contract.errors import Malformed

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
SLIP = Slip(
    request="r",
    number="LL-20261121-0001",
    asker="王芳",
    until=NOW,
    media_type="image/jpeg",
    community="lantian",
    gateway="gw-east",
    camera="cam1",
    taken_at=NOW,
)
SEALED = b"LNLS\n\n\x00 any bytes"
PARCEL = pack(SLIP, SEALED)


def test_it_is_read_back_as_it_was_packed() -> None:
    assert unpack(PARCEL) == (SLIP, SEALED)


BAD = [
    ("nothing", b""),
    ("the sealed file alone", SEALED),
    ("another version", PARCEL.replace(b"ORIGINAL 1", b"ORIGINAL 2")),
    ("no slip", b"LINLI-ORIGINAL 1\n" + SEALED),
    ("a slip that goes on for ever", b"LINLI-ORIGINAL 1\n" + b" " * (MAX_SLIP + 1) + b"\n"),
    ("a slip without its end", b'LINLI-ORIGINAL 1\n{"request": "r"'),
    ("a field more", PARCEL.replace(b'{"request"', b'{"more": 1, "request"')),
    ("a time without its zone", PARCEL.replace(b"08:00:00Z", b"08:00:00")),
    ("longer than any", b"LINLI-ORIGINAL 1\n" + bytes(MAX_BYTES)),
]


@pytest.mark.parametrize("parcel", [row[1] for row in BAD], ids=[row[0] for row in BAD])
def test_in_any_other_form_it_is_refused(parcel: bytes) -> None:
    with pytest.raises(Malformed):
        unpack(parcel)


def test_after_its_time_nothing_is_even_decrypted() -> None:
    with pytest.raises(Over):
        opened(SLIP, SEALED, KeyRing({}), now=NOW + timedelta(seconds=0))
