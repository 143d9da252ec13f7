"""Addresses of destinations hold tokens and passwords: sealed in the database, opened only to send."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from os import urandom
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE: Final = b"linli-notice-addresses-v1"
NONCE_BYTES: Final = 12


class Unreadable(Exception):
    """It was sealed with another key, for another destination, or is damaged."""


class Vault:
    """Seals with a key that follows from the cloud's own (RFC 5869), so that the database alone gives nothing away.

    Args:
        key: reads the cloud's key; called when the first address is sealed or opened.
    """

    def __init__(self, key: Callable[[], Ed25519PrivateKey]) -> None:
        self._key = key

    def seal(self, address: str, destination: str) -> str:
        """Seal an address, bound to its destination's id."""
        nonce = urandom(NONCE_BYTES)
        return urlsafe_b64encode(nonce + self._cipher().encrypt(nonce, address.encode(), destination.encode())).decode()

    def open(self, sealed: str, destination: str) -> str:
        """The address again.

        Raises:
            Unreadable: it does not open.
        """
        try:
            raw = urlsafe_b64decode(sealed)
            return self._cipher().decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], destination.encode()).decode()
        except (ValueError, InvalidTag):
            raise Unreadable from None

    def _cipher(self) -> ChaCha20Poly1305:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
        return ChaCha20Poly1305(derived.derive(self._key().private_bytes_raw()))
