"""Inbox and lanes in PostgreSQL: named statements, no decisions."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Table, case, func, literal, select, update
from sqlalchemy.dialects.postgresql import INT8MULTIRANGE, Range, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.ingest.reading import Letter
from cloud.ingest.tables import gaps, inbox, lanes
from cloud.ingest.watermark import LaneKey, Received
from contract.device import GapData
from contract.envelope import ClockTrust, Lane
from contract.signatures import NO_HASH, digest

OK: Final = "ok"
BROKEN: Final = "broken"
OPEN: Final = "open"
_COUNTED: Final = insert(lanes)
_COUNT_IN: Final = _COUNTED.on_conflict_do_update(
    index_elements=["community", "gateway", "epoch", "lane"],
    set_={"received": lanes.c.received.op("+", return_type=INT8MULTIRANGE())(_COUNTED.excluded.received)},
).returning(lanes.c.received)


@dataclass(frozen=True, slots=True)
class Stored:
    """What the inbox knows of an event."""

    digest: str
    applied: bool


async def stored(connection: AsyncConnection, event_id: str) -> Stored | None:
    """An event by its id."""
    query = select(inbox.c.digest, inbox.c.applied).where(inbox.c.id == event_id)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else Stored(row.digest, row.applied)


async def add(connection: AsyncConnection, letter: Letter, *, now: datetime, odd_time: bool) -> str | None:
    """Store an event.

    Returns:
        whether it follows the event before it: `OK`, `BROKEN`, or `OPEN` while that one is not there; None: its id or
        its place in the sequence is taken.
    """
    said = letter.envelope
    values = {
        "id": said.id,
        "community": said.community,
        "gateway": said.gateway,
        "epoch": said.epoch,
        "lane": Lane(said.lane),
        "seq": said.seq,
        "type": letter.type,
        "observed_at": letter.observed_at,
        "clock": ClockTrust(said.clock),
        "odd_time": odd_time,
        "received_at": now,
        "digest": digest(letter.body),
        "prevhash": said.prevhash,
        "applied": letter.event is not None,
        "body": letter.body,
    }
    statement = insert(inbox).values(chain=_chain(letter)).on_conflict_do_nothing().returning(inbox.c.chain)
    chain: str | None = (await connection.execute(statement, values)).scalar_one_or_none()
    return chain


async def mark_applied(connection: AsyncConnection, event_id: str) -> None:
    """An event that was kept unread has been understood."""
    await connection.execute(update(inbox).where(inbox.c.id == event_id).values(applied=True))


async def received(connection: AsyncConnection, key: LaneKey, *, lock: bool = False) -> Received:
    """What of a lane is committed; with `lock`, nobody else changes it until the transaction ends."""
    query = select(lanes.c.received).where(*_of(lanes, key))
    if lock:
        query = query.with_for_update()
    return _received((await connection.execute(query)).scalar_one_or_none() or ())


async def count_in(connection: AsyncConnection, key: LaneKey, first: int, last: int) -> Received:
    """Add sequence numbers to a lane, which stays locked until the transaction ends."""
    values = asdict(key) | {"received": [Range(first, last, bounds="[]")]}
    return _received((await connection.execute(_COUNT_IN, values)).scalar_one())


def _chain(letter: Letter) -> str | ColumnElement[str]:
    """What stands in `chain`; where it takes the event before it, as an expression."""
    said, key = letter.envelope, letter.lane
    if key is None:
        return OK
    if said.seq == 1:
        return OK if said.prevhash == NO_HASH else BROKEN
    follows = case((inbox.c.digest == said.prevhash, literal(OK)), else_=literal(BROKEN))
    before = select(follows).where(*_of(inbox, key), inbox.c.seq == said.seq - 1).scalar_subquery()
    return func.coalesce(before, OPEN)


async def close_chain(connection: AsyncConnection, letter: Letter) -> None:
    """Check the event after this one, if it came first."""
    key = letter.lane
    if key is None:
        return
    where = (*_of(inbox, key), inbox.c.seq == letter.envelope.seq + 1, inbox.c.chain == OPEN)
    verdict = case((inbox.c.prevhash == digest(letter.body), literal(OK)), else_=literal(BROKEN))
    await connection.execute(update(inbox).where(*where).values(chain=verdict))


async def note_gap(connection: AsyncConnection, event_id: str, key: LaneKey, gap: GapData, *, now: datetime) -> None:
    """Keep what a gateway said of a stretch that will never come."""
    values = asdict(key) | {
        "event_id": event_id,
        "first": gap.first,
        "last": gap.last,
        "count": gap.count,
        "reason": gap.reason,
        "received_at": now,
    }
    await connection.execute(insert(gaps).values(values).on_conflict_do_nothing())


def _of(table: Table, key: LaneKey) -> tuple[ColumnElement[bool], ...]:
    return tuple(table.c[name] == value for name, value in asdict(key).items())


def _received(ranges: Sequence[Range[int]]) -> Received:
    # PostgreSQL hands out int8 ranges as [first, after the last), and none without an end was put in.
    return Received(tuple((span.lower or 0, (span.upper or 0) - 1) for span in ranges))
