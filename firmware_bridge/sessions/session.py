"""Ask one device and get its answer, whatever else is on the line."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Generic, Protocol, TypeVar

from firmware_bridge.codecs.garbage import Framed, Garbage, Reason
from firmware_bridge.errors import DeviceFault, Garbled, NoAnswer
from firmware_bridge.sessions.patience import Patience
from firmware_bridge.transports import Line

F = TypeVar("F", bound=Framed)
A = TypeVar("A")

Take = Callable[[F], A | None]
"""Look at a frame: the answer, None if it is not for this request, or raise `Refused`."""

NEVER_SILENT_S: Final = 5.0  # whoever babbles so long does not let others speak
LONGEST_ANSWER: Final = 266  # bytes: M-Bus has the longest frame, 261; DL/T 645 and CJ/T 188 wake up before theirs
_HARMLESS: Final = frozenset({Reason.WAKE_UP, Reason.EMPTY})


class Decoder(Protocol[F]):
    """One of the codecs' decoders."""

    def feed(self, data: bytes) -> "list[F | Garbage]": ...
    def flush(self) -> "list[F | Garbage]": ...


@dataclass(slots=True)
class _Heard:
    """What came instead of an answer."""

    request: bytes
    foreign: int = 0
    reasons: list[Reason] = field(default_factory=list)

    def fault(self, device: str) -> DeviceFault:
        if self.reasons:
            told = "；".join(dict.fromkeys(reason.value for reason in self.reasons))
            return Garbled(f"{device}：应答无法识别 no sound answer: {told}")
        if self.foreign:
            return NoAnswer(f"{device}：无应答，但收到别的帧 no answer, but {self.foreign} other frames")
        return NoAnswer(f"{device}：无应答 no answer")


class Session(Generic[F]):
    """Owns the talk on one open line; one request at a time.

    Args:
        line: open; who opened it closes it.
        decoder: a fresh one for each request, so that nothing of an old one is left.
        patience: of the devices; a request may have its own.
        overheard: told of every frame that is not the answer: echoes, late answers, events nobody asked for.
        before: bytes sent before each request, such as wake-up bytes.
    """

    def __init__(
        self,
        line: Line,
        decoder: Callable[[], Decoder[F]],
        patience: Patience,
        *,
        overheard: Callable[[F], None] = lambda _: None,
        before: bytes = b"",
    ) -> None:
        self._line = line
        self._decoder = decoder
        self._patience = patience
        self._overheard = overheard
        self._before = before
        self._now = asyncio.get_running_loop().time
        self._quiet_since = self._now()

    async def ask(self, request: bytes, device: str, take: Take[F, A], patience: Patience | None = None) -> A:
        """Send a request until its answer comes.

        Args:
            request: a frame as it goes over the line, without what is sent `before`.
            device: how errors call it.
            take: picks the answer; the same request may be answered twice, so it must not count.
            patience: if not that of the session.

        Raises:
            NoAnswer, Garbled: after all tries, what the last of them met.
            Refused: from `take`, at once.
            LineLost: from the line.
        """
        patience = patience or self._patience
        for left in reversed(range(patience.tries)):
            heard = _Heard(request)
            await self._await_silence(device, patience)
            await self._send(request)
            answer = await self._answer(take, heard, patience)
            if answer is not None:
                return answer
            if not left:
                raise heard.fault(device)
        raise AssertionError(patience)  # it has at least one try

    async def tell(self, request: bytes, device: str) -> None:
        """Send what nobody answers, such as a broadcast.

        Raises:
            Garbled: the line is never silent.
            LineLost: from the line.
        """
        await self._await_silence(device, self._patience)
        await self._send(request)

    async def is_silent(self, within_s: float) -> bool:
        """Whether nothing at all comes unasked for so many seconds; what comes is thrown away.

        Raises:
            LineLost: from the line.
        """
        if not await self._line.read(within_s):
            return True
        self._quiet_since = max(self._quiet_since, self._now())
        return False

    async def listen(self, within_s: float) -> None:
        """Hand every frame to `overheard` for so many seconds, without asking anything.

        Raises:
            LineLost: from the line.
        """
        decoder, until = self._decoder(), self._now() + within_s
        while (left := until - self._now()) > 0:
            for item in await self._items(decoder, left):
                if not isinstance(item, Garbage):
                    self._overheard(item)

    async def _send(self, request: bytes) -> None:
        await self._line.write(self._before + request)
        on_wire_s = (len(self._before) + len(request)) * self._line.byte_s
        self._quiet_since = self._now() + on_wire_s

    async def _await_silence(self, device: str, patience: Patience) -> None:
        """Wait until the gap has passed; what comes meanwhile answers nobody, but may tell something."""
        decoder, until = self._decoder(), self._now() + NEVER_SILENT_S
        while True:
            left = self._quiet_since + patience.gap_s - self._now()
            data = await self._line.read(max(0.0, left))
            if not data:
                break
            self._quiet_since = self._now()
            self._pass_on(decoder.feed(data))
            if self._now() > until:
                raise Garbled(f"{device}：线路一直有数据 the line is never silent for {patience.gap_s * 1000:.0f} ms")
        self._pass_on(decoder.flush())

    def _pass_on(self, items: "list[F | Garbage]") -> None:
        for item in items:
            if not isinstance(item, Garbage):
                self._overheard(item)

    async def _answer(self, take: Take[F, A], heard: _Heard, patience: Patience) -> A | None:
        """Read until the answer is there, or until it cannot come any more: nothing more came for `silence_s`."""
        decoder = self._decoder()
        first_by = self._quiet_since + patience.answer_s
        until = first_by + (LONGEST_ANSWER + len(heard.request)) * self._line.byte_s + patience.silence_s
        while (now := self._now()) < until:
            patient = max(first_by, self._quiet_since + patience.silence_s) - now
            if patient <= 0:
                break
            items = await self._items(decoder, min(patient, patience.silence_s))
            if (answer := self._pick(items, take, heard)) is not None:
                return answer
        return self._pick(decoder.flush(), take, heard)

    def _pick(self, items: "list[F | Garbage]", take: Take[F, A], heard: _Heard) -> A | None:
        """Find the answer; what stands behind it is not thrown away either."""
        answer: A | None = None
        for item in items:
            if isinstance(item, Garbage):
                heard.reasons += [] if item.reason in _HARMLESS else [item.reason]
            elif answer is None and (answer := take(item)) is not None:
                continue
            else:
                heard.foreign += item.raw != heard.request  # its echo is nobody else's
                self._overheard(item)
        return answer

    async def _items(self, decoder: Decoder[F], within_s: float) -> "list[F | Garbage]":
        data = await self._line.read(within_s)
        if not data:
            return decoder.flush()
        self._quiet_since = max(self._quiet_since, self._now())
        return decoder.feed(data)
