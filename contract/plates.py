"""Number plates of mainland China: what a gateway read, character by character, and what kind it is.

Which characters may stand where is written as forms, one string of characters a place. They follow what public programs
use for GA 36. Sure: ordinary, new-energy (8 places, also the letters after D and F that many programs lack), trailer,
learner, police, Hong Kong and Macau. To be checked against the standard itself, as nobody here could: embassy,
consulate and armed police; a plate that fits none of the forms is of kind UNKNOWN and never a reason to accuse.
"""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from contract.envelope import Closed

UNSURE: Final = "?"
PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # GA 36: neither I nor O
LAST: Final = "挂学警港澳使领"

DIGITS: Final = "0123456789"
SERIAL: Final = LETTERS + DIGITS
NEW_ENERGY: Final = "ABCDEFGHJK"  # D and F came first; A, B, C, E battery and G, H, J, K other new energy later
_CITY: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # the letter of a city or of its police: here O does occur
_ARMED: Final = DIGITS + "TDSHBXJ"

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
    EXPIRED = "expired"  # on a list until a day that is past
    NOT_NOW = "not_now"  # on a list, but not at this time: outside its hours, or it has not begun
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


Form = tuple[str, ...]  # for each place the characters that may stand there

_NUMBER: Final = (SERIAL,) * 4
FORMS: Final[tuple[tuple[PlateKind, Form], ...]] = (
    (PlateKind.ORDINARY, (PROVINCES, _CITY, *_NUMBER, SERIAL)),  # [sure]
    (PlateKind.NEW_ENERGY, (PROVINCES, _CITY, *(DIGITS,) * 5, NEW_ENERGY)),  # [sure] large vehicles
    (PlateKind.NEW_ENERGY, (PROVINCES, _CITY, NEW_ENERGY, SERIAL, *(DIGITS,) * 4)),  # [sure] small vehicles
    (PlateKind.TRAILER, (PROVINCES, _CITY, *_NUMBER, "挂")),  # [sure]
    (PlateKind.LEARNER, (PROVINCES, _CITY, *_NUMBER, "学")),  # [sure]
    (PlateKind.POLICE, (PROVINCES, _CITY, *_NUMBER, "警")),  # [sure]
    (PlateKind.HONG_KONG, ("粤", "Z", *_NUMBER, "港")),  # [sure]
    (PlateKind.MACAU, ("粤", "Z", *_NUMBER, "澳")),  # [sure]
    (PlateKind.EMBASSY, (*(DIGITS,) * 6, "使")),  # [check] three digits of the country, three of the vehicle
    (PlateKind.EMBASSY, ("使", *(DIGITS,) * 6)),  # [check] the same, as older plates have it
    (PlateKind.CONSULATE, (PROVINCES, _CITY, *(DIGITS,) * 4, "领")),  # [check]
    (PlateKind.ARMED_POLICE, ("W", "J", *(DIGITS,) * 4, _ARMED)),  # [check] headquarters
    (PlateKind.ARMED_POLICE, ("W", "J", PROVINCES, *(DIGITS,) * 4, _ARMED)),  # [check]
)


def fits(text: str, form: Form) -> bool:
    """Whether `text`, in which `?` stands for any character, may be a plate of that form."""
    return len(text) == len(form) and all(
        character == UNSURE or character in allowed for character, allowed in zip(text, form, strict=True)
    )


def kind_of(text: str) -> PlateKind:
    """The kind that `text` is of however its `?` are filled; UNKNOWN where none fits or several do.

    So `?A12345` is ORDINARY, and `京A1234?` is UNKNOWN: the last place may hold 挂, 学 or 警. Never raises.

    Sources: GA 36 as public programs have it; `FORMS` says which forms are sure and which are to be checked.
    """
    kinds = {kind for kind, form in FORMS if fits(text, form)}
    return kinds.pop() if len(kinds) == 1 else PlateKind.UNKNOWN


def is_whole(text: str) -> bool:
    """Whether `text` is a whole plate without a `?`, of a kind that is known."""
    return UNSURE not in text and kind_of(text) is not PlateKind.UNKNOWN
