"""What people and gateways do to cases."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.audit import Deed, Entry, record
from cloud.cases import (
    acting,
    agenda,
    alerts,
    falls,
    findings,
    intake,
    pictures,
    relations,
    repository,
    sight,
    steps,
    suspects,
)
from cloud.cases.acting import is_id
from cloud.cases.agenda import Waiting
from cloud.cases.bonds import NAMING, without
from cloud.cases.calendar import CHINA, WorkCalendar
from cloud.cases.domain import Actor, Case, CaseView, Photo, Report, Suspect
from cloud.cases.findings import CaseEvent
from cloud.cases.openings import responsible_of
from cloud.cases.practice import ANSWER_WITHIN, Practice
from cloud.cases.repository import CHANNEL, Owned
from cloud.cases.sight import Camera, Looks
from cloud.cases.terms import Terms
from cloud.cases.vocabulary import Action, Level, Priority, Source, Verification
from cloud.cases.wishes import Wish
from cloud.db import notify, reading, transaction
from cloud.devices import commands
from cloud.scope import EVERYTHING, Scope

__all__ = ["CHANNEL", "CaseService", "Owned"]

ON_THE_WAY: Final = timedelta(seconds=10)  # an answer given in time may still be travelling
MAX_LIST: Final = 200
SWEEP: Final = 100


def _now() -> datetime:
    return datetime.now(UTC)


class CaseService:
    """Reads and moves cases; each change is one transaction that tells `CHANNEL` the case's id."""

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        clock: Callable[[], datetime] = _now,
        zone: tzinfo = CHINA,
        answer_within: timedelta = ANSWER_WITHIN,
        terms: Terms | None = None,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._practice = Practice(terms or Terms(WorkCalendar(zone)), zone, answer_within)

    async def get(self, case_id: str, scope: Scope = EVERYTHING) -> CaseView | None:
        """A case with its history and photos, or None when there is none of that id within `scope` (or it is no id)."""
        if not is_id(case_id):
            return None
        async with reading(self._engine) as connection:
            case = await repository.read(connection, case_id)
            if case is None or not scope.covers(case.community):
                return None
            merged = await relations.merged(connection, case_id)
            lines = await repository.history(connection, case_id, *(each.id for each in merged))
            numbers = {line.note for line in lines if line.what in NAMING}
            history = without(lines, await relations.elsewhere(connection, numbers, scope))
            photos = await pictures.photos(connection, case_id)
            returns = await repository.related(connection, case, case.returns)
            behind = await repository.related(connection, case, case.behind)
            fallen = await falls.of_case(connection, case_id)
            links = await relations.links(connection, case_id, scope)
            return CaseView(case, history, photos, returns, behind, fallen, links, merged)

    async def community_of(self, case_id: str) -> str | None:
        """Whose matter a case is; None: there is none of that id."""
        if not is_id(case_id):
            return None
        async with reading(self._engine) as connection:
            return await repository.community_of(connection, case_id)

    @property
    def terms(self) -> Terms:
        """The city's deadlines, and what they are counted in."""
        return self._practice.terms

    async def agenda(self, by: Actor) -> Sequence[Waiting]:
        """What needs somebody now, of the communities that are theirs; parts without a case are left out."""
        async with reading(self._engine) as connection:
            return await agenda.waiting(connection, by, now=self._clock())

    async def looks(self, scope: Scope, *, since: datetime) -> Mapping[Camera, Looks]:
        """How often each camera within a scope was asked to look again since, and could see."""
        async with reading(self._engine) as connection:
            return await sight.of_cameras(connection, scope, since=since)

    async def open_in(self, community: str) -> Sequence[Case]:
        """Open cases of a community, newest first; at most `MAX_LIST`."""
        async with reading(self._engine) as connection:
            return await agenda.open_in(connection, community, limit=MAX_LIST)

    async def open_case(self, device: Owned) -> Case | None:
        """The open case of a meter or household, a gate or a sensor; it has at most one."""
        async with reading(self._engine) as connection:
            return await repository.read_open(connection, device)

    async def suspects(self, scope: Scope = EVERYTHING) -> Sequence[Suspect]:
        """Vehicles that may become zombie vehicles and that no open case is about; at most `MAX_LIST`."""
        async with reading(self._engine) as connection:
            return await suspects.listed(connection, limit=MAX_LIST, scope=scope)

    async def dismiss_suspect(self, event_id: str, *, by: str, scope: Scope = EVERYTHING) -> bool:
        """Let a person who has looked into it take a suspected vehicle off the list; what is told later lists it again.

        A gateway says when a suspicion ends. It cannot where its store is lost or its camera taken down or turned away.

        Returns:
            False: there is none of that event on the list any more, or it is outside the scope.
        """
        if not is_id(event_id):
            return False
        async with transaction(self._engine) as connection:
            now = self._clock()
            community = await suspects.dismiss(connection, event_id, by=by, at=now, scope=scope)
            if community is not None:
                await record(connection, Entry(by, Deed.SUSPECT_DISMISSED, f"event/{event_id}", community, at=now))
            return community is not None

    async def suspect_photo(self, event_id: str, sha256: str, scope: Scope = EVERYTHING) -> tuple[str, Photo] | None:
        """A picture of a vehicle that is suspected now, with the community that it stands in."""
        if not is_id(event_id):
            return None
        async with reading(self._engine) as connection:
            return await suspects.photo(connection, event_id, sha256, scope)

    async def act(
        self,
        case_id: str,
        action: Action,
        *,
        by: Actor,
        version: int,
        note: str = "",
        rating: int | None = None,
        until: datetime | None = None,
        other: str | None = None,
        organisation: str | None = None,
        priority: Priority | None = None,
        fault: bool = False,
        photos: Sequence[str] = (),
        events: Sequence[str] = (),
    ) -> Case:
        """Let a person move a case; `flow.FLOW` says what each action needs of the others.

        Args:
            version: the one the person saw.
            note: at most `steps.MAX_NOTE` characters.
            rating: 1 to 5.
            until: aware.
            other: another case, by its id or its number.
            fault: with `RATE`: the rating is bad through the handler's fault; one of 2 or less reopens the case.
            photos: SHA-256 of pictures that are there and belong to the case from now on.
            events: with `SPLIT`: findings of the case that go along.
        Raises:
            Refused: the case does not allow it now, or there is no such case.
            Stale: it was changed since `version`.
        """
        wish = Wish(
            action,
            note,
            rating=rating,
            fault=fault,
            until=until,
            other=other,
            organisation=organisation,
            priority=priority,
            photos=tuple(photos),
            events=tuple(events),
        )
        now = self._clock()
        async with transaction(self._engine) as connection:
            case = await acting.act(connection, case_id, wish, by=by, version=version, practice=self._practice, now=now)
            about, done = f"case/{case.id}", {"action": action.value, "role": by.role.value}
            await record(connection, Entry(by.name, Deed.CASE_ACTED, about, case.community, done, now))
            return case

    async def apply(
        self, connection: AsyncConnection, event: CaseEvent, *, received_at: datetime, odd_time: bool
    ) -> None:
        """Let an event of a vehicle, a fall or a device open or change a case, inside the caller's transaction."""
        await findings.apply(connection, event, received_at=received_at, odd_time=odd_time, practice=self._practice)

    async def report(self, report: Report, *, community: str, source: Source, by: Actor) -> Case:
        """Open a case for what somebody reports from outside; a person files it.

        The same community, source and `Report.reporter` again answer with the case that is there already.

        Raises:
            Refused: it cannot become a case.
        """
        now = self._clock()
        async with transaction(self._engine) as connection:
            case = await intake.take(
                connection, report, community=community, source=source, by=by, practice=self._practice, now=now
            )
            about, told = f"case/{case.id}", {"source": source.value, "role": by.role.value}
            await record(connection, Entry(by.name, Deed.CASE_REPORTED, about, case.community, told, now))
            return case

    async def alert(self) -> int:
        """Tell what is due of the cases' terms; how many cases (at most `SWEEP`).

        The moment is a column of the case: a restart forgets none, and what was told is told.
        """
        now = self._clock()
        async with reading(self._engine) as connection:
            due = await repository.due(connection, now=now, limit=SWEEP)
        return sum([await self._alert(case_id, now) for case_id in due])

    async def _alert(self, case_id: str, now: datetime) -> bool:
        async with transaction(self._engine) as connection:
            case = await repository.locked(connection, case_id)
            if case is None or not alerts.is_due(case, now):  # somebody else was quicker
                return False
            above = [level for level in Level if level >= case.level]
            answering = {level: await responsible_of(connection, case.community, level) for level in above}
            change = alerts.fire(case, self._practice.terms, answering=answering, now=now)
            await repository.save(connection, case, change)
            return True

    async def expire(self) -> int:
        """Hand cases whose camera or device did not answer in time to a person; how many (at most `SWEEP`)."""
        now = self._clock()
        async with reading(self._engine) as connection:
            overdue = await repository.overdue(connection, before=now - ON_THE_WAY, limit=SWEEP)
        for command in overdue:
            async with transaction(self._engine) as connection:
                await self._expire(connection, command, now)
        return len(overdue)

    async def _expire(self, connection: AsyncConnection, command: str, now: datetime) -> None:
        asked = await repository.look(connection, command)
        case = None if asked is None else await repository.locked(connection, asked.case_id)
        look = await repository.look(connection, command)  # again: an answer may have come before the lock
        if case is None or look is None or look.answered or look.expired:
            return
        await repository.mark_expired(connection, command, at=now)
        await commands.settle(connection, command, now=now)
        if steps.awaits(case, command) and case.verification is Verification.WAITING:
            await repository.save(connection, case, steps.give_up(case, now=now))

    async def photo_arrived(self, connection: AsyncConnection, sha256: str) -> None:
        """Tell that the cases a picture belongs to can show it, when the caller's transaction commits."""
        for case_id in await pictures.cases_with_photo(connection, sha256):
            await notify(connection, CHANNEL, suspects.TOLD if case_id is None else case_id)
