"""What goes into an outbox, what lies in it and what it says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from contract.envelope import Data, Envelope, Lane
from contract.events import AnyEvent
from edge.values import Moment

NUMBERED: Final = (Lane.ALARM, Lane.EVENT, Lane.TELEMETRY)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who speaks."""

    community: str
    gateway: str

    @property
    def source(self) -> str:
        """The CloudEvents source."""
        return f"/linli/{self.community}/{self.gateway}"


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before it has a number: its model, what it says, what it is about, and when that was seen."""

    model: type[AnyEvent]
    data: Data
    moment: Moment
    subject: str | None = None

    @property
    def type(self) -> str:
        """The event's type, as it travels."""
        return _default(self.model, "type")

    @property
    def lane(self) -> Lane:
        """The lane that its model belongs to."""
        return Lane(_default(self.model, "lane"))


def _default(model: type[Envelope], field: str) -> str:
    return str(model.model_fields[field].default)


@dataclass(frozen=True, slots=True)
class Record:
    """One signed event. `body` is what travels, byte for byte."""

    lane: Lane
    seq: int
    id: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Span:
    """Sequence numbers `first` to `last`, both included."""

    first: int
    last: int

    @property
    def count(self) -> int:
        """How many numbers it holds."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Reception:
    """What a receipt did. `refused` says why it did nothing; `resend` is in the store and the cloud lacks it."""

    removed: int = 0
    resend: tuple[Span, ...] = ()
    forgotten: tuple[Span, ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Depth:
    """How much of one lane waits. `last` is the highest number ever given."""

    records: int
    size: int
    last: int


@dataclass(frozen=True, slots=True)
class Stats:
    """How much waits; `size` counts the bytes of bodies."""

    lanes: Mapping[Lane, Depth]

    @property
    def records(self) -> int:
        """Events that wait, in all lanes."""
        return sum(depth.records for depth in self.lanes.values())

    @property
    def size(self) -> int:
        """Bytes that wait, in all lanes."""
        return sum(depth.size for depth in self.lanes.values())
