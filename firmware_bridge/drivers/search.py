"""Finding meters whose addresses nobody knows, on one line.

A wild address is asked for; where several answer they collide, and the search goes on with each of the hundred pairs
of digits that may stand there. A collision may look like a sound answer of a meter that does not exist, so whoever
answers is asked once more by its whole address. Noise is no collision: that comes each time one asks, and only then.

That DL/T 645-2007 meters answer to addresses with leading pairs of AA is in its 5.2.2. That CJ/T 188 meters do is
common knowledge, to be confirmed on a meter: some answer only to all AA.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, Protocol

from firmware_bridge.codecs import cjt188, dlt645
from firmware_bridge.drivers.electricity import ask_address
from firmware_bridge.drivers.flow import ask_meter
from firmware_bridge.errors import Garbled, NoAnswer
from firmware_bridge.sessions import Patience, Session

PAIRS: Final = tuple(f"{pair:02d}" for pair in range(100))
ENERGY: Final = 0x00010000
MOST_FOUND: Final = 512  # on one line: RS-485 drivers carry 32 to 256 loads
MOST_TROUBLES: Final = 16  # in a row: a true collision is resolved after the six pairs of an address at the latest
_UNLIKELY: Final = "97"
_DLT645_PAIRS: Final = 6
_CJT188_PAIRS: Final = 5  # of the number; the maker's digits may be hexadecimal and stay wild


@dataclass(frozen=True, slots=True)
class Found:
    """A meter that answered: `device` as `ElectricityMeter.name` and `FlowMeter.name` have it, `digits` its address."""

    device: str
    digits: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Several meters answer to the same whole address: `suffix`, its digits."""

    suffix: str


@dataclass(frozen=True, slots=True)
class Noise:
    """What comes is nobody's answer: addresses that end in `suffix` were not searched."""

    suffix: str


Told = Found | Conflict | Noise


class Trouble(Enum):
    """Why a question has no sound answer."""

    COLLISION = auto()
    NOISE = auto()


class Probe(Protocol):
    """Asks on one line, in one protocol."""

    @property
    def pairs(self) -> int:
        """Of digits in an address."""

    async def ask(self, suffix: str) -> Found | None:
        """Ask whoever's address ends so; None if nobody answers.

        Raises:
            Garbled: what answers is not sound.
            LineLost: from the line.
        """

    async def is_silent(self) -> bool:
        """Whether nothing comes unasked, for as long as an answer may take."""


Progress = Callable[[int, int], None]
"""Told how many questions were asked, and of how many that are known to come."""


async def look(probe: Probe, suffix: str) -> Found | Trouble | None:
    """Ask for an address, and judge what comes.

    Raises:
        LineLost: from the line.
    """
    try:
        return await _confirmed(probe, suffix)
    except Garbled:
        if not await probe.is_silent():
            return Trouble.NOISE
    try:
        return await _confirmed(probe, suffix)
    except Garbled:
        return Trouble.NOISE if await _answers_for_all(probe, suffix) else Trouble.COLLISION


async def search(probe: Probe, progress: Progress = lambda _done, _all: None) -> AsyncIterator[Told]:
    """Find all meters on a line, those with the lowest last digits first.

    One that answers so much louder that another's answer drowns hides it: after those found were taken off the line, or
    with their addresses known, search again. It ends early where what comes cannot be meters: at collisions that no
    pair of digits resolves, or with more than `MOST_FOUND`.

    Raises:
        LineLost: from the line.
    """
    waiting, asked, told, troubles = [""], 0, 0, 0
    while waiting:
        suffix = waiting.pop()
        answer = await look(probe, suffix)
        asked += 1
        if answer is Trouble.COLLISION and len(suffix) < 2 * probe.pairs:
            troubles += 1
            waiting += [pair + suffix for pair in reversed(PAIRS)]
        elif answer is not None:
            told += 1
            troubles = troubles + 1 if answer is Trouble.NOISE else 0
            yield _told(answer, suffix)
        if troubles == MOST_TROUBLES or told == MOST_FOUND:
            yield Noise("")
            return
        progress(asked, asked + len(waiting))


def _told(answer: Found | Trouble, suffix: str) -> Told:
    match answer:
        case Trouble.COLLISION:
            return Conflict(suffix)
        case Trouble.NOISE:
            return Noise(suffix)
        case Found():
            return answer


async def _confirmed(probe: Probe, suffix: str) -> Found | None:
    found = await probe.ask(suffix)
    if found is not None and suffix != found.digits and await probe.ask(found.digits) != found:
        raise Garbled(f"{found.device}：一次冲突 a collision that looked like an answer")
    return found


async def _answers_for_all(probe: Probe, suffix: str) -> bool:
    """Whether a whole address that hardly any meter has is garbled, too: then these are no meters that collide."""
    missing = 2 * probe.pairs - len(suffix)
    nobody = _UNLIKELY * (missing // 2) + suffix if missing else f"{(int(suffix[:2]) + 1) % 100:02d}{suffix[2:]}"
    try:
        await probe.ask(nobody)
    except Garbled:
        return True
    return False


class Dlt645Probe:
    """For electricity meters; `patience` with one try, for most questions have no answer."""

    pairs = _DLT645_PAIRS

    def __init__(self, session: Session[dlt645.Frame], patience: Patience) -> None:
        self._session = session
        self._patience = patience

    async def ask(self, suffix: str) -> Found | None:
        wild = dlt645.Address(suffix.rjust(2 * _DLT645_PAIRS, "A"))

        def take(frame: dlt645.Frame) -> Found | None:
            mine = frame.control.reply and wild.covers(frame.address) and not frame.address.is_wild
            return _electric(frame.address) if mine else None

        try:
            if not suffix:  # what every meter answers, also those that take no other wild address
                return _electric(await ask_address(self._session, self._patience))
            return await self._session.ask(dlt645.read(wild, ENERGY).raw, f"dlt645:{wild}", take, self._patience)
        except NoAnswer:
            return None

    async def is_silent(self) -> bool:
        return await self._session.is_silent(self._patience.answer_s)


class Cjt188Probe:
    """For water, heat and gas meters, as `Dlt645Probe`."""

    pairs = _CJT188_PAIRS

    def __init__(self, session: Session[cjt188.Frame], patience: Patience) -> None:
        self._session = session
        self._patience = patience

    async def ask(self, suffix: str) -> Found | None:
        wild = cjt188.Address(suffix.rjust(14, "A"))

        def take(frame: cjt188.Frame) -> Found | None:
            mine = frame.control.reply and wild.covers(frame.address) and not frame.address.is_wild
            return _flow(frame.kind, frame.address) if mine else None

        try:
            if not suffix:
                return _flow(*await ask_meter(self._session, patience=self._patience))
            request = cjt188.read(cjt188.ANY_KIND, wild, 0).raw
            return await self._session.ask(request, f"cjt188:{wild}", take, self._patience)
        except NoAnswer:
            return None

    async def is_silent(self) -> bool:
        return await self._session.is_silent(self._patience.answer_s)


def _electric(address: dlt645.Address) -> Found:
    return Found(f"dlt645:{address}", address.digits)


def _flow(kind: int, address: cjt188.Address) -> Found:
    return Found(f"cjt188:{kind:02X}:{address}", address.digits)
