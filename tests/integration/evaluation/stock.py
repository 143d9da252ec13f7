"""Cases as rows, written as they are wanted: what is measured of them is known beforehand."""

from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.cases.calendar import SATURDAY, WorkCalendar
from cloud.db import transaction

CHINA: Final = ZoneInfo("Asia/Shanghai")

_ROW: Final[dict[str, Any]] = {
    "community": "lantian",
    "gateway": "gw-1",
    "epoch": "0123456789abcdef",
    "camera": "cam1",
    "zone": "north-lane",
    "zone_kind": "fire_lane",
    "zone_name": "3号楼北侧",
    "stay": "cam1.1.1",
    "stay_seq": 1,
    "vehicle": "car",
    "stage": "closed",
    "verification": "gone",
    "version": 1,
    "dwell_s": 600.0,
    "limit_s": 300.0,
    "vehicle_present": False,
    "sightings": 1,
    "rework": 0,
    "clock": "synced",
    "odd_time": False,
    "simulated": False,
}


def at(text: str) -> datetime:
    """`2026-11-02 09:00` in China."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


async def add(engine: AsyncEngine, many: int = 1, *, opened: datetime, **more: Any) -> None:
    """Store `many` cases alike, each opened `opened`; `more` are columns."""
    times = dict.fromkeys(("entered_at", "opened_at", "updated_at", "filed_at"), opened)
    row = _ROW | times | more
    columns = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    statement = f"""
        insert into cases (id, number, slot, {columns})
        select gen_random_uuid(), 'T-' || gen_random_uuid(), gen_random_uuid(), {values} from generate_series(1, :many)
    """  # noqa: S608 - names of columns alone
    async with transaction(engine) as connection:
        await connection.execute(text(statement), row | {"many": many})


OFFICE: Final = WorkCalendar(
    hours=((time(9), time(12)), (time(14), time(18))), usual=lambda day: day.weekday() < SATURDAY
)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)
