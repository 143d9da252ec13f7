"""Number plates of mainland China: what a gateway read, character by character, and what kind it is."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from contract.envelope import Closed

UNSURE: Final = "?"
PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # GA 36: neither I nor O
LAST: Final = "挂学警港澳使领"

PlateText = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9?\u4e00-\u9fff]{5,9}$")]


class PlateKind(StrEnum):
    """Kinds of plates that look or read differently."""

    ORDINARY = "ordinary"
    NEW_ENERGY = "new_energy"
    TRAILER = "trailer"
    LEARNER = "learner"
    POLICE = "police"
    ARMED_POLICE = "armed_police"
    EMBASSY = "embassy"
    CONSULATE = "consulate"
    HONG_KONG = "hong_kong"
    MACAU = "macau"
    UNKNOWN = "unknown"


class PlateState(StrEnum):
    """What is known of a vehicle's plate."""

    READ = "read"
    UNREADABLE = "unreadable"  # a plate is there in many looks and no look could read it
    MISSING = "missing"  # no plate in many looks that would have shown one
    UNKNOWN = "unknown"  # too few looks to say


class PermitState(StrEnum):
    """What the community's lists say of a plate."""

    VALID = "valid"
    EXPIRED = "expired"  # on a list, but not now
    NONE = "none"  # read well enough to say that it is on no list
    UNSURE = "unsure"  # not read well enough to say


class PermitKind(StrEnum):
    """Who a permit is for."""

    RESIDENT = "resident"
    VISITOR = "visitor"
    SERVICE = "service"


class Plate(Closed):
    """A plate as voted over looks. `text` holds `?` for each character nobody is sure of."""

    state: PlateState
    text: PlateText | None = None
    kind: PlateKind = PlateKind.UNKNOWN
    confidences: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(
        default=(), max_length=9, description="one for each character of `text`"
    )
    looks: int = Field(ge=0, le=1_000_000, description="looks that the text rests on")


class Permit(Closed):
    """What the community's lists say of the vehicle, at the time of the event."""

    state: PermitState
    kind: PermitKind | None = None
