"""Organisations in PostgreSQL: named statements within the caller's transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Row, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.accounts.organisations import Given, Kind, Organisation
from cloud.accounts.tables import organisations
from cloud.scope import EVERYTHING, NOTHING, Scope

_COLUMNS: Final = tuple(column for column in organisations.c if column.name != "created_at")


async def lock(connection: AsyncConnection) -> None:
    """Wait until no other transaction changes the tree; held until this one ends."""
    await connection.execute(text("select pg_advisory_xact_lock(hashtextextended('linli/organisations', 0))"))


async def find(connection: AsyncConnection, organisation: str) -> Organisation | None:
    """One by its id."""
    row = (await connection.execute(select(*_COLUMNS).where(organisations.c.id == organisation))).one_or_none()
    return None if row is None else _organisation(row)


async def named(connection: AsyncConnection, ids: Collection[str]) -> Mapping[str, Organisation]:
    """Those of some ids that are there."""
    rows = await connection.execute(select(*_COLUMNS).where(organisations.c.id.in_(ids)))
    return {row.id: _organisation(row) for row in rows}


async def holder_of(connection: AsyncConnection, community: str) -> Organisation | None:
    """The one that stands for a community of the contract."""
    query = select(*_COLUMNS).where(organisations.c.community == community)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _organisation(row)


async def holders(connection: AsyncConnection, communities: Collection[str]) -> Mapping[str, Organisation]:
    """Those that stand for communities of the contract, by these."""
    rows = await connection.execute(select(*_COLUMNS).where(organisations.c.community.in_(communities)))
    return {row.community: _organisation(row) for row in rows}


async def around(connection: AsyncConnection, community: str) -> Sequence[Organisation]:
    """Those whose matter a community is: over it from the root down, the one that stands for it, and those under it."""
    holder = await holder_of(connection, community)
    if holder is None:
        return []
    under = await below(connection, holder.path)
    return [*await above(connection, holder.path), *(each for each in under if each.id != holder.id)]


async def count(connection: AsyncConnection) -> int:
    """How many there are."""
    return int((await connection.execute(select(func.count()).select_from(organisations))).scalar_one())


async def below(connection: AsyncConnection, path: str = "/") -> Sequence[Organisation]:
    """The one at `path` and all under it, parents first; the whole tree without one."""
    query = select(*_COLUMNS).where(organisations.c.path.like(f"{path}%")).order_by(organisations.c.path)
    return [_organisation(row) for row in await connection.execute(query)]


async def above(connection: AsyncConnection, path: str) -> Sequence[Organisation]:
    """Those over the one at `path`, and itself, from the root down."""
    query = select(*_COLUMNS).where(literal(path).like(organisations.c.path + "%"))
    return [_organisation(row) for row in await connection.execute(query.order_by(organisations.c.path))]


async def put(connection: AsyncConnection, given: Given, path: str, now: datetime) -> bool:
    """Add one, or change its names; False: it is there with another kind, place or community."""
    names = {"name_zh": given.name_zh, "name_en": given.name_en}
    values = {"id": given.id, "kind": given.kind, "parent": given.parent, "path": path, "community": given.community}
    statement = insert(organisations).values(**values, **names, created_at=now)
    same = organisations.c.path == path, organisations.c.kind == given.kind
    kept = statement.on_conflict_do_update(
        index_elements=["id"],
        set_=names,
        where=same[0] & same[1] & organisations.c.community.is_not_distinct_from(given.community),
    )
    return (await connection.execute(kept.returning(organisations.c.id))).first() is not None


async def move(connection: AsyncConnection, moved: Organisation, parent: str | None, path: str) -> None:
    """Put one with all under it somewhere else."""
    under = update(organisations).where(organisations.c.path.like(f"{moved.path}%"))
    rest = func.substr(organisations.c.path, len(moved.path) + 1)
    await connection.execute(under.values(path=literal(path) + rest))
    await connection.execute(update(organisations).where(organisations.c.id == moved.id).values(parent=parent))


async def scope_of(connection: AsyncConnection, path: str | None) -> Scope:
    """The communities of the organisation at `path` and all under it; of one under a community, that one.

    Without an organisation: everything. One whose tree has no community sees nothing.
    """
    if path is None:
        return EVERYTHING
    over = organisations.c.id.in_(path.strip("/").split("/")[:-1])
    mine = organisations.c.path.like(f"{path}%") | over
    query = select(organisations.c.community).where(mine, organisations.c.community.is_not(None))
    found = frozenset(community for community in (await connection.execute(query)).scalars() if community is not None)
    return Scope(found) if found else NOTHING


def _organisation(row: Row[tuple[object, ...]]) -> Organisation:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    return Organisation(**{**values, "kind": Kind(values["kind"])})
