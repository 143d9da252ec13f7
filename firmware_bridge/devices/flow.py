"""A water, heat or gas meter of CJ/T 188 on a line: one frame tells all."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from firmware_bridge.codecs import cjt188
from firmware_bridge.codecs.cjt188 import Profile
from firmware_bridge.devices.meter_read import Flag, MeterRead, found
from firmware_bridge.drivers import Clock, FlowMeter, FlowRead
from firmware_bridge.sessions import Patience, Session
from firmware_bridge.transports import Line

_FLAGS: Final = {"battery_low": Flag.BATTERY_LOW}  # the bits of both editions tell no other; see codecs/cjt188/profiles


@dataclass(frozen=True, slots=True)
class Flow:
    """A meter and its model."""

    kind: int
    address: cjt188.Address
    profile: Profile
    clock: Clock
    patience: Patience

    @property
    def name(self) -> str:
        return f"cjt188:{self.kind:02X}:{self.address}"

    async def read(self, line: Line) -> MeterRead:
        session = Session(line, cjt188.Decoder, self.patience, before=cjt188.WAKE_UP_BYTES)
        meter = FlowMeter(session, self.kind, self.address, clock=self.clock, profile=self.profile)
        return self._told(await meter.read())

    async def frozen(self, line: Line, days: int) -> tuple[MeterRead, ...]:  # CJ/T 188 keeps months
        return ()

    def _told(self, said: FlowRead) -> MeterRead:
        register = found(said.measured, "accumulated")
        return MeterRead(
            self.name,
            said.at,
            said.measured,
            register,
            frozenset(flag for key, flag in _FLAGS.items() if key in said.status),
            said.clock if isinstance(said.clock, datetime) else None,
        )
