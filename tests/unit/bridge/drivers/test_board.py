"""The board's driver against a scripted board; tests/integration/bridge has the real program."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from typing import TypeVar
from zlib import crc32

import pytest

from firmware_bridge.codecs.bridge import (
    AckedEvents,
    AckEvents,
    BeganUpdate,
    EndedUpdate,
    GetSetting,
    GotSetting,
    Hello,
    HelloReply,
    Payload,
    Resend,
    Resending,
    Restart,
    SelfTest,
    SelfTested,
    SetOutput,
    SetOutputDone,
    SetSetting,
    SetSettingDone,
    SetTime,
    SetTimeDone,
    Setting,
    State,
    Status,
    TookData,
    UnknownKind,
    UpdateBegin,
    UpdateData,
    UpdateEnd,
)
from firmware_bridge.drivers import Board, Program, UpdateFailed
from firmware_bridge.errors import DeviceFault, NoAnswer, Refused
from firmware_bridge.transports import Line, NullModem, Wear
from tests.unit.bridge.drivers.script import STATE, Answers, Script, event, hello, say
from tests.unit.bridge.virtual_time import run

T = TypeVar("T")
OLD, NEW = hello(1, 1), hello(1, 1, slot=1, version=(0, 2, 0))
PROGRAM = Program(bytes(range(250)) * 2, (0, 2, 0), bytes(64))


def with_board(
    answers: Answers,
    main: Callable[[Board, Line], Awaitable[T]],
    stored: int = 0,
    wear: Wear | None = None,
) -> tuple[T, list[Payload]]:
    async def scene() -> tuple[T, list[Payload]]:
        modem, script = NullModem(wear or Wear(), seed=3), Script(answers)
        playing = asyncio.create_task(script.play(modem.far))
        result = await main(Board(modem.near, stored), modem.far)
        await modem.near.close()
        await playing
        return result, script.asked

    return run(scene())


def test_questions() -> None:
    async def main(board: Board, _far: Line) -> tuple[object, ...]:
        await board.set_time(datetime(2026, 1, 1, 0, 0, 0, 250_000, tzinfo=UTC))
        await board.set_output(0, 1, 500)
        await board.set_setting(Setting.DEBOUNCE_MS, 50)
        return await board.state(), await board.setting(Setting.DEBOUNCE_MS), await board.self_test()

    answers: Answers = {
        SetTime: [SetTimeDone(Status.DONE)],
        SetOutput: [SetOutputDone(Status.DONE)],
        SetSetting: [SetSettingDone(Status.DONE)],
        State: [STATE],
        GetSetting: [GotSetting(Status.DONE, 1, 50)],
        SelfTest: [SelfTested(Status.DONE, 0b10)],
    }
    told, asked = with_board(answers, main)
    assert told == (STATE, 50, 0b10)
    assert asked[:3] == [SetTime(1767225600, 250), SetOutput(0, 1, 500), SetSetting(1, 50)]


def test_what_it_does_not_take_or_know_is_refused() -> None:
    async def main(board: Board, _far: Line) -> None:
        with pytest.raises(Refused, match="bad value"):
            await board.set_setting(Setting.DEBOUNCE_MS, 1)
        with pytest.raises(Refused, match="does not know"):
            await board.restart()
        with pytest.raises(NoAnswer):
            await board.hello()

    with_board({SetSetting: [SetSettingDone(Status.BAD_VALUE)], Restart: [UnknownKind(0x0C)]}, main)


def test_events_are_told_until_they_are_acknowledged() -> None:
    async def main(board: Board, far: Line) -> None:
        await say(far, 1, 2, 2, 3)
        assert await board.events(1.0) == await board.events(1.0) == (event(1), event(2), event(3))
        await board.acknowledge(event(2))
        assert await board.events(1.0) == (event(3),)
        await board.acknowledge(event(3))
        assert await board.events(1.0) == ()

    _, asked = with_board({AckEvents: [AckedEvents(Status.DONE, 0)]}, main)
    assert asked == [AckEvents(2), AckEvents(3)]


def test_events_between_questions_are_kept() -> None:
    async def main(board: Board, far: Line) -> None:
        await say(far, 1)
        await board.state()
        assert await board.events(0.1) == (event(1),)

    with_board({State: [STATE]}, main)


def test_a_hole_is_asked_for_and_nothing_behind_it_is_told() -> None:
    async def main(board: Board, far: Line) -> None:
        await say(far, 6, 7)
        assert await board.events(1.0) == ()
        with pytest.raises(ValueError, match="event 8"):
            await board.acknowledge(event(8))
        await say(far, 5)
        assert await board.events(1.0) == (event(5), event(6), event(7))

    _, asked = with_board({Hello: [hello(5, 8)], Resend: [Resending(Status.DONE)]}, main, stored=4)
    assert asked == [Hello(), Resend(5)]


def test_what_the_board_has_no_more_is_passed_over() -> None:
    async def main(board: Board, far: Line) -> None:
        await say(far, 6)
        assert await board.events(1.0) == ()
        assert await board.events(1.0) == (event(6),)

    with_board({Hello: [hello(6, 7)]}, main, stored=4)


def test_a_lost_acknowledgement_is_given_again() -> None:
    async def main(board: Board, far: Line) -> None:
        await say(far, 3, 4)
        assert await board.events(1.0) == ()

    _, asked = with_board({AckEvents: [AckedEvents(Status.DONE, 5)]}, main, stored=4)
    assert asked == [AckEvents(4)]


def test_an_erased_board_begins_anew() -> None:
    async def main(board: Board, far: Line) -> None:
        await board.hello()
        await say(far, 1)
        assert await board.events(1.0) == (event(1),)

    with_board({Hello: [hello(1, 2)]}, main, stored=900)


def test_events_far_ahead_are_not_kept() -> None:
    async def main(board: Board, far: Line) -> None:
        await say(far, 64)
        await board.events(1.0)  # within the limit: asks for the hole
        await say(far, *range(1, 64))
        assert len(await board.events(5.0)) == 64

    with_board({Hello: [hello(1, 65)], Resend: [Resending(Status.DONE)]}, main)

    async def beyond(board: Board, far: Line) -> None:
        await say(far, 65)
        assert await board.events(1.0) == ()

    assert with_board({}, beyond)[1] == []


def pieces(*offsets: int) -> list[TookData]:
    return [TookData(Status.DONE, offset) for offset in offsets]


def test_an_update() -> None:
    seen: list[tuple[int, int]] = []

    async def main(board: Board, _far: Line) -> None:
        await board.update(PROGRAM, lambda done, size: seen.append((done, size)))

    answers: Answers = {
        Hello: [OLD],
        UpdateBegin: [BeganUpdate(Status.DONE)],
        UpdateData: [*pieces(128), TookData(Status.OFFSET_WRONG, 256), *pieces(384, 500)],
        UpdateEnd: [EndedUpdate(Status.DONE)],
    }
    _, asked = with_board(answers, main)
    assert asked[1] == UpdateBegin(500, crc32(PROGRAM.image), 0, 2, 0, bytes(64))
    assert [one.offset for one in asked if isinstance(one, UpdateData)] == [0, 128, 256, 384]
    assert b"".join(one.piece for one in asked if isinstance(one, UpdateData)) == PROGRAM.image
    assert seen == [(128, 500), (256, 500), (384, 500), (500, 500)]


ENDED = EndedUpdate(Status.DONE)
TAKEN: Answers = {
    Hello: [OLD],
    UpdateBegin: [BeganUpdate(Status.DONE)],
    UpdateData: pieces(128, 256, 384, 500),
    UpdateEnd: [ENDED],
}
FAILURES: list[tuple[str, Answers, str]] = [
    ("busy", {UpdateBegin: [BeganUpdate(Status.BUSY)]}, "busy"),
    ("store", {UpdateData: [TookData(Status.STORE_FAILED, 0)]}, "store failed"),
    ("stands still", {UpdateData: pieces(0)}, "does not move"),
    ("runs back", {UpdateData: [*pieces(128), TookData(Status.OFFSET_WRONG, 0)]}, "offset wrong"),
    ("runs ahead", {UpdateData: pieces(501)}, "does not move"),
    ("signature", {UpdateEnd: [EndedUpdate(Status.SIGNATURE_WRONG)]}, "signature wrong"),
]


@pytest.mark.parametrize(("name", "answers", "why"), FAILURES, ids=[row[0] for row in FAILURES])
def test_an_update_that_fails_says_why(name: str, answers: Answers, why: str) -> None:
    async def main(board: Board, _far: Line) -> None:
        with pytest.raises(UpdateFailed, match=why):
            await board.update(PROGRAM)

    with_board({**TAKEN, **answers}, main)


ENDINGS: list[tuple[str, Sequence[HelloReply | None], Sequence[EndedUpdate | None], str | None]] = [
    # name,                                        to HELLO,       to UPDATE_END,              what is said
    ("two answers lost, then taken", [OLD], [None, None, ENDED], None),
    ("all three lost, but asked again it is taken", [OLD], [None, None, None, ENDED], None),
    ("all lost, and it runs after a restart", [OLD, NEW], [None], None),
    ("lost, restarted, and it runs", [OLD, NEW], [None, EndedUpdate(Status.NOTHING_BEGUN)], None),
    ("lost, and the old one runs", [OLD], [None, EndedUpdate(Status.NOTHING_BEGUN)], "not taken"),
    ("the same version ran before", [NEW], [None, EndedUpdate(Status.NOTHING_BEGUN)], "not taken"),
    ("lost, then refused", [OLD], [None, None, None, EndedUpdate(Status.CRC_WRONG)], "crc wrong"),
    ("silent from then on", [OLD, None], [None], "no answer"),
    ("it only hears HELLO", [OLD], [None], "no answer"),
]


@pytest.mark.parametrize(("name", "hellos", "ends", "why"), ENDINGS, ids=[row[0] for row in ENDINGS])
def test_whether_an_update_was_taken_whose_last_answer_is_lost(
    name: str, hellos: Sequence[HelloReply | None], ends: Sequence[EndedUpdate | None], why: str | None
) -> None:
    async def main(board: Board, _far: Line) -> None:
        with pytest.raises(DeviceFault, match=why) if why else nullcontext():
            await board.update(PROGRAM)

    with_board({**TAKEN, Hello: hellos, UpdateEnd: ends}, main)


def test_questions_over_a_noisy_line() -> None:
    async def main(board: Board, _far: Line) -> int:
        right = 0
        for _ in range(50):
            with suppress(DeviceFault):
                assert await board.state() == STATE
                right += 1
        return right

    right, _ = with_board({State: [STATE]}, main, wear=Wear(noise=0.003))
    assert right >= 45
