"""Which packets of a stream are decoded, so that looks come about every `look_every` at the least cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """What a source has spent since it was last asked.

    Attributes:
        decode_ms: CPU milliseconds of the source's own thread: reading, decoding and conversion to BGR.
        looks: pictures handed out.
    """

    decode_ms: float
    looks: int
