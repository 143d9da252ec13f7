"""What people ask of an evaluation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.cases.calendar import WorkCalendar
from cloud.cases.vocabulary import CaseKind
from cloud.db import reading
from cloud.evaluation import discovery, repository
from cloud.evaluation.domain import Causes, LeftOut, Month, Part, Standing, Whose
from cloud.evaluation.figures import Tally
from cloud.evaluation.periods import Period
from cloud.evaluation.problems import Ranking, rank
from cloud.evaluation.working import REACH, Working
from cloud.scope import Scope

NO_SIZES: Final[Mapping[str, int]] = {}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How some cases went in a period. `parts` add up to `total`; `months` are the twelve up to the period's end."""

    period: Period
    simulated: bool
    left_out: LeftOut
    total: Tally
    parts: tuple[Part, ...]
    months: tuple[Month, ...]
    ranking: Ranking


@dataclass(frozen=True, slots=True)
class Dossier:
    """一院一案: everything about one community and period that its page says."""

    community: str
    period: Period
    simulated: bool
    left_out: LeftOut
    total: Tally
    before: Tally  # of the period before
    ranking: Ranking
    causes: Causes
    standing: tuple[Standing, ...]
    overdue: int  # how many there are, those that `standing` has no room for too


class EvaluationService:
    """Measures cases as they are now; reads alone.

    Args:
        calendar: when is worked; months begin and end in its zone.
        households: how many there are in a community, where that is known.
    """

    def __init__(
        self, engine: AsyncEngine, calendar: WorkCalendar, *, households: Mapping[str, int] = NO_SIZES
    ) -> None:
        self._engine = engine
        self._calendar = calendar
        self._zone: tzinfo = calendar.zone
        self._households = households

    async def evaluate(
        self, period: Period, scope: Scope, *, now: datetime, answering: str | None = None, communities: int = 0
    ) -> Evaluation:
        """Measure a period.

        Real and simulated cases are never added up: where there is a real one in `scope` those count, and it is said
        how many others are left out; else the others count.

        Args:
            scope: nothing outside it is looked at.
            now: what is due later is not due.
            answering: one property company; None: whoever answers.
            communities: how many there are in `scope`, those without a case too, of whom 5 % are 问题小区.
        """
        since, until = period.edges(self._zone)
        names, edges = period.trend(self._zone)
        async with reading(self._engine) as connection:
            whose = await self._whose(connection, Whose(scope, answering))
            left_out = await self._left_out(connection, whose, period, now)
            parts = await repository.parts(
                connection, whose, since=since, until=until, now=now, working=self._working(since, until)
            )
            parts += await self._watched(connection, whose, period, now)
            trend = await repository.months(connection, whose, edges, now, self._working(edges[0], edges[-1]))
            kinds = await repository.kinds(connection, whose, edges)
            ranking = await self._ranking(connection, whose, period, now, communities)
        return Evaluation(
            period=period,
            simulated=whose.simulated,
            left_out=left_out,
            total=Tally.sum(part.tally for part in parts),
            parts=tuple(parts),
            months=tuple(Month(*month) for month in zip(names, trend, kinds, strict=True)),
            ranking=ranking,
        )

    async def dossier(
        self, community: str, period: Period, scope: Scope, *, now: datetime, communities: int = 0
    ) -> Dossier | None:
        """What is said of one community; None: it lies outside `scope`, or no case ever came from it."""
        if not scope.covers(community):
            return None
        since, until = period.edges(self._zone)
        async with reading(self._engine) as connection:
            whose = await self._whose(connection, Whose(scope))
            ranking = await self._ranking(connection, whose, period, now, communities)
            own = replace(whose, scope=Scope(frozenset({community})))
            if not await repository.any_case(connection, own):
                return None
            standing, overdue = await repository.standing(connection, own, now)
            return Dossier(
                community=community,
                period=period,
                simulated=whose.simulated,
                left_out=await self._left_out(connection, own, period, now),
                total=await self._total(connection, own, period, now),
                before=await self._total(connection, own, period.beside(-1), now),
                ranking=ranking,
                causes=await self._causes(connection, own, since, until),
                standing=tuple(standing),
                overdue=overdue,
            )

    async def _whose(self, connection: AsyncConnection, whose: Whose) -> Whose:
        return replace(whose, simulated=not await repository.any_real(connection, whose))

    async def _left_out(self, connection: AsyncConnection, whose: Whose, period: Period, now: datetime) -> LeftOut:
        if whose.simulated:
            return LeftOut()
        others, months = replace(whose, simulated=True), period.trend(self._zone)[1]
        year = await repository.count(connection, others, months[0], months[-1], now)
        since, until = period.edges(self._zone)  # within the year
        return LeftOut(await repository.count(connection, others, since, until, now) if year else 0, year)

    async def _total(self, connection: AsyncConnection, whose: Whose, period: Period, now: datetime) -> Tally:
        since, until = period.edges(self._zone)
        parts = await repository.parts(
            connection, whose, since=since, until=until, now=now, working=self._working(since, until)
        )
        return Tally.sum(part.tally for part in [*parts, *await self._watched(connection, whose, period, now)])

    async def _watched(self, connection: AsyncConnection, whose: Whose, period: Period, now: datetime) -> list[Part]:
        """What cameras could see: a community's, no property company's; nothing before the period began."""
        since, until = period.edges(self._zone)
        if whose.answering is not None or now <= since:
            return []
        found = await discovery.by_community(connection, whose, since=since, until=min(until, now), zone=self._zone)
        return [Part(community, None, found[community]) for community in sorted(found)]

    async def _ranking(
        self, connection: AsyncConnection, whose: Whose, period: Period, now: datetime, communities: int
    ) -> Ranking:
        since, until = period.edges(self._zone)
        found = await repository.complaints(connection, replace(whose, answering=None), since, until, now)
        sized = [replace(each, households=self._households.get(each.community)) for each in found]
        return rank(sized, communities)

    async def _causes(self, connection: AsyncConnection, whose: Whose, since: datetime, until: datetime) -> Causes:
        async def by(cause: str) -> Sequence[tuple[str, int]]:
            return await repository.causes(connection, whose, since, until, by=cause, zone=str(self._zone))

        hours = dict(await by("hour"))
        return Causes(
            kinds=tuple((CaseKind(kind), n) for kind, n in await by("kind")),
            sources=tuple(await by("source")),
            places=tuple(await by("place")),
            hours=tuple(hours.get(f"{hour:02d}", 0) for hour in range(24)),
        )

    def _working(self, since: datetime, until: datetime) -> Working:
        first, last = (at.astimezone(self._zone).date() for at in (since - REACH, until))
        return Working.between(first, last, self._calendar)
