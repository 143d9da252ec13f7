"""Ask and answer, whatever else is on the line."""

import asyncio
import random
from datetime import datetime

import pytest

from firmware_bridge.codecs.dlt645 import BROADCAST, WAKE_UP_BYTES, Control, Frame, broadcast_time
from firmware_bridge.errors import DeviceFault, Garbled, LineLost, NoAnswer, Refused
from firmware_bridge.sessions import Patience, Session
from firmware_bridge.transports import NullModem, Wear
from tests.unit.bridge.sessions.stations import (
    METER,
    OTHER,
    PATIENCE,
    REQUEST,
    Said,
    reply,
    take,
    talk,
)

GOOD = reply()
BAD = GOOD[:-2] + bytes([GOOD[-2] ^ 1, GOOD[-1]])
NEW_YEAR = datetime(2026, 1, 1)  # noqa: DTZ001  # the wall clock of meters has no zone
OURS = b"\x26\0\0\0"
BOTH = bytes(a & b for a, b in zip(GOOD, reply(OTHER, value=b"\x11\x22\x33\x44"), strict=True))  # as drivers collide


async def _ask(session: Session[Frame], _modem: NullModem, _overheard: list[Frame]) -> bytes:
    return await session.ask(REQUEST, "meter", take)


async def _fails(session: Session[Frame], _modem: NullModem, _overheard: list[Frame]) -> DeviceFault:
    with pytest.raises(DeviceFault) as caught:
        await session.ask(REQUEST, "meter", take)
    return caught.value


ANSWERED: list[tuple[str, list[list[Said]], int]] = [
    # name,                                  what the station says to each request,                requests
    ("at once", [[(0, GOOD)]], 1),
    ("just in time", [[(0.49, GOOD)]], 1),
    ("behind wake-up bytes", [[(0.1, WAKE_UP_BYTES + GOOD)]], 1),
    ("byte by byte", [[(0.02, bytes([byte])) for byte in GOOD]], 1),
    ("with pauses shorter than the silence", [[(0.45, GOOD[:5]), (0.09, GOOD[5:])]], 1),
    ("behind noise", [[(0.1, b"\x00\xff\x13"), (0.1, GOOD)]], 1),
    ("behind a false start", [[(0.1, b"\x68\x01"), (0.05, GOOD)]], 1),
    ("behind a false start that asks for more", [[(0.1, b"\x68\0\0\0\0\0\0\x68\x91\xc8" + GOOD)]], 1),
    ("behind the late answer of another meter", [[(0.1, reply(OTHER)), (0.1, GOOD)]], 1),
    ("behind the late answer to another question", [[(0.1, reply(identifier=0x02010100)), (0.1, GOOD)]], 1),
    ("twice", [[(0.1, GOOD + GOOD)]], 1),
    ("the second time", [[], [(0.1, GOOD)]], 2),
    ("the third time, after a wrong checksum and a collision", [[(0.1, BAD)], [(0.1, BOTH)], [(0.1, GOOD)]], 3),
    ("late: the answer to the first request passes for that to the second", [[(0.55, GOOD)], []], 2),
]


@pytest.mark.parametrize(("name", "answers", "requests"), ANSWERED, ids=[row[0] for row in ANSWERED])
@pytest.mark.parametrize("wear", [Wear(), Wear(echo=True), Wear(longest_piece=1)], ids=["good", "echo", "split"])
def test_an_answer_is_found(name: str, answers: list[list[Said]], requests: int, wear: Wear) -> None:
    result, heard, _ = talk(answers, _ask, wear)
    assert result == OURS
    assert len(heard) == requests


FAULTS: list[tuple[str, list[list[Said]], type[DeviceFault], str, float]] = [
    # name,                what the station says,             fault, its text, and the most seconds it takes
    ("says nothing", [], NoAnswer, "无应答 no answer", 1.6),
    ("too late, to another question", [[(0.7, reply(identifier=0x02010100))]], NoAnswer, "no answer", 1.9),
    ("another answers", [[(0.1, reply(OTHER))]] * 3, NoAnswer, "other frames", 1.8),
    ("wrong checksum", [[(0.1, BAD)]] * 3, Garbled, "wrong checksum", 1.8),
    ("two at once", [[(0.1, BOTH)]] * 3, Garbled, "no sound answer", 1.8),
    ("cut off", [[(0.1, GOOD[:-1])]] * 3, Garbled, "cut off", 1.8),
]


@pytest.mark.parametrize(("name", "answers", "fault", "words", "within_s"), FAULTS, ids=[row[0] for row in FAULTS])
@pytest.mark.parametrize("echo", [False, True])
def test_a_fault_says_whose_it_is(
    *, name: str, answers: list[list[Said]], fault: type[DeviceFault], words: str, within_s: float, echo: bool
) -> None:
    error, heard, took = talk(answers, _fails, Wear(echo=echo))
    assert type(error) is fault
    assert words in str(error)
    assert len(heard) == PATIENCE.tries
    assert took <= within_s


def test_a_refusal_is_not_asked_again() -> None:
    def refuse(frame: Frame) -> bytes | None:
        if frame.control.error:
            raise Refused("meter", ("无请求数据 no such data",))
        return None

    async def ask(session: Session[Frame], _modem: NullModem, _overheard: list[Frame]) -> str:
        with pytest.raises(Refused) as caught:
            await session.ask(REQUEST, "meter", refuse)
        return str(caught.value)

    refusal = Frame(METER, Control(0x11, reply=True, error=True), b"\x02").raw
    text, heard, _ = talk([[(0.1, refusal)]] * 3, ask)
    assert text == "meter：拒绝 refused：无请求数据 no such data"
    assert len(heard) == 1


def test_the_gap_before_a_request_counts_from_the_last_byte() -> None:
    async def twice(session: Session[Frame], _modem: NullModem, _overheard: list[Frame]) -> None:
        await session.ask(REQUEST, "meter", take)
        await session.ask(REQUEST, "meter", take)

    _, heard, took = talk([[(0.1, GOOD)]] * 2, twice)
    assert heard == pytest.approx([0.03, 0.16])
    assert took == pytest.approx(0.26)


def test_a_gap_that_has_passed_already_is_not_waited_for() -> None:
    async def later(session: Session[Frame], _modem: NullModem, _overheard: list[Frame]) -> None:
        await session.ask(REQUEST, "meter", take)
        await asyncio.sleep(1.0)
        await session.ask(REQUEST, "meter", take)

    _, heard, _ = talk([[(0.1, GOOD)]] * 2, later)
    assert heard == pytest.approx([0.03, 1.13])


def test_the_time_of_bytes_is_on_top_of_the_patience() -> None:
    """At 2400 baud the request takes 73 ms and the answer 92; the meter uses all of its 500 ms."""
    _, _, took = talk([[(0.49, GOOD)]], _ask, Wear(byte_s=11 / 2400))
    assert took == pytest.approx(0.03 + 0.49 + (len(REQUEST) + len(GOOD)) * 11 / 2400)


def test_a_line_that_is_never_silent() -> None:
    async def babble(session: Session[Frame], modem: NullModem, _overheard: list[Frame]) -> str:
        async def speak() -> None:
            while True:
                await modem.far.write(b"\x55")
                await asyncio.sleep(0.02)

        speaking = asyncio.create_task(speak())
        with pytest.raises(Garbled) as caught:
            await session.ask(REQUEST, "meter", take)
        speaking.cancel()
        return str(caught.value)

    text, heard, took = talk([], babble)
    assert "never silent" in text
    assert heard == []
    assert took < 6


def test_what_answers_nobody_is_overheard() -> None:
    async def scene(session: Session[Frame], modem: NullModem, overheard: list[Frame]) -> list[Frame]:
        await modem.far.write(reply(OTHER))  # between requests
        await session.ask(REQUEST, "meter", take)
        await modem.far.write(reply(OTHER))
        await session.listen(1.0)
        return overheard

    overheard, _, _ = talk([[(0.1, reply(OTHER) + GOOD + reply(OTHER))]], scene)
    assert [frame.address for frame in overheard] == [OTHER] * 4


def test_a_broadcast_waits_for_no_answer() -> None:
    async def tell(session: Session[Frame], _modem: NullModem, _overheard: list[Frame]) -> None:
        await session.tell(broadcast_time(NEW_YEAR).raw, str(BROADCAST))

    _, _, took = talk([], tell)
    assert took == pytest.approx(PATIENCE.gap_s)


def test_a_line_that_is_cut() -> None:
    async def cut(session: Session[Frame], modem: NullModem, _overheard: list[Frame]) -> None:
        asyncio.get_running_loop().call_later(0.2, modem.cut)
        with pytest.raises(LineLost):
            await session.ask(REQUEST, "meter", take)

    _, _, took = talk([], cut)
    assert took == pytest.approx(0.2)


@pytest.mark.parametrize("seed", range(20))
def test_noise_gives_the_right_answer_or_a_fault(seed: int) -> None:
    """Never a wrong answer, never another error, never without end."""
    draw = random.Random(seed)

    async def scene(session: Session[Frame], _modem: NullModem, _overheard: list[Frame]) -> int:
        answered = 0
        for _ in range(20):
            try:
                assert await session.ask(REQUEST, "meter", take) == OURS
                answered += 1
            except DeviceFault:
                continue
        return answered

    answers = [[(draw.random() * 0.6, GOOD)] for _ in range(200)]
    answered, _, took = talk(answers, scene, Wear(noise=0.01, loss=0.005, echo=bool(seed % 2), byte_s=11 / 2400))
    assert answered >= 15
    assert took < 20 * 3 * 1.5


@pytest.mark.parametrize("bad", [{"answer_s": 0}, {"silence_s": -1}, {"gap_s": 0}, {"tries": 0}])
def test_patience_has_bounds(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="positive"):
        Patience(**{"answer_s": 1, "silence_s": 1, "gap_s": 1} | bad)  # type: ignore[arg-type]
