"""A Modbus device: reads its registers, over a serial line, a TCP gateway that passes bytes through, or Modbus TCP.

It only reads. A serial line carries no number of a request: an answer that comes later than the patience for it, to a
request for as many registers, cannot be told from the next one's. So the patience is long.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Protocol

from pymodbus.framer import FramerRTU, FramerSocket
from pymodbus.framer.base import FramerBase
from pymodbus.pdu import DecodePDU, ExceptionResponse, ModbusPDU
from pymodbus.pdu.register_message import ReadHoldingRegistersRequest, ReadInputRegistersRequest

from firmware_bridge.drivers.modbus_frames import EXCEPTION, MOST_REGISTERS, Adu, Decode, rtu_decoder, tcp_decoder
from firmware_bridge.errors import NoAnswer, Refused
from firmware_bridge.sessions import Patience, Session

LAST_UNIT: Final = 247  # Modbus over Serial Line 1.02, 2.2
ADDRESSES: Final = 1 << 16
# Modbus over Serial Line 1.02, 2.4.1: 1 to several seconds for an answer. 3.5 characters at 2400 baud are 16 ms.
RTU: Final = Patience(answer_s=2.0, silence_s=0.1, gap_s=0.02)
TCP: Final = Patience(answer_s=3.0, silence_s=0.5, gap_s=0.001)

_DECODER: Final = DecodePDU(is_server=False)
# Modbus Application Protocol 1.1b3, 7.
_REFUSALS: Final = {
    1: "不支持该功能码 the function is not supported",
    2: "没有该寄存器 there is no such register",
    3: "数量或值不被接受 a number or value is not accepted",
    4: "设备故障 the device failed",
    8: "存储校验错误 its memory is damaged",
}
_LATER: Final = {
    5: "尚在处理 it still works on it",
    6: "设备忙 the device is busy",
    10: "网关没有通路 the gateway has no path",
    11: "网关后的设备无应答 the device behind the gateway does not answer",
}


class Function(IntEnum):
    """Where registers are read."""

    HOLDING = 3
    INPUT = 4


class _ReadRequest(Protocol):
    def __call__(self, *, dev_id: int, transaction_id: int, address: int, count: int) -> ModbusPDU: ...


_REQUESTS: Final[dict[Function, _ReadRequest]] = {
    Function.HOLDING: ReadHoldingRegistersRequest,
    Function.INPUT: ReadInputRegistersRequest,
}


@dataclass(frozen=True, slots=True)
class Framing:
    """How a request and its answer stand on a line."""

    framer: FramerBase
    decoder: Decode
    numbered: bool

    @classmethod
    def rtu(cls, unit: int) -> "Framing":
        return cls(FramerRTU(_DECODER), rtu_decoder(unit), numbered=False)

    @classmethod
    def tcp(cls) -> "Framing":
        return cls(FramerSocket(_DECODER), tcp_decoder(), numbered=True)


class ModbusMeter:
    """One device on a line.

    Args:
        session: of the line, with `framing.decoder`.
        unit: its number, 1 to 247; over TCP 0 to 255.
        number: gives the number of the next request; it goes over the line where the framing has one.
        name: as errors call it.
    """

    def __init__(
        self, session: Session[Adu], unit: int, framing: Framing, *, number: Callable[[], int], name: str
    ) -> None:
        self._session = session
        self._unit = unit
        self._framing = framing
        self._number = number
        self.name = name

    async def registers(self, function: Function, address: int, count: int) -> tuple[int, ...]:
        """Read registers that follow each other, each 0 to 65535.

        Args:
            address: of the first, as it stands on the wire: from 0.
            count: 1 to `MOST_REGISTERS`.
        Raises:
            ValueError: there are no such registers.
            NoAnswer: none comes, or the device says that it cannot answer now.
            Garbled, Refused, LineLost: as the session.
        """
        if not (1 <= count <= MOST_REGISTERS and 0 <= address <= ADDRESSES - count):
            raise ValueError(f"registers {address} to {address + count - 1}: 1 to {MOST_REGISTERS} of {ADDRESSES}")
        transaction = self._number() % ADDRESSES if self._framing.numbered else 0
        request = self._framing.framer.buildFrame(
            _REQUESTS[function](dev_id=self._unit, transaction_id=transaction, address=address, count=count)
        )

        def take(adu: Adu) -> tuple[int, ...] | None:
            if (adu.unit, adu.transaction) != (self._unit, transaction) or adu.raw == request:
                return None
            return self._told(adu.pdu, function, count)

        return await self._session.ask(request, self.name, take)

    def _told(self, pdu: bytes, function: Function, count: int) -> tuple[int, ...] | None:
        """Read an answer; None if it is none to this question."""
        size = {function: 2 + 2 * count, function | EXCEPTION: 2}.get(pdu[0])
        if len(pdu) != size or (size > 2 and pdu[1] != 2 * count):
            return None
        match _DECODER.decode(pdu):
            case ExceptionResponse(exception_code=code):
                raise self._refusal(code)
            case ModbusPDU(registers=registers):
                return tuple(registers)
            case None:
                return None

    def _refusal(self, code: int) -> NoAnswer | Refused:
        if code in _LATER:
            return NoAnswer(f"{self.name}：{_LATER[code]}")
        return Refused(self.name, (_REFUSALS.get(code, f"异常码 {code} exception {code}"),))
