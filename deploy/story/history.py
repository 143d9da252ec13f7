"""What the story's meters would have shown since yesterday: a leak shows in each half hour of a whole day.

They are asked by the gateway's own drivers, over a line on which no time passes, with their clocks set back.
"""

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from deploy.story.yard import POPULATION, SINCE, wall
from firmware_bridge.devices import device_of
from firmware_bridge.simulators import Listening
from models.packages import replacing

BACK: Final = timedelta(hours=26)
EVERY: Final = timedelta(minutes=15)
COLUMNS: Final = ("meter", "at", "value", "voltage_v", "current_a", "power_kw")


async def write_history(path: Path, meters: Mapping[str, str], until: datetime) -> None:
    """Write a reading of each meter for each quarter hour, as `linli-edge readings import` takes them.

    Args:
        meters: devices by their ids in the gateway's configuration.
        until: with its zone.
    """
    turn_s = EVERY.total_seconds()
    last = datetime.fromtimestamp(until.timestamp() // turn_s * turn_s, UTC)
    with replacing(path) as draft, draft.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for back in range(BACK // EVERY, -1, -1):
            for meter, device in meters.items():
                rows.writerow(await _reading(meter, device, last - back * EVERY))


async def _reading(meter: str, device: str, at: datetime) -> Sequence[object]:
    line = _Timeless(POPULATION.stations(lambda: wall(at), SINCE))
    read = await device_of(device, clock=lambda: at).read(line)
    if read.register is None:
        raise ValueError(f"{device} has no register")
    return meter, at.isoformat(), read.register.value, read.voltage_v, read.current_a, read.power_kw


class _Timeless:
    """A line whose other end has answered as soon as it was asked."""

    name = "story"
    byte_s = 0.0

    def __init__(self, stations: Sequence[Listening]) -> None:
        self._stations = stations
        self._answer = b""

    async def write(self, data: bytes) -> None:
        said = [answer for station in self._stations for answers in station.hear(data) for _, answer in answers]
        self._answer = b"".join(said)

    async def read(self, within_s: float) -> bytes:
        del within_s
        answer, self._answer = self._answer, b""
        return answer

    async def close(self) -> None:
        """There is nothing to give back."""
