"""What narrows a list of cases, as it is shown: tabs to the usual lists, what holds now, and all that can be chosen."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cloud.cases.filters import Order, Show, Timing
from cloud.cases.listing import Counted
from cloud.cases.saved import SavedFilter
from cloud.cases.vocabulary import STAGE_NAMES, CaseKind, Priority, Source, Stage
from cloud.console.desk_words import PRIORITIES, SOURCES
from cloud.console.facts import known, word
from cloud.console.list_query import ListQuery, PageQuery
from cloud.console.list_words import KINDS, LIST, ORDERS, SHOWS, TIMINGS
from cloud.console.words import Word
from contract.parking import ZoneKind

SIZES: Final = (30, 200)


@dataclass(frozen=True, slots=True)
class Tab:
    """A list that is a touch away; `count` is empty where none is counted."""

    text: Word
    path: str
    holds: bool
    count: str = ""
    presses: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that narrows the list; `path` is the list without it."""

    label: Word
    value: Word
    path: str


@dataclass(frozen=True, slots=True)
class Option:
    """A value that can be chosen."""

    value: str
    text: Word
    chosen: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen of one name: of `several` any number, else one."""

    name: str
    label: Word
    options: tuple[Option, ...]
    several: bool = True


@dataclass(frozen=True, slots=True)
class Kept:
    """A saved filter; `holds` where it is the list that is shown."""

    id: int
    name: str
    path: str
    holds: bool


# The lists that people open every day, in the order of a morning.
USUAL: Final = (
    ListQuery(),
    ListQuery(timing=Timing.OVERDUE, order=Order.DUE),
    ListQuery(timing=Timing.SOON, order=Order.DUE),
    ListQuery(mine=True),
    ListQuery(show=Show.CLOSED),
)
COUNTED: Final = USUAL[:4]
_NAMES: Final = (SHOWS[Show.OPEN], TIMINGS[Timing.OVERDUE], TIMINGS[Timing.SOON], LIST["mine"], SHOWS[Show.CLOSED])


def tabs(shown: PageQuery | None, counts: Sequence[Counted]) -> tuple[Tab, ...]:
    """The usual lists.

    Args:
        shown: the list that is shown; None: it is that of suspected vehicles.
        counts: of `COUNTED`.
    """
    told = [f"{each.number}+" if each.more else str(each.number) for each in counts]
    told += [""] * (len(USUAL) - len(told))
    usual = (
        Tab(
            name,
            path_of(query),
            holds=shown is not None and shown.address() == query.address(),
            count=count,
            presses=query.timing is Timing.OVERDUE and count not in {"", "0"},
        )
        for query, name, count in zip(USUAL, _NAMES, told, strict=True)
    )
    return (*usual, Tab(LIST["suspects"], "/suspects", holds=shown is None))


def path_of(query: ListQuery) -> str:
    """The page of a list."""
    said = query.address()
    return f"/cases?{said}" if said else "/cases"


def is_narrowed(query: PageQuery) -> bool:
    """Whether anything beside its state and its order narrows a list."""
    return any(True for _ in chips(query))


def chips(query: PageQuery, communities: Mapping[str, Word] | None = None) -> Iterator[Chip]:
    """What narrows a list, each with the way to the list without it; `communities` says what these are called."""
    for row in _several(query, communities or {}):
        chosen = [option for option in row.options if option.chosen]
        for each in chosen:
            others = [other.value for other in chosen if other is not each]
            yield Chip(row.label, each.text, query.path(**{row.name: others}))
    for name in ("responsible", "handler", "plate", "q"):
        text = str(getattr(query, name))
        if text:
            yield Chip(LIST[name], Word(text, text), query.path(**{name: ""}))
    if query.timing is not None:
        yield Chip(LIST["timing"], TIMINGS[query.timing], query.path(timing=None))
    if query.mine:
        yield Chip(LIST["handler"], LIST["mine"], query.path(mine=False))
    for name in ("opened_from", "opened_until"):
        day = getattr(query, name)
        if day is not None:
            yield Chip(LIST[name], Word(f"{day:%Y-%m-%d}", f"{day:%Y-%m-%d}"), query.path(**{name: None}))


def choices(query: PageQuery, communities: Mapping[str, Word]) -> tuple[Choices, ...]:
    """All that can be chosen from a list of values, communities by their names; a single one is no choice."""
    rows = [row for row in _several(query, communities) if len(row.options) > 1]
    return (*_single(query), *rows)


def _single(query: PageQuery) -> Iterator[Choices]:
    shows = tuple(Option(each.value, SHOWS[each], each is query.show) for each in Show)
    yield Choices("show", LIST["show"], shows, several=False)
    timings = tuple(Option(each.value, TIMINGS[each], each is query.timing) for each in Timing)
    whichever = Option("", LIST["timing.any"], query.timing is None)
    yield Choices("timing", LIST["timing"], (whichever, *timings), several=False)
    orders = tuple(Option(each.value, ORDERS[each], each is query.order) for each in Order)
    yield Choices("order", LIST["order"], orders, several=False)
    sizes = tuple(Option(str(each), LIST["cards"].fill(n=each), each == query.size) for each in SIZES)
    yield Choices("size", LIST["size"], sizes, several=False)


def kept(saved: Sequence[SavedFilter], query: PageQuery) -> tuple[Kept, ...]:
    """What somebody saved."""
    here = query.address()
    return tuple(Kept(each.id, each.name, f"/cases?{each.query}", each.query == here) for each in saved)


def _several(query: ListQuery, communities: Mapping[str, Word]) -> Iterator[Choices]:
    ids = sorted({*communities, *query.community})
    yield _row("community", [(each, communities.get(each, Word(each, each))) for each in ids], query.community)
    yield _row("kind", [(kind, KINDS[kind]) for kind in CaseKind], query.kind)
    yield _row("stage", [(stage, word(STAGE_NAMES[stage])) for stage in Stage], query.stage)
    yield _row(
        "priority", [(str(int(each)), PRIORITIES[each]) for each in Priority], map(str, map(int, query.priority))
    )
    yield _row("source", [(source, SOURCES[source]) for source in Source], query.source)
    yield _row("zone_kind", [(kind, known("zone", kind)) for kind in ZoneKind], query.zone_kind)


def _row(name: str, values: Sequence[tuple[str, Word]], chosen: Iterable[str]) -> Choices:
    held = set(chosen)
    return Choices(name, LIST[name], tuple(Option(str(value), text, value in held) for value, text in values))
