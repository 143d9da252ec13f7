"""From a message's bytes to an event, or to what can still be told of one that is not understood."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cloud.ingest.watermark import LaneKey
from contract.device import DeviceGap
from contract.envelope import MAX_EVENT_BYTES, Envelope, Lane
from contract.errors import BadSignature, ContractError, Malformed, UnknownType
from contract.events import AnyEvent, first_fault, parse_event
from contract.signatures import key_id, verify
from contract.topics import UP, Topic, parse_topic

# PostgreSQL and Python hold more, but a time near their ends cannot be shown in another zone.
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)


class Reason(StrEnum):
    """Why a message is in quarantine."""

    TOPIC = "topic"
    OVERSIZED = "oversized"
    MALFORMED = "malformed"
    UNKNOWN_TYPE = "unknown_type"
    UNKNOWN_GATEWAY = "unknown_gateway"
    SIGNATURE = "signature"
    CONFLICT = "conflict"
    HOLES = "holes"
    FAULT = "fault"


class Rejected(Exception):
    """The message goes to quarantine; the text says why.

    Args:
        lane: given where the gateway is known to have said it: it is told again what is committed of this lane.
    """

    def __init__(self, reason: Reason, detail: str, *, lane: LaneKey | None = None) -> None:
        super().__init__(detail)
        self.reason: Final = reason
        self.lane: Final = lane


class _Unread(Envelope):
    """The envelope of an event whose type, or whose data, is not understood."""

    model_config = ConfigDict(extra="ignore")

    type: str = Field(max_length=200)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message with a sound envelope. `event` is None where the rest is not understood, and `fault` says why."""

    envelope: Envelope
    type: str
    body: bytes
    event: AnyEvent | None
    fault: Rejected | None

    @property
    def lane(self) -> LaneKey | None:
        """The sequence the event belongs to; None: lane `state` has none."""
        said = self.envelope
        return None if said.lane is Lane.STATE else LaneKey(said.community, said.gateway, said.epoch, Lane(said.lane))

    @property
    def observed_at(self) -> datetime:
        """The event's time, brought within what can be stored and shown."""
        return min(max(self.envelope.time, EARLIEST), LATEST)


def read(topic: str, body: bytes) -> Letter:
    """Read a message. Its signature is not checked here.

    Raises:
        Rejected: there is not even a sound envelope, or it belongs to another topic.
    """
    place = _place(topic)
    if len(body) > MAX_EVENT_BYTES:
        raise Rejected(Reason.OVERSIZED, f"{len(body)} bytes; an event has at most {MAX_EVENT_BYTES}")
    try:
        event = parse_event(body)
        _storable(event, body)
    except ContractError as error:
        reason = Reason.UNKNOWN_TYPE if isinstance(error, UnknownType) else Reason.MALFORMED
        letter = _unread(body, Rejected(reason, str(error)))
    else:
        letter = Letter(event, event.type, body, event, None)
    said = letter.envelope
    if (said.community, said.gateway, said.lane) != (place.community, place.gateway, place.channel):
        raise Rejected(Reason.TOPIC, "the event names another community, gateway or lane than its topic")
    return letter


def authentic(letter: Letter, key: Ed25519PublicKey) -> None:
    """Check that the gateway with this key signed the message.

    Raises:
        Rejected: it did not.
    """
    if letter.envelope.keyid != key_id(key):
        raise Rejected(Reason.SIGNATURE, f"signed with key {letter.envelope.keyid}; {key_id(key)} is registered")
    try:
        verify(letter.body, key)
    except (BadSignature, Malformed) as error:
        raise Rejected(Reason.SIGNATURE, str(error)) from None


def _place(topic: str) -> Topic:
    try:
        place = parse_topic(topic)
    except Malformed as error:
        raise Rejected(Reason.TOPIC, str(error)) from None
    if place.channel not in UP:
        raise Rejected(Reason.TOPIC, f"{place.channel} goes down, not up")
    return place


def _unread(body: bytes, fault: Rejected) -> Letter:
    """Take a message that is not understood by its envelope.

    Raises:
        Rejected: the envelope is not sound either.
    """
    try:
        envelope = _Unread.model_validate_json(body)
    except ValidationError as error:
        raise Rejected(Reason.MALFORMED, f"{fault}; {first_fault(error)}") from None
    if envelope.source != f"/linli/{envelope.community}/{envelope.gateway}":
        raise fault
    if (envelope.seq == 0) != (envelope.lane is Lane.STATE) or "\x00" in envelope.type:
        raise fault
    return Letter(envelope, envelope.type, body, None, fault)


def _storable(event: AnyEvent, body: bytes) -> None:
    if b"\\u0000" in body:
        raise Malformed("a text holds the character NUL")
    if not all(EARLIEST <= moment <= LATEST for moment in _moments(event)):
        raise Malformed(f"a time lies outside {EARLIEST:%Y} to {LATEST:%Y}")
    if isinstance(event, DeviceGap) and (event.data.in_lane is Lane.STATE or event.data.first > event.data.last):
        raise Malformed("data: a gap runs from first to last, in a lane that is counted")


def _moments(value: object) -> Iterator[datetime]:
    match value:
        case datetime():
            yield value
        case BaseModel():
            for _, inner in value:
                yield from _moments(inner)
        case tuple():
            for inner in value:
                yield from _moments(inner)
