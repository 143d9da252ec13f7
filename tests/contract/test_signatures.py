"""A signature holds for these bytes by this key and for nothing else; the chain links what was sent."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.errors import BadSignature, ContractError, Malformed
from contract.signatures import digest, key_id, private_key, private_pem, public_key, public_text, sign, verify
from tests.contract.samples import KEY, OTHER_KEY, event, signed

PUBLIC = KEY.public_key()


def test_what_was_signed_verifies_and_the_same_again_is_the_same_bytes() -> None:
    body = signed()
    verify(body, PUBLIC)
    assert signed() == body


def test_spelling_does_not_matter_meaning_does() -> None:
    loose = json.dumps(json.loads(signed()), indent=4, ensure_ascii=True).encode()
    verify(loose, PUBLIC)
    changed = json.loads(signed())
    changed["data"]["dwell_s"] += 1
    with pytest.raises(BadSignature, match=key_id(PUBLIC)):
        verify(json.dumps(changed).encode(), PUBLIC)


def test_another_key_is_refused() -> None:
    with pytest.raises(BadSignature):
        verify(sign(event(), OTHER_KEY), PUBLIC)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"sig":7}', b'{"sig":"%%%"}', b'{"sig":null}', b'{"a":1e400,"sig":"AAAA"}', b"\xff"]
)
def test_what_is_no_signed_object_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        verify(body, PUBLIC)


@given(st.integers(0, len(signed()) - 1), st.integers(1, 255))
def test_any_changed_byte_is_noticed(place: int, flip: int) -> None:
    body = bytearray(signed())
    body[place] ^= flip
    with pytest.raises(ContractError):
        verify(bytes(body), PUBLIC)


def test_keys_come_back_from_their_text() -> None:
    assert public_text(public_key(public_text(PUBLIC))) == public_text(PUBLIC)
    assert private_key(private_pem(KEY)).sign(b"x") == KEY.sign(b"x")


@pytest.mark.parametrize("text", ["", "AAAA", "not base64!", "A" * 200])
def test_a_wrong_public_key_says_what_is_wrong(text: str) -> None:
    with pytest.raises(ValueError, match="public key"):
        public_key(text)


def test_the_chain_names_the_bytes_before() -> None:
    first = signed(seq=1)
    second = signed(seq=2, prevhash=digest(first))
    assert json.loads(second)["prevhash"] == digest(first) != digest(second)
