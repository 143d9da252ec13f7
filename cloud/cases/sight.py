"""How often a camera that was asked to look again could see its zone: what gateways tell of a zone's being in view."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.cases.tables import cases, looks
from cloud.scope import Scope
from contract.parking import Outcome

SEEN: Final = (Outcome.GONE, Outcome.STILL_THERE)

Camera = tuple[str, str, str]  # community, gateway, camera


@dataclass(frozen=True, slots=True)
class Looks:
    """Looks of one camera that were answered, and those in which it could see."""

    answered: int
    saw: int

    @property
    def share(self) -> float | None:
        """Of the looks those that could see; None: nobody asked, so nobody knows."""
        return None if self.answered == 0 else self.saw / self.answered


async def of_cameras(connection: AsyncConnection, scope: Scope, *, since: datetime) -> Mapping[Camera, Looks]:
    """Looks answered since, of each camera within a scope that was asked."""
    camera = (cases.c.community, cases.c.gateway, cases.c.camera)
    saw = func.count().filter(looks.c.outcome.in_(SEEN))
    query = select(*camera, func.count(), saw).join(cases, cases.c.id == looks.c.case_id).group_by(*camera)
    query = query.where(scope.within(cases.c.community), cases.c.device.is_(None), looks.c.answered_at >= since)
    rows = (await connection.execute(query.where(looks.c.outcome.is_not(None)))).all()
    return {(row[0], row[1], row[2]): Looks(row[3], row[4]) for row in rows}
