"""What needs one person now, part by part: a case stands in the first part that it belongs to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.accounts import Role
from cloud.cases.domain import Actor, Case
from cloud.cases.rows import case_of
from cloud.cases.tables import cases
from cloud.cases.vocabulary import FOR_A_PERSON, Alert, Stage

SHOWN: Final = 10  # cases of one part
COUNTED: Final = 99  # what there is beyond that is "more than"
SOON: Final = timedelta(hours=4)  # today's work, whatever share of the term is left
_IS_OPEN: Final = text(
    "stage in ('collected', 'filed', 'dispatched', 'handling', 'reported')"
)  # as the partial index says it


class Part(StrEnum):
    """A part of the page, in the order in which they press."""

    OVERDUE = "overdue"
    SOON = "soon"
    EXTENSIONS = "extensions"
    VERIFY = "verify"
    SORT = "sort"
    TAKE = "take"
    MINE = "mine"


@dataclass(frozen=True, slots=True)
class Waiting:
    """The first cases of a part, and how many there are, counted up to `COUNTED`."""

    part: Part
    cases: tuple[Case, ...]
    count: int


LEADING: Final = frozenset({Role.LEAD, Role.COMMUNITY, Role.STREET})
FOR_LEADS: Final = frozenset({Part.EXTENSIONS, Part.SORT})


async def waiting(connection: AsyncConnection, by: Actor, *, now: datetime) -> Sequence[Waiting]:
    """What needs somebody, of the communities that are theirs; parts without a case are left out."""
    parts = [part for part in Part if by.role in LEADING or part not in FOR_LEADS]
    told: list[Waiting] = []
    before: list[ColumnElement[bool]] = []
    for part in parts:
        of_part = _condition(part, by, now)
        where = and_(_IS_OPEN, by.scope.within(cases.c.community), of_part, *(~each for each in before))
        before.append(of_part)
        rows = await connection.execute(
            select(cases).where(where).order_by(cases.c.due_at.asc().nulls_last(), cases.c.id).limit(SHOWN + 1)
        )
        found = tuple(case_of(row) for row in rows)
        if found:
            count = len(found) if len(found) <= SHOWN else await _count(connection, where)
            told.append(Waiting(part, found[:SHOWN], count))
    return told


async def open_in(connection: AsyncConnection, community: str, *, limit: int) -> list[Case]:
    """Open cases of a community, newest first."""
    where = (_IS_OPEN, cases.c.community == community)
    rows = await connection.execute(select(cases).where(*where).order_by(cases.c.id.desc()).limit(limit))
    return [case_of(row) for row in rows]


async def _count(connection: AsyncConnection, where: ColumnElement[bool]) -> int:
    ids = await connection.execute(select(cases.c.id).where(where).limit(COUNTED + 1))
    return len(ids.all())


def _condition(part: Part, by: Actor, now: datetime) -> ColumnElement[bool]:
    """Which cases are of a part; never NULL, so that it can be turned round."""
    stage, due = cases.c.stage, cases.c.due_at
    undecided = and_(stage == Stage.REPORTED, cases.c.verification.in_(sorted(FOR_A_PERSON)))
    running = and_(due.is_not(None), or_(stage != Stage.REPORTED, undecided))  # else a camera or a device has the word
    unsorted = stage.in_((Stage.COLLECTED, Stage.FILED))
    if by.role not in LEADING:
        running = and_(running, ~unsorted)  # nothing that they could do
    parts: Mapping[Part, ColumnElement[bool]] = {
        Part.OVERDUE: and_(running, due <= now),
        Part.SOON: and_(running, or_(cases.c.alert >= Alert.SOON, due <= now + SOON)),
        Part.EXTENSIONS: cases.c.extension.is_not(None),
        Part.VERIFY: and_(undecided, cases.c.reported_by.is_distinct_from(by.name)),
        Part.SORT: unsorted,
        Part.TAKE: stage == Stage.DISPATCHED,
        Part.MINE: and_(stage == Stage.HANDLING, cases.c.handler.is_not_distinct_from(by.name)),
    }
    return parts[part]
