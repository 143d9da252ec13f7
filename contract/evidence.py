"""How a gateway hands evidence to the cloud: resumable HTTP, each request signed, files named by their SHA-256.

    HEAD  /evidence/{sha256}                      200 complete | 404 with `Upload-Offset`: how much is there already
    PATCH /evidence/{sha256}, `Upload-Offset: n`  204 with the new `Upload-Offset` | 201 complete and its hash true
                                                  409 offset differs (and says which) | 413 too long | 422 hash differs

Modelled on tus 1.0, which cannot say the hash first. The signature covers what the request does, so a captured
request can only say again what it said.
"""

import hashlib
import re
from typing import Final

CHUNK_BYTES: Final = 256 * 1024
MAX_FILE_BYTES: Final = 64 * 1024 * 1024
SIGNED_FOR_S: Final = (
    24 * 3600
)  # a gateway without a clock chip may be hours off; content addressing makes a repeat harmless

GATEWAY_HEADER: Final = "Linli-Gateway"  # {community}/{gateway}
TIME_HEADER: Final = "Linli-Time"  # seconds since 1970
SIGNATURE_HEADER: Final = "Linli-Signature"  # base64 Ed25519 over `signed_request`
OFFSET_HEADER: Final = "Upload-Offset"
LENGTH_HEADER: Final = "Upload-Length"
TYPE_HEADER: Final = "Linli-Media-Type"


def signed_request(*, method: str, sha256: str, offset: int, length: int, time_s: int, body: bytes) -> bytes:
    """The bytes that an evidence request's signature covers.

    Args:
        method: `HEAD` or `PATCH`.
        sha256: hex digest of the whole file.
        offset: where `body` starts in the file; 0 for `HEAD`.
        length: bytes of the whole file; 0 for `HEAD`.
        time_s: the sender's clock, seconds since 1970.
        body: what is sent in this request; empty for `HEAD`.
    """
    lines = (
        "linli-evidence-v1",
        method,
        sha256,
        str(offset),
        str(length),
        str(time_s),
        hashlib.sha256(body).hexdigest(),
    )
    return "\n".join(lines).encode()


def frame_note(width: int, height: int) -> bytes:
    """What a picture says of the frame in it, in a JPEG comment: the camera's own pixels, without the margin below."""
    return f"linli-frame {width}x{height}".encode()


def frame_size(note: bytes) -> tuple[int, int] | None:
    """The width and height in pixels that a picture's comment tells of; None: it is no such comment."""
    found = re.fullmatch(rb"linli-frame ([1-9][0-9]{0,4})x([1-9][0-9]{0,4})", note)
    return None if found is None else (int(found[1]), int(found[2]))
