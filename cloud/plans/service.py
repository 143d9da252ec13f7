"""Plans of communities: kept, shown, and what stands where on them."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, Row, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.audit import Deed, Entry, record
from cloud.db import reading, transaction
from cloud.plans.domain import MAX_NAME, MAX_PLACES, Place, PlaceKind, Plan, TooMany
from cloud.plans.pictures import drawn_anew
from cloud.plans.tables import places, plans
from cloud.scope import Scope


def _now() -> datetime:
    return datetime.now(UTC)


class PlanService:
    """Keeps one plan a community. What somebody may see and change is the caller's to check."""

    def __init__(self, engine: AsyncEngine, *, clock: Callable[[], datetime] = _now) -> None:
        self._engine = engine
        self._clock = clock

    async def communities(self, scope: Scope) -> Sequence[str]:
        """Communities that have a plan, by name."""
        query = select(plans.c.community).where(scope.within(plans.c.community)).order_by(plans.c.community)
        async with reading(self._engine) as connection:
            return (await connection.execute(query)).scalars().all()

    async def get(self, community: str) -> Plan | None:
        """A community's plan, without its picture."""
        columns = [column for column in plans.c if column is not plans.c.body]
        async with reading(self._engine) as connection:
            row = (await connection.execute(select(*columns).where(plans.c.community == community))).one_or_none()
        return None if row is None else _plan(row)

    async def picture(self, community: str) -> bytes | None:
        """The picture of a community's plan."""
        async with reading(self._engine) as connection:
            body: bytes | None = (
                await connection.execute(select(plans.c.body).where(plans.c.community == community))
            ).scalar_one_or_none()
        return body

    async def keep(self, community: str, raw: bytes, *, by: str, simulated: bool = False) -> Plan:
        """Let a picture be a community's plan; places stay where they are, in parts of its width and height.

        Raises:
            NoPlan: it is no picture of a plan; the text says why.
        """
        picture = await asyncio.to_thread(drawn_anew, raw)
        values = {
            "sha256": sha256(picture.body).hexdigest(),
            "media_type": picture.media_type,
            "width": picture.width,
            "height": picture.height,
            "simulated": simulated,
            "body": picture.body,
            "kept_at": self._clock(),
            "kept_by": by,
        }
        statement = insert(plans).values(community=community, **values)
        statement = statement.on_conflict_do_update(index_elements=["community"], set_=values)
        async with transaction(self._engine) as connection:
            row = (await connection.execute(statement.returning(plans))).one()
            await self._note(connection, community, by, done="plan uploaded", sha256=str(values["sha256"]))
        return _plan(row)

    async def places(self, community: str) -> Sequence[Place]:
        """What stands where, by kind and name."""
        query = select(places).where(places.c.community == community).order_by(places.c.kind, places.c.name)
        async with reading(self._engine) as connection:
            rows = await connection.execute(query.limit(MAX_PLACES))
            return [Place(PlaceKind(row.kind), row.name, row.x, row.y) for row in rows]

    async def place(self, community: str, place: Place, *, by: str) -> None:
        """Say where something stands; a later word takes the place of an earlier one.

        Raises:
            ValueError: it lies outside the plan, or its name is too long.
            TooMany: and this one was not there yet.
        """
        if not (0 <= place.x <= 1 and 0 <= place.y <= 1) or not 0 < len(place.name) <= MAX_NAME:
            raise ValueError("a place lies within the plan and has a name")
        values = {"x": place.x, "y": place.y, "placed_at": self._clock(), "placed_by": by}
        statement = insert(places).values(community=community, kind=place.kind, name=place.name, **values)
        statement = statement.on_conflict_do_update(index_elements=["community", "kind", "name"], set_=values)
        async with transaction(self._engine) as connection:
            await connection.execute(statement)
            if await _count(connection, community) > MAX_PLACES:
                raise TooMany
            await self._note(connection, community, by, done="placed", thing=f"{place.kind.value}:{place.name}")

    async def remove(self, community: str, kind: PlaceKind, name: str, *, by: str) -> bool:
        """Take something off the plan. False: it was not on it."""
        async with transaction(self._engine) as connection:
            done = await connection.execute(delete(places).where(*_is(community, kind, name)))
            if done.rowcount == 1:
                await self._note(connection, community, by, done="removed", thing=f"{kind.value}:{name}")
        return done.rowcount == 1

    async def _note(self, connection: AsyncConnection, community: str, by: str, **detail: str) -> None:
        await record(connection, Entry(by, Deed.SETTING_CHANGED, f"plan/{community}", community, detail, self._clock()))


async def _count(connection: AsyncConnection, community: str) -> int:
    query = select(func.count()).select_from(places).where(places.c.community == community)
    return int((await connection.execute(query)).scalar_one())


def _is(community: str, kind: PlaceKind, name: str) -> tuple[ColumnElement[bool], ...]:
    return (places.c.community == community, places.c.kind == kind, places.c.name == name)


def _plan(row: Row[tuple[object, ...]]) -> Plan:
    kept = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    names = ("community", "sha256", "media_type", "width", "height", "simulated", "kept_at", "kept_by")
    return Plan(**{name: kept[name] for name in names})
