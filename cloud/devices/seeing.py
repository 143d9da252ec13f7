"""For how long each camera could be believed, day by day: the half of the discovery measure that gateways tell.

A rate of discovery says nothing of a camera that saw nothing. So what each heartbeat tells of each camera is summed up:
for how long it was told of at all, and for how long of that it could be believed. What nobody told of stays unknown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.devices.tables import camera_days
from cloud.scope import Scope
from contract.device import CameraState, HealthData

LONGEST_S: Final = 180.0  # two heartbeats missed: beyond that nobody knows what the camera saw
DAY_S: Final = 86_400.0
SHOWN: Final = 7  # whole days that the measure is of
KEPT: Final = timedelta(days=400)
AHEAD: Final = timedelta(hours=1)  # a clock that is further off than that is not believed


@dataclass(frozen=True, slots=True)
class CameraKey:
    """One camera anywhere."""

    community: str
    gateway: str
    camera: str


@dataclass(frozen=True, slots=True)
class CameraDay:
    """One day of one camera, in seconds. What is missing to the day's length is unknown."""

    day: date
    told_s: float
    seen_s: float


async def note(
    connection: AsyncConnection,
    community: str,
    gateway: str,
    data: HealthData,
    *,
    told_at: datetime,
    now: datetime,
    zone: tzinfo,
) -> None:
    """Add a heartbeat to the day it was told on.

    The stretch since the heartbeat before counts as this one tells it, at most `LONGEST_S`; the first of a day counts
    nothing, and neither does one that comes late, nor one by a clock that cannot be believed.

    Args:
        told_at: by the gateway's clock.
        zone: the one that days begin and end in.
    """
    if not data.cameras or not now - KEPT < told_at < now + AHEAD:
        return
    same = {"community": community, "gateway": gateway, "day": told_at.astimezone(zone).date(), "last_at": told_at}
    # In one order, so that two workers never wait for each other; each camera once, whatever a gateway sends.
    states = sorted({each.camera: each.state for each in data.cameras}.items())
    rows = [same | {"camera": camera, "told_s": 0.0, "seen_s": 0.0} for camera, _ in states]
    seeing = [camera for camera, state in states if state is CameraState.LIVE]
    added = insert(camera_days).values(rows)
    passed = func.extract("epoch", added.excluded.last_at - camera_days.c.last_at)
    counted = func.greatest(func.least(passed, LONGEST_S), 0.0)
    kept = {
        "told_s": camera_days.c.told_s + counted,
        "seen_s": camera_days.c.seen_s + case((added.excluded.camera.in_(seeing), counted), else_=0.0),
        "last_at": func.greatest(camera_days.c.last_at, added.excluded.last_at),
    }
    upsert = added.on_conflict_do_update(index_elements=["community", "gateway", "camera", "day"], set_=kept)
    told = (await connection.execute(upsert.returning(camera_days.c.told_s))).scalars().all()
    if 0.0 in told:  # a day begins: nobody asks for the oldest any more
        old = (camera_days.c.community == community, camera_days.c.gateway == gateway)
        await connection.execute(delete(camera_days).where(*old, camera_days.c.day < (now - KEPT).date()))


async def days(connection: AsyncConnection, scope: Scope, *, since: date) -> Mapping[CameraKey, Sequence[CameraDay]]:
    """The days from `since` on of each camera within a scope, oldest first; a day that nobody told of is missing."""
    query = select(camera_days).where(scope.within(camera_days.c.community), camera_days.c.day >= since)
    told: dict[CameraKey, list[CameraDay]] = {}
    for row in await connection.execute(query.order_by(camera_days.c.day)):
        key = CameraKey(row.community, row.gateway, row.camera)
        told.setdefault(key, []).append(CameraDay(row.day, row.told_s, row.seen_s))
    return told
