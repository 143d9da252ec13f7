"""A case of the story, with the people who work on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from cloud.cases.domain import Actor, Case, HistoryEntry, Link
from cloud.cases.vocabulary import Stage
from cloud.cases.wishes import Wish
from deploy.story.year.district import Manner, lead, staff
from deploy.story.year.sayings import Said
from deploy.story.year.world import World


@dataclass
class Matter:
    """A case, with the people who work on it."""

    world: World
    community: str
    manner: Manner
    draw: Random
    case_id: str
    known: Case | None = None  # as it was when
    known_at: int = -1  # the world had changed so often

    @property
    def staff(self) -> Actor:
        return staff(self.community)

    @property
    def lead(self) -> Actor:
        return lead(self.community)

    @property
    def now(self) -> datetime:
        return self.world.clock.at

    def after(self, *hours: float) -> datetime:
        """Some time between two numbers of hours from now."""
        return self.now + timedelta(hours=self.draw.uniform(*hours))

    def chance(self, part: float) -> bool:
        return self.draw.random() < part

    async def case(self) -> Case:
        """As it is now; read only where something else may have changed it."""
        if self.known is None or self.known_at != self.world.changes:
            self.known, self.known_at = await self.world.read(self.case_id), self.world.changes
        return self.known

    async def stage(self) -> Stage:
        return (await self.case()).stage

    async def do(self, wish: Wish, by: Actor) -> bool:
        """Somebody takes a step; whether they could."""
        done = await self.world.act(await self.case(), wish, by)
        self.known = done or self.known
        return done is not None

    def of(self, case_id: str) -> "Matter":
        """Another case, with the same people."""
        return Matter(self.world, self.community, self.manner, self.draw, case_id)

    async def beside(self) -> Sequence[Case]:
        """The other open cases of the community, in the order they came: two of one moment have ids by chance."""
        found = [each for each in await self.world.cases.open_in(self.community) if each.id != self.case_id]
        return sorted(found, key=lambda case: case.number)

    async def history(self) -> Sequence[HistoryEntry]:
        """What has happened to it."""
        view = await self.world.cases.get(self.case_id)
        return () if view is None else view.history

    async def links(self) -> Sequence[Link]:
        """Cases that belong to it."""
        view = await self.world.cases.get(self.case_id)
        return () if view is None else view.links

    async def tell(self, *all_said: Said) -> None:
        """A gateway tells something of it."""
        for said in all_said:
            await self.world.tell(self.community, said)
