"""Permits: taken in from a person's list, shown to those who need them, given to gateways as one document."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Text, cast, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud import audit
from cloud.audit import Deed
from cloud.db import reading, transaction
from cloud.permits.tables import permit_lists, permits
from cloud.scope import EVERYTHING, Scope
from contract.identifiers import is_slug
from contract.permits import MAX_LIST_BYTES, MAX_PERMITS, ListedPermit, PermitPeriod
from contract.plates import PermitKind
from contract.sheets import Sheet, normalised, parse_sheet

MAX_LIST: Final = 200  # rows shown at once
MAX_SEARCH: Final = 20  # characters
ENTRY_BYTES: Final = 200  # of one permit as JSON, without its periods, at most


class ListRefused(Exception):
    """The list cannot be taken in; `zh` and `en` say why, without any plate."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh: Final = zh
        self.en: Final = en


@dataclass(frozen=True, slots=True)
class Entry:
    """One permit in the list."""

    id: int
    permit: ListedPermit
    note: str
    added_at: datetime
    added_by: str


@dataclass(frozen=True, slots=True)
class PermitPage:
    """A part of a community's list, by plate, and how many there are in all."""

    entries: tuple[Entry, ...]
    total: int
    changed_at: datetime | None
    changed_by: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import. `unread`: headings of columns that mean nothing here."""

    lines: int
    total: int
    unread: tuple[str, ...]


def _now() -> datetime:
    return datetime.now(UTC)


class PermitService:
    """Lists of permits, one a community.

    Args:
        zone: dates in lists are days there.
    """

    def __init__(self, engine: AsyncEngine, zone: ZoneInfo, *, clock: Callable[[], datetime] = _now) -> None:
        self._engine = engine
        self._zone = zone
        self._clock = clock

    async def take_in(
        self, community: str, raw: bytes, *, replace: bool, by: str, scope: Scope = EVERYTHING
    ) -> Imported:
        """Take in a CSV: all of it or nothing.

        Args:
            replace: the list is this file from now on; else it gains the file's permits, and a plate of the same kind
                that stood there is replaced.
            by: who did it.
        Raises:
            NoSheet: it cannot be read, and where.
            ListRefused: the community cannot be or is outside the scope, or the list would be too long.
        """
        if not is_slug(community) or not scope.covers(community):
            raise ListRefused("小区名不对", "community: 1 to 63 of a-z, 0-9 and -")
        sheet, now = await asyncio.to_thread(parse_sheet, raw, self._zone), self._clock()
        async with transaction(self._engine) as connection:
            await _lock(connection, community)
            await self._put(connection, community, sheet, replace=replace, by=by, now=now)
            total = await _count(connection, community)
            if total > MAX_PERMITS:
                raise ListRefused(f"名单最多 {MAX_PERMITS} 条", f"a list has at most {MAX_PERMITS} permits")
            if await _document_bytes(connection, community) > MAX_LIST_BYTES:
                raise ListRefused("时段太多，网关收不下整个名单", "too many periods: gateways could not take the list")
            await _changed(connection, community, by=by, now=now)
            done = {"lines": str(len(sheet.lines)), "replace": "yes" if replace else "no"}
            await _note(connection, community, by, done, now)
        return Imported(len(sheet.lines), total, sheet.unread)

    async def _put(
        self, connection: AsyncConnection, community: str, sheet: Sheet, *, replace: bool, by: str, now: datetime
    ) -> None:
        of_community = permits.c.community == community
        if replace:
            await connection.execute(delete(permits).where(of_community))
        elif sheet.lines:
            for kind in PermitKind:
                plates = [line.permit.plate for line in sheet.lines if line.permit.kind is kind]
                same = (of_community, permits.c.kind == kind, permits.c.plate == func.any(plates))
                await connection.execute(delete(permits).where(*same))
        rows = [
            line.permit.model_dump(exclude={"periods"})
            | {
                "community": community,
                "periods": [period.model_dump(mode="json") for period in line.permit.periods],
                "note": line.note,
                "added_at": now,
                "added_by": by,
            }
            for line in sheet.lines
        ]
        if rows:
            await connection.execute(insert(permits), rows)

    async def remove(self, community: str, entry: int, *, by: str, scope: Scope = EVERYTHING) -> bool:
        """Take one permit off the list. False: it is not there any more, or outside the scope."""
        async with transaction(self._engine) as connection:
            await _lock(connection, community)
            gone = delete(permits).where(permits.c.id == entry, permits.c.community == community)
            gone = gone.where(scope.within(permits.c.community))
            if (await connection.execute(gone)).rowcount != 1:
                return False
            await _changed(connection, community, by=by, now=self._clock())
            await _note(connection, community, by, {"removed": str(entry)}, self._clock())
        return True

    async def page(
        self, community: str, *, search: str = "", limit: int = MAX_LIST, scope: Scope = EVERYTHING
    ) -> PermitPage:
        """Permits by plate, at most `MAX_LIST`.

        Args:
            search: a part of a plate, as a person writes it; empty for all.
        """
        part = normalised("".join(letter for letter in search[:MAX_SEARCH] if letter.isprintable()))
        query = select(permits).where(permits.c.community == community, scope.within(permits.c.community))
        if part:
            query = query.where(func.strpos(permits.c.plate, part) > 0)
        query = query.order_by(permits.c.plate, permits.c.id).limit(min(max(limit, 1), MAX_LIST))
        async with reading(self._engine) as connection:
            entries = tuple(_entry(row) for row in await connection.execute(query))
            listed = select(permit_lists).where(permit_lists.c.community == community)
            row = (await connection.execute(listed)).one_or_none()
            total = await _count(connection, community)
        return PermitPage(entries, total, row.changed_at if row else None, row.changed_by if row else "")

    async def version(self, community: str) -> int | None:
        """The version of a community's list; None: there is none."""
        async with reading(self._engine) as connection:
            return await _version(connection, community)

    async def document(self, community: str) -> tuple[int, Sequence[ListedPermit]] | None:
        """A community's whole list with its version; None: there is none."""
        async with reading(self._engine) as connection:
            version = await _version(connection, community)
            if version is None:
                return None
            query = select(permits).where(permits.c.community == community).order_by(permits.c.plate, permits.c.id)
            return version, [_entry(row).permit for row in await connection.execute(query)]


async def _note(connection: AsyncConnection, community: str, by: str, detail: dict[str, str], now: datetime) -> None:
    """Note a change without any plate."""
    about = f"permits/{community}"
    await audit.record(connection, audit.Entry(by, Deed.PERMITS_CHANGED, about, community, detail, now))


async def _lock(connection: AsyncConnection, community: str) -> None:
    key = f"permits/{community}"
    await connection.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


async def _count(connection: AsyncConnection, community: str) -> int:
    query = select(func.count()).select_from(permits).where(permits.c.community == community)
    count: int = (await connection.execute(query)).scalar_one()
    return count


async def _document_bytes(connection: AsyncConnection, community: str) -> int:
    """What `PermitList` comes to at most: JSON as PostgreSQL writes it is longer than as it is sent."""
    periods = func.octet_length(cast(permits.c.periods, Text))
    query = select(func.coalesce(func.sum(periods + ENTRY_BYTES), 0)).where(permits.c.community == community)
    most: int = (await connection.execute(query)).scalar_one()
    return most + ENTRY_BYTES * 4


async def _version(connection: AsyncConnection, community: str) -> int | None:
    query = select(permit_lists.c.version).where(permit_lists.c.community == community)
    version: int | None = (await connection.execute(query)).scalar_one_or_none()
    return version


async def _changed(connection: AsyncConnection, community: str, *, by: str, now: datetime) -> None:
    """Raise the version: the milliseconds of the change, and always more than before."""
    millis = int(now.timestamp() * 1000)
    values = {"version": millis, "changed_at": now, "changed_by": by}
    statement = insert(permit_lists).values(community=community, **values)
    higher = func.greatest(permit_lists.c.version + 1, statement.excluded.version)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["community"], set_=values | {"version": higher})
    )


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    permit = ListedPermit(
        plate=values["plate"],
        kind=PermitKind(values["kind"]),
        valid_from=values["valid_from"],
        valid_until=values["valid_until"],
        periods=tuple(PermitPeriod.model_validate(period) for period in values["periods"]),
    )
    return Entry(values["id"], permit, values["note"], values["added_at"], values["added_by"])
