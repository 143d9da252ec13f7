"""Vehicles that may become zombie vehicles, in PostgreSQL: listed for staff to see, no alarm and no case."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final

from sqlalchemy import exists, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.cases.domain import OPEN, Suspect
from cloud.cases.repository import CHANNEL, Spot, permit_of, plate_of, said_of, signs_of
from cloud.cases.tables import cases, suspects
from cloud.db import notify
from contract.vehicle import ZombieCleared, ZombieConfirmed, ZombieMilestone, ZombieSuspected

ZombieEvent = ZombieSuspected | ZombieConfirmed | ZombieMilestone | ZombieCleared

TOLD: Final = "suspects"  # what `CHANNEL` is told in place of a case when the list changes
LISTED: Final = 0
_SAID: Final[dict[type[ZombieEvent], int]] = {
    ZombieSuspected: LISTED,
    ZombieConfirmed: 1,
    ZombieMilestone: 2,
    ZombieCleared: 3,
}
_PLACE: Final = ("community", "gateway", "epoch", "camera", "slot", "stay")


async def keep(
    connection: AsyncConnection, event: ZombieEvent, spot: Spot, *, received_at: datetime, odd_time: bool
) -> None:
    """Note what was said of a stay; what was said of it when it had stood shorter changes nothing any more."""
    data = event.data
    values = asdict(spot) | {
        "stay": data.stay,
        "said": _SAID[type(event)],
        "zone": data.zone,
        "zone_kind": data.zone_kind,
        "zone_name": data.zone_name,
        "vehicle": data.vehicle,
        "entered_at": data.entered_at,
        "entered_within_s": data.entered_within_s,
        "standing_s": data.standing_s,
        "limit_s": data.limit_s,
        "clock": event.clock,
        "odd_time": odd_time,
        "simulated": data.simulated,
        "told_at": received_at,
        **said_of(data.plate, data.permit, data.signs),
    }
    statement = insert(suspects).values(values)
    said = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=list(_PLACE),
        set_={name: said[name] for name in values if name not in _PLACE},
        where=tuple_(suspects.c.standing_s, suspects.c.said) < tuple_(said.standing_s, said.said),
    )
    await connection.execute(statement)
    await notify(connection, CHANNEL, TOLD)


async def listed(connection: AsyncConnection, *, limit: int) -> Sequence[Suspect]:
    """Suspected ones, the longest standing first, without those that an open case is about."""
    place = [cases.c[name] == suspects.c[name] for name in _PLACE]
    in_case = exists().where(*place, cases.c.stage.in_(OPEN))
    query = select(suspects).where(suspects.c.said == LISTED, ~in_case)
    rows = await connection.execute(query.order_by(suspects.c.standing_s.desc(), suspects.c.stay).limit(limit))
    found = []
    for row in rows:
        values = {name: value for name, value in row._mapping.items() if name not in {"epoch", "said"}}  # noqa: SLF001
        said = {
            "plate": plate_of(row.plate),
            "permit": permit_of(row.permit),
            "signs": signs_of(row.signs),
        }
        found.append(Suspect(**(values | said)))
    return found
