"""What all lives of a year share: the real case service, a clock that stands between two steps, and what is told it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.cases import repository
from cloud.cases.domain import Actor, Case, Refused, Report
from cloud.cases.service import CaseService
from cloud.cases.vocabulary import Action, Source
from cloud.cases.wishes import Wish
from cloud.db import transaction
from contract.events import EVENT
from contract.identifiers import uuid7
from deploy.story.year.sayings import Said

GATEWAY: Final = "gw-1"
# When the cloud has something to do by itself: tell of a term, or give up a look that nobody answered in time.
_NEXT: Final = text("""
    select least(
        (select min(alert_at) from cases
            where stage in ('collected', 'filed', 'dispatched', 'handling', 'reported') and alert_at is not null),
        (select min(answer_by) + interval '11 seconds' from looks where answered_at is null and expired_at is null)
    )
""")
_OF_EVENT: Final = text("""
    select case_id from case_events where event_id = :id union all select case_id from case_alarms where event_id = :id
""")
_SIMULATED: Final = text("update cases set simulated = true where id = :id")


@dataclass
class Clock:
    """A clock that stands until it is set."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass
class World:
    """The district's cloud. Everything goes through the real case service; all of it is marked as simulated.

    Args:
        looking: a connection that commits by itself, for what the story looks up between two steps.
    """

    engine: AsyncEngine
    looking: AsyncConnection
    cases: CaseService
    clock: Clock
    changes: int = field(default=0, init=False)  # times that a case may have changed without its own life's doing
    refused: Counter[Action] = field(default_factory=Counter, init=False)  # steps that the engine let nobody take
    begun: list[tuple[str, str]] = field(default_factory=list, init=False)  # communities and cases that go on alone
    serial: int = field(default=0, init=False)

    def number(self) -> int:
        """Another one each time."""
        self.serial += 1
        return self.serial

    async def read(self, case_id: str) -> Case:
        """A case as it is now."""
        case = await repository.read(self.looking, case_id)
        if case is None:
            raise LookupError(case_id)
        return case

    async def pass_until(self, moment: datetime) -> None:
        """Let time go on; what the cloud does by itself it does when it is due."""
        while (due := await self._next()) is not None and due <= moment:
            self.clock.at = max(due, self.clock.at)
            changed = await self.cases.alert() + await self.cases.expire()
            if not changed:
                raise RuntimeError(f"something was due at {due} and nothing came of it")
            self.changes += changed
        self.clock.at = moment

    async def act(self, case: Case, wish: Wish, by: Actor) -> Case | None:
        """Somebody takes a step; None: the engine did not let them."""
        try:
            return await self.cases.act(
                case.id,
                wish.action,
                by=by,
                version=case.version,
                note=wish.note,
                rating=wish.rating,
                until=wish.until,
                other=wish.other,
                organisation=wish.organisation,
                priority=wish.priority,
                fault=wish.fault,
                events=wish.events,
            )
        except Refused:
            self.refused[wish.action] += 1
            return None

    async def report(self, report: Report, *, community: str, source: Source, by: Actor) -> str:
        """Somebody reports something; the id of its case."""
        case = await self.cases.report(report, community=community, source=source, by=by)
        await self.looking.execute(_SIMULATED, {"id": case.id})  # a report has no mark of its own
        return case.id

    async def tell(self, community: str, said: Said) -> str:
        """A gateway tells something, as ingest has checked it; the id of the case it belongs to, or empty."""
        now, serial = self.clock.at, self.number()
        document = {
            "id": uuid7(now, serial.to_bytes(10)),
            "source": f"/linli/{community}/{GATEWAY}",
            "time": now,
            "community": community,
            "gateway": GATEWAY,
            "epoch": "0123456789abcdef",
            "lane": said.lane,
            "seq": serial,
            "clock": "synced",
            "configversion": "0123456789ab",
            "prevhash": "0" * 64,
            "keyid": "0123456789abcdef",
            "sig": "AAAA",
            "type": said.kind,
            "data": {**said.data, "simulated": True},
        }
        event: Any = EVENT.validate_python(document)
        self.changes += 1
        async with transaction(self.engine) as connection:
            await self.cases.apply(connection, event, received_at=now, odd_time=False)
        return str((await self.looking.execute(_OF_EVENT, {"id": event.id})).scalar() or "")

    async def _next(self) -> datetime | None:
        moment: datetime | None = (await self.looking.execute(_NEXT)).scalar_one()
        return moment
