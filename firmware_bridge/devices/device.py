"""What a bus needs of every device."""

from typing import Protocol

from firmware_bridge.devices.meter_read import MeterRead
from firmware_bridge.transports import Line


class Device(Protocol):
    """A device that can be read on whatever line it is."""

    @property
    def name(self) -> str:
        """As `device_of` takes it."""

    async def read(self, line: Line) -> MeterRead:
        """Read it once.

        Raises:
            NoAnswer, Garbled, Refused, LineLost: as the drivers.
        """

    async def frozen(self, line: Line, days: int) -> tuple[MeterRead, ...]:
        """Read what it kept at the beginning of the last days, the last one first, to fill the hole of an outage.

        Args:
            days: at least 1; a meter gives as many as it keeps, and nothing where its protocol keeps none.
        Raises:
            NoAnswer, Garbled, LineLost: as the drivers.
        """
