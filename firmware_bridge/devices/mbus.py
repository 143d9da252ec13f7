"""A wired M-Bus meter on a line: one question tells all, a second one after a fault."""

from dataclasses import dataclass, field
from typing import Final

from firmware_bridge.devices.meter_read import Flag, MeterRead, amount, found
from firmware_bridge.drivers import Clock, Measured
from firmware_bridge.drivers.mbus import FrameCount, MbusMeter
from firmware_bridge.drivers.mbus_frames import MbusDecoder
from firmware_bridge.drivers.mbus_telegram import POWER_LOW, Telegram
from firmware_bridge.sessions import Patience, Session
from firmware_bridge.transports import Line

VOLUME_MEDIA: Final = frozenset({0x03, 0x06, 0x07, 0x15, 0x16, 0x17})  # gas and the kinds of water, EN 13757-3


@dataclass(frozen=True, slots=True)
class Mbus:
    """A meter; `count` goes on over the readings."""

    address: int
    clock: Clock
    patience: Patience
    count: FrameCount = field(default_factory=FrameCount, compare=False)

    @property
    def name(self) -> str:
        return f"mbus:{self.address}"

    async def read(self, line: Line) -> MeterRead:
        session = Session(line, MbusDecoder, self.patience)
        telegrams = await MbusMeter(session, self.address, self.count).telegrams()
        at = self.clock()
        measured = tuple(
            Measured.of(record.quantity, device=self.name, key=record.key, words=record.words, at=at)
            for one in telegrams
            for record in one.records
        )
        return MeterRead(
            self.name,
            at,
            measured,
            found(measured, "volume" if telegrams[0].medium in VOLUME_MEDIA else "energy"),
            _flags(telegrams[0]),
            next((one.clock for one in telegrams if one.clock), None),
            amount(measured, "voltage"),
            amount(measured, "current"),
            amount(measured, "power"),
        )

    async def frozen(self, line: Line, days: int) -> tuple[MeterRead, ...]:  # storage numbers are each maker's own
        return ()


def _flags(telegram: Telegram) -> frozenset[Flag]:
    return frozenset({Flag.BATTERY_LOW} if telegram.status & POWER_LOW else ())
