"""Legal holds 法律保留: nothing of a case is deleted while one stands, whatever its age, and whoever asks for it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.accounts import Role
from cloud.audit import Deed, Entry, record
from cloud.cases.domain import Actor, Refused
from cloud.db import reading, transaction
from cloud.privacy import repository
from cloud.privacy.domain import Unknown, checked_reason
from cloud.privacy.locks import alone
from cloud.privacy.repository import Place
from cloud.privacy.tables import legal_holds
from contract.identifiers import UUID7

HOLDERS: Final = frozenset({Role.COMMUNITY, Role.STREET})
MAX_LIST: Final = 1000


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold that stands."""

    case_id: str
    reason: str
    placed_by: str
    placed_at: datetime


def may_hold(role: Role) -> bool:
    """Whether somebody of a role may place holds and lift them."""
    return role in HOLDERS


class HoldService:
    """Places holds and lifts them."""

    def __init__(self, engine: AsyncEngine, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = engine
        self._clock = clock

    async def of_case(self, case_id: str) -> Hold | None:
        """The hold that stands on a case."""
        if re.fullmatch(UUID7, case_id) is None:
            return None
        async with reading(self._engine) as connection:
            return await _standing(connection, case_id)

    async def listed(self) -> list[tuple[str, Hold]]:
        """All holds that stand, with the number of their case, oldest first; at most `MAX_LIST`."""
        query = select(legal_holds).where(legal_holds.c.released_at.is_(None)).order_by(legal_holds.c.id)
        async with reading(self._engine) as connection:
            holds = [_hold(row) for row in await connection.execute(query.limit(MAX_LIST))]
            numbers = await repository.numbers(connection, [hold.case_id for hold in holds])
        return [(numbers[hold.case_id], hold) for hold in holds]

    async def place(self, case_id: str, reason: str, *, by: Actor) -> Hold:
        """Forbid that anything of a case is deleted.

        Raises:
            Unknown: no such case within the scope.
            Refused: they may not, the reason will not do, or a hold stands already.
        """
        now = self._clock()
        reason = checked_reason(reason)
        async with transaction(self._engine) as connection:
            found = await self._found(connection, case_id, by)
            if await _standing(connection, case_id) is not None:
                raise Refused("这个案件已经保留", "the case is on hold already")
            hold = Hold(case_id, reason, by.name, now)
            values = {"case_id": case_id, "reason": reason, "placed_by": by.name, "placed_at": now}
            await connection.execute(insert(legal_holds).values(values))
            await _tell(connection, found, by, now, change="placed", reason=reason)
        return hold

    async def lift(self, case_id: str, reason: str, *, by: Actor) -> None:
        """Let what is due be deleted again.

        Raises:
            Unknown, Refused: as `place`; Refused too where none stands.
        """
        now = self._clock()
        reason = checked_reason(reason)
        async with transaction(self._engine) as connection:
            found = await self._found(connection, case_id, by)
            if await _standing(connection, case_id) is None:
                raise Refused("这个案件没有保留", "the case is not on hold")
            standing = (legal_holds.c.case_id == case_id, legal_holds.c.released_at.is_(None))
            values = {"released_by": by.name, "released_at": now, "release_reason": reason}
            await connection.execute(update(legal_holds).where(*standing).values(values))
            await _tell(connection, found, by, now, change="lifted", reason=reason)

    async def _found(self, connection: AsyncConnection, case_id: str, by: Actor) -> Place:
        """The case, nobody else deleting or holding meanwhile."""
        await alone(connection)
        is_id = re.fullmatch(UUID7, case_id) is not None
        found = await repository.place(connection, case_id, by.scope) if is_id else None
        if found is None:
            raise Unknown
        if not may_hold(by.role):
            raise Refused("只有社区和街道可以保留案件", "only the community and the street place holds")
        return found


async def _standing(connection: AsyncConnection, case_id: str) -> Hold | None:
    query = select(legal_holds).where(legal_holds.c.case_id == case_id, legal_holds.c.released_at.is_(None))
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _hold(row)


def _hold(row: Row[tuple[object, ...]]) -> Hold:
    return Hold(row.case_id, row.reason, row.placed_by, row.placed_at)


async def _tell(connection: AsyncConnection, place: Place, by: Actor, now: datetime, **told: str) -> None:
    detail = {"number": place.number, **told}
    await record(connection, Entry(by.name, Deed.HOLD_CHANGED, f"case/{place.id}", place.community, detail, now))
