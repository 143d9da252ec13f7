"""Filters that somebody comes back to, by a name of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.cases.domain import Refused
from cloud.cases.tables import saved_filters
from cloud.db import reading, transaction

MAX_NAME: Final = 40  # characters
MAX_SAVED: Final = 20  # of one user
MAX_QUERY: Final = 2000  # characters of an address


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A list by its name; `query` is what its address says after the question mark."""

    id: int
    name: str
    query: str


class SavedFilters:
    """Everybody's own: nobody sees another's."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def of(self, user: str) -> Sequence[SavedFilter]:
        """Somebody's, in the order they were kept."""
        columns = (saved_filters.c.id, saved_filters.c.name, saved_filters.c.query)
        query = select(*columns).where(saved_filters.c.user_name == user).order_by(saved_filters.c.id).limit(MAX_SAVED)
        async with reading(self._engine) as connection:
            return [SavedFilter(*row) for row in await connection.execute(query)]

    async def save(self, user: str, name: str, query: str, *, now: datetime) -> None:
        """Keep a filter; one of the same name it replaces.

        Raises:
            Refused: the name is empty or too long, the filter too long, or there are enough.
        """
        name = " ".join(name.split())
        if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
            raise Refused(f"名称为 1 至 {MAX_NAME} 字", f"a name has 1 to {MAX_NAME} characters")
        if len(query) > MAX_QUERY:
            raise Refused("筛选条件太长", "the filter is too long")
        async with transaction(self._engine) as connection:
            lock = "select pg_advisory_xact_lock(hashtextextended('saved_filters/' || :user, 0))"
            await connection.execute(text(lock), {"user": user})
            others = select(func.count()).where(saved_filters.c.user_name == user, saved_filters.c.name != name)
            if (await connection.execute(others)).scalar_one() >= MAX_SAVED:
                raise Refused(f"最多保存 {MAX_SAVED} 个筛选", f"at most {MAX_SAVED} filters are kept")
            values = {"user_name": user, "name": name, "query": query, "saved_at": now}
            anew = {"query": query, "saved_at": now}
            statement = insert(saved_filters).values(values)
            await connection.execute(statement.on_conflict_do_update(index_elements=["user_name", "name"], set_=anew))

    async def remove(self, user: str, saved_id: int) -> None:
        """Forget one of somebody's; what is not there, or another's, is none of theirs."""
        of_user = (saved_filters.c.user_name == user, saved_filters.c.id == saved_id)
        async with transaction(self._engine) as connection:
            await connection.execute(delete(saved_filters).where(*of_user))
