"""Names that travel in topics and keys, and the ids of events."""

import re
from datetime import UTC, datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import StringConstraints

# An MQTT topic a/b is the NATS subject a.b, so a name holds no dot, blank or wildcard of either.
SLUG: Final = r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$"
Slug = Annotated[str, StringConstraints(pattern=SLUG)]

# The uuid is what the pattern says, spelt in lower case: one spelling, so one key.
UUID7: Final = r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
EventId = Annotated[str, StringConstraints(pattern=UUID7)]

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

# A slot or a stay: who watches it, then counters; minted by the edge, opaque to the cloud.
Place = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{0,95}$")]

ENTROPY_BYTES: Final = 10


def is_slug(text: str) -> bool:
    """Whether `text` may name a community, a gateway, a camera or a zone."""
    return re.fullmatch(SLUG, text) is not None


def uuid7(at: datetime, entropy: bytes) -> str:
    """Make a UUID version 7 from a time and 10 bytes that someone else drew.

    Args:
        at: aware time; stored to the millisecond. Before 1970 counts as 1970, so that a dead clock still gives ids.
        entropy: exactly 10 bytes, random in a live gateway and derived from the recording in a replay.
    Raises:
        ValueError: `entropy` is not 10 bytes long or `at` has no zone.
    Source: RFC 9562, section 5.7.
    """
    if len(entropy) != ENTROPY_BYTES:
        raise ValueError(f"a version 7 UUID takes {ENTROPY_BYTES} bytes of entropy, not {len(entropy)}")
    if at.tzinfo is None:
        raise ValueError("an event's time has a zone")
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    delta = at - epoch
    millis = max(0, (delta.days * 86_400 + delta.seconds) * 1000 + delta.microseconds // 1000)
    number = (millis & (1 << 48) - 1) << 80 | int.from_bytes(entropy)
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=number))
