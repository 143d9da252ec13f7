"""Adding, moving and reading organisations, and who answers for a community."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.accounts import organisation_rows as rows
from cloud.accounts.organisations import (
    MAX_ORGANISATIONS,
    Given,
    Kind,
    Organisation,
    UnknownOrganisation,
    UnusableOrganisation,
    checked,
    order_of_making,
    path_below,
)
from cloud.audit import Deed, Entry, record
from cloud.db import reading, transaction

PROPERTY, THREE_PARTY, STREET = 1, 2, 3  # the levels at which somebody answers for a case
ABOVE_COMMUNITY: Final = (Kind.STREET, Kind.DISTRICT, Kind.CITY)  # who answers at level 3: the nearest there is


def _now() -> datetime:
    return datetime.now(UTC)


class OrganisationService:
    """The tree, over one database."""

    def __init__(self, engine: AsyncEngine, *, clock: Callable[[], datetime] = _now) -> None:
        self._engine = engine
        self._clock = clock

    async def put(self, given: Sequence[Given], *, by: str) -> int:
        """Add organisations, or give those that are there other names; all of them or none. Returns how many.

        Raises:
            UnusableOrganisation, UnknownOrganisation: and the text names the one that cannot be taken.
        """
        made = order_of_making([_checked(each) for each in given])
        async with transaction(self._engine) as connection:
            await rows.lock(connection)
            for each in made:
                await self._put(connection, each, by)
            if await rows.count(connection) > MAX_ORGANISATIONS:
                raise UnusableOrganisation(f"at most {MAX_ORGANISATIONS} organisations")
        return len(made)

    async def move(self, organisation: str, parent: str | None, *, by: str) -> None:
        """Put one with all under it under another; None: at the top. Open sessions see by it at once.

        Raises:
            UnusableOrganisation, UnknownOrganisation: it cannot stand there, or one of the two is not there.
        """
        async with transaction(self._engine) as connection:
            await rows.lock(connection)
            moved = await _known(connection, organisation)
            path = path_below(None if parent is None else await _known(connection, parent), moved)
            await rows.move(connection, moved, parent, path)
            await self._note(connection, moved, by, {"from": moved.path, "to": path})

    async def list(self, scope: str | None = None) -> Sequence[Organisation]:
        """The tree, parents first.

        Args:
            scope: an organisation: it and all under it.
        """
        async with reading(self._engine) as connection:
            if scope is None:
                return await rows.below(connection)
            top = await rows.find(connection, scope)
            return [] if top is None else await rows.below(connection, top.path)

    async def get(self, organisation: str) -> Organisation | None:
        """One by its id."""
        async with reading(self._engine) as connection:
            return await rows.find(connection, organisation)

    async def named(self, ids: Collection[str]) -> Mapping[str, Organisation]:
        """Those of some ids that are there, by their ids."""
        if not ids:
            return {}
        async with reading(self._engine) as connection:
            return await rows.named(connection, ids)

    async def standing_for(self, communities: Collection[str]) -> Mapping[str, Organisation]:
        """Those that stand for communities of the contract, by these; one that is in no tree is left out."""
        if not communities:
            return {}
        async with reading(self._engine) as connection:
            return await rows.holders(connection, communities)

    async def around(self, community: str) -> Sequence[Organisation]:
        """Those over a community, its own and those under it; none where it is in no tree."""
        async with reading(self._engine) as connection:
            return await rows.around(connection, community)

    async def answering(self, community: str, level: int) -> Organisation | None:
        """As the function `answering`, in a transaction of its own."""
        async with reading(self._engine) as connection:
            return await answering(connection, community, level)

    async def _put(self, connection: AsyncConnection, given: Given, by: str) -> None:
        parent = None if given.parent is None else await _known(connection, given.parent)
        path = path_below(parent, given)
        if given.community is not None:
            holder = await rows.holder_of(connection, given.community)
            if holder is not None and holder.id != given.id:
                raise UnusableOrganisation(f"{given.id}: {given.community} is of the organisation {holder.id} already")
        if not await rows.put(connection, given, path, self._clock()):
            raise UnusableOrganisation(
                f"{given.id}: there is one already with another kind, place or community; "
                "`organisation move` puts it elsewhere"
            )
        await self._note(connection, given, by, {"kind": given.kind, "path": path, "name": given.name_zh})

    async def _note(self, connection: AsyncConnection, given: Given, by: str, detail: dict[str, str]) -> None:
        about, at = f"organisation/{given.id}", self._clock()
        await record(connection, Entry(by, Deed.ORGANISATION_CHANGED, about, given.community, detail, at))


async def answering(connection: AsyncConnection, community: str, level: int) -> Organisation | None:
    """Who answers for a community's cases.

    Args:
        level: 1 the property company (the community's own, where it has none), 2 the community with its three parties,
            3 the street, or the nearest above the community that there is.
    Returns:
        None: the community is in no tree, or nobody stands above it.
    """
    holder = await rows.holder_of(connection, community)
    if holder is None or level == THREE_PARTY:
        return holder
    if level == PROPERTY:
        companies = [each for each in await rows.below(connection, holder.path) if each.kind is Kind.PROPERTY]
        return companies[0] if companies else holder
    over = {each.kind: each for each in await rows.above(connection, holder.path)}
    return next((over[kind] for kind in ABOVE_COMMUNITY if kind in over), None)


async def _known(connection: AsyncConnection, organisation: str) -> Organisation:
    found = await rows.find(connection, organisation)
    if found is None:
        raise UnknownOrganisation(f"there is no organisation {organisation!r}; `organisation list` shows who there is")
    return found


def _checked(given: Given) -> Given:
    try:
        return checked(replace(given))
    except UnusableOrganisation as error:
        raise UnusableOrganisation(f"{given.id[:63]}: {error}") from None
