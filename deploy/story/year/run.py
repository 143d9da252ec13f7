"""The year: matters begin, go on and end, in the order of time."""

import contextlib
import heapq
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from deploy.story.year.beginnings import Beginning, beginnings
from deploy.story.year.district import COMMUNITIES, Community
from deploy.story.year.life import Life, lived
from deploy.story.year.matter import Matter
from deploy.story.year.world import World

DAYS: Final = 365
_BY_ID: Final = {each.id: each for each in COMMUNITIES}


@dataclass
class Year:
    """One year of `many` matters; the same seed gives the same year.

    Time is handed in and stands between two steps, so a year takes less than a minute.
    """

    world: World
    first: datetime
    many: int
    seed: int = 1
    _queue: list[tuple[datetime, int, Life]] = field(default_factory=list, init=False)
    _lives: int = field(default=0, init=False)

    async def run(self) -> None:
        """Let it pass. Lives that go on after it are broken off."""
        draw, until = Random(self.seed), self.first + timedelta(days=DAYS)  # noqa: S311 - a story
        ways, weights = beginnings(draw), [each.often for each in COMMUNITIES]
        for _ in range(self.many):
            [community] = draw.choices(COMMUNITIES, weights)
            moment = self.first + draw.random() * timedelta(days=DAYS - 2)
            self._add(moment, self._begun(community, next(ways), Random(draw.random())))  # noqa: S311 - as above
        while self._queue:
            moment, n, life = heapq.heappop(self._queue)
            if moment > until:
                await life.aclose()
                continue
            await self.world.pass_until(moment)
            with contextlib.suppress(StopAsyncIteration):
                heapq.heappush(self._queue, (max(moment, await anext(life)), n, life))
            self._go_on(moment)
        await self.world.pass_until(until)

    def _add(self, moment: datetime, life: Life) -> None:
        self._lives += 1
        heapq.heappush(self._queue, (moment, self._lives, life))

    async def _begun(self, community: Community, beginning: Beginning, draw: Random) -> Life:
        case_id = await beginning.begin(self.world, community.id, self.world.number(), draw)
        async for moment in lived(Matter(self.world, community.id, community.manner, draw, case_id)):
            yield moment

    def _go_on(self, moment: datetime) -> None:
        """Cases that were split off, or that another goes on with, have a life of their own."""
        while self.world.begun:
            name, case_id = self.world.begun.pop()
            draw = Random(self._lives)  # noqa: S311 - as above
            self._add(moment, lived(Matter(self.world, name, _BY_ID[name].manner, draw, case_id)))
