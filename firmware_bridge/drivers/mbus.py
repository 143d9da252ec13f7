"""A wired M-Bus meter by its primary address. It only reads."""

from dataclasses import dataclass
from typing import Final

from firmware_bridge.drivers.mbus_frames import ACK, MbusFrame
from firmware_bridge.drivers.mbus_telegram import Telegram, short, telegram
from firmware_bridge.errors import Garbled, Refused
from firmware_bridge.sessions import Patience, Session

LAST_ADDRESS: Final = 250
MOST_TELEGRAMS: Final = 16  # of one reading
# Slaves answer within 330 bit times and 50 ms, 187 ms at 2400 baud: public descriptions of EN 13757-2.
MBUS: Final = Patience(answer_s=0.6, silence_s=0.2, gap_s=0.05)

SND_NKE: Final = 0x40
REQ_UD2: Final = 0x5B
FRAME_COUNT: Final = 0x20
RSP_UD: Final = 0x08
_RSP_MASK: Final = 0xCF  # without the two bits that say whether class 1 data wait
_APPLICATION_ERROR: Final = 0x70
_ERRORS: Final = {
    0: "未说明 unspecified",
    1: "不支持该 CI a kind of content that it does not know",
    2: "缓冲区过长 too long for its buffer",
    3: "记录过多 too many records",
    8: "应用忙 its application is busy",
    9: "读取次数过多 read too often",
}


@dataclass(slots=True)
class FrameCount:
    """Whether the last answer was taken, told by one bit: a meter that sees the same bit again repeats its answer.

    `bit` is None while nobody knows what the meter has seen: then it is reset first.
    """

    bit: bool | None = None


class MbusMeter:
    """One meter on a line.

    Args:
        session: of the line, with `MbusDecoder`.
        address: 1 to 250.
        count: kept over the readings of this meter.
    """

    def __init__(self, session: Session[MbusFrame], address: int, count: FrameCount) -> None:
        self._session = session
        self._address = address
        self._count = count
        self.name = f"mbus:{address}"

    async def telegrams(self) -> tuple[Telegram, ...]:
        """Read all that it tells, in one answer or several.

        Raises:
            NoAnswer, Garbled, Refused, LineLost: as the session; what is no readable answer is garbled.
        """
        if self._count.bit is None:
            await self._reset()
        out: list[Telegram] = []
        while not out or out[-1].more:
            if len(out) == MOST_TELEGRAMS:
                self._count.bit = None
                raise Garbled(f"{self.name}：后续应答没有尽头 more than {MOST_TELEGRAMS} answers")
            out.append(await self._next())
        return tuple(out)

    async def _reset(self) -> None:
        """Tell the meter to begin counting anew; the next request has the bit set."""

        def take(frame: MbusFrame) -> bool | None:
            return True if frame.raw[0] == ACK else None

        await self._session.ask(short(SND_NKE, self._address), self.name, take)
        self._count.bit = True

    async def _next(self) -> Telegram:
        """Ask for one answer. However this ends without it, also with the line, the meter may have seen the bit."""
        bit, self._count.bit = self._count.bit, None
        request = short(REQ_UD2 | FRAME_COUNT * bool(bit), self._address)
        frame = await self._session.ask(request, self.name, self._take)
        told = telegram(frame)
        if isinstance(told, str):
            raise Garbled(f"{self.name}：{told}")
        self._count.bit = not bit
        return told

    def _take(self, frame: MbusFrame) -> MbusFrame | None:
        if not frame.is_long or (frame.control & _RSP_MASK, frame.address) != (RSP_UD, self._address):
            return None
        if frame.content == _APPLICATION_ERROR:
            code = frame.data[0] if frame.data else 0
            raise Refused(self.name, (_ERRORS.get(code, f"应用错误 application error {code}"),))
        return frame
