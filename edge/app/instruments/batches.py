"""Readings of many meters, put into as few events as hold them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from contract.envelope import MAX_EVENT_BYTES
from contract.metering import MAX_METERS, MAX_READINGS, MeterReadings, MeterSeries, ReadingsData
from edge.outbox import Draft
from edge.values import Moment

ENVELOPE_BYTES: Final = 8 * 1024  # more than all that stands around the meters in an event
ROOM: Final = MAX_EVENT_BYTES - ENVELOPE_BYTES


def batches(
    series: Sequence[MeterSeries], since: datetime, until: datetime, *, simulated: bool, now: Moment
) -> Iterator[Draft]:
    """The events of a quarter hour; none where no meter has anything to tell."""
    for part in parted(series):
        data = ReadingsData(since=min(since, until), until=until, meters=part, simulated=simulated)
        yield Draft(MeterReadings, data, now)


def parted(series: Sequence[MeterSeries]) -> Iterator[tuple[MeterSeries, ...]]:
    """Split by the contract's limits; each meter stands whole in one part."""
    part: list[MeterSeries] = []
    readings = size = 0
    for one in series:
        bytes_of = len(one.model_dump_json(exclude_none=True).encode()) + 1
        full = readings + len(one.readings) > MAX_READINGS or size + bytes_of > ROOM or len(part) == MAX_METERS
        if part and full:
            yield tuple(part)
            part, readings, size = [], 0, 0
        part.append(one)
        readings, size = readings + len(one.readings), size + bytes_of
    if part:
        yield tuple(part)
