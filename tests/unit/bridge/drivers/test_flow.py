"""Reading water, heat and gas meters."""

import pytest

from firmware_bridge.codecs.cjt188 import Address, Control, Decoder, Frame, read
from firmware_bridge.codecs.cjt188.profiles import HIGH_FIRST_2004
from firmware_bridge.drivers import FlowMeter, ask_meter
from firmware_bridge.errors import DeviceFault, Garbled, NoAnswer, Refused
from firmware_bridge.sessions import Session
from firmware_bridge.simulators import SOUND
from tests.unit.bridge.drivers.scene import NOW, WALL, WATER, on_a_line, water

HEAT = (
    "00 12 34 00 05  00 12 56 00 05  00 05 00 00 17  00 50 00 00 35  00 99 00 00 2C"
    "50 60 00  25 45 00  10 27 00  00 30 12 11 01 26 20  04 00"
)


def meter(session: Session[Frame], kind: int = 0x10) -> FlowMeter:
    return FlowMeter(session, kind, WATER, clock=lambda: NOW)


class Says:
    """Answers every request with one body."""

    faults = SOUND

    def __init__(self, body: bytes, kind: int = 0x10, *, error: bool = False, sequence_off: int = 0) -> None:
        self._body = body
        self._kind = kind
        self._error = error
        self._off = sequence_off

    def answer(self, frame: Frame) -> bytes | None:
        if frame.control.reply:
            return None
        head = b"" if self._error else frame.data[:2] + bytes([frame.data[2] + self._off & 0xFF])
        return Frame(self._kind, WATER, Control(1, reply=True, error=self._error), head + self._body).raw


def test_water() -> None:
    told = on_a_line(Decoder, [water()], lambda s: meter(s).read())
    assert [(one.key, str(one.value), one.unit) for one in told.measured] == [
        ("accumulated", "3.02", "m³"),
        ("settled", "0.00", "m³"),
    ]
    assert {(one.device, one.at) for one in told.measured} == {("cjt188:10:00001122334455", NOW)}
    assert (told.unreadable, told.clock, told.status.conditions) == ((), WALL, ())


def test_heat() -> None:
    told = on_a_line(Decoder, [Says(bytes.fromhex(HEAT), 0x20)], lambda s: meter(s, 0x20).read())
    assert {one.key: f"{one.value} {one.unit}" for one in told.measured} == {
        "settled": "3412.00 kWh",
        "accumulated": "5612.00 kWh",
        "power": "5.00 kW",
        "flow": "0.5000 m³/h",
        "volume": "99.00 m³",
        "supply": "60.50 °C",
        "returned": "45.25 °C",
        "hours": "2710 h",
    }
    assert "battery_low" in told.status


def test_a_number_that_is_none_is_named_and_the_others_are_told() -> None:
    body = bytes.fromhex("FF FF FF FF 2C  00 00 00 00 2C  00 00 12 11 01 26 20  00 00")
    told = on_a_line(Decoder, [Says(body)], lambda s: meter(s).read())
    assert told.unreadable == ("accumulated",)
    assert [one.key for one in told.measured] == ["settled"]


@pytest.mark.parametrize("off", [1, 255])
def test_the_answer_to_an_older_request_is_not_taken(off: int) -> None:
    async def main(session: Session[Frame]) -> None:
        with pytest.raises(NoAnswer, match="other frames"):
            await meter(session).read()

    on_a_line(Decoder, [Says(bytes(19), sequence_off=off)], main)


def test_a_model_with_the_other_order_is_told() -> None:
    class Swapped:
        faults = SOUND

        def answer(self, frame: Frame) -> bytes | None:
            return water(profile=HIGH_FIRST_2004).answer(read(0x10, WATER, 0, profile=HIGH_FIRST_2004))

    async def main(session: Session[Frame]) -> None:
        with pytest.raises(Garbled, match="HIGH_FIRST"):
            await meter(session).read()

    on_a_line(Decoder, [Swapped()], main)


def test_a_refusal_tells_the_status() -> None:
    async def main(session: Session[Frame]) -> None:
        with pytest.raises(Refused, match="valve closed"):
            await meter(session).read()

    on_a_line(Decoder, [Says(bytes([0, 1, 0]), error=True)], main)


def test_sequences_wrap() -> None:
    async def main(session: Session[Frame]) -> int:
        one = meter(session)
        return len([await one.read() for _ in range(257)])

    assert on_a_line(Decoder, [water()], main) == 257


def test_who_is_on_the_line() -> None:
    async def fails(session: Session[Frame]) -> type[DeviceFault]:
        with pytest.raises(DeviceFault) as caught:
            await ask_meter(session)
        return caught.type

    assert on_a_line(Decoder, [water()], ask_meter) == (0x10, WATER)
    assert on_a_line(Decoder, [], fails) is NoAnswer
    assert on_a_line(Decoder, [water(), water(Address("00009988776655"))], fails) is Garbled
