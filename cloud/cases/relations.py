"""What a case has to do with others, in PostgreSQL: links, those merged into it, those at its place before."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, or_, select, text, update
from sqlalchemy import case as case_when
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.cases.domain import Bond, Case, Link, Related
from cloud.cases.priority import AGAIN_WITHIN, OFTEN
from cloud.cases.repository import Owned, Spot, locked
from cloud.cases.rows import case_of
from cloud.cases.tables import case_alarms, case_events, case_falls, case_links, case_photos, cases
from cloud.cases.vocabulary import OPEN, Found, Stage
from cloud.scope import EVERYTHING, Scope
from contract.plates import UNSURE, Plate

MAX_LINKS: Final = 50  # shown of one case, and made
MAX_MERGED: Final = 50  # cases that one goes on with
_OF_EVENTS: Final = (case_events, case_falls, case_alarms, case_photos)
# Those who could verify a community's cases: at work, in a role that does, and not of another part of the tree.
_COLLEAGUES: Final = text("""
    select exists (
        select from users
        left join organisations as mine on mine.id = users.organisation
        left join organisations as holder on holder.community = :community
        where users.revoked_at is null and users.name <> :name
        and users.role in ('staff', 'lead', 'community', 'street')
        and (users.organisation is null or starts_with(holder.path, mine.path) or starts_with(mine.path, holder.path))
    )
""")


async def find(connection: AsyncConnection, named: str) -> str | None:
    """The id of a case by its number."""
    return (await connection.execute(select(cases.c.id).where(cases.c.number == named))).scalar_one_or_none()


async def has_colleague(connection: AsyncConnection, name: str, community: str) -> bool:
    """Whether anybody else could verify a case of a community."""
    row = await connection.execute(_COLLEAGUES, {"name": name, "community": community})
    return bool(row.scalar_one())


async def occupied(connection: AsyncConnection, case: Case) -> str | None:
    """The id of the other case of the same place or device, or of the same report, that is open: one at most is."""
    if case.report is not None and not case.report.reporter:
        return None
    query = select(cases.c.id).where(*_place_of(case), cases.c.stage.in_(OPEN), cases.c.id != case.id)
    return (await connection.execute(query)).scalar_one_or_none()


def _place_of(case: Case) -> tuple[ColumnElement[bool], ...]:
    same = [cases.c.community == case.community, cases.c.gateway == case.gateway]
    if case.report is not None:
        return (*same, cases.c.source == case.source, cases.c.report["reporter"].astext == case.report.reporter)
    if case.device is not None:
        return (*same, cases.c.device_kind == case.device.kind, cases.c.device == case.device.id)
    same += [cases.c[name] == getattr(case, name) for name in ("epoch", "camera", "slot")]
    return (*same, cases.c.device.is_(None), cases.c.report.is_(None))


async def gone_on(connection: AsyncConnection, place: Spot | Owned) -> Case | None:
    """The open case, locked, that goes on with the latest one of a place or device, where that one was merged."""
    at = [cases.c[name] == value for name, value in asdict(place).items()]
    if isinstance(place, Spot):
        at += [cases.c.device.is_(None), cases.c.report.is_(None)]
    query = select(cases.c.id).where(*at, cases.c.stage == Stage.MERGED).order_by(cases.c.id.desc()).limit(1)
    merged_id = (await connection.execute(query)).scalar_one_or_none()
    case = None if merged_id is None else await home(connection, merged_id)
    return case if case is not None and case.is_open else None


async def home(connection: AsyncConnection, case_id: str) -> Case | None:
    """The case that has a case's matter now, locked: itself, or in the end what it was merged into.

    It alone is locked: whoever locks two does it in the order of their ids.
    """
    while True:
        case = await locked(connection, await home_of(connection, case_id))
        if case is None or case.merged_into is None:  # else it was merged while this waited
            return case


async def going_on(connection: AsyncConnection, case: Case | None) -> Case | None:
    """A case that was locked; where it was merged while its lock was waited for, the one that goes on with it."""
    return case if case is None or case.merged_into is None else await home(connection, case.id)


async def home_of(connection: AsyncConnection, case_id: str) -> str:
    """The id of the case that has a case's matter now; of none the id itself."""
    road = select(cases.c.id, cases.c.merged_into).where(cases.c.id == case_id).cte("road", recursive=True)
    road = road.union(select(cases.c.id, cases.c.merged_into).join(road, cases.c.id == road.c.merged_into))
    end = select(road.c.id).where(road.c.merged_into.is_(None))
    return (await connection.execute(end)).scalar_one_or_none() or case_id


async def merged(connection: AsyncConnection, case_id: str) -> tuple[Case, ...]:
    """The cases that one goes on with, and those that they went on with; at most `MAX_MERGED`, oldest first."""
    down = select(cases.c.id).where(cases.c.merged_into == case_id).cte("family", recursive=True)
    down = down.union(select(cases.c.id).join(down, cases.c.merged_into == down.c.id))
    query = select(cases).where(cases.c.id.in_(select(down.c.id))).order_by(cases.c.id).limit(MAX_MERGED)
    return tuple(case_of(row) for row in await connection.execute(query))


async def links(connection: AsyncConnection, case_id: str, scope: Scope = EVERYTHING) -> tuple[Link, ...]:
    """Cases that belong to one, in the order in which that was said; at most `MAX_LINKS`.

    Of one outside the scope nothing is said but that there is one.
    """
    mine = or_(case_links.c.case_id == case_id, case_links.c.other_id == case_id)
    other = case_when((case_links.c.other_id == case_id, case_links.c.case_id), else_=case_links.c.other_id)
    query = (
        select(case_links.c.kind, case_links.c.case_id, cases.c.id, cases.c.number, cases.c.community)
        .join(cases, cases.c.id == other)
        .where(mine)
        .order_by(case_links.c.made_at, cases.c.id)
        .limit(MAX_LINKS)
    )
    return tuple(
        Link(
            Bond(row.kind),
            Related(row.id, row.number) if scope.covers(row.community) else None,
            outward=row.case_id == case_id,
        )
        for row in await connection.execute(query)
    )


async def elsewhere(connection: AsyncConnection, numbers: Collection[str], scope: Scope) -> frozenset[str]:
    """Those of some cases' numbers that lie outside a scope."""
    query = select(cases.c.number).where(cases.c.number.in_(numbers), ~scope.within(cases.c.community))
    return frozenset((await connection.execute(query)).scalars()) if numbers else frozenset()


async def link(connection: AsyncConnection, case_id: str, other_id: str, bond: Bond, *, by: str, at: datetime) -> bool:
    """Note that two cases belong together; False: it is noted already, from either side."""
    there = select(case_links.c.kind).where(case_links.c.case_id == other_id, case_links.c.other_id == case_id)
    if bond is Bond.LINKED and (await connection.execute(there)).first() is not None:
        return False
    values = {"case_id": case_id, "other_id": other_id, "kind": bond, "made_at": at, "made_by": by}
    statement = insert(case_links).values(values)
    if bond is Bond.LINKED:
        statement = statement.on_conflict_do_nothing()
    else:  # that they were linked is less than what they are now
        statement = statement.on_conflict_do_update(
            index_elements=["case_id", "other_id"], set_={"kind": bond, "made_at": at, "made_by": by}
        )
    return (await connection.execute(statement.returning(case_links.c.kind))).first() is not None


async def give_all(connection: AsyncConnection, case_id: str, other_id: str) -> None:
    """Let everything that was found for a case belong to another; what follows it goes there as well."""
    for table in _OF_EVENTS:
        await connection.execute(update(table).where(table.c.case_id == case_id).values(case_id=other_id))


async def give_some(connection: AsyncConnection, case_id: str, other_id: str, events: Sequence[str]) -> bool:
    """Let some findings of a case, with their pictures, belong to another; False: one of them is not the case's."""
    of_case = select(case_events.c.event_id).where(case_events.c.case_id == case_id, case_events.c.event_id.in_(events))
    if len((await connection.execute(of_case)).all()) != len(set(events)):
        return False
    for table in (case_events, case_falls, case_photos):
        moved = update(table).where(table.c.case_id == case_id, table.c.event_id.in_(events))
        await connection.execute(moved.values(case_id=other_id))
    return True


def read_whole(plate: Plate | None) -> str | None:
    """The characters of a plate, where each is sure."""
    return None if plate is None or plate.text is None or UNSURE in plate.text else plate.text


async def elsewhere_in_zone(connection: AsyncConnection, spot: Spot, zone: str, plate: str) -> Case | None:
    """The latest open case, locked, of a vehicle with a plate in the zone of a spot; not one that is locked already.

    Nobody is waited for: the ended case of a merged place may be locked here already, in no order with this one.
    """
    query = select(cases).where(
        cases.c.plate["text"].astext == plate,
        cases.c.community == spot.community,
        cases.c.gateway == spot.gateway,
        cases.c.camera == spot.camera,
        cases.c.zone == zone,
        cases.c.stage.in_(OPEN),
    )
    latest = query.order_by(cases.c.id.desc()).limit(1).with_for_update(skip_locked=True)
    row = (await connection.execute(latest)).one_or_none()
    return None if row is None else case_of(row)


async def before(connection: AsyncConnection, case: Case, now: datetime) -> int:
    """How many cases of its place, its plate or its device there were of late; counted up to `OFTEN`."""
    since = (
        cases.c.opened_at > now - AGAIN_WITHIN,
        cases.c.community == case.community,
        cases.c.gateway == case.gateway,
    )
    if case.device is not None:
        ways: list[tuple[ColumnElement[bool], ...]] = [
            (cases.c.device_kind == case.device.kind, cases.c.device == case.device.id)
        ]
    elif case.is_thrown:
        ways = [(cases.c.camera == case.camera, cases.c.zone == case.zone, cases.c.found.contains([Found.THROWN]))]
    else:
        ways = [(cases.c.camera == case.camera, cases.c.slot == case.slot)]
    if (plate := read_whole(case.plate)) is not None:
        ways.append((cases.c.plate["text"].astext == plate,))
    counted = 0
    for way in ways:
        rows = await connection.execute(select(cases.c.id).where(*since, *way).limit(OFTEN))
        counted = max(counted, len(rows.all()))
    return counted
