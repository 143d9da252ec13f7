"""Cases in PostgreSQL: named statements, no decisions."""

from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, replace
from datetime import date, datetime, tzinfo
from os import urandom
from typing import Final

from sqlalchemy import ColumnElement, Row, Select, Table, bindparam, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.cases import lexicon
from cloud.cases.domain import Case, HistoryEntry, Related, Stale
from cloud.cases.journal import completed
from cloud.cases.news import news
from cloud.cases.rows import case_of, changes_of, signs_of, values_of
from cloud.cases.stays import Later
from cloud.cases.steps import Change
from cloud.cases.tables import case_events, case_history, case_news, case_numbers, case_photos, cases, looks
from cloud.cases.vocabulary import OPEN, Action, Note, Stage
from cloud.db import notify
from contract.envelope import Evidence
from contract.identifiers import ENTROPY_BYTES, uuid7

CHANNEL: Final = "linli_cases"  # told the id of each case that changes
MAX_HISTORY: Final = 1000  # lines shown of one case, the latest
_IS_OPEN: Final = text(
    "stage in ('collected', 'filed', 'dispatched', 'handling', 'reported')"
)  # as the partial index says it
_SAVE: Final = update(cases).where(cases.c.id == bindparam("of_id"), cases.c.version == bindparam("at_version"))


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something was found: one open case at a time."""

    community: str
    gateway: str
    epoch: str
    camera: str
    slot: str


@dataclass(frozen=True, slots=True)
class Told:
    """An event as cases keep it, with what it says that a case may need before it is there."""

    spot: Spot
    later: Later
    received_at: datetime
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class LookRow:
    """A look that was asked for."""

    command: str
    case_id: str
    answered: bool
    expired: bool


@dataclass(frozen=True, slots=True)
class Owned:
    """A device of a gateway: one open case at a time, whatever became of the gateway's store between."""

    community: str
    gateway: str
    device_kind: str
    device: str


async def lock(connection: AsyncConnection, place: Spot | Owned) -> None:
    """Wait until no other transaction works on this spot or device; held until this one ends."""
    key = "/".join(astuple(place))
    await connection.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


async def open_case(connection: AsyncConnection, spot: Spot) -> Case | None:
    """The open case of a spot, locked."""
    of_place = (cases.c.device.is_(None), cases.c.report.is_(None))
    where = select(cases).where(*_at(cases, spot), cases.c.stage.in_(OPEN), *of_place)
    return _case((await connection.execute(where.with_for_update())).one_or_none())


async def open_case_of_device(connection: AsyncConnection, owned: Owned) -> Case | None:
    """The open case of a device, locked."""
    return _case((await connection.execute(_open_of(owned).with_for_update())).one_or_none())


async def read_open(connection: AsyncConnection, owned: Owned) -> Case | None:
    """The open case of a device."""
    return _case((await connection.execute(_open_of(owned))).one_or_none())


async def case_of_stay(connection: AsyncConnection, spot: Spot, stay: str) -> Case | None:
    """The latest case that a stay belongs to, open or not, locked."""
    of_stay = select(case_events.c.case_id).where(*_at(case_events, spot), case_events.c.stay == stay)
    where = select(cases).where(cases.c.id.in_(of_stay)).order_by(cases.c.id.desc()).limit(1)
    return _case((await connection.execute(where.with_for_update())).one_or_none())


async def related(connection: AsyncConnection, case: Case, stay: str | None) -> Related | None:
    """The latest case of another stay that the same gateway named."""
    if stay is None:
        return None
    same = (case_events.c[name] == getattr(case, name) for name in ("community", "gateway", "epoch"))
    of_stay = select(case_events.c.case_id).where(*same, case_events.c.stay == stay)
    query = select(cases.c.id, cases.c.number).where(cases.c.id.in_(of_stay), cases.c.id != case.id)
    row = (await connection.execute(query.order_by(cases.c.id.desc()).limit(1))).one_or_none()
    return None if row is None else Related(row.id, row.number)


async def community_of(connection: AsyncConnection, case_id: str) -> str | None:
    """The community of a case; None: there is no such case."""
    query = select(cases.c.community).where(cases.c.id == case_id)
    community: str | None = (await connection.execute(query)).scalar_one_or_none()
    return community


async def locked(connection: AsyncConnection, case_id: str) -> Case | None:
    """A case by its id, locked."""
    return _case((await connection.execute(select(cases).where(cases.c.id == case_id).with_for_update())).one_or_none())


async def read(connection: AsyncConnection, case_id: str) -> Case | None:
    """A case by its id."""
    return _case((await connection.execute(select(cases).where(cases.c.id == case_id))).one_or_none())


async def add(connection: AsyncConnection, change: Change) -> None:
    """Store a new case."""
    await connection.execute(insert(cases), values_of(change.case))
    await _tell(connection, None, change)


async def save(connection: AsyncConnection, before: Case, change: Change) -> Case:
    """Store a changed case under the next version.

    Args:
        before: the case as it was read.

    Raises:
        Stale: it is not at the version the change was made from.
    """
    saved = replace(change.case, version=change.case.version + 1)
    which = {"of_id": saved.id, "at_version": change.case.version}
    if (await connection.execute(_SAVE, changes_of(before, saved) | which)).rowcount == 0:
        raise Stale
    await _tell(connection, before, change)
    return saved


async def _tell(connection: AsyncConnection, before: Case | None, change: Change) -> None:
    entries = completed(before, change.case, change.entries)
    if entries:
        await connection.execute(insert(case_history), [_line(change.case.id, entry) for entry in entries])
    told = [{"case_id": change.case.id} | asdict(piece) for piece in news(before, change.case, entries)]
    if told:
        await connection.execute(insert(case_news), told)
    await lexicon.keep(connection, before, change)  # what a list finds it by
    await notify(connection, CHANNEL, change.case.id)


def _line(case_id: str, entry: HistoryEntry) -> dict[str, object]:
    same = {name: getattr(entry, name) for name in ("at", "what", "stage", "actor", "note", "event_id")}
    parts = {"before": dict(entry.before), "after": dict(entry.after)}
    return {"case_id": case_id, "moves": isinstance(entry.what, Action), **same, **parts}


async def new_names(connection: AsyncConnection, now: datetime, zone: tzinfo) -> tuple[str, str]:
    """Id and number of a case that opens; its number's day begins and ends in `zone`."""
    return uuid7(now, urandom(ENTROPY_BYTES)), await _next_number(connection, now.astimezone(zone).date())


async def _next_number(connection: AsyncConnection, day: date) -> str:
    """The next case number of a day; who asks at the same time waits until this transaction ends."""
    statement = insert(case_numbers).values(day=day, last=1)
    statement = statement.on_conflict_do_update(index_elements=["day"], set_={"last": case_numbers.c.last + 1})
    last = (await connection.execute(statement.returning(case_numbers.c.last))).scalar_one()
    return f"LL-{day:%Y%m%d}-{last:04d}"


async def record(connection: AsyncConnection, told: Told, case_id: str | None) -> None:
    """Keep an event and its pictures for a case, or for the one that its finding will open."""
    signs = [sign.model_dump(mode="json") for sign in told.later.signs]
    row = asdict(told.spot) | asdict(told.later) | {"signs": signs, "received_at": told.received_at, "case_id": case_id}
    await connection.execute(insert(case_events).on_conflict_do_nothing(), row)
    await keep_pictures(connection, told.later.event_id, told.evidence, case_id)


async def keep_pictures(
    connection: AsyncConnection, event_id: str, evidence: Sequence[Evidence], case_id: str | None
) -> None:
    """Note which pictures an event tells of; they may still be on their way."""
    pictures = [
        item.model_dump(exclude={"kind"}) | {"kind": item.kind, "event_id": event_id, "case_id": case_id}
        for item in evidence
    ]
    if pictures:
        await connection.execute(insert(case_photos).on_conflict_do_nothing(), pictures)


async def adopt(connection: AsyncConnection, case_id: str, spot: Spot, stay: str) -> Sequence[tuple[Later, datetime]]:
    """Give a case the events of a stay that came before its finding; by how long the vehicle had stood.

    Returns:
        each with when it came.
    """
    where = (*_at(case_events, spot), case_events.c.stay == stay, case_events.c.case_id.is_(None))
    rows = (
        await connection.execute(
            select(case_events).where(*where).order_by(case_events.c.dwell_s, case_events.c.received_at)
        )
    ).all()
    await give(connection, case_id, case_events, [row.event_id for row in rows])
    return [(_later(row), row.received_at) for row in rows]


async def give(connection: AsyncConnection, case_id: str, events: Table, ids: Sequence[str]) -> None:
    """Let events that waited, and their pictures, belong to a case."""
    if not ids:
        return
    for table in (events, case_photos):
        await connection.execute(update(table).where(table.c.event_id.in_(ids)).values(case_id=case_id))


def _later(row: Row[tuple[object, ...]]) -> Later:
    same = ("event_id", "type", "stay", "dwell_s", "moved", "last_seen_at", "missed_at")
    return Later(**{name: row._mapping[name] for name in same}, signs=signs_of(row.signs))  # noqa: SLF001 - as below


async def history(connection: AsyncConnection, *case_ids: str) -> tuple[HistoryEntry, ...]:
    """The latest `MAX_HISTORY` lines of a case, and of those merged into it, oldest first.

    What waited for its case has the time it came at.
    """
    query = select(case_history).where(case_history.c.case_id.in_(case_ids))
    rows = (await connection.execute(query.order_by(case_history.c.id.desc()).limit(MAX_HISTORY))).all()
    return tuple(
        HistoryEntry(
            at=row.at,
            what=Action(row.what) if row.moves else Note(row.what),
            stage=Stage(row.stage),
            actor=row.actor,
            note=row.note,
            event_id=row.event_id,
            after=row.after,
            before=row.before,
        )
        for row in sorted(rows, key=lambda row: (row.at, row.id))
    )


async def ask(
    connection: AsyncConnection, *, command: str, case_id: str, asked_at: datetime, answer_by: datetime
) -> None:
    """Note that a look was asked for."""
    values = {"command": command, "case_id": case_id, "asked_at": asked_at, "answer_by": answer_by}
    await connection.execute(insert(looks).values(values))


async def look(connection: AsyncConnection, command: str) -> LookRow | None:
    """A look by the id of its command."""
    row = (await connection.execute(select(looks).where(looks.c.command == command))).one_or_none()
    if row is None:
        return None
    return LookRow(row.command, row.case_id, row.answered_at is not None, row.expired_at is not None)


async def overdue(connection: AsyncConnection, *, before: datetime, limit: int) -> Sequence[str]:
    """Commands of looks that nobody answered in time and nobody has noticed."""
    query = select(looks.c.command).where(
        looks.c.answered_at.is_(None), looks.c.expired_at.is_(None), looks.c.answer_by < before
    )
    return (await connection.execute(query.order_by(looks.c.answer_by).limit(limit))).scalars().all()


async def due(connection: AsyncConnection, *, now: datetime, limit: int) -> Sequence[str]:
    """Open cases of whose term something is to be told by now, the longest due first."""
    query = select(cases.c.id).where(_IS_OPEN, cases.c.alert_at <= now).order_by(cases.c.alert_at).limit(limit)
    return (await connection.execute(query)).scalars().all()


async def mark_answered(connection: AsyncConnection, command: str, *, outcome: str, at: datetime) -> None:
    """Note the first answer to a look."""
    await connection.execute(update(looks).where(looks.c.command == command).values(answered_at=at, outcome=outcome))


async def mark_expired(connection: AsyncConnection, command: str, *, at: datetime) -> None:
    """Note that a look was given up."""
    await connection.execute(update(looks).where(looks.c.command == command).values(expired_at=at))


def _open_of(owned: Owned) -> Select[tuple[object, ...]]:
    return select(cases).where(*_at(cases, owned), cases.c.stage.in_(OPEN))


def _at(table: Table, place: Spot | Owned) -> tuple[ColumnElement[bool], ...]:
    return tuple(table.c[name] == value for name, value in asdict(place).items())


def _case(row: Row[tuple[object, ...]] | None) -> Case | None:
    return None if row is None else case_of(row)
