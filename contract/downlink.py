"""What the cloud says to a gateway: receipts and commands, signed with the cloud's key."""

from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from contract.envelope import MAX_SEQUENCE, Base64, Closed, Epoch, KeyId, Lane
from contract.errors import Malformed, Oversized
from contract.events import first_fault
from contract.identifiers import EventId, Place, Slug
from contract.objects import read_object

MAX_DOWNLINK_BYTES: Final = 16 * 1024
MAX_MISSING: Final = 64

Sequence = Annotated[int, Field(ge=0, le=MAX_SEQUENCE)]


class Downlink(Closed):
    """What every message to a gateway holds."""

    community: Slug
    gateway: Slug
    issued_at: AwareDatetime
    keyid: KeyId
    sig: Base64


class Missing(Closed):
    """Sequence numbers `first` to `last`, both included, that the cloud has not got."""

    first: int = Field(ge=1, le=MAX_SEQUENCE)
    last: int = Field(ge=1, le=MAX_SEQUENCE)


class Receipt(Downlink):
    """The cloud has committed everything of this lane and epoch up to `committed`, and asks again for `missing`."""

    type: Literal["receipt.v1"] = "receipt.v1"
    epoch: Epoch
    lane: Lane
    committed: Sequence
    missing: tuple[Missing, ...] = Field(default=(), max_length=MAX_MISSING)


class Look(Downlink):
    """Look at a slot again and say whether the stay goes on; answered by `parking.verification.v1`."""

    type: Literal["look.v1"] = "look.v1"
    id: EventId
    camera: Slug
    zone: Slug
    slot: Place
    stay: Place
    answer_by: AwareDatetime
    within_s: float = Field(
        gt=0, le=86_400, description="how long the gateway may try; counted by its own monotonic clock"
    )


AnyDownlink = Receipt | Look
_DOWNLINK: Final[TypeAdapter[AnyDownlink]] = TypeAdapter(Annotated[AnyDownlink, Field(discriminator="type")])


def parse_downlink(body: bytes) -> AnyDownlink:
    """Read a receipt or a command. The signature is not checked here.

    Raises:
        Oversized, Malformed: and the text says which field.
    """
    if len(body) > MAX_DOWNLINK_BYTES:
        raise Oversized(f"{len(body)} bytes; a message to a gateway has at most {MAX_DOWNLINK_BYTES}")
    read_object(body)
    try:
        return _DOWNLINK.validate_json(body, strict=True)
    except ValidationError as error:
        raise Malformed(first_fault(error)) from None
