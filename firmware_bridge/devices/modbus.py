"""A Modbus device on a line, by its register map."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Final

from firmware_bridge.devices.meter_read import Flag, MeterRead, found
from firmware_bridge.devices.register_map import Entry, RegisterMap, Role, spans
from firmware_bridge.drivers import Clock, Measured
from firmware_bridge.drivers.modbus import Framing, Function, ModbusMeter
from firmware_bridge.sessions import Patience, Session
from firmware_bridge.transports import Line

Place = tuple[Function, int]
Told = Mapping[Place, tuple[int, datetime]]
"""What stands in each register, and when that was told."""

RTU: Final = "modbus"
TCP: Final = "modbus-tcp"


@dataclass(frozen=True, slots=True)
class Modbus:
    """A device and what its registers mean.

    Attributes:
        protocol: `RTU` on a serial line or behind a TCP gateway that passes bytes through, or `TCP`.
        number: of the next request; it goes on over the readings, so that a late answer is not taken for a new one.
    """

    protocol: str
    unit: int
    registers: RegisterMap
    clock: Clock
    patience: Patience
    number: Callable[[], int] = field(default_factory=lambda: count(1).__next__, compare=False)

    @property
    def name(self) -> str:
        return f"{self.protocol}:{self.unit}"

    async def read(self, line: Line) -> MeterRead:
        told = await self._told(line)
        measured = tuple(one for entry in self.registers.entries if (one := self._measured(entry, told)))
        register = self._of_role(measured, Role.REGISTER)
        voltage, current, power = (
            self._of_role(measured, role) for role in (Role.VOLTAGE_V, Role.CURRENT_A, Role.POWER_KW)
        )
        return MeterRead(
            self.name,
            register.at if register else self.clock(),
            measured,
            register,
            self._flags(told),
            voltage_v=voltage.value if voltage else None,
            current_a=current.value if current else None,
            power_kw=power.value if power else None,
        )

    async def frozen(self, line: Line, days: int) -> tuple[MeterRead, ...]:  # each maker has its own way, or none
        return ()

    async def _told(self, line: Line) -> Told:
        framing = Framing.tcp() if self.protocol == TCP else Framing.rtu(self.unit)
        session = Session(line, framing.decoder, self.patience)
        meter = ModbusMeter(session, self.unit, framing, number=self.number, name=self.name)
        told: dict[Place, tuple[int, datetime]] = {}
        for span in spans(self.registers):
            values = await meter.registers(span.function, span.address, span.count)
            at = self.clock()
            told |= {(span.function, span.address + place): (value, at) for place, value in enumerate(values)}
        return told

    def _measured(self, entry: Entry, told: Told) -> Measured | None:
        places = [told[entry.function, entry.address + place] for place in range(entry.type.size)]
        quantity = entry.value(tuple(value for value, _ in places))
        if quantity is None:
            return None
        return Measured.of(quantity, device=self.name, key=entry.key, words=entry.words, at=places[-1][1])

    def _of_role(self, measured: Sequence[Measured], role: Role) -> Measured | None:
        entry = self.registers.of_role(role)
        return found(measured, entry.key) if entry else None

    def _flags(self, told: Told) -> frozenset[Flag] | None:
        if not self.registers.flag:
            return None
        return frozenset(bit.flag for bit in self.registers.flag if told[bit.function, bit.address][0] >> bit.bit & 1)
