"""The board's task against a scripted board, in virtual time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from firmware_bridge.buses import BoardLine, Seen, Standing
from firmware_bridge.codecs.bridge import (
    AckedEvents,
    AckEvents,
    Hello,
    SetTime,
    SetTimeDone,
    Source,
    State,
    Status,
    frame_of,
)
from firmware_bridge.errors import LineLost, Misconfigured
from firmware_bridge.transports import Line, NullModem
from tests.unit.bridge.drivers.script import STATE, Answers, Script, event, hello, say
from tests.unit.bridge.virtual_time import run

BEGAN = datetime(2026, 1, 11, 4, 7, tzinfo=UTC)
ANSWERS: Answers = {
    Hello: [hello(1, 9)],
    SetTime: [SetTimeDone(Status.DONE)],
    State: [STATE],
    AckEvents: [AckedEvents(Status.DONE, 1)],
}


@dataclass(slots=True)
class Desk:
    """A port with a scripted board behind it; there is none while `gone`."""

    script: Script
    gone: bool = False
    opened: list[float] = field(default_factory=list)
    modem: NullModem | None = None
    name: str = "desk"
    playing: set[asyncio.Task[None]] = field(default_factory=set)

    async def open(self) -> Line:
        self.opened.append(asyncio.get_running_loop().time())
        if self.gone:
            raise LineLost("desk: gone")
        self.modem = NullModem()
        self.playing.add(asyncio.create_task(self.script.play(self.modem.far)))
        return self.modem.near

    @property
    def far(self) -> Line:
        assert self.modem is not None
        return self.modem.far


@dataclass(slots=True)
class Scene:
    """A board, the task that reads it, and what that has handed on."""

    desk: Desk
    line: BoardLine
    seen: list[Seen] = field(default_factory=list)
    jumped: timedelta = timedelta(0)

    @property
    def numbers(self) -> list[int]:
        return [one.number for seen in self.seen for one in seen.events]


def played(
    main: Callable[[Scene], Awaitable[None]],
    stored: int = 0,
    answers: Answers | None = None,
    known: bytes | None = None,
) -> Scene:
    async def scene() -> Scene:
        loop, desk = asyncio.get_running_loop(), Desk(Script({**ANSWERS, **(answers or {})}))
        seen: list[Seen] = []

        async def take(one: Seen) -> None:
            seen.append(one)
            await asyncio.sleep(0.01)  # a disk takes its time
            assert all(ack.number not in {each.number for each in one.events} for ack in acknowledged(desk))

        def clock() -> datetime:
            return BEGAN + timedelta(seconds=loop.time()) + made.jumped

        line = BoardLine(desk, stored=stored, known=known, take=take, clock=clock, draw=lambda: 0.5)
        made = Scene(desk, line, seen)
        assert made.line.standing == Standing(None)
        working = asyncio.create_task(made.line.run())
        await asyncio.sleep(0.05)
        await main(made)
        working.cancel()
        await asyncio.wait([working, *desk.playing])
        return made

    return run(scene())


def acknowledged(desk: Desk) -> list[AckEvents]:
    return [one for one in desk.script.asked if isinstance(one, AckEvents)]


def test_events_are_acknowledged_once_they_are_safe() -> None:
    async def main(scene: Scene) -> None:
        await say(scene.desk.far, 1, 2)
        await asyncio.sleep(1.5)
        await say(scene.desk.far, 3)
        await asyncio.sleep(3)

    scene = played(main)
    assert scene.line.standing == Standing(live=True)
    assert scene.numbers == [1, 2, 3]
    assert [one.number for one in acknowledged(scene.desk)] == [2, 3]
    assert {(one.board, one.state) for one in scene.seen} == {(b"board-01", STATE)}
    assert scene.desk.script.asked[:2] == [Hello(), SetTime(int(BEGAN.timestamp()), 0)]
    assert 1 <= (scene.seen[0].at - BEGAN).total_seconds() < 1.1


def test_a_cable_that_is_pulled(caplog: pytest.LogCaptureFixture) -> None:
    """Pauses grow to ten seconds; then it goes on behind what is stored, and the clock is set again."""

    async def main(scene: Scene) -> None:
        await say(scene.desk.far, 1)
        await asyncio.sleep(2)
        assert scene.desk.modem is not None
        scene.desk.gone = True
        scene.desk.modem.cut()
        await asyncio.sleep(120)
        assert scene.line.standing == Standing(live=False, detail="desk: gone")
        scene.desk.gone = False
        await asyncio.sleep(11)
        await say(scene.desk.far, 1, 2)
        await asyncio.sleep(10)

    with caplog.at_level(logging.WARNING):
        scene = played(main)
    assert scene.numbers == [1, 2]
    assert scene.line.standing.live
    assert max(later - sooner for sooner, later in pairwise(scene.desk.opened)) <= 10
    assert sum(isinstance(one, SetTime) for one in scene.desk.script.asked) == 2
    assert ["线路中断" in record.message for record in caplog.records] == [True, False]


def test_a_board_that_says_nothing_is_not_live() -> None:
    async def main(scene: Scene) -> None:
        await asyncio.sleep(60)

    scene = played(main, answers={Hello: []})
    assert scene.line.standing.live is False
    assert "no answer" in scene.line.standing.detail
    assert scene.seen == []
    assert len(scene.desk.opened) > 3


def test_a_state_that_got_lost_does_not_hold_up_events() -> None:
    async def main(scene: Scene) -> None:
        await say(scene.desk.far, 1)
        await asyncio.sleep(4)

    scene = played(main, answers={State: []})
    assert [(one.state, one.events) for one in scene.seen] == [(None, (event(1),))]


def test_time_is_set_again_each_hour() -> None:
    async def main(_scene: Scene) -> None:
        await asyncio.sleep(3600 + 60)

    assert sum(isinstance(one, SetTime) for one in played(main).desk.script.asked) == 2


def test_time_is_set_again_when_the_clock_jumps() -> None:
    """As it does minutes after the start of a gateway without a clock chip."""

    async def main(scene: Scene) -> None:
        await asyncio.sleep(60)
        scene.jumped = timedelta(days=20_000)
        await asyncio.sleep(5)
        assert [one.at_s for one in scene.desk.script.asked if isinstance(one, SetTime)][1:] == [
            pytest.approx((BEGAN + scene.jumped).timestamp() + 60, abs=5)
        ]

    played(main)


def test_time_is_set_again_when_the_board_has_started_anew() -> None:
    """It has no clock chip, and the line may not have been lost with it."""

    async def main(scene: Scene) -> None:
        await say(scene.desk.far, 1)
        await asyncio.sleep(60)
        assert sum(isinstance(one, SetTime) for one in scene.desk.script.asked) == 1
        await scene.desk.far.write(frame_of(replace(event(2), source=Source.BOOT), 2).raw)
        await asyncio.sleep(60)

    scene = played(main)
    assert scene.numbers == [1, 2]
    assert sum(isinstance(one, SetTime) for one in scene.desk.script.asked) == 2


def test_another_board_in_its_place_is_heard_from_its_first_event_on() -> None:
    async def main(scene: Scene) -> None:
        await say(scene.desk.far, 5)
        await asyncio.sleep(2)
        assert scene.desk.modem is not None
        scene.desk.modem.cut()
        await asyncio.sleep(2)
        await say(scene.desk.far, 1, 2)
        await asyncio.sleep(2)

    other = replace(hello(1, 9), board=b"board-02")
    scene = played(main, stored=4, answers={Hello: [hello(5, 9), other]})
    assert [(seen.board, one.number) for seen in scene.seen for one in seen.events] == [
        (b"board-01", 5),
        (b"board-02", 1),
        (b"board-02", 2),
    ]


@pytest.mark.parametrize(("known", "heard"), [(b"board-01", [5]), (b"board-00", [1, 2, 3, 4, 5]), (None, [5])])
def test_one_that_was_put_in_its_place_while_nobody_listened_is_heard_from_its_first_event_on(
    known: bytes | None, heard: list[int]
) -> None:
    async def main(scene: Scene) -> None:
        await say(scene.desk.far, 1, 2, 3, 4, 5)
        await asyncio.sleep(2)

    assert played(main, stored=4, answers={Hello: [hello(1, 9)]}, known=known).numbers == heard


def test_an_erased_board_begins_anew_and_stays_so() -> None:
    """A cut follows at once: what was stored of the board as it was before is not held against it again."""

    async def main(scene: Scene) -> None:
        await say(scene.desk.far, 1)
        await asyncio.sleep(2)
        assert scene.desk.modem is not None
        scene.desk.modem.cut()
        await asyncio.sleep(2)
        await say(scene.desk.far, 2)
        await asyncio.sleep(2)

    assert played(main, stored=2, answers={Hello: [hello(1, 1), hello(2, 3)]}).numbers == [1, 2]


def test_a_wrong_setting_is_not_survived() -> None:
    class Wrong:
        name = "wrong"

        async def open(self) -> Line:
            raise Misconfigured("wrong")

    async def take(_seen: Seen) -> None:
        raise AssertionError

    async def scene() -> None:
        with pytest.raises(Misconfigured):
            await BoardLine(Wrong(), stored=0, take=take, clock=lambda: BEGAN, draw=lambda: 0.5).run()

    run(scene())
