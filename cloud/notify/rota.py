"""Rosters as people set them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from os import urandom
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.db import transaction
from cloud.notify import rows
from cloud.notify.domain import Duty
from cloud.notify.ownership import NoSuchEntry, NoticeRefused, Viewer, note, own_destination
from contract.identifiers import ENTROPY_BYTES, uuid7

MAX_DUTIES: Final = 500  # of one organisation


class Rota:
    """Lines of the weekly rosters of organisations."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    async def add(self, viewer: Viewer, given: Duty) -> None:
        """Add a line to the roster of the organisation of its destination.

        Raises:
            NoticeRefused: it is not possible, there are too many, or it is not the viewer's.
        """
        if not 0 <= given.weekday <= 6:
            raise NoticeRefused("请选星期", "choose a day of the week")
        async with transaction(self._engine) as connection:
            main = await own_destination(connection, viewer, given.destination)
            if given.substitute is not None:
                other = await own_destination(connection, viewer, given.substitute)
                if other.organisation != main.organisation or other.id == main.id:
                    raise NoticeRefused("替班要是同一单位的另一个", "a substitute is another of the same organisation")
            await rows.lock(connection, main.organisation)
            if len(await rows.roster_of(connection, [main.organisation])) >= MAX_DUTIES:
                raise NoticeRefused(f"值班最多 {MAX_DUTIES} 行", f"at most {MAX_DUTIES} duties")
            now = self._clock()
            stored = replace(given, id=uuid7(now, urandom(ENTROPY_BYTES)), organisation=main.organisation)
            await rows.add_duty(connection, stored)
            await note(connection, viewer, stored.id, "duty added", now, _line(stored), whose=stored.organisation)

    async def remove(self, viewer: Viewer, duty: str) -> None:
        """Take a line of a roster away.

        Raises:
            NoticeRefused: it is not the viewer's.
        """
        async with transaction(self._engine) as connection:
            whose = await rows.organisations_under(connection, viewer.organisation)
            mine = {each.id: each for each in await rows.roster_of(connection, whose)}
            if duty not in mine:
                raise NoSuchEntry
            await rows.remove_duty(connection, duty)
            gone, whose_it_was = _line(mine[duty]), mine[duty].organisation
            await note(connection, viewer, duty, "duty removed", self._clock(), gone, whose=whose_it_was)


def _line(duty: Duty) -> dict[str, str]:
    """A line in words, for the audit log."""
    return {
        "weekday": str(duty.weekday),
        "hours": f"{duty.hours.start:%H:%M}–{duty.hours.end:%H:%M}",
        "destination": duty.destination,
        "substitute": duty.substitute or "",
    }
