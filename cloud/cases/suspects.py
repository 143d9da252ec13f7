"""Vehicles that may become zombie vehicles, in PostgreSQL: listed for staff to see, no alarm and no case."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Final

from sqlalchemy import exists, select, tuple_, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.cases.domain import Photo, Suspect
from cloud.cases.pictures import photo_of
from cloud.cases.repository import CHANNEL, Spot
from cloud.cases.rows import permit_of, plate_of, said_of, signs_of
from cloud.cases.tables import case_photos, cases, suspects
from cloud.cases.vocabulary import OPEN
from cloud.db import notify
from cloud.evidence.tables import evidence
from cloud.scope import EVERYTHING, Scope
from contract.envelope import PictureKind
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
_LISTED: Final = (suspects.c.said == LISTED, suspects.c.dismissed_at.is_(None))
_UNSHOWN: Final = frozenset({"epoch", "said", "dismissed_at", "dismissed_by"})


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
        "event_id": event.id,
        "dismissed_at": None,
        "dismissed_by": None,
        **said_of(data.plate, data.permit, data.signs),
    }
    statement = insert(suspects)
    said = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=list(_PLACE),
        set_={name: said[name] for name in values if name not in _PLACE},
        where=tuple_(suspects.c.standing_s, suspects.c.said) < tuple_(said.standing_s, said.said),
    )
    await connection.execute(statement, values)
    await notify(connection, CHANNEL, TOLD)


async def listed(connection: AsyncConnection, *, limit: int, scope: Scope = EVERYTHING) -> Sequence[Suspect]:
    """Suspected ones, the longest standing first; without those that an open case is about or a person dismissed."""
    place = [cases.c[name] == suspects.c[name] for name in _PLACE]
    in_case = exists().where(*place, cases.c.stage.in_(OPEN))
    query = select(suspects).where(*_LISTED, ~in_case, scope.within(suspects.c.community))
    rows = await connection.execute(query.order_by(suspects.c.standing_s.desc(), suspects.c.stay).limit(limit))
    found = []
    for row in rows:
        values = {name: value for name, value in row._mapping.items() if name not in _UNSHOWN}  # noqa: SLF001
        said = {
            "plate": plate_of(row.plate),
            "permit": permit_of(row.permit),
            "signs": signs_of(row.signs),
        }
        found.append(Suspect(**(values | said)))
    covers = await _covers(connection, [suspect.event_id for suspect in found if suspect.event_id is not None])
    return [replace(suspect, cover=covers.get(suspect.event_id or "")) for suspect in found]


async def dismiss(
    connection: AsyncConnection, event_id: str, *, by: str, at: datetime, scope: Scope = EVERYTHING
) -> str | None:
    """Take a suspected one off the list, as its event said it; its community. None: it is not listed any more."""
    listed_one = update(suspects).where(suspects.c.event_id == event_id, *_LISTED, scope.within(suspects.c.community))
    dismissed = listed_one.values(dismissed_at=at, dismissed_by=by).returning(suspects.c.community)
    community: str | None = (await connection.execute(dismissed)).scalars().first()
    if community is not None:
        await notify(connection, CHANNEL, TOLD)
    return community


async def _covers(connection: AsyncConnection, events: Sequence[str]) -> dict[str, Photo]:
    arrived = exists().where(evidence.c.sha256 == case_photos.c.sha256).label("arrived")
    query = (
        select(case_photos, arrived)
        .ext(distinct_on(case_photos.c.event_id))
        .where(case_photos.c.event_id.in_(events), case_photos.c.media_type.startswith("image/"))
        .order_by(case_photos.c.event_id, arrived.desc(), (case_photos.c.kind == PictureKind.DUE).desc())
        .order_by(case_photos.c.taken_at.desc(), case_photos.c.sha256)
    )
    return {row.event_id: photo_of(row) for row in await connection.execute(query)}


async def photo(connection: AsyncConnection, event_id: str, sha256: str, scope: Scope) -> tuple[str, Photo] | None:
    """A picture of a vehicle that is suspected now, by the event that said so, with the vehicle's community."""
    arrived = exists().where(evidence.c.sha256 == case_photos.c.sha256).label("arrived")
    query = (
        select(case_photos, arrived, suspects.c.community)
        .join(suspects, suspects.c.event_id == case_photos.c.event_id)
        .where(
            case_photos.c.event_id == event_id,
            case_photos.c.sha256 == sha256,
            case_photos.c.media_type.startswith("image/"),
            scope.within(suspects.c.community),
            *_LISTED,
        )
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else (row.community, photo_of(row))
