"""Reading electricity meters."""

from datetime import timedelta
from decimal import Decimal

import pytest

from firmware_bridge.codecs.dlt645 import Address, Control, Decoder, Frame, read, with_decimals
from firmware_bridge.codecs.dlt645.identifiers import ITEMS
from firmware_bridge.drivers import ElectricityMeter, ask_address
from firmware_bridge.drivers.electricity import MOST_DAYS
from firmware_bridge.errors import DeviceFault, Garbled, NoAnswer, Refused
from firmware_bridge.sessions import Session
from firmware_bridge.simulators import SOUND, Faults
from firmware_bridge.transports import Wear
from tests.unit.bridge.drivers.scene import ELECTRIC, NOW, SINCE, WALL, electric, on_a_line

ENERGY, VOLTAGE, UNKNOWN = 0x00010000, 0x02010100, 0x0BADC0DE


def meter(session: Session[Frame], address: Address = ELECTRIC) -> ElectricityMeter:
    return ElectricityMeter(session, address, clock=lambda: NOW)


def test_a_list_of_items() -> None:
    measured = on_a_line(Decoder, [electric()], lambda s: meter(s).measure([ENERGY, 0x00020000, VOLTAGE]))
    assert [(one.key, str(one.value), one.unit, str(one.resolution)) for one in measured] == [
        ("00010000", "315.00", "kWh", "0.01"),
        ("02010100", "230.1", "V", "0.1"),
    ]
    assert {(one.device, one.at) for one in measured} == {("dlt645:000000000161", NOW)}


def test_a_table_of_its_own() -> None:
    async def main(session: Session[Frame]) -> str:
        own = ElectricityMeter(session, ELECTRIC, clock=lambda: NOW, items=with_decimals(ITEMS, {VOLTAGE: 0}))
        return str((await own.read(VOLTAGE)).value)

    assert on_a_line(Decoder, [electric()], main) == "2301 V"


@pytest.mark.parametrize("longest_part", [1, 5, 7, 14, 190])
def test_a_long_answer_in_parts(longest_part: int) -> None:
    words = on_a_line(Decoder, [electric(longest_part=longest_part)], lambda s: meter(s).status_words())
    assert len(words) == 7
    assert "clock_battery_low" not in words[0]


def test_parts_without_end() -> None:
    class Endless:
        faults = SOUND

        def answer(self, frame: Frame) -> bytes | None:
            if frame.control.reply:
                return None
            return Frame(ELECTRIC, Control(frame.control.function, reply=True, following=True), frame.data).raw

    async def main(session: Session[Frame]) -> None:
        with pytest.raises(Garbled, match="more than"):
            await meter(session).read(ENERGY)

    on_a_line(Decoder, [Endless()], main)


def test_a_meter_that_refuses_says_why() -> None:
    async def main(session: Session[Frame]) -> tuple[str, ...]:
        with pytest.raises(Refused, match="dlt645:000000000161") as caught:
            await meter(session).read(0x00020000)
        return caught.value.reasons

    assert on_a_line(Decoder, [electric()], main) == ("无请求数据 no such data",)


def test_what_is_no_value_is_garbled() -> None:
    class Nonsense:
        faults = SOUND

        def answer(self, frame: Frame) -> bytes | None:
            return None if frame.control.reply else Frame(ELECTRIC, Control(0x11, reply=True), frame.data + b"\1").raw

    async def main(session: Session[Frame]) -> None:
        with pytest.raises(Garbled, match="00010000"):
            await meter(session).read(ENERGY)

    on_a_line(Decoder, [Nonsense()], main)


FREEZES = [(1, 1), (3, 3), (MOST_DAYS, 11)]  # asked, had: the meter was put in at the beginning of the 11th day back


@pytest.mark.parametrize(("days", "had"), FREEZES)
def test_daily_freezes(days: int, had: int) -> None:
    freezes = on_a_line(Decoder, [electric()], lambda s: meter(s).daily_freezes(days))
    midnight = WALL.replace(hour=0)
    assert [one.at for one in freezes] == [midnight - timedelta(days=ago) for ago in range(had)]
    assert [one.forward.value for one in freezes] == [
        (one.at - SINCE) // timedelta(days=1) * Decimal("30.00") for one in freezes
    ]


@pytest.mark.parametrize("days", [0, MOST_DAYS + 1])
def test_days_that_no_meter_has(days: int) -> None:
    async def main(session: Session[Frame]) -> None:
        with pytest.raises(ValueError, match="1 to 62"):
            await meter(session).daily_freezes(days)

    on_a_line(Decoder, [], main)


def test_who_is_on_the_line() -> None:
    async def fails(session: Session[Frame]) -> type[DeviceFault]:
        with pytest.raises(DeviceFault) as caught:
            await ask_address(session)
        return caught.type

    assert on_a_line(Decoder, [electric()], ask_address) == ELECTRIC
    assert on_a_line(Decoder, [], fails) is NoAnswer
    assert on_a_line(Decoder, [electric(), electric(Address("000000000162"))], fails) is Garbled


def test_only_its_own_meter_is_believed() -> None:
    """A meter that answers to another's address is never taken for it."""

    class Impostor:
        faults = SOUND

        def answer(self, frame: Frame) -> bytes | None:
            return electric(Address("000000000199")).answer(read(Address("000000000199"), ENERGY))

    async def main(session: Session[Frame]) -> None:
        with pytest.raises(NoAnswer, match="other frames"):
            await meter(session).read(ENERGY)

    on_a_line(Decoder, [Impostor()], main, Wear())


@pytest.mark.parametrize("seed", range(5))
def test_a_bad_line_gives_the_right_value_or_a_fault(seed: int) -> None:
    async def main(session: Session[Frame]) -> int:
        right = 0
        for _ in range(20):
            try:
                assert str((await meter(session).read(ENERGY)).value) == "315.00 kWh"
                right += 1
            except DeviceFault:
                continue
        return right

    faults = Faults(silence=0.1, noise=0.005, wrong_checksum=0.1)
    assert on_a_line(Decoder, [electric(faults=faults)], main, Wear(echo=True, noise=0.002), seed) >= 15
