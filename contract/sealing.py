"""The unmasked picture or film as it leaves a gateway: encrypted to the community's key, opened only by its owner.

    "LNLS" | 1 byte version | 8 bytes of the recipient's key id | RFC 9180 `enc` (32 bytes) | ciphertext and tag

HPKE (RFC 9180) in base mode with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305 (RFC 8439), which is
quick on machines without AES of their own. Each file has an ephemeral key, so two seals of one picture differ and
whoever takes a gateway cannot open what it sealed. Base mode says nothing of who sealed: that is said by the signed
event which names the file by its SHA-256. The header and the context go into the key schedule's `info`, so a file opens
under the header it was sealed with and for the camera and the moment it was taken at, and for no other.
"""

import base64
import binascii
import hashlib
from datetime import UTC, datetime
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from contract.errors import ContractError, Malformed, Oversized
from contract.evidence import MAX_FILE_BYTES

SEALED: Final = "application/vnd.linli.sealed"  # its media type, as `contract.envelope.Evidence` lists it
MAGIC: Final = b"LNLS"
VERSION: Final = 1
KEY_BYTES: Final = 32  # of an X25519 key, and of `enc`
TAG_BYTES: Final = 16
KEY_ID_BYTES: Final = 8
HEADER_BYTES: Final = len(MAGIC) + 1 + KEY_ID_BYTES
OVERHEAD: Final = HEADER_BYTES + KEY_BYTES + TAG_BYTES  # bytes by which a sealed file is longer than what is in it
MAX_SEALED: Final = MAX_FILE_BYTES
MAX_PLAIN: Final = MAX_SEALED - OVERHEAD  # bytes; a 4K picture at quality 92 has three to five million, a film more
MAX_CONTEXT: Final = 512  # bytes

_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_LABEL: Final = b"linli sealed evidence\x00"


class NotOpened(ContractError):
    """The file was sealed to another key or for another context, or has been changed; which one cannot be told."""


def context_of(community: str, gateway: str, camera: str, taken_at: datetime) -> bytes:
    """What a sealed picture is bound to: where it was taken, and when to the microsecond in UTC.

    Args:
        taken_at: aware; any zone, the same instant gives the same context.
    """
    if taken_at.tzinfo is None:
        raise ValueError("taken_at: a time with its zone")
    instant = taken_at.astimezone(UTC).isoformat(timespec="microseconds")
    return "\n".join((community, gateway, camera, instant)).encode()


def seal(plain: bytes, recipient: bytes, context: bytes) -> bytes:
    """Encrypt a picture or a film.

    Args:
        plain: 1 to `MAX_PLAIN` bytes.
        recipient: the community's X25519 public key, 32 raw bytes.
        context: from `context_of`; whoever opens must know it. At most `MAX_CONTEXT` bytes.
    Returns:
        `OVERHEAD` bytes more than `plain`.
    Raises:
        Oversized: `plain` or `context` is empty or too long.
        ValueError: `recipient` is no public key that anything may be sealed to.
    """
    if not 1 <= len(plain) <= MAX_PLAIN:
        raise Oversized(f"{len(plain)} bytes to seal; 1 to {MAX_PLAIN} can be")
    key = _public(recipient)
    header = MAGIC + bytes((VERSION,)) + _key_digest(recipient)
    return header + _SUITE.encrypt(plain, key, info=_info(header, context))


def open_sealed(sealed: bytes, private: X25519PrivateKey, context: bytes) -> bytes:
    """Decrypt a picture. Nothing of it is given out unless all of it is as it was sealed.

    Args:
        context: as it was sealed with.
    Raises:
        Oversized: the file or `context` is longer than any can be.
        Malformed: not a sealed file, or of a version that is not known here.
        NotOpened: another key, another context, or changed bytes.
    """
    key = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    if recipient_id(sealed) != key_id(key):
        raise NotOpened("sealed to another key")
    info = _info(sealed[:HEADER_BYTES], context)
    try:
        return _SUITE.decrypt(sealed[HEADER_BYTES:], private, info=info)
    except (InvalidTag, ValueError):  # ValueError: a point of small order in place of the ephemeral key
        raise NotOpened("not as it was sealed, or for another camera or time") from None


def is_sealed(body: bytes) -> bool:
    """Whether a file begins as a sealed one does; what may follow is not looked at."""
    return body.startswith(MAGIC)


def recipient_id(sealed: bytes) -> str:
    """The key id of whom a file is sealed to, as `key_id` gives it.

    Raises:
        Oversized: longer than any sealed file.
        Malformed: not a sealed file, cut short, or of a version that is not known here.
    """
    if len(sealed) > MAX_SEALED:
        raise Oversized(f"{len(sealed)} bytes; a sealed file has at most {MAX_SEALED}")
    if not is_sealed(sealed):
        raise Malformed("not a sealed file")
    if len(sealed) <= OVERHEAD:
        raise Malformed(f"a sealed file of {len(sealed)} bytes is cut short")
    if sealed[len(MAGIC)] != VERSION:
        raise Malformed(f"a sealed file of version {sealed[len(MAGIC)]}; {VERSION} is known here")
    return sealed[len(MAGIC) + 1 : HEADER_BYTES].hex()


def key_id(public: bytes) -> str:
    """Name a public key: the first 16 hex digits of its SHA-256, as `contract.signatures` names signing keys."""
    return _key_digest(public).hex()


def public_text(key: X25519PublicKey) -> str:
    """A public key as it stands in a configuration: base64 of its 32 bytes."""
    return base64.b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def public_bytes(text: str) -> bytes:
    """Read a public key from a configuration: its 32 raw bytes.

    Raises:
        ValueError: not base64 of 32 bytes, or a point to which nothing may be sealed.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a sealing key is base64") from None
    _public(raw)
    return raw


def private_pem(key: X25519PrivateKey) -> bytes:
    """A private key as it lies in its file (PKCS 8, not encrypted; the file's mode guards it)."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def private_key(pem: bytes) -> X25519PrivateKey:
    """Read a private key from its file.

    Raises:
        ValueError: not an X25519 key in PEM form.
    """
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):  # TypeError: it is encrypted
        raise ValueError("not an X25519 key in PEM form") from None
    if not isinstance(key, X25519PrivateKey):
        raise ValueError("not an X25519 key")  # noqa: TRY004 - the type of the file's content, not of an argument
    return key


def _public(raw: bytes) -> X25519PublicKey:
    """Take 32 bytes for a public key, unless it is one that gives everyone the same secret (RFC 7748, section 6.1)."""
    if len(raw) != KEY_BYTES:
        raise ValueError(f"a sealing key has {KEY_BYTES} bytes, this one has {len(raw)}")
    key = X25519PublicKey.from_public_bytes(raw)
    try:
        X25519PrivateKey.generate().exchange(key)
    except ValueError:
        raise ValueError("nothing may be sealed to this key: its secret is known to all") from None
    return key


def _info(header: bytes, context: bytes) -> bytes:
    if not 1 <= len(context) <= MAX_CONTEXT:
        raise Oversized(f"a context of {len(context)} bytes; 1 to {MAX_CONTEXT} can be")
    return _LABEL + header + context


def _key_digest(public: bytes) -> bytes:
    return hashlib.sha256(public).digest()[:KEY_ID_BYTES]
