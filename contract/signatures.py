"""Who said it and what came before: Ed25519 over RFC 8785, and a chain of hashes.

A message is signed as the canonical form of its JSON without the member `sig`. What is sent is that canonical form
with `sig` in it; the bytes stored are the bytes that were sent, and their SHA-256 is the next one's `prevhash`.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Final

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from contract.errors import BadSignature, Malformed
from contract.objects import read_object

NO_HASH: Final = "0" * 64

JsonObject = Mapping[str, object]


def key_id(key: Ed25519PublicKey) -> str:
    """Name a public key: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(public_bytes(key)).hexdigest()[:16]


def public_bytes(key: Ed25519PublicKey) -> bytes:
    """The 32 raw bytes of a public key."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def public_text(key: Ed25519PublicKey) -> str:
    """A public key as it stands in a configuration: base64 of its 32 bytes."""
    return base64.b64encode(public_bytes(key)).decode()


def public_key(text: str) -> Ed25519PublicKey:
    """Read a public key from a configuration.

    Raises:
        ValueError: `text` is not base64 of 32 bytes.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("a public key is base64") from None
    if len(raw) != 32:
        raise ValueError(f"a public key has 32 bytes, this one has {len(raw)}")
    return Ed25519PublicKey.from_public_bytes(raw)


def private_pem(key: Ed25519PrivateKey) -> bytes:
    """A private key as it lies in its file (PKCS 8, not encrypted; the file's mode guards it)."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def private_key(pem: bytes) -> Ed25519PrivateKey:
    """Read a private key from its file.

    Raises:
        ValueError: not an Ed25519 key in PEM form.
    """
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("not an Ed25519 key")  # noqa: TRY004 - the type of the file's content, not of an argument
    return key


def digest(body: bytes) -> str:
    """The SHA-256 of a message as sent, in hex: the next one's `prevhash`."""
    return hashlib.sha256(body).hexdigest()


def sign(document: JsonObject, key: Ed25519PrivateKey) -> bytes:
    """Give the bytes to send: the canonical form of `document` with its signature in `sig`.

    Args:
        document: JSON values only; a `sig` in it is replaced.
    """
    unsigned = {name: value for name, value in document.items() if name != "sig"}
    signature = key.sign(_canonical(unsigned))
    return _canonical({**unsigned, "sig": base64.b64encode(signature).decode()})


def verify(body: bytes, key: Ed25519PublicKey) -> None:
    """Check that `body` was signed by the owner of `key`.

    Raises:
        Malformed: not a JSON object with a `sig`.
        BadSignature: the signature does not belong to these bytes and this key.
    """
    document = read_object(body)
    text = document.pop("sig", None)
    if not isinstance(text, str):
        raise Malformed("sig: a signed object has one, as text")
    try:
        signature = base64.b64decode(text, validate=True)
        signed = _canonical(document)
    except ValueError:
        raise Malformed("sig: not base64, or the object has no canonical form") from None
    try:
        key.verify(signature, signed)
    except InvalidSignature:
        raise BadSignature(f"the signature is not by key {key_id(key)}") from None


def _canonical(document: JsonObject) -> bytes:
    return rfc8785.dumps(dict(document))  # type: ignore[arg-type]  # its own recursive JSON type is invariant
