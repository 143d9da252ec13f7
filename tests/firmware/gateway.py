"""The gateway's end of the line, as an integrator would write it from docs/board-protocol.md, and a bad cable."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from firmware_bridge.codecs.bridge import (
    AckedEvents,
    AckEvents,
    Decoder,
    Event,
    Frame,
    Hello,
    HelloReply,
    Payload,
    Resend,
    State,
    StateReply,
    frame_of,
    payload_of,
)
from firmware_bridge.codecs.garbage import Garbage
from firmware_bridge.codecs.values import Unreadable
from tests.firmware.qemu import Qemu

ANSWERS_WITHIN_S: Final = 0.3
TRIES: Final = 60
_TURN_S: Final = 0.005
_ASK_AGAIN_S: Final = 0.05

Reply = TypeVar("Reply", bound=Payload)


@dataclass(slots=True)
class Cable:
    """Loses and changes bytes, both ways, with a chance of `noise` a byte; loses all while `pulled`."""

    qemu: Qemu
    chance: random.Random
    noise: float = 0.0
    pulled: bool = False
    spoilt: int = 0

    def read(self, wait_s: float) -> bytes:
        data = self.qemu.read(wait_s)
        return b"" if self.pulled else self._through(data)

    def write(self, data: bytes) -> None:
        if not self.pulled:
            self.qemu.write(self._through(data))

    def _through(self, data: bytes) -> bytes:
        if self.noise == 0.0:
            return data
        return b"".join(self._byte(byte) for byte in data)

    def _byte(self, byte: int) -> bytes:
        if self.chance.random() >= self.noise:
            return bytes([byte])
        self.spoilt += 1
        return self.chance.choice([b"", bytes([byte ^ (1 << self.chance.randrange(8))]), bytes([byte, byte])])


@dataclass(slots=True)
class Gateway:
    """Takes events in order, each once, and acknowledges them; asks and waits for answers.

    Attributes:
        taken: events, as the gateway would have stored them.
        again: events that came a second time and were not taken again.
        garbage: pieces of line that were no frame.
    """

    cable: Cable
    taken: list[Event] = field(default_factory=list)
    again: int = 0
    garbage: int = 0
    _decoder: Decoder = field(default_factory=Decoder)
    _sequence: int = 0
    _asked_for: tuple[int, float] = (0, 0.0)

    def turn(self) -> list[Frame]:
        """Read what has come, take its events, and return the replies."""
        replies: list[Frame] = []
        came = False
        for one in self._decoder.feed(self.cable.read(_TURN_S)):
            if isinstance(one, Garbage):
                self.garbage += 1
            elif one.kind == Event.KIND:
                came = self._take(one) or came
            else:
                self._check(one)
                replies.append(one)
        if came and self.taken:
            self._send(AckEvents(self.taken[-1].number))
        return replies

    def ask(self, request: Payload, form: type[Reply], tries: int = TRIES) -> Reply:
        """Ask until an answer of this form to this request comes."""
        for _ in range(tries):
            self._send(request)
            deadline = time.monotonic() + ANSWERS_WITHIN_S
            while time.monotonic() < deadline:
                for frame in self.turn():
                    payload = payload_of(frame)
                    if frame.sequence == self._sequence and isinstance(payload, form):
                        return payload
        raise AssertionError(f"no answer to {request} in {tries} tries")

    def hello(self) -> HelloReply:
        return self.ask(Hello(), HelloReply)

    def state(self) -> StateReply:
        return self.ask(State(), StateReply)

    def wait_until(self, done: Callable[[], bool], within_s: float, what: str) -> None:
        """Serve the board until `done`, and keep it from believing that nobody is there."""
        deadline = time.monotonic() + within_s
        while not done():
            assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
            self.ask(State(), StateReply)

    def poke(self) -> None:
        """Say something, without waiting for the answer."""
        self._send(State())

    def _take(self, frame: Frame) -> bool:
        """Take an event if it is the next one; whether it is to be acknowledged."""
        event = payload_of(frame)
        assert not isinstance(event, Unreadable), event
        assert isinstance(event, Event)
        due = self.taken[-1].number + 1 if self.taken else 1
        if event.number == due:
            self.taken.append(event)
            return True
        if event.number < due:
            self.again += 1
            return True
        self._ask_again(due)
        return False

    def _check(self, reply: Frame) -> None:
        """The board lets go of an event only when it was taken."""
        payload = payload_of(reply)
        if isinstance(payload, AckedEvents | HelloReply):
            oldest = payload.oldest_event
            assert oldest <= (self.taken[-1].number if self.taken else 0) + 1, f"{oldest} is the oldest that is left"

    def _ask_again(self, number: int) -> None:
        """Ask for what is missing: at once for a new number, for the same not more often than the board can answer."""
        now = time.monotonic()
        asked, at = self._asked_for
        if number != asked or now - at >= _ASK_AGAIN_S:
            self._asked_for = (number, now)
            self._send(Resend(number))

    def _send(self, request: Payload) -> None:
        self._sequence = (self._sequence + 1) % 0x10000
        self.cable.write(frame_of(request, self._sequence).raw)
