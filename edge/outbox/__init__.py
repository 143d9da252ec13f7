"""What a gateway must not lose: numbered, chained, signed and on disk before anyone hears of it."""

from edge.outbox.outbox import Outbox
from edge.outbox.record import Depth, Draft, Identity, Reception, Record, Span, Stats

__all__ = ["Depth", "Draft", "Identity", "Outbox", "Reception", "Record", "Span", "Stats"]
