"""The driver in the story: leaves the car where it may not stand, and takes it away when a case is being handled."""

import asyncio
import time
from dataclasses import dataclass
from typing import Final

import psycopg

from deploy.onebox.telling import Terminal
from deploy.story.scene import Scene
from deploy.story.stage import Stage

EMPTY_AT_FIRST_S: Final = 8.0  # long enough for the gateway to have seen the place free
TO_THE_CAR_S: Final = 2.0
AWAY_S: Final = 60.0  # from one play to the next
_LOOK_EVERY_S: Final = 0.5
_HANDLED: Final = ("handling", "reported")
_DONE: Final = ("closed", "evaluated")


@dataclass(frozen=True, slots=True)
class Cases:
    """What the driver knows of the cases.

    Attributes:
        latest: stage of the newest case; none means there is none.
        for_s: how long that case has been as it is.
    """

    latest: str | None
    for_s: float = 0.0


def wanted(cases: Cases, *, shown: Scene | None, running_s: float, again: bool) -> Scene:
    """What the camera should show now.

    Args:
        shown: what it shows.
        running_s: since this driver began.
        again: whether the story is played again when a case is closed.
    """
    if cases.latest is None:
        return Scene.EMPTY if running_s < EMPTY_AT_FIRST_S else Scene.STANDING
    if cases.latest in _DONE:
        return Scene.STANDING if again and cases.for_s >= AWAY_S else Scene.EMPTY
    gone = shown is Scene.EMPTY or cases.for_s >= TO_THE_CAR_S  # whoever has left does not come back for a while
    return Scene.EMPTY if cases.latest in _HANDLED and gone else Scene.STANDING


async def drive(stage: Stage, dsn: str, terminal: Terminal, *, again: bool) -> None:
    """Play the driver until cancelled. A story that was cut short goes on with the scene it had."""
    begun = time.monotonic()
    shown = stage.scene
    was_standing = shown is Scene.STANDING
    while True:
        cases = await _cases(dsn)
        if cases is not None:
            running_s = float("inf") if was_standing else time.monotonic() - begun
            scene = wanted(cases, shown=shown, running_s=running_s, again=again)
            if scene is not shown:
                stage.show(scene)
                _tell(terminal, scene)
                shown = scene
        await asyncio.sleep(_LOOK_EVERY_S)


def _tell(terminal: Terminal, scene: Scene) -> None:
    if scene is Scene.STANDING:
        terminal.say("🚗 情景：一辆车停进消防通道  story: a car comes to stand in the fire lane")
    else:
        terminal.say("   情景：车被开走了  story: the car is driven away")


async def _cases(dsn: str) -> Cases | None:
    """The cases now; none while the database cannot say."""
    query = "select stage, extract(epoch from now() - updated_at) from cases order by opened_at desc limit 1"
    try:
        async with await psycopg.AsyncConnection.connect(dsn, connect_timeout=2) as connection:
            row = await (await connection.execute(query)).fetchone()
    except psycopg.OperationalError:
        return None
    return Cases(None) if row is None else Cases(str(row[0]), float(row[1]))
