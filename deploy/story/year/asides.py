"""What people do beside the straight road: urge, assist, note, and cases that belong together or apart."""

from collections.abc import Awaitable, Callable
from typing import Final

from cloud.cases.vocabulary import Action, CaseKind, Priority, Source
from cloud.cases.wishes import Wish
from deploy.story.year import sayings
from deploy.story.year.beginnings import said_of
from deploy.story.year.district import HOTLINE, STREET
from deploy.story.year.matter import Matter


async def beside(matter: Matter) -> None:
    """Each now and then."""
    for often, aside in _ASIDES:
        if matter.chance(often):
            await aside(matter)


async def _urged(matter: Matter) -> None:
    await matter.do(Wish(Action.URGE), matter.lead)


async def _assisted(matter: Matter) -> None:
    street = matter.draw.choice(("dongjie", "xijie"))
    await matter.do(Wish(Action.ASSIST, organisation=street), matter.lead)


async def _prioritised(matter: Matter) -> None:
    case = await matter.case()
    other = Priority.LOW if case.priority is Priority.URGENT else Priority.URGENT
    await matter.do(Wish(Action.PRIORITISE, "学校旁", priority=other), matter.lead)


async def _remarked(matter: Matter) -> None:
    await matter.do(Wish(Action.REMARK, "已联系车主"), matter.staff)


async def _linked(matter: Matter) -> None:
    if others := await matter.beside():
        await matter.do(Wish(Action.LINK, other=matter.draw.choice(others).number), matter.staff)
        matter.world.changes += 1


async def _split(matter: Matter) -> None:
    """A part of it is a matter of its own: with what was found later of it, where something was."""
    case = await matter.case()
    found = [line.event_id for line in await matter.history() if line.event_id is not None]
    events = tuple(found[1:2]) if case.is_of_vehicle else ()
    before = set(await matter.links())
    if await matter.do(Wish(Action.SPLIT, "另有杂物须清理", events=events), matter.lead):
        parts = [link.related for link in await matter.links() if link not in before]
        matter.world.begun += [(matter.community, part.id) for part in parts if part is not None]


async def _told_twice(matter: Matter) -> None:
    """The hotline tells of it as well: a case of its own, which goes on with this one, or this one with it."""
    case = await matter.case()
    told = said_of(matter.world.number(), "同一件事，又有人反映", matter.draw.randint(1, 4), Source.HOTLINE)
    twin_id = await matter.world.report(told, community=matter.community, source=Source.HOTLINE, by=HOTLINE)
    if matter.chance(0.3):
        again = said_of(matter.world.serial, "再次反映", 1, Source.HOTLINE)
        await matter.world.report(again, community=matter.community, source=Source.HOTLINE, by=HOTLINE)
    if not case.standing and matter.chance(0.4):
        await matter.do(Wish(Action.MERGE, other=twin_id), matter.lead)
        matter.world.begun.append((matter.community, twin_id))
        if case.kind is CaseKind.PARKING:  # what the camera finds there now belongs to the one that goes on
            await matter.tell(sayings.again(case, matter.now, matter.draw))
    else:
        twin = matter.of(twin_id)
        if matter.chance(0.5):
            await twin.do(Wish(Action.FILE), STREET)
        await twin.do(Wish(Action.MERGE, other=case.id), matter.lead)
    matter.world.changes += 1


_ASIDES: Final[tuple[tuple[float, Callable[[Matter], Awaitable[None]]], ...]] = (
    (0.05, _urged),
    (0.05, _assisted),
    (0.05, _prioritised),
    (0.08, _remarked),
    (0.05, _linked),
    (0.05, _split),
    (0.07, _told_twice),
)
