"""From bytes of a line to words: the decoders, and choosing one where nobody said which protocol it is."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Final, Protocol, TypeVar

from firmware_bridge.app import board_words, cjt188_words, dlt645_words
from firmware_bridge.app.explanation import Explanation, explain_garbage
from firmware_bridge.codecs import bridge, cjt188, dlt645
from firmware_bridge.codecs.garbage import Framed, Garbage

F = TypeVar("F", bound=Framed)


class LineProtocol(StrEnum):
    """What is spoken on a line."""

    DLT645 = "dlt645"
    CJT188 = "cjt188"
    BOARD = "board"


WORDS: Final = {
    LineProtocol.DLT645: "DL/T 645-2007 电表 electricity",
    LineProtocol.CJT188: "CJ/T 188 水气热表 water, gas, heat",
    LineProtocol.BOARD: "道闸传感板 gate-sensor board",
}


class _Decoder(Protocol[F]):
    def feed(self, data: bytes) -> list[F | Garbage]: ...
    def flush(self) -> list[F | Garbage]: ...


def explain(data: bytes, protocol: LineProtocol, profile: cjt188.Profile) -> tuple[Explanation, ...]:
    """Account for every byte, in order; `profile` is of a CJ/T 188 meter."""
    match protocol:
        case LineProtocol.DLT645:
            return tuple(_explained(data, dlt645.Decoder(), dlt645_words.explain))
        case LineProtocol.CJT188:
            return tuple(_explained(data, cjt188.Decoder(), lambda frame: cjt188_words.explain(frame, profile)))
        case LineProtocol.BOARD:
            return tuple(_explained(data, bridge.Decoder(), board_words.explain))


def guess(data: bytes, profile: cjt188.Profile) -> tuple[LineProtocol, tuple[Explanation, ...]]:
    """Choose the protocol whose frames cover most bytes; the first of `LineProtocol` where none does."""
    answers = {protocol: explain(data, protocol, profile) for protocol in LineProtocol}
    best = max(answers, key=lambda protocol: sum(len(part.raw) for part in answers[protocol] if part.is_frame))
    return best, answers[best]


def _explained(data: bytes, decoder: _Decoder[F], say: Callable[[F], Explanation]) -> Iterator[Explanation]:
    for item in (*decoder.feed(data), *decoder.flush()):
        yield explain_garbage(item) if isinstance(item, Garbage) else say(item)
