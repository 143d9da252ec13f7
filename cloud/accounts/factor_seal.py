"""Secrets of second factors, sealed: who reads the database or a copy of it can make nobody's codes."""

from collections.abc import Callable
from os import urandom
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cloud.errors import Misconfigured

PURPOSE: Final = b"linli-second-factors-v1"
NONCE_BYTES: Final = 12


class Unreadable(Exception):
    """It was sealed with another key, for another user, or is damaged."""


def no_key() -> Ed25519PrivateKey:
    """Stands in where nobody's second factor is touched.

    Raises:
        Misconfigured: one is, after all.
    """
    raise Misconfigured("key: secrets of second factors are sealed with the cloud's key, and there is none here")


class FactorSeal:
    """Seals with a key that follows from the cloud's own (RFC 5869) and serves for nothing else.

    Args:
        key: reads the cloud's key; called when the first secret is sealed or opened.
    """

    def __init__(self, key: Callable[[], Ed25519PrivateKey] = no_key) -> None:
        self._key = key

    def seal(self, secret: str, user: str) -> bytes:
        """Seal a secret, bound to its user's name: in another's row it does not open."""
        nonce = urandom(NONCE_BYTES)
        return nonce + self._cipher().encrypt(nonce, secret.encode(), user.encode())

    def open(self, sealed: bytes, user: str) -> str:
        """The secret again.

        Raises:
            Unreadable: it does not open.
        """
        try:
            return self._cipher().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], user.encode()).decode()
        except (ValueError, InvalidTag):
            raise Unreadable from None

    def _cipher(self) -> ChaCha20Poly1305:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
        return ChaCha20Poly1305(derived.derive(self._key().private_bytes_raw()))
