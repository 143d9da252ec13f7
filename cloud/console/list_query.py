"""What the address of a list says: checked, bounded, and written again. It holds the whole filter, to be sent on."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Final, Literal, Self, TypeVar
from urllib.parse import parse_qs, urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from cloud.cases.filters import MAX_CHOSEN, MAX_CURSOR, MAX_NAME, CaseFilter, Cursor, Order, Show, Timing
from cloud.cases.search import MAX_QUERY
from cloud.cases.vocabulary import CaseKind, Priority, Source, Stage
from contract.identifiers import SLUG
from contract.parking import ZoneKind

MAX_PLATE: Final = 20
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)
MAX_LIMIT: Final = 100
MAX_ADDRESS: Final = 8_000  # characters of a query
MAX_FIELDS: Final = 400
SEVERAL: Final = frozenset({"kind", "stage", "community", "source", "priority", "zone_kind"})
Size = Literal[30, 200]

_Slug = Annotated[str, Field(max_length=63, pattern=SLUG)]


def _filled(given: object) -> object:
    """What a form sends of fields that are left empty is nothing."""
    return [each for each in given if each != ""] if isinstance(given, list | tuple) else given


def _absent(given: object) -> object:
    return None if given == "" else given


def _plain(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split())


T = TypeVar("T")
Several = Annotated[list[T], BeforeValidator(_filled), Field(max_length=MAX_CHOSEN)]
Maybe = Annotated[T | None, BeforeValidator(_absent)]
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]


class ListQuery(BaseModel):
    """A list of cases as its address names it. Of several values of one name any will do; empty ones say nothing."""

    model_config = ConfigDict(frozen=True)

    show: Show = Field(default=Show.OPEN, description="open: those to work on; closed: the others")
    kind: Several[CaseKind] = Field(default=[], description="what they are of")
    stage: Several[Stage] = []
    community: Several[_Slug] = []
    source: Several[Source] = []
    priority: Several[Annotated[Priority, BeforeValidator(int)]] = Field(default=[], description="1 urgent to 4 low")
    timing: Maybe[Timing] = Field(default=None, description="how they stand to their deadline")
    zone_kind: Several[ZoneKind] = []
    responsible: str = Field(default="", max_length=MAX_NAME, description="the organisation that answers for them")
    handler: str = Field(default="", max_length=MAX_NAME, description="who took them")
    mine: bool = Field(default=False, description="those that who asks took")
    opened_from: Maybe[Day] = Field(default=None, description="the first day, in the cloud's time zone")
    opened_until: Maybe[Day] = Field(default=None, description="the last day, included")
    plate: str = Field(default="", max_length=MAX_PLATE, description="a plate, or its beginning or end")
    q: str = Field(
        default="",
        max_length=MAX_QUERY,
        description="words to find: number, place, device, plate, report, alarm, remark",
    )
    order: Order = Field(default=Order.NEWEST, description="what comes first")

    @model_validator(mode="after")
    def _calm(self) -> Self:
        for name in ("responsible", "handler", "plate", "q"):
            object.__setattr__(self, name, _plain(getattr(self, name)))
        return self

    def filter(self, user: str) -> CaseFilter:
        """What it lets through, asked by `user`."""
        return CaseFilter(
            show=self.show,
            kinds=frozenset(self.kind),
            stages=frozenset(self.stage),
            communities=frozenset(self.community),
            sources=frozenset(self.source),
            priorities=frozenset(self.priority),
            timing=self.timing,
            responsible=self.responsible,
            handler=user if self.mine else self.handler,
            opened_from=self.opened_from,
            opened_until=self.opened_until,
            zone_kinds=frozenset(self.zone_kind),
            plate=self.plate,
            text=self.q,
        )

    def address(self, **more: str) -> str:
        """The query of an address, without what goes without saying; `more` comes last."""
        return urlencode([*self._said(), *more.items()])

    def _said(self) -> Iterator[tuple[str, str]]:
        for name, value in self.model_dump(mode="json", include=set(ListQuery.model_fields)).items():
            if value == ListQuery.model_fields[name].default:
                continue
            for each in value if isinstance(value, list) else (value,):
                yield name, str(each).lower() if isinstance(each, bool) else str(each)


class PagedQuery(ListQuery):
    """A list from where the page before ended."""

    after: str = Field(default="", max_length=MAX_CURSOR, description="as the page before gave it, of the same order")

    @model_validator(mode="after")
    def _begins(self) -> Self:
        if self.after:
            Cursor.of(self.after, self.order)
        return self

    @property
    def cursor(self) -> Cursor | None:
        """Where the page begins; None: at the first case."""
        return Cursor.of(self.after, self.order) if self.after else None


class CasesQuery(PagedQuery):
    """A page of a list, for a program."""

    limit: int = Field(default=50, ge=1, le=MAX_LIMIT, description="cases on a page")


class PageQuery(PagedQuery):
    """A page of a list, for a person."""

    size: Annotated[Size, BeforeValidator(int)] = 30

    @classmethod
    def of(cls, said: str) -> Self:
        """A list by the query of its address.

        Raises:
            ValueError: it is none, or longer than `MAX_ADDRESS`.
        """
        if len(said) > MAX_ADDRESS:
            raise ValueError("an address is shorter")
        given = parse_qs(said, max_num_fields=MAX_FIELDS)
        return cls.model_validate({name: values if name in SEVERAL else values[-1] for name, values in given.items()})

    def path(self, **changes: object) -> str:
        """The address of the list's first page, or with `after` of a later one."""
        query = self.model_validate(self.model_dump() | {"after": "", **changes})
        more = {} if query.size == 30 else {"size": str(query.size)}
        more |= {"after": query.after} if query.after else {}
        said = query.address(**more)
        return f"/cases?{said}" if said else "/cases"
