"""Readings of meters taken in: a batch is a handful of statements, inside the transaction of whoever received it."""

import logging
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.telemetry import meter_rows, point_rows
from cloud.telemetry.registers import Bucket, Step, bucket
from cloud.telemetry.standing import Arrival, Standing, advance, is_dated
from contract.metering import MeterReadings, MeterSeries

MAX_KEPT: Final = 2048  # meters of one gateway, those that were replaced among them; a batch has at most 512
ZONE: Final = ZoneInfo("Asia/Shanghai")

log: Final = logging.getLogger(__name__)


class Intake:
    """Takes readings in.

    Args:
        zone: where days begin at midnight.
        points: whether each reading is put into the queue for the point store; False where there is none.
    """

    def __init__(self, *, zone: tzinfo = ZONE, points: bool = False) -> None:
        self.zone: Final = zone
        self._points = points

    async def apply(
        self, connection: AsyncConnection, event: MeterReadings, *, received_at: datetime, odd_time: bool
    ) -> None:
        """Keep what a gateway's meters showed, inside the caller's transaction.

        The order of events does not matter. Each is taken in once: that one does not come twice, the inbox sees to.
        """
        arrival = Arrival(received_at, odd_time)
        await meter_rows.lock(connection, event)
        kept = await meter_rows.standing(connection, event)
        taken = await _within_bounds(connection, event, kept)
        if not taken:
            return
        now = {told.meter: advance(kept.get(told.meter), event, told, arrival) for told in taken}
        ids = await meter_rows.keep(connection, event, now)
        dated = [
            told.model_copy(update={"readings": tuple(one for one in told.readings if is_dated(one, event, arrival))})
            for told in taken
        ]
        for step in Step:
            told_by_id = ((ids[told.meter], each) for told in dated for each in _buckets(told, step, self.zone))
            await meter_rows.join(connection, step, told_by_id)
        if self._points:
            await point_rows.add(connection, event, dated, now=received_at)


async def _within_bounds(
    connection: AsyncConnection, event: MeterReadings, kept: dict[str, Standing]
) -> list[MeterSeries]:
    """The meters of an event that are known or still have room beside those that are."""
    new = [told.meter for told in event.data.meters if told.meter not in kept]
    room = MAX_KEPT - await meter_rows.known(connection, event) if new else 0
    refused = set(new[max(room, 0) :])
    if refused:
        log.warning("%s/%s: more than %d meters; new ones are left out", event.community, event.gateway, MAX_KEPT)
    return [told for told in event.data.meters if told.meter not in refused]


def _buckets(told: MeterSeries, step: Step, zone: tzinfo) -> Iterator[Bucket]:
    shown: dict[datetime, list[tuple[datetime, Decimal]]] = defaultdict(list)
    for reading in told.readings:
        shown[step.begins(reading.at, zone)].append((reading.at, Decimal(reading.value)))
    return (bucket(at, readings) for at, readings in shown.items())
