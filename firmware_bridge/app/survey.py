"""Which meters are on a line whose speed and parity nobody knows."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from firmware_bridge.app.ports import opened
from firmware_bridge.codecs import cjt188, dlt645
from firmware_bridge.drivers.search import (
    Cjt188Probe,
    Dlt645Probe,
    Found,
    Noise,
    Probe,
    Told,
    Trouble,
    look,
    search,
)
from firmware_bridge.errors import FormatNotTaken
from firmware_bridge.sessions import METER, Session
from firmware_bridge.transports import Line, Port, SerialFormat

ONCE: Final = replace(METER, tries=1)  # most questions have no answer, and each costs the standard's whole wait

PortAt = Callable[[SerialFormat], Port]
"""The port to be scanned, set so."""

Tell = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What came at a speed and parity."""

    form: SerialFormat
    what: Told


@dataclass(frozen=True, slots=True)
class Skipped:
    """A speed and parity that the port does not take."""

    form: SerialFormat


@dataclass(frozen=True, slots=True)
class _Heard:
    """How a protocol's first question went."""

    form: SerialFormat
    protocol: str
    answer: Found | Trouble | None

    @property
    def is_sound(self) -> bool:
        return isinstance(self.answer, Found)


PROBES: Final[dict[str, Callable[[Line], Probe]]] = {
    "DL/T 645": lambda line: Dlt645Probe(Session(line, dlt645.Decoder, ONCE, before=dlt645.WAKE_UP_BYTES), ONCE),
    "CJ/T 188": lambda line: Cjt188Probe(Session(line, cjt188.Decoder, ONCE, before=cjt188.WAKE_UP_BYTES), ONCE),
}


async def survey(port_at: PortAt, forms: Sequence[SerialFormat], tell: Tell) -> AsyncIterator[Seen | Skipped]:
    """Ask once at each speed and parity until a meter answers soundly, then search the addresses there.

    Where none does, meters may have answered all at once: what comes only when asked is searched, in the order of the
    formats, until there is a meter. What comes unasked is noise, and is told.

    Raises:
        FormatNotTaken: the port takes none of the formats.
        LineLost, Misconfigured: as the port.
    """
    heard: list[_Heard] = []
    refused: list[FormatNotTaken] = []
    for number, form in enumerate(forms):
        try:
            here = [one async for one in _first_questions(port_at(form), form, number, len(forms), tell)]
        except FormatNotTaken as error:
            refused.append(error)
            yield Skipped(form)
            continue
        heard += here
        if any(one.is_sound for one in here):
            break
    if len(refused) == len(forms):
        raise refused[0]
    for form in dict.fromkeys(one.form for one in heard if one.answer is Trouble.NOISE):
        yield Seen(form, Noise(""))
    async for seen in _searched(port_at, heard, tell):
        yield seen


async def _first_questions(port: Port, form: SerialFormat, number: int, of: int, tell: Tell) -> AsyncIterator[_Heard]:
    async with opened(port) as line:
        for place, (protocol, probe) in enumerate(PROBES.items()):
            tell(f"试 trying {form} {protocol}", number * len(PROBES) + place, of * len(PROBES))
            yield _Heard(form, protocol, await look(probe(line), ""))


async def _searched(port_at: PortAt, heard: Sequence[_Heard], tell: Tell) -> AsyncIterator[Seen]:
    """Search format by format, up to the first with a meter."""
    found_at: SerialFormat | None = None
    for one in _worth_searching(heard):
        if found_at not in {None, one.form}:
            return
        async with opened(port_at(one.form)) as line:
            async for what in search(PROBES[one.protocol](line), _telling(tell, one)):
                found_at = one.form if isinstance(what, Found) else found_at
                yield Seen(one.form, what)


def _worth_searching(heard: Sequence[_Heard]) -> list[_Heard]:
    """What answered at the format with a sound answer; without any, all that looks like a collision."""
    sound = {one.form for one in heard if one.is_sound}
    answered = [one for one in heard if one.is_sound or one.answer is Trouble.COLLISION]
    return [one for one in answered if not sound or one.form in sound]


def _telling(tell: Tell, one: _Heard) -> Callable[[int, int], None]:
    return lambda done, known: tell(f"搜索 searching {one.form} {one.protocol}", done, known)
