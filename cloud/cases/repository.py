"""Cases in PostgreSQL: named statements, no decisions."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final, cast

from sqlalchemy import ColumnElement, Row, Select, Table, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.cases.domain import (
    OPEN,
    Action,
    Case,
    HistoryEntry,
    Note,
    Photo,
    Stage,
    Stale,
    Verification,
)
from cloud.cases.steps import Change
from cloud.cases.tables import case_events, case_history, case_numbers, case_photos, cases, looks
from cloud.db import notify
from cloud.evidence.tables import evidence
from contract.envelope import Evidence, PictureKind

CHANNEL: Final = "linli_cases"  # told the id of each case that changes
MAX_HISTORY: Final = 1000  # lines shown of one case, the latest
FIRST_PHOTOS: Final = 16  # of one case: what its finding rests on
LATEST_PHOTOS: Final = 84  # of one case: how it has gone since


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
    """A parking event as cases keep it."""

    event_id: str
    spot: Spot
    stay: str
    type: str
    dwell_s: float
    received_at: datetime
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Later:
    """What happened to a stay after its finding, or seemingly before it: lanes overtake each other."""

    event_id: str
    type: str
    stay: str
    dwell_s: float


@dataclass(frozen=True, slots=True)
class LookRow:
    """A look that was asked for."""

    command: str
    case_id: str
    answered: bool
    expired: bool


async def lock(connection: AsyncConnection, spot: Spot) -> None:
    """Wait until no other transaction works on this spot; held until this one ends."""
    key = "/".join((spot.community, spot.gateway, spot.epoch, spot.camera, spot.slot))
    await connection.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


async def open_case(connection: AsyncConnection, spot: Spot) -> Case | None:
    """The open case of a spot, locked."""
    where = select(cases).where(*_at(cases, spot), cases.c.stage.in_(OPEN))
    return _case((await connection.execute(where.with_for_update())).one_or_none())


async def case_of_stay(connection: AsyncConnection, spot: Spot, stay: str) -> Case | None:
    """The latest case that a stay belongs to, open or not, locked."""
    of_stay = select(case_events.c.case_id).where(*_at(case_events, spot), case_events.c.stay == stay)
    where = select(cases).where(cases.c.id.in_(of_stay)).order_by(cases.c.id.desc()).limit(1)
    return _case((await connection.execute(where.with_for_update())).one_or_none())


async def locked(connection: AsyncConnection, case_id: str) -> Case | None:
    """A case by its id, locked."""
    return _case((await connection.execute(select(cases).where(cases.c.id == case_id).with_for_update())).one_or_none())


async def read(connection: AsyncConnection, case_id: str) -> Case | None:
    """A case by its id."""
    return _case((await connection.execute(select(cases).where(cases.c.id == case_id))).one_or_none())


async def page(connection: AsyncConnection, *, open_only: bool | None, limit: int, before: str | None) -> list[Case]:
    """Cases, newest first; an id holds the time it was made at."""
    query: Select[tuple[object, ...]] = select(cases).order_by(cases.c.id.desc()).limit(limit)
    if open_only is not None:
        is_open = text("stage not in ('closed', 'evaluated')")  # as the partial index says it
        query = query.where(is_open if open_only else cases.c.stage.not_in(OPEN))
    if before is not None:
        query = query.where(cases.c.id < before)
    return [_to_case(row) for row in await connection.execute(query)]


async def add(connection: AsyncConnection, change: Change) -> None:
    """Store a new case."""
    await connection.execute(insert(cases).values(asdict(change.case)))
    await _tell(connection, change)


async def save(connection: AsyncConnection, change: Change) -> Case:
    """Store a changed case under the next version.

    Raises:
        Stale: it is not at the version the change was made from.
    """
    values = asdict(change.case) | {"version": change.case.version + 1}
    where = (cases.c.id == change.case.id, cases.c.version == change.case.version)
    row = (await connection.execute(update(cases).where(*where).values(values).returning(cases))).one_or_none()
    if row is None:
        raise Stale
    await _tell(connection, change)
    return _to_case(row)


async def _tell(connection: AsyncConnection, change: Change) -> None:
    rows = [
        {
            "case_id": change.case.id,
            "at": entry.at,
            "what": entry.what,
            "moves": isinstance(entry.what, Action),
            "stage": entry.stage,
            "actor": entry.actor,
            "note": entry.note,
            "event_id": entry.event_id,
        }
        for entry in change.entries
    ]
    await connection.execute(insert(case_history), rows)
    await notify(connection, CHANNEL, change.case.id)


async def next_number(connection: AsyncConnection, day: date) -> str:
    """The next case number of a day; who asks at the same time waits until this transaction ends."""
    statement = insert(case_numbers).values(day=day, last=1)
    statement = statement.on_conflict_do_update(index_elements=["day"], set_={"last": case_numbers.c.last + 1})
    last = (await connection.execute(statement.returning(case_numbers.c.last))).scalar_one()
    return f"LL-{day:%Y%m%d}-{last:04d}"


async def record(connection: AsyncConnection, told: Told, case_id: str | None) -> None:
    """Keep an event and its pictures for a case, or for the one that its finding will open."""
    values = {name: value for name, value in asdict(told).items() if name not in {"spot", "evidence"}}
    row = asdict(told.spot) | values | {"case_id": case_id}
    await connection.execute(insert(case_events).values(row).on_conflict_do_nothing())
    pictures = [
        item.model_dump(exclude={"kind"}) | {"kind": item.kind, "event_id": told.event_id, "case_id": case_id}
        for item in told.evidence
    ]
    if pictures:
        await connection.execute(insert(case_photos).on_conflict_do_nothing(), pictures)


async def adopt(connection: AsyncConnection, case_id: str, spot: Spot, stay: str) -> Sequence[Later]:
    """Give a case the events of a stay that came before its finding; by how long the vehicle had stood."""
    where = (*_at(case_events, spot), case_events.c.stay == stay, case_events.c.case_id.is_(None))
    found = select(case_events.c.event_id, case_events.c.type, case_events.c.dwell_s).where(*where)
    rows = (await connection.execute(found.order_by(case_events.c.dwell_s, case_events.c.received_at))).all()
    ids = [row.event_id for row in rows]
    for table in (case_events, case_photos):
        await connection.execute(update(table).where(table.c.event_id.in_(ids)).values(case_id=case_id))
    return [Later(row.event_id, row.type, stay, row.dwell_s) for row in rows]


async def history(connection: AsyncConnection, case_id: str) -> tuple[HistoryEntry, ...]:
    """The latest `MAX_HISTORY` lines of a case, oldest first."""
    query = select(case_history).where(case_history.c.case_id == case_id)
    rows = (await connection.execute(query.order_by(case_history.c.id.desc()).limit(MAX_HISTORY))).all()
    return tuple(
        HistoryEntry(
            at=row.at,
            what=Action(row.what) if row.moves else Note(row.what),
            stage=Stage(row.stage),
            actor=row.actor,
            note=row.note,
            event_id=row.event_id,
        )
        for row in reversed(rows)
    )


async def photos(connection: AsyncConnection, case_id: str) -> tuple[Photo, ...]:
    """The pictures of a case, oldest first, each once: the first `FIRST_PHOTOS` and the latest `LATEST_PHOTOS`."""
    of_case = (
        select(case_photos)
        .ext(distinct_on(case_photos.c.sha256))
        .where(case_photos.c.case_id == case_id)
        .order_by(case_photos.c.sha256, case_photos.c.taken_at)
        .subquery()
    )
    order = (of_case.c.taken_at, of_case.c.sha256)
    numbered = select(
        of_case,
        func.row_number().over(order_by=order).label("place"),
        func.count().over().label("of"),
    ).subquery()
    arrived = exists().where(evidence.c.sha256 == numbered.c.sha256).label("arrived")
    shown = (numbered.c.place <= FIRST_PHOTOS) | (numbered.c.place > numbered.c.of - LATEST_PHOTOS)
    rows = await connection.execute(select(numbered, arrived).where(shown).order_by(numbered.c.place))
    return tuple(_photo(row) for row in rows)


async def covers(connection: AsyncConnection, case_ids: Sequence[str]) -> dict[str, Photo]:
    """One picture a case, the one that tells most: one that has arrived, taken when time was up, the first."""
    arrived = exists().where(evidence.c.sha256 == case_photos.c.sha256).label("arrived")
    query = (
        select(case_photos, arrived)
        .ext(distinct_on(case_photos.c.case_id))
        .where(case_photos.c.case_id.in_(case_ids), case_photos.c.media_type.startswith("image/"))
        .order_by(case_photos.c.case_id, arrived.desc(), (case_photos.c.kind == PictureKind.DUE).desc())
        .order_by(case_photos.c.taken_at, case_photos.c.sha256)
    )
    return {row.case_id: _photo(row) for row in await connection.execute(query)}


def _photo(row: Row[tuple[object, ...]]) -> Photo:
    return Photo(row.sha256, row.media_type, row.kind, row.taken_at, row.masked, row.size, row.arrived)


async def cases_with_photo(connection: AsyncConnection, sha256: str) -> Iterable[str]:
    """Ids of the cases that a picture belongs to."""
    query = select(case_photos.c.case_id).where(case_photos.c.sha256 == sha256, case_photos.c.case_id.is_not(None))
    return set((await connection.execute(query)).scalars())


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


async def mark_answered(connection: AsyncConnection, command: str, *, outcome: str, at: datetime) -> None:
    """Note the first answer to a look."""
    await connection.execute(update(looks).where(looks.c.command == command).values(answered_at=at, outcome=outcome))


async def mark_expired(connection: AsyncConnection, command: str, *, at: datetime) -> None:
    """Note that a look was given up."""
    await connection.execute(update(looks).where(looks.c.command == command).values(expired_at=at))


def _at(table: Table, spot: Spot) -> tuple[ColumnElement[bool], ...]:
    return tuple(table.c[name] == value for name, value in asdict(spot).items())


def _case(row: Row[tuple[object, ...]] | None) -> Case | None:
    return None if row is None else _to_case(row)


def _to_case(row: Row[tuple[object, ...]]) -> Case:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    values["stage"] = Stage(cast("str", values["stage"]))
    values["verification"] = Verification(cast("str", values["verification"]))
    return Case(**values)
