"""Where cases come from: each way in which one can begin, and how often it does."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from random import Random
from typing import Final, Protocol

from cloud.cases.domain import Report
from cloud.cases.vocabulary import Source
from deploy.story.year.district import APP, HOTLINE, staff
from deploy.story.year.sayings import TROUBLES, Said, Trouble, abandoned, alarmed, parked, thrown
from deploy.story.year.world import World

MATTERS: Final = ("楼道堆物", "路灯不亮", "垃圾没有清", "电动车乱停")


class Beginning(Protocol):
    """How a case begins."""

    async def begin(self, world: World, community: str, n: int, draw: Random) -> str:
        """Let it; the id of the case."""


class Sees(Protocol):
    """What a camera says."""

    def __call__(self, n: int, at: datetime, draw: Random) -> Said: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """A camera finds something."""

    what: Sees

    async def begin(self, world: World, community: str, n: int, draw: Random) -> str:
        return await world.tell(community, self.what(n, world.clock.at, draw))


@dataclass(frozen=True, slots=True)
class Measured:
    """A device is in alarm."""

    trouble: Trouble

    async def begin(self, world: World, community: str, n: int, draw: Random) -> str:
        return await world.tell(community, alarmed(n, world.clock.at, self.trouble))


@dataclass(frozen=True, slots=True)
class Reported:
    """Somebody reports something."""

    source: Source

    async def begin(self, world: World, community: str, n: int, draw: Random) -> str:
        report = said_of(n, draw.choice(MATTERS), draw.randint(1, 4), self.source)
        by = {Source.RESIDENT: APP, Source.HOTLINE: HOTLINE, Source.STAFF: staff(community)}[self.source]
        return await world.report(report, community=community, source=self.source, by=by)


def said_of(n: int, matter: str, house: int, source: Source) -> Report:
    """What is reported; other systems have a reference of their own for it."""
    reference = "" if source is Source.STAFF else f"{source.value}-{n}"
    return Report(text=matter, place=f"{house}号楼", reporter=reference)


_PARKED: Final = tuple(Seen(partial(parked, rule=rule)) for rule in ("dwell", "no_permit", "double_parked"))
_DEVICES: Final = tuple(map(Measured, TROUBLES))
_RESIDENT, _HOTLINE, _STAFF = map(Reported, (Source.RESIDENT, Source.HOTLINE, Source.STAFF))
_EACH: Final[tuple[Beginning, ...]] = (*_PARKED, Seen(abandoned), Seen(thrown), *_DEVICES, _RESIDENT, _HOTLINE, _STAFF)
_OFTEN: Final[tuple[Beginning, ...]] = (
    *(_PARKED[0],) * 6,
    *_PARKED,
    *(Seen(abandoned),) * 3,
    *(Seen(thrown),) * 3,
    *(_DEVICES[0],) * 3,
    _DEVICES[2],
    *(_RESIDENT,) * 6,
    *(_HOTLINE,) * 4,
    *(_STAFF,) * 2,
)


def beginnings(draw: Random) -> Iterator[Beginning]:
    """Each there is once, in any order; then those that are usual, without end."""
    yield from draw.sample(_EACH, len(_EACH))
    while True:
        yield draw.choice(_OFTEN)
