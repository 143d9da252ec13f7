"""A simulated three-phase meter on Modbus; its registers are those of examples/three_phase_meter.toml.

Requests are read and answers written by the server's side of `pymodbus`.
"""

import struct
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from pymodbus.exceptions import ModbusException
from pymodbus.framer import FramerRTU, FramerSocket
from pymodbus.framer.base import FramerBase
from pymodbus.pdu import DecodePDU, ExceptionResponse, ModbusPDU
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersRequest,
    ReadHoldingRegistersResponse,
    ReadInputRegistersRequest,
    ReadInputRegistersResponse,
)

from firmware_bridge.simulators.faults import SOUND, Faults
from firmware_bridge.simulators.household import consumed
from firmware_bridge.simulators.station import Said

LONGEST: Final = 260  # bytes of a request that are kept; no request that is answered here is as long
_NO_SUCH_REGISTER: Final = 2
_VOLTS: Final = Decimal("230.1")
_HERTZ: Final = 50.0


@dataclass(frozen=True, slots=True)
class ModbusSimulator:
    """A household that takes the same power all the time.

    Attributes:
        unit: its number, 1 to 247.
        clock: gives the wall clock of the meter, without a zone.
        since: when it was put in, with 0 kWh.
        power_kw: what it takes, at most 15: its current fits into a register.
    """

    unit: int
    clock: Callable[[], datetime]
    since: datetime
    power_kw: Decimal = Decimal("1.25")
    faults: Faults = SOUND

    def answer(self, request: ModbusPDU) -> ModbusPDU | None:
        """Answer a request that is for this meter; None for what it does not know, too."""
        response: type[ReadHoldingRegistersResponse]
        if isinstance(request, ReadInputRegistersRequest):
            response, have = ReadInputRegistersResponse, self._inputs()
        elif isinstance(request, ReadHoldingRegistersRequest):
            response, have = ReadHoldingRegistersResponse, self._holding()
        else:
            return None
        wanted = range(request.address, request.address + request.count)
        if not have.keys() >= set(wanted):
            return ExceptionResponse(request.function_code, _NO_SUCH_REGISTER)
        return response(registers=[have[address] for address in wanted])

    def _holding(self) -> Mapping[int, int]:
        energy = consumed(self.since, self.clock(), always=self.power_kw, used=Decimal(0))
        power = int(self.power_kw * 1000)
        registers = (
            *divmod(int(energy * 100) % (1 << 32), 1 << 16),
            int(_VOLTS * 10),
            int(self.power_kw * 100_000 / _VOLTS),
            *reversed(divmod(power, 1 << 16)),
            0,
        )
        return dict(enumerate(registers))

    def _inputs(self) -> Mapping[int, int]:
        return dict(enumerate(struct.unpack(">HH", struct.pack(">f", _HERTZ)), start=100))


class ModbusStation:
    """Such meters on one line, over RTU or Modbus TCP."""

    def __init__(self, devices: Sequence[ModbusSimulator], *, tcp: bool = False) -> None:
        decoder = DecodePDU(is_server=True)
        self._framer: FramerBase = FramerSocket(decoder) if tcp else FramerRTU(decoder)
        self._devices = devices
        self._buffer = bytearray()

    def hear(self, data: bytes) -> list[list[Said]]:
        """As `Listening`; a request that a silence has cut is forgotten."""
        if not data:
            self._buffer.clear()
        self._buffer += data
        del self._buffer[:-LONGEST]
        out: list[list[Said]] = []
        with suppress(ModbusException):
            while (request := self._next()) is not None:
                out.append(self._answers(request))
        return out

    def _next(self) -> ModbusPDU | None:
        used, request = self._framer.handleFrame(bytes(self._buffer), 0, 0)
        del self._buffer[:used]
        return request

    def _answers(self, request: ModbusPDU) -> list[Said]:
        out: list[Said] = []
        for device in self._devices:
            answer = device.answer(request) if device.unit == request.dev_id else None
            if answer is not None:
                answer.dev_id, answer.transaction_id = request.dev_id, request.transaction_id
                out.append((device.faults, self._framer.buildFrame(answer)))
        return out
