"""A sealed picture opens with the community's key and in its context, and with nothing else; its format is RFC 9180."""

from datetime import UTC, datetime, timedelta, timezone
from typing import get_args

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from contract import sealing, signatures
from contract.envelope import Evidence
from contract.errors import ContractError, Malformed, Oversized
from contract.sealing import (
    HEADER_BYTES,
    KEY_BYTES,
    MAX_CONTEXT,
    MAX_PLAIN,
    MAX_SEALED,
    OVERHEAD,
    NotOpened,
    context_of,
    is_sealed,
    key_id,
    open_sealed,
    private_key,
    private_pem,
    public_bytes,
    public_text,
    recipient_id,
    seal,
)

KEY = X25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = X25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
PUBLIC = KEY.public_key().public_bytes_raw()
TAKEN = datetime(2026, 11, 21, 8, 0, 0, 123456, tzinfo=UTC)
CONTEXT = context_of("lantian", "gw-east", "cam1", TAKEN)
PLAIN = b"\xff\xd8\xff the frame as the camera gave it"
SEALED = seal(PLAIN, PUBLIC, CONTEXT)


def test_what_was_sealed_opens_and_no_two_seals_are_alike() -> None:
    assert open_sealed(SEALED, KEY, CONTEXT) == PLAIN
    assert len(SEALED) == len(PLAIN) + OVERHEAD
    again = seal(PLAIN, PUBLIC, CONTEXT)
    assert again[:HEADER_BYTES] == SEALED[:HEADER_BYTES]
    assert again[HEADER_BYTES : HEADER_BYTES + KEY_BYTES] != SEALED[HEADER_BYTES : HEADER_BYTES + KEY_BYTES]
    assert PLAIN[4:12] not in SEALED


def test_the_file_says_who_can_open_it() -> None:
    assert is_sealed(SEALED)
    assert not is_sealed(PLAIN)
    assert recipient_id(SEALED) == key_id(PUBLIC)
    assert key_id(PUBLIC) == signatures.digest(PUBLIC)[:16]


ELSEWHERE = [
    ("another community", context_of("lan", "gw-east", "cam1", TAKEN)),
    ("another gateway", context_of("lantian", "gw-west", "cam1", TAKEN)),
    ("another camera", context_of("lantian", "gw-east", "cam2", TAKEN)),
    ("a microsecond later", context_of("lantian", "gw-east", "cam1", TAKEN + timedelta(microseconds=1))),
    ("names that run into each other", context_of("lantian", "gw-eas", "tcam1", TAKEN)),
]


@pytest.mark.parametrize("context", [row[1] for row in ELSEWHERE], ids=[row[0] for row in ELSEWHERE])
def test_it_opens_for_no_other_place_or_time(context: bytes) -> None:
    with pytest.raises(NotOpened):
        open_sealed(SEALED, KEY, context)


def test_the_same_instant_in_another_zone_is_the_same_context() -> None:
    assert context_of("lantian", "gw-east", "cam1", TAKEN.astimezone(timezone(timedelta(hours=8)))) == CONTEXT
    with pytest.raises(ValueError, match="zone"):
        context_of("lantian", "gw-east", "cam1", TAKEN.replace(tzinfo=None))


def test_another_key_does_not_open_it_even_if_the_header_is_made_to_fit() -> None:
    with pytest.raises(NotOpened, match="another key"):
        open_sealed(SEALED, OTHER, CONTEXT)
    forged = SEALED[:5] + bytes.fromhex(key_id(OTHER.public_key().public_bytes_raw())) + SEALED[HEADER_BYTES:]
    with pytest.raises(NotOpened):
        open_sealed(forged, OTHER, CONTEXT)


@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_any_changed_byte_is_noticed(place: int, flip: int) -> None:
    changed = bytearray(SEALED)
    changed[place] ^= flip
    with pytest.raises(ContractError):
        open_sealed(bytes(changed), KEY, CONTEXT)


@pytest.mark.parametrize("length", [0, 1, 4, HEADER_BYTES, OVERHEAD, len(SEALED) - 1])
def test_a_file_that_is_cut_short_is_refused(length: int) -> None:
    with pytest.raises(ContractError):
        open_sealed(SEALED[:length], KEY, CONTEXT)


def test_a_file_of_another_kind_or_a_later_version_says_so() -> None:
    with pytest.raises(Malformed, match="not a sealed file"):
        open_sealed(PLAIN * 10, KEY, CONTEXT)
    with pytest.raises(Malformed, match="version 2"):
        open_sealed(SEALED[:4] + b"\x02" + SEALED[5:], KEY, CONTEXT)


def test_a_known_secret_in_place_of_the_ephemeral_key_opens_nothing() -> None:
    with pytest.raises(NotOpened):
        open_sealed(SEALED[:HEADER_BYTES] + bytes(KEY_BYTES) + SEALED[HEADER_BYTES + KEY_BYTES :], KEY, CONTEXT)


def test_lengths_are_bounded_at_both_ends() -> None:
    longest = seal(bytes(MAX_PLAIN), PUBLIC, b"x" * MAX_CONTEXT)
    assert len(longest) == MAX_SEALED
    assert len(open_sealed(longest, KEY, b"x" * MAX_CONTEXT)) == MAX_PLAIN
    for plain in (b"", bytes(MAX_PLAIN + 1)):
        with pytest.raises(Oversized, match="to seal"):
            seal(plain, PUBLIC, CONTEXT)
    for context in (b"", b"x" * (MAX_CONTEXT + 1)):
        with pytest.raises(Oversized, match="context"):
            seal(PLAIN, PUBLIC, context)
        with pytest.raises(Oversized, match="context"):
            open_sealed(SEALED, KEY, context)
    with pytest.raises(Oversized, match="at most"):
        open_sealed(longest + b"x", KEY, CONTEXT)


def test_errors_tell_nothing_of_what_is_inside_or_of_the_key() -> None:
    for wrong in (SEALED[:-1], SEALED[:-1] + b"\x00", SEALED + b"\x00"):
        with pytest.raises(NotOpened) as refused:
            open_sealed(wrong, KEY, CONTEXT)
        assert str(refused.value) == "not as it was sealed, or for another camera or time"
        assert refused.value.__cause__ is None


def test_keys_come_back_from_their_text() -> None:
    assert public_bytes(public_text(KEY.public_key())) == PUBLIC
    assert private_key(private_pem(KEY)).private_bytes_raw() == KEY.private_bytes_raw()


NO_KEYS = ["", "AAAA", "not base64!", "A" * 200, "é" * 44, "A" * 43 + "=", "AQ" + "A" * 41 + "="]


@pytest.mark.parametrize("text", NO_KEYS)
def test_a_public_key_that_cannot_be_used_says_why(text: str) -> None:
    """The last two are the points 0 and 1: whatever is sealed to them, everyone can open (RFC 7748, section 6.1)."""
    with pytest.raises(ValueError, match="key"):
        public_bytes(text)


@pytest.mark.parametrize("raw", [b"", bytes(31), bytes(33), bytes(32)])
def test_nothing_is_sealed_to_what_is_no_key(raw: bytes) -> None:
    with pytest.raises(ValueError, match="key"):
        seal(PLAIN, raw, CONTEXT)


ENCRYPTED = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"words"))


@pytest.mark.parametrize("pem", [b"", b"nonsense", signatures.private_pem(Ed25519PrivateKey.generate()), ENCRYPTED])
def test_a_private_key_of_another_kind_is_refused(pem: bytes) -> None:
    with pytest.raises(ValueError, match="not an X25519 key"):
        private_key(pem)


# --- the same by hand, from the text of RFC 9180, so that any other program that follows it can open these files ---

SUITE_ID = b"HPKE\x00\x20\x00\x01\x00\x03"  # DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305: section 7
KEM_ID = b"KEM\x00\x20"


def hmac(key: bytes, *parts: bytes) -> bytes:
    mac = HMAC(key or bytes(32), SHA256())
    for part in parts:
        mac.update(part)
    return mac.finalize()


def extract(suite: bytes, salt: bytes, label: bytes, material: bytes) -> bytes:
    return hmac(salt, b"HPKE-v1", suite, label, material)


def expand(suite: bytes, secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    return hmac(secret, length.to_bytes(2), b"HPKE-v1", suite, label, info, b"\x01")[:length]


def key_and_nonce(enc: bytes, private: X25519PrivateKey, info: bytes) -> tuple[bytes, bytes]:
    """Sections 4.1 (Decap) and 5.1 (KeySchedule in mode_base)."""
    dh = private.exchange(X25519PublicKey.from_public_bytes(enc))
    pair = enc + private.public_key().public_bytes_raw()
    shared = expand(KEM_ID, extract(KEM_ID, b"", b"eae_prk", dh), b"shared_secret", pair, 32)
    hashes = extract(SUITE_ID, b"", b"psk_id_hash", b"") + extract(SUITE_ID, b"", b"info_hash", info)
    secret = extract(SUITE_ID, shared, b"secret", b"")
    schedule = b"\x00" + hashes
    return expand(SUITE_ID, secret, b"key", schedule, 32), expand(SUITE_ID, secret, b"base_nonce", schedule, 12)


def test_the_steps_by_hand_are_those_of_the_rfc() -> None:
    """Appendix A.2.1, sequence number 0."""
    enc = bytes.fromhex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a")
    recipient = bytes.fromhex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb")
    text = bytes.fromhex("1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28")
    key, nonce = key_and_nonce(enc, X25519PrivateKey.from_private_bytes(recipient), b"Ode on a Grecian Urn")
    assert nonce.hex() == "5c4d98150661b848853b547f"
    opened = ChaCha20Poly1305(key).decrypt(nonce, text, b"Count-0")
    assert opened == b"Beauty is truth, truth beauty"


def test_a_sealed_file_opens_by_hand() -> None:
    header, enc, text = SEALED[:HEADER_BYTES], SEALED[HEADER_BYTES:][:KEY_BYTES], SEALED[HEADER_BYTES + KEY_BYTES :]
    assert header == b"LNLS\x01" + bytes.fromhex(key_id(PUBLIC))
    info = b"linli sealed evidence\x00" + header + b"lantian\ngw-east\ncam1\n2026-11-21T08:00:00.123456+00:00"
    key, nonce = key_and_nonce(enc, KEY, info)
    assert ChaCha20Poly1305(key).decrypt(nonce, text, b"") == PLAIN


def test_the_media_type_is_one_that_events_can_name() -> None:
    assert sealing.SEALED in get_args(Evidence.model_fields["media_type"].annotation)
