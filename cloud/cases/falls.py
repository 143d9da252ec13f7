"""Falls of cases in PostgreSQL: what was said of each, and which are near another."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.cases.domain import Fall
from cloud.cases.repository import Spot
from cloud.cases.tables import case_falls, cases
from cloud.cases.throws import TOGETHER
from cloud.cases.vocabulary import OPEN
from contract.throwing import ObjectThrown, ThrownData

MAX_FALLS: Final = 16  # of one case: the latest


async def add(connection: AsyncConnection, event: ObjectThrown, spot: Spot, case_id: str) -> None:
    """Keep a fall with its case; of a fall, the spot's slot is the façade."""
    values = {
        "event_id": event.id,
        "case_id": case_id,
        **_place(spot),
        "began_at": event.data.began_at,
        "said": event.data.model_dump(mode="json", exclude={"evidence"}),
    }
    await connection.execute(insert(case_falls).values(values).on_conflict_do_nothing())


async def about(connection: AsyncConnection, spot: Spot, began_at: datetime) -> Sequence[Fall]:
    """Falls of open cases before a façade that began within `TOGETHER` of a time."""
    query = (
        select(case_falls)
        .join(cases, cases.c.id == case_falls.c.case_id)
        .where(
            *(case_falls.c[name] == value for name, value in _place(spot).items()),
            case_falls.c.began_at.between(began_at - TOGETHER, began_at + TOGETHER),
            cases.c.stage.in_(OPEN),
        )
    )
    return [_fall(row) for row in await connection.execute(query)]


async def of_case(connection: AsyncConnection, case_id: str) -> tuple[Fall, ...]:
    """The latest `MAX_FALLS` falls of a case, oldest first."""
    query = select(case_falls).where(case_falls.c.case_id == case_id)
    query = query.order_by(case_falls.c.began_at.desc(), case_falls.c.event_id.desc()).limit(MAX_FALLS)
    return tuple(_fall(row) for row in reversed((await connection.execute(query)).all()))


async def latest(connection: AsyncConnection, case_ids: Sequence[str]) -> dict[str, Fall]:
    """The latest fall of each of some cases, by the case's id; a case of a vehicle has none."""
    query: Select[Any] = (
        select(case_falls.c.event_id, case_falls.c.case_id, case_falls.c.said)
        .ext(distinct_on(case_falls.c.case_id))
        .where(case_falls.c.case_id.in_(case_ids))
        .order_by(case_falls.c.case_id, case_falls.c.began_at.desc(), case_falls.c.event_id.desc())
    )
    return {row.case_id: _fall(row) for row in await connection.execute(query)}


def _place(spot: Spot) -> dict[str, str]:
    return {
        "community": spot.community,
        "gateway": spot.gateway,
        "epoch": spot.epoch,
        "camera": spot.camera,
        "facade": spot.slot,
    }


def _fall(row: Row[tuple[object, ...]]) -> Fall:
    return Fall(row.event_id, row.case_id, ThrownData.model_validate(row.said))
