"""The community's lists of vehicles that may stand, as a gateway asks the cloud for them.

    GET {evidence_url}/api/gateway/permits, `If-None-Match: "{version}"`
        200 a `PermitList` signed with the cloud's key (`contract.signatures.sign`), `ETag: "{version}"`
        304 nothing new | 404 the cloud keeps no list | 401, 403 not let in

The request is signed with the gateway's key, in the headers of `contract.evidence`, over `signed_permits_request`.
Plates are personal data: they stand in the body alone, never in an address, a header or a log. A gateway keeps what
came only as keyed hashes.
"""

from datetime import time
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field, StringConstraints, ValidationError, field_validator, model_validator

from contract.envelope import Base64, Closed, KeyId
from contract.errors import Malformed, Oversized
from contract.events import first_fault
from contract.identifiers import Slug
from contract.objects import read_object
from contract.plates import PermitKind, is_whole

PATH: Final = "/api/gateway/permits"
MAX_PERMITS: Final = 20_000
MAX_PERIODS: Final = 14  # of one permit: two a day
MAX_LIST_BYTES: Final = 8 * 1024 * 1024  # 20,000 permits with dates and a period each come to about 5 MB
MAX_VERSION: Final = 2**53 - 1  # RFC 8785: what a double holds exactly

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WholePlate = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9\u4e00-\u9fff]{7,8}$")]


class PermitPeriod(Closed):
    """When a permit holds, in the community's own time. One that ends before it starts runs over midnight."""

    days: tuple[Weekday, ...] = Field(default=WEEKDAYS, min_length=1, max_length=7)
    start: time
    end: time

    @field_validator("start", "end")
    @classmethod
    def _of_the_community(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise ValueError("a time of the day without a zone: it is the community's")
        return value


class ListedPermit(Closed):
    """One vehicle that may stand: from the first instant to just before the second, within the periods if any."""

    plate: WholePlate
    kind: PermitKind
    valid_from: AwareDatetime | None = Field(default=None, description="none: it has always been valid")
    valid_until: AwareDatetime | None = Field(default=None, description="none: it does not end")
    periods: tuple[PermitPeriod, ...] = Field(default=(), max_length=MAX_PERIODS, description="none: at any time")

    @field_validator("plate")
    @classmethod
    def _is_a_plate(cls, plate: str) -> str:
        if not is_whole(plate):
            raise ValueError("not a plate of a known form")
        return plate

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> "ListedPermit":
        if self.valid_from and self.valid_until and self.valid_until <= self.valid_from:
            raise ValueError("valid_until lies after valid_from")
        return self


class PermitList(Closed):
    """All permits of one community, whole each time. A plate may stand there more than once."""

    type: Literal["permits.v1"] = "permits.v1"
    community: Slug
    version: int = Field(
        ge=1,
        le=MAX_VERSION,
        description="rises with every change; the milliseconds since 1970 of the change, so that it also rises where "
        "the cloud's database is made anew",
    )
    issued_at: AwareDatetime
    entries: tuple[ListedPermit, ...] = Field(max_length=MAX_PERMITS)
    keyid: KeyId
    sig: Base64


def parse_permits(body: bytes) -> PermitList:
    """Read a list. The signature is not checked here.

    Raises:
        Oversized, Malformed: and the text names the field, never what stands in it.
    """
    if len(body) > MAX_LIST_BYTES:
        raise Oversized(f"{len(body)} bytes; a list of permits has at most {MAX_LIST_BYTES}")
    read_object(body)
    try:
        return PermitList.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise Malformed(first_fault(error)) from None


def etag(version: int) -> str:
    """The `ETag` of a version, in its quotes."""
    return f'"{version}"'


def signed_permits_request(*, community: str, gateway: str, time_s: int) -> bytes:
    """The bytes that the signature of a request covers. The cloud believes it for `contract.evidence.SIGNED_FOR_S`.

    Args:
        time_s: the sender's clock, seconds since 1970, as in the header.
    """
    return "\n".join(("linli-permits-v1", "GET", PATH, f"{community}/{gateway}", str(time_s))).encode()
