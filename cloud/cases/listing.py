"""Lists of cases: narrowed, ordered, a page at a time, within what somebody may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    and_,
    cast,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.cases import falls, pictures
from cloud.cases.agenda import SOON
from cloud.cases.domain import Case, Fall, Photo
from cloud.cases.filters import CaseFilter, Cursor, Order, Show, Timing, key_of
from cloud.cases.repository import Owned
from cloud.cases.rows import case_of
from cloud.cases.search import plate_query, query_of
from cloud.cases.tables import case_words, cases
from cloud.cases.vocabulary import OPEN, Alert, CaseKind
from cloud.db import reading
from cloud.db.metadata import Moment
from cloud.devices.tables import gateways
from cloud.scope import Scope

MAX_PAGE: Final = 200
MOST_COUNTED: Final = 200  # beyond it, how many more is not worth a second
MAX_COMMUNITIES: Final = 1000  # to choose from
MAX_OWNED: Final = 500  # devices asked about at once
# As the partial indexes say it: with stages as parameters the planner could not tell that they hold.
_IS_OPEN: Final = literal_column("cases.stage in ('collected', 'filed', 'dispatched', 'handling', 'reported')", Boolean)
_DUE: Final = literal_column("coalesce(cases.due_at, 'infinity'::timestamptz)", Moment)


@dataclass(frozen=True, slots=True)
class CasePage:
    """Some cases in their order, with what their cards show beside them.

    Attributes:
        after: where the next page begins; None at the end.
        covers: one picture for each, by the case's id; a case without any has none.
        falls: the latest fall of those in which something fell, by the case's id.
    """

    cases: tuple[Case, ...]
    after: Cursor | None
    covers: Mapping[str, Photo]
    falls: Mapping[str, Fall]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there are; with `more`, at least as many."""

    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a list: how many some others hold, and the communities there are."""

    counts: tuple[Counted, ...]
    communities: tuple[str, ...]


class CaseListing:
    """Answers what is asked of many cases at once. `zone`: where a day begins and ends."""

    def __init__(self, engine: AsyncEngine, *, zone: tzinfo) -> None:
        self._engine = engine
        self._zone = zone

    async def page(
        self, wanted: CaseFilter, scope: Scope, *, now: datetime, order: Order, limit: int, after: Cursor | None = None
    ) -> CasePage:
        """The next cases that a filter lets through, within a scope.

        Args:
            limit: 1 to `MAX_PAGE`.
            after: where the page before ended, of the same order.
        """
        limit = min(max(limit, 1), MAX_PAGE)
        query = self.query(wanted, scope, now=now, order=order, after=after).limit(limit + 1)
        async with reading(self._engine) as connection:
            found = [case_of(row) for row in await connection.execute(query)]
            shown = tuple(found[:limit])
            covers = await pictures.covers(connection, [case.id for case in shown])
            fallen = await falls.latest(connection, [case.id for case in shown if case.is_thrown])
        return CasePage(shown, _end(shown[-1], order) if len(found) > limit else None, covers, fallen)

    def query(
        self, wanted: CaseFilter, scope: Scope, *, now: datetime, order: Order, after: Cursor | None = None
    ) -> Select[Any]:
        """What `page` asks the database, without its end."""
        return _ordered(self._narrowed(select(cases), wanted, scope, now), order, after)

    async def counts(self, wanted: Sequence[CaseFilter], scope: Scope, *, now: datetime) -> tuple[Counted, ...]:
        """How many cases each filter lets through, counted no farther than `MOST_COUNTED`."""
        async with reading(self._engine) as connection:
            return await self._counts(connection, wanted, scope, now)

    async def around(self, wanted: Sequence[CaseFilter], scope: Scope, *, now: datetime) -> Around:
        """What stands around a list: `counts`, and the communities that could be chosen."""
        query = select(gateways.c.community).where(scope.within(gateways.c.community)).distinct()
        async with reading(self._engine) as connection:
            counts = await self._counts(connection, wanted, scope, now)
            communities = (await connection.execute(query.limit(MAX_COMMUNITIES))).scalars().all()
        return Around(counts, tuple(sorted(communities)))

    async def _counts(
        self, connection: AsyncConnection, wanted: Sequence[CaseFilter], scope: Scope, now: datetime
    ) -> tuple[Counted, ...]:
        columns = [self._count(each, scope, now).label(f"n{place}") for place, each in enumerate(wanted)]
        numbers = (await connection.execute(select(*columns))).one()
        return tuple(Counted(min(number, MOST_COUNTED), number > MOST_COUNTED) for number in numbers)

    async def in_open_case(self, devices: Sequence[Owned], scope: Scope) -> frozenset[Owned]:
        """Which of some devices, at most `MAX_OWNED`, an open case is about."""
        columns = (cases.c.community, cases.c.gateway, cases.c.device_kind, cases.c.device)
        wanted = [(each.community, each.gateway, str(each.device_kind), each.device) for each in devices[:MAX_OWNED]]
        if not wanted:
            return frozenset()
        query = select(*columns).where(
            _IS_OPEN, cases.c.device.is_not(None), tuple_(*columns).in_(wanted), scope.within(cases.c.community)
        )
        async with reading(self._engine) as connection:
            return frozenset(
                Owned(community, gateway, CaseKind(kind), device)
                for community, gateway, kind, device in await connection.execute(query)
            )

    def _count(self, wanted: CaseFilter, scope: Scope, now: datetime) -> ColumnElement[int]:
        some = self._narrowed(select(literal(1)).select_from(cases), wanted, scope, now).limit(MOST_COUNTED + 1)
        return select(func.count()).select_from(some.subquery()).scalar_subquery()

    def _narrowed(self, query: Select[Any], wanted: CaseFilter, scope: Scope, now: datetime) -> Select[Any]:
        query = query.where(scope.within(cases.c.community), *_shown(wanted), *_chosen(wanted))
        if wanted.timing is not None:
            query = query.where(_timed(wanted.timing, now))
        if wanted.opened_from is not None:
            query = query.where(cases.c.opened_at >= self._begin(wanted.opened_from))
        if wanted.opened_until is not None:
            query = query.where(cases.c.opened_at < self._begin(wanted.opened_until, days=1))
        sought = _sought(wanted)
        return query.join(case_words, case_words.c.case_id == cases.c.id).where(*sought) if sought else query

    def _begin(self, day: date, *, days: int = 0) -> datetime:
        return datetime.combine(day + timedelta(days=days), time.min, self._zone).astimezone(UTC)


def _shown(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    """Open ones where a deadline is asked for, too; said once, for the planner takes each for another matter."""
    is_open = wanted.show is Show.OPEN or wanted.timing is not None
    shown: list[ColumnElement[bool]] = [_IS_OPEN] if is_open else []
    return [*shown, cases.c.stage.not_in(OPEN)] if wanted.show is Show.CLOSED else shown


def _chosen(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    several = (
        (cases.c.kind, wanted.kinds),
        (cases.c.stage, wanted.stages),
        (cases.c.community, wanted.communities),
        (cases.c.source, wanted.sources),
        (cases.c.priority, wanted.priorities),
        (cases.c.zone_kind, wanted.zone_kinds),
    )
    one = ((cases.c.responsible, wanted.responsible), (cases.c.handler, wanted.handler))
    return [column.in_(sorted(values)) for column, values in several if values] + [
        column == value for column, value in one if value
    ]


def _timed(timing: Timing, now: datetime) -> ColumnElement[bool]:
    """A case that is suspended has all the time there is; one that is over is late no more."""
    runs, until = cases.c.suspended_at.is_(None), literal(now, Moment)
    match timing:
        case Timing.SUSPENDED:
            return ~runs
        case Timing.OVERDUE:
            return and_(runs, until >= _DUE)
        case Timing.SOON:
            # Each by an index of its own: neither looks at all that is open.
            told, near = cases.c.alert >= Alert.SOON, literal(now + SOON, Moment) >= _DUE
            return and_(runs, cases.c.due_at.is_not(None), or_(and_(until < _DUE, told), and_(until < _DUE, near)))


def _sought(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    """What words must be there; words that say nothing find nothing."""
    queries = [query_of(wanted.text)] if wanted.text else []
    queries += [plate_query(wanted.plate)] if wanted.plate else []
    return [
        false() if query is None else case_words.c.words.op("@@", return_type=Boolean())(cast(query, TSQUERY))
        for query in queries
    ]


def _ordered(query: Select[Any], order: Order, after: Cursor | None) -> Select[Any]:
    keys = _keys(order)
    if after is not None:
        at = after.moment_or_number()
        end = tuple_(*(literal(value, key.type) for key, value in zip(keys, (at, after.id)[-len(keys) :], strict=True)))
        query = query.where(tuple_(*keys) < end if order in _LATEST_FIRST else tuple_(*keys) > end)
    return query.order_by(*(key.desc() if order in _LATEST_FIRST else key for key in keys))


_LATEST_FIRST: Final = frozenset({Order.NEWEST, Order.CHANGED})


def _keys(order: Order) -> tuple[ColumnElement[Any], ...]:
    match order:
        case Order.NEWEST:
            return (cases.c.id,)
        case Order.DUE:
            return (_DUE, cases.c.id)
        case Order.PRIORITY:
            return (cases.c.priority, cases.c.id)
        case Order.CHANGED:
            return (cases.c.updated_at, cases.c.id)


def _end(last: Case, order: Order) -> Cursor:
    key = key_of(order, due_at=last.due_at, priority=last.priority, updated_at=last.updated_at)
    return Cursor(order, key, last.id)
