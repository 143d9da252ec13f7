"""What a list of cases is narrowed to, in which order it stands, and where its next page begins. Pure."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from re import fullmatch
from typing import Final

from cloud.cases.vocabulary import CaseKind, Priority, Source, Stage
from contract.identifiers import UUID7

MAX_CHOSEN: Final = 50  # values of one kind, so many communities for instance
MAX_NAME: Final = 80  # characters of an organisation's or a person's name
MAX_CURSOR: Final = 200  # characters
_FARTHEST: Final = "infinity"  # where nothing is due


class Show(StrEnum):
    """Cases that somebody has to see to, those that are over, or both."""

    OPEN = "open"
    CLOSED = "closed"
    ALL = "all"


class Timing(StrEnum):
    """How a case stands to its deadline."""

    OVERDUE = "overdue"  # it is over
    SOON = "soon"  # 80 % of the term is over, as it was warned of, or little is left, as `agenda.SOON` has it
    SUSPENDED = "suspended"  # it stands still


class Order(StrEnum):
    """What comes first. Each is an index of the table, so that a page costs the same whatever there is."""

    NEWEST = "newest"
    DUE = "due"  # the deadline that passes first, or has passed; what has none comes last
    PRIORITY = "priority"  # what presses most, and of that the oldest
    CHANGED = "changed"  # what changed last


class BadCursor(ValueError):
    """Where a page begins was not said by this program, or for another order."""

    def __init__(self) -> None:
        super().__init__("not where a page of this order ends: begin with the first page")


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a list is narrowed to. Of several values of one kind any will do; an empty set does not narrow.

    Attributes:
        opened_from, opened_until: days in the cloud's time zone, both inclusive.
        plate: as far as it is known, from its beginning or to its end.
        text: what `search.query_of` understands.
    """

    show: Show = Show.OPEN
    kinds: frozenset[CaseKind] = frozenset()
    stages: frozenset[Stage] = frozenset()
    communities: frozenset[str] = frozenset()
    sources: frozenset[Source] = frozenset()
    priorities: frozenset[Priority] = frozenset()
    timing: Timing | None = None
    responsible: str = ""
    handler: str = ""
    opened_from: date | None = None
    opened_until: date | None = None
    zone_kinds: frozenset[str] = frozenset()
    plate: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last case of a page, as its order places it. `key` is empty where the id alone does."""

    order: Order
    key: str
    id: str

    def text(self) -> str:
        """As an address carries it: nobody needs to read it."""
        packed = json.dumps([self.order, self.key, self.id], separators=(",", ":"))
        return urlsafe_b64encode(packed.encode()).decode().rstrip("=")

    @classmethod
    def of(cls, text: str, order: Order) -> "Cursor":
        """What `text` gave. It grants nothing: who forges one begins at another place of what they may see.

        Raises:
            BadCursor: it was not, or not for this order.
        """
        cursor = cls(order, *_parts(text, order))
        if fullmatch(UUID7, cursor.id) is None:
            raise BadCursor
        cursor.moment_or_number()
        return cursor

    def moment_or_number(self) -> datetime | int | str | None:
        """The key as the database compares it; a text is PostgreSQL's infinity.

        Raises:
            BadCursor: it is none.
        """
        match self.order:
            case Order.NEWEST:
                return None
            case Order.PRIORITY:
                return _number(self.key)
            case Order.DUE if self.key == _FARTHEST:
                return _FARTHEST
            case _:
                return _moment(self.key)


def key_of(order: Order, *, due_at: datetime | None, priority: int, updated_at: datetime) -> str:
    """The key of a case in an order."""
    match order:
        case Order.NEWEST:
            return ""
        case Order.DUE:
            return _FARTHEST if due_at is None else due_at.astimezone(UTC).isoformat()
        case Order.PRIORITY:
            return str(int(priority))
        case Order.CHANGED:
            return updated_at.astimezone(UTC).isoformat()


def _parts(text: str, order: Order) -> tuple[str, str]:
    if len(text) > MAX_CURSOR:
        raise BadCursor
    try:
        unpacked: object = json.loads(urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        raise BadCursor from None
    match unpacked:
        case [str(named), str(key), str(case_id)] if named == order:
            return key, case_id
    raise BadCursor


def _number(text: str) -> int:
    if fullmatch(r"[0-9]{1,4}", text) is None:
        raise BadCursor
    return int(text)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo is not None else _refuse()
    except (ValueError, OverflowError):
        raise BadCursor from None


def _refuse() -> datetime:
    raise BadCursor
