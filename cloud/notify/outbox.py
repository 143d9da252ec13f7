"""News, what is to be told, and messages in PostgreSQL: named statements, no decisions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Row, and_, case, delete, exists, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.cases.domain import Case
from cloud.cases.rows import case_of
from cloud.cases.tables import case_news, cases
from cloud.notify.domain import Destination, Lane, Occasion, Reason, State
from cloud.notify.rows import destination_of
from cloud.notify.tables import notice_destinations, notice_items, notice_messages, notice_watches

OPEN: Final = (State.WAITING, State.FAILED)
_D: Final = notice_destinations.c
_I: Final = notice_items.c
_M: Final = notice_messages.c
_ON: Final = and_(_D.enabled, _D.removed_at.is_(None))


@dataclass(frozen=True, slots=True)
class NewsRow:
    """Something that happened to a case."""

    case_id: str
    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that one destination is to be told."""

    destination: str
    occasion: Occasion
    case_id: str | None
    urgent: bool
    at: datetime
    release_at: datetime
    subject: str | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """One message on its way, with its destination and the sealed address."""

    id: str
    destination: Destination
    sealed: str
    lane: Lane
    formed_at: datetime
    title: str
    body: str
    attempts: int


async def take_news(connection: AsyncConnection, most: int) -> list[NewsRow]:
    """Take the oldest news away, in its order; what another worker has taken and not committed is left to it."""
    some = select(case_news.c.id).order_by(case_news.c.id).limit(most).with_for_update(skip_locked=True)
    taken = await connection.execute(delete(case_news).where(case_news.c.id.in_(some)).returning(case_news))
    return [NewsRow(row.case_id, row.what, row.at) for row in sorted(taken, key=lambda row: row.id)]


async def cases_of(connection: AsyncConnection, ids: Collection[str]) -> Mapping[str, Case]:
    """Cases as they stand now, by their ids."""
    rows = await connection.execute(select(cases).where(cases.c.id.in_(set(ids))))
    return {each.id: each for each in map(case_of, rows)}


async def add_items(connection: AsyncConnection, items: Sequence[Item]) -> None:
    """Note what is to be told."""
    rows = [
        {name: getattr(item, name) for name in Item.__slots__ if name != "id"}  # the database numbers them
        for item in items
    ]
    if rows:
        await connection.execute(insert(notice_items), rows)


async def is_full(connection: AsyncConnection, destination: str, urgent: bool, most: int) -> bool:
    """Whether so many things wait for a destination, as urgently, already."""
    mine = _I.destination == destination, _I.urgent.is_(urgent), _I.message.is_(None)
    query = select(select(_I.id).where(*mine).offset(most - 1).limit(1).exists())
    return (await connection.execute(query)).scalar_one() is True


async def leave_out(connection: AsyncConnection, destination: str) -> None:
    """Count one thing that is not noted: so much waits already that a message could do no more than count it."""
    counted = {"left_out": _D.left_out + 1}
    await connection.execute(update(notice_destinations).where(_D.id == destination).values(counted))


async def take_left_out(connection: AsyncConnection, destination: str) -> int:
    """How many things were not noted, for the message that tells the number; counted from none again."""
    found: int = (await connection.execute(select(_D.left_out).where(_D.id == destination))).scalar_one()
    if found:
        await connection.execute(update(notice_destinations).where(_D.id == destination).values(left_out=0))
    return found


async def waits(connection: AsyncConnection, destination: str, occasion: Occasion, case_id: str) -> bool:
    """Whether a destination is to be told the very same already."""
    same = _I.destination == destination, _I.occasion == occasion, _I.case_id == case_id, _I.message.is_(None)
    return (await connection.execute(select(exists().where(*same)))).scalar_one() is True


async def watch(connection: AsyncConnection, rule: str, case_id: str, due_at: datetime) -> None:
    """Look at a case at a time; one that is looked at already is looked at then instead."""
    statement = insert(notice_watches).values(rule=rule, case_id=case_id, due_at=due_at)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["rule", "case_id"], set_={"due_at": due_at})
    )


async def take_watches(connection: AsyncConnection, now: datetime, most: int) -> list[tuple[str, str]]:
    """Take away what is to be looked at by now: rule and case."""
    key = tuple_(notice_watches.c.rule, notice_watches.c.case_id)
    some = select(notice_watches.c.rule, notice_watches.c.case_id).where(notice_watches.c.due_at <= now)
    some = some.order_by(notice_watches.c.due_at).limit(most).with_for_update(skip_locked=True)
    taken = await connection.execute(delete(notice_watches).where(key.in_(some)).returning(notice_watches))
    return [(row.rule, row.case_id) for row in taken]


async def ripe(connection: AsyncConnection, now: datetime, most: int) -> list[tuple[str, bool]]:
    """Destinations, and whether urgently, of which a message can be formed: one is due and none is on its way."""
    lane = _lane_of(_I.urgent)
    on_its_way = exists().where(_M.destination == _I.destination, _M.lane == lane, _M.state.in_(OPEN))
    query = (
        select(_I.destination, _I.urgent)
        .where(_I.message.is_(None), ~on_its_way)
        .group_by(_I.destination, _I.urgent)
        .having(func.min(_I.release_at) <= now)
        .order_by(_I.urgent.desc(), func.min(_I.release_at))
        .limit(most)
    )
    return [(row.destination, row.urgent) for row in await connection.execute(query)]


async def locked_destination(connection: AsyncConnection, destination: str) -> Destination | None:
    """A destination that is used, locked; None: it is not, or another worker has it."""
    query = select(notice_destinations).where(_D.id == destination, _ON).with_for_update(skip_locked=True)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else destination_of(row)


async def waiting_items(connection: AsyncConnection, destination: str, urgent: bool, most: int) -> list[Item]:
    """What a destination is to be told, oldest first; nothing where a message is on its way."""
    lane = Lane.URGENT if urgent else Lane.NORMAL
    on_its_way = exists().where(_M.destination == destination, _M.lane == lane, _M.state.in_(OPEN))
    mine = _I.destination == destination, _I.urgent.is_(urgent), _I.message.is_(None), ~on_its_way
    rows = await connection.execute(select(notice_items).where(*mine).order_by(_I.id).limit(most))
    return [
        Item(
            row.destination,
            Occasion(row.occasion),
            row.case_id,
            row.urgent,
            row.at,
            row.release_at,
            row.subject,
            row.id,
        )
        for row in rows
    ]


async def drop_items(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """Forget what need not be told any more."""
    if ids:
        await connection.execute(delete(notice_items).where(_I.id.in_(ids)))


async def drop_items_of_unused(connection: AsyncConnection) -> None:
    """Forget what destinations were to be told that are switched off or removed, and give up what is on its way."""
    unused = select(_D.id).where(~_ON)
    await connection.execute(delete(notice_items).where(_I.message.is_(None), _I.destination.in_(unused)))
    removed = select(_D.id).where(_D.removed_at.is_not(None))
    await connection.execute(
        update(notice_messages)
        .where(_M.state.in_(OPEN), _M.destination.in_(removed))
        .values(state=State.GIVEN_UP, reason=Reason.REMOVED, ended_at=func.now())
    )


async def add_message(
    connection: AsyncConnection,
    message_id: str,
    destination: str,
    words: tuple[str, str],
    *,
    lane: Lane,
    now: datetime,
    tells: int,
) -> bool:
    """Store a message to send; False: one of its lane is on its way."""
    statement = insert(notice_messages).values(
        id=message_id,
        destination=destination,
        lane=lane,
        formed_at=now,
        tells=tells,
        title=words[0],
        body=words[1],
        state=State.WAITING,
        next_at=now,
    )
    stored = await connection.execute(statement.on_conflict_do_nothing().returning(_M.id))
    return stored.first() is not None


async def give(connection: AsyncConnection, message_id: str, ids: Sequence[int]) -> None:
    """Note which items a message tells."""
    await connection.execute(update(notice_items).where(_I.id.in_(ids)).values(message=message_id))


async def claim(
    connection: AsyncConnection, now: datetime, lease: timedelta, *, busy: Collection[str], most: int
) -> list[Message]:
    """Messages to try now, one a destination, urgent ones first; nobody else tries them while the lease runs."""
    query = (
        select(notice_messages)
        .join(notice_destinations, _D.id == _M.destination)
        .where(_M.state.in_(OPEN), _M.next_at <= now, _ON, _D.id.not_in(busy))
        .order_by(_M.lane != Lane.URGENT, _M.next_at)
        .limit(most)
        .with_for_update(of=notice_messages, skip_locked=True)
    )
    found: dict[str, Row[tuple[object, ...]]] = {}
    for row in await connection.execute(query):
        found.setdefault(row.destination, row)
    if not found:
        return []
    leased = {"attempts": _M.attempts + 1, "next_at": now + lease}
    await connection.execute(
        update(notice_messages).where(_M.id.in_([row.id for row in found.values()])).values(leased)
    )
    theirs = await connection.execute(select(notice_destinations).where(_D.id.in_(found)))
    return [_message(found[row.id], row) for row in theirs]


def _message(row: Row[tuple[object, ...]], its: Row[tuple[object, ...]]) -> Message:
    return Message(
        id=row.id,
        destination=destination_of(its),
        sealed=its.sealed,
        lane=Lane(row.lane),
        formed_at=row.formed_at,
        title=row.title,
        body=row.body,
        attempts=row.attempts + 1,
    )


def _lane_of(urgent: ColumnElement[bool]) -> ColumnElement[str]:
    return case((urgent, Lane.URGENT.value), else_=Lane.NORMAL.value)


async def mark_sent(connection: AsyncConnection, message: Message, now: datetime) -> None:
    """Note that a message was taken, and with it that its destination works."""
    done = {"state": State.SENT, "reason": None, "ended_at": now}
    await connection.execute(update(notice_messages).where(_M.id == message.id).values(done))
    works = {"failing_since": None, "reason": None, "alarmed_at": None, "last_sent_at": now}
    await connection.execute(update(notice_destinations).where(_D.id == message.destination.id).values(works))


async def mark_failed(
    connection: AsyncConnection, message: Message, reason: Reason, now: datetime, next_at: datetime | None
) -> None:
    """Note that a message was not taken; `next_at` None: it is not tried again."""
    if next_at is None:
        values: dict[str, object] = {"state": State.GIVEN_UP, "reason": reason, "ended_at": now}
    else:
        values = {"state": State.FAILED, "reason": reason, "next_at": next_at}
    await connection.execute(update(notice_messages).where(_M.id == message.id).values(values))
    fails = {"failing_since": func.coalesce(_D.failing_since, now), "reason": reason}
    await connection.execute(update(notice_destinations).where(_D.id == message.destination.id).values(fails))


async def retry_now(connection: AsyncConnection, destination: str, now: datetime) -> None:
    """Try at once what a destination has not taken: its address is another."""
    mine = _M.destination == destination, _M.state.in_(OPEN)
    await connection.execute(update(notice_messages).where(*mine).values(next_at=now, attempts=0))


async def forget(connection: AsyncConnection, before: datetime, most: int) -> int:
    """Delete messages that ended before a time, with what they told; how many."""
    old = select(_M.id).where(_M.ended_at < before).limit(most)
    return len((await connection.execute(delete(notice_messages).where(_M.id.in_(old)).returning(_M.id))).all())
