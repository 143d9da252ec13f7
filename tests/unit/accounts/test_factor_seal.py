"""The seal over second factors: who it opens for, and what is not to be read in it."""

from base64 import urlsafe_b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud.accounts.factor_seal import NONCE_BYTES, FactorSeal, Unreadable
from cloud.errors import Misconfigured
from cloud.notify.vault import Vault

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SEAL = FactorSeal(lambda: KEY)


def test_what_was_sealed_opens_for_its_user() -> None:
    assert SEAL.open(SEAL.seal(SECRET, "wang"), "wang") == SECRET


def test_the_same_secret_is_never_sealed_the_same_way() -> None:
    one, two = SEAL.seal(SECRET, "wang"), SEAL.seal(SECRET, "wang")
    assert one[:NONCE_BYTES] != two[:NONCE_BYTES]
    assert one != two
    assert SECRET.encode() not in one


SEALED = SEAL.seal(SECRET, "wang")
WRONG = [
    ("another's row", SEALED, "li", KEY),
    ("another key", SEALED, "wang", Ed25519PrivateKey.from_private_bytes(bytes(32))),
    ("its end cut off", SEALED[:-1], "wang", KEY),
    ("a bit turned", SEALED[:-1] + bytes([SEALED[-1] ^ 1]), "wang", KEY),
    ("a nonce alone", SEALED[:NONCE_BYTES], "wang", KEY),
    ("less than a nonce", SEALED[:5], "wang", KEY),
    ("nothing", b"", "wang", KEY),
]


@pytest.mark.parametrize(("sealed", "user", "key"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_nothing_else_opens(sealed: bytes, user: str, key: Ed25519PrivateKey) -> None:
    with pytest.raises(Unreadable):
        FactorSeal(lambda: key).open(sealed, user)


def test_the_key_serves_for_nothing_else() -> None:
    address = urlsafe_b64decode(Vault(lambda: KEY).seal(SECRET, "wang"))
    with pytest.raises(Unreadable):
        SEAL.open(address, "wang")


def test_without_a_key_it_says_which_setting_is_wanted() -> None:
    with pytest.raises(Misconfigured, match=r"^key: "):
        FactorSeal().seal(SECRET, "wang")
