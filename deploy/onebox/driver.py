"""Who makes trouble in the story: a car in the fire lane, a gate left open; put right when a case is being handled."""

import asyncio
import time
from dataclasses import dataclass
from typing import Final, Protocol

import psycopg

from deploy.onebox.telling import Terminal
from deploy.story.scene import Scene
from deploy.story.stage import Stage
from deploy.story.yard import Yard

CALM_AT_FIRST_S: Final = 8.0  # long enough for the gateway to have seen that all is well
ON_THE_WAY_S: Final = 2.0
AWAY_S: Final = 60.0  # from one play to the next
_LOOK_EVERY_S: Final = 0.5
PARKED: Final = "device is null"
GATE: Final = "device_kind = 'gate'"
_HANDLED: Final = ("handling", "reported")
_DONE: Final = ("closed", "evaluated")


class Trouble(Protocol):
    """Something that a person makes, and can put right."""

    @property
    def is_there(self) -> bool | None:
        """Whether it is there now; None where it never was made or put right."""

    def make(self, *, there: bool) -> str:
        """Make it or put it right, and say what the story tells of it."""
        ...


@dataclass(frozen=True, slots=True)
class ParkedCar:
    """A car in the fire lane."""

    stage: Stage

    @property
    def is_there(self) -> bool | None:
        scene = self.stage.scene
        return None if scene is None else scene is Scene.STANDING

    def make(self, *, there: bool) -> str:
        self.stage.show(Scene.STANDING if there else Scene.EMPTY)
        if there:
            return "🚗 情景：一辆车停进消防通道  story: a car comes to stand in the fire lane"
        return "   情景：车被开走了  story: the car is driven away"


@dataclass(frozen=True, slots=True)
class OpenGate:
    """A gate that nobody closes."""

    yard: Yard

    @property
    def is_there(self) -> bool | None:
        return self.yard.is_open

    def make(self, *, there: bool) -> str:
        self.yard.set_gate(to_open=there)
        if there:
            return "🚪 情景：大门被撑开  story: somebody leaves the gate open"
        return "   情景：门关上了  story: the gate is closed"


@dataclass(frozen=True, slots=True)
class Cases:
    """What is known of the cases of one trouble.

    Attributes:
        latest: stage of the newest case; none means there is none.
        for_s: how long that case has been as it is.
    """

    latest: str | None
    for_s: float = 0.0


def wanted(cases: Cases, *, there: bool | None, running_s: float, again: bool) -> bool:
    """Whether the trouble should be there now.

    Args:
        there: whether it is.
        running_s: since the story began.
        again: whether the story is played again when a case is closed.
    """
    if cases.latest is None:
        return running_s >= CALM_AT_FIRST_S
    if cases.latest in _DONE:
        return again and cases.for_s >= AWAY_S
    right = not there or cases.for_s >= ON_THE_WAY_S  # what was put right stays so for a while
    return not (cases.latest in _HANDLED and right)


async def drive(trouble: Trouble, of: str, dsn: str, terminal: Terminal, *, again: bool) -> None:
    """Make the trouble and put it right until cancelled. A story that was cut short goes on as it stood.

    Args:
        of: SQL that picks the trouble's cases: `PARKED` or `GATE`.
    """
    begun = time.monotonic()
    there = trouble.is_there
    was_there = there is True
    while True:
        cases = await _cases(dsn, of)
        if cases is not None:
            running_s = float("inf") if was_there else time.monotonic() - begun
            wish = wanted(cases, there=there, running_s=running_s, again=again)
            if wish is not there:
                terminal.say(trouble.make(there=wish))
                there = wish
        await asyncio.sleep(_LOOK_EVERY_S)


async def _cases(dsn: str, of: str) -> Cases | None:
    """The cases now; none while the database cannot say."""
    age = "extract(epoch from now() - updated_at)"
    query = f"select stage, {age} from cases where {of} order by opened_at desc limit 1"  # noqa: S608 - written here
    try:
        async with await psycopg.AsyncConnection.connect(dsn, connect_timeout=2) as connection:
            row = await (await connection.execute(query.encode())).fetchone()
    except psycopg.OperationalError:
        return None
    return Cases(None) if row is None else Cases(str(row[0]), float(row[1]))
