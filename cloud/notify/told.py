"""What became of messages, and whom a case was told to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.notify.domain import Lane, Occasion, Reason, State
from cloud.notify.tables import notice_destinations, notice_items, notice_messages

MAX_OF_CASE: Final = 30  # shown
_D: Final = notice_destinations.c
_I: Final = notice_items.c
_M: Final = notice_messages.c


@dataclass(frozen=True, slots=True)
class Told:
    """One message and what became of it."""

    id: str
    destination: str
    lane: Lane
    formed_at: datetime
    tells: int
    title: str
    state: State
    attempts: int
    next_at: datetime
    reason: Reason | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseTold:
    """One thing that one destination is told of a case; without a state it is gathered and waits until `release_at`."""

    destination: str  # its name
    occasion: Occasion
    at: datetime
    release_at: datetime
    state: State | None
    attempts: int
    reason: Reason | None
    ended_at: datetime | None
    failing_since: datetime | None  # of the destination


def told_of(row: Row[tuple[object, ...]]) -> Told:
    """A message as a value."""
    return Told(
        id=row.id,
        destination=row.destination,
        lane=Lane(row.lane),
        formed_at=row.formed_at,
        tells=row.tells,
        title=row.title,
        state=State(row.state),
        attempts=row.attempts,
        next_at=row.next_at,
        reason=None if row.reason is None else Reason(row.reason),
        ended_at=row.ended_at,
    )


async def told_of_case(connection: AsyncConnection, case_id: str, whose: Collection[str] | None) -> list[CaseTold]:
    """Whom a case was told to, newest first, of the destinations of some organisations, or of all."""
    query = (
        select(notice_items, _D.name, _D.failing_since, _M.state, _M.attempts, _M.reason, _M.ended_at)
        .join(notice_destinations, _D.id == _I.destination)
        .outerjoin(notice_messages, _M.id == _I.message)
        .where(_I.case_id == case_id)
        .order_by(_I.id.desc())
        .limit(MAX_OF_CASE)
    )
    query = query if whose is None else query.where(_D.organisation.in_(whose))
    return [
        CaseTold(
            destination=row.name,
            occasion=Occasion(row.occasion),
            at=row.at,
            release_at=row.release_at,
            state=None if row.state is None else State(row.state),
            attempts=row.attempts or 0,
            reason=None if row.reason is None else Reason(row.reason),
            ended_at=row.ended_at,
            failing_since=row.failing_since,
        )
        for row in await connection.execute(query)
    ]
