"""A board that answers as it was told to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from firmware_bridge.codecs.bridge import (
    Decoder,
    Event,
    Frame,
    HelloReply,
    Payload,
    Source,
    StateReply,
    frame_of,
    payload_of,
)
from firmware_bridge.codecs.values import Unreadable
from firmware_bridge.errors import LineLost
from firmware_bridge.transports import Line

Answers = Mapping[type[Payload], Sequence[Payload | None]]

STATE = StateReply(0b0101, 1, 3, 0, 2, 0, 1, 0)


def event(number: int) -> Event:
    return Event(number, 1_790_000_000, 5, 1000 * number, Source.LOOP, 1, number)


def hello(oldest: int, following: int, *, slot: int = 0, version: tuple[int, int, int] = (0, 1, 0)) -> HelloReply:
    return HelloReply(1, *version, b"board-01", 4, 1000, slot, 1, following, oldest)


@dataclass(slots=True)
class Script:
    """Answers by the type of the request, the last one for ever; None is no answer. `asked` is what came."""

    answers: Answers
    asked: list[Payload] = field(default_factory=list)
    said: Counter[type[Payload]] = field(default_factory=Counter)

    async def play(self, line: Line) -> None:
        decoder = Decoder()
        with suppress(LineLost):
            while True:
                for frame in decoder.feed(await line.read(60.0)):
                    if isinstance(frame, Frame) and not frame.is_from_board:
                        await self._answer(line, frame)

    async def _answer(self, line: Line, frame: Frame) -> None:
        request = payload_of(frame)
        assert not isinstance(request, Unreadable)
        self.asked.append(request)
        waiting = self.answers.get(type(request), [None])
        reply = waiting[min(self.said[type(request)], len(waiting) - 1)]
        self.said[type(request)] += 1
        if reply is not None:
            await line.write(frame_of(reply, frame.sequence).raw)


async def say(far: Line, *numbers: int) -> None:
    for number in numbers:
        await far.write(frame_of(event(number), number).raw)
