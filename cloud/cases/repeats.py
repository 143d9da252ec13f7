"""A report that is handed in once more: which case it belongs to, and what of it is new. Nothing of it is lost.

Other words are told of the case while it is open. Once it has ended they open another, which is linked to it: whether
anything is left to do a person says. Photos that are new belong to the case, whatever the words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from os import urandom
from typing import Final

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy import case as case_when
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.cases import bonds, pictures, relations, repository
from cloud.cases.domain import Actor, Bond, Case, Refused, Report
from cloud.cases.handed_in import LATEST, OUTSIDE, check_room
from cloud.cases.repository import CHANNEL
from cloud.cases.tables import case_history, case_photos, case_tombstones, cases
from cloud.cases.vocabulary import Note, Source
from cloud.db import notify
from contract.identifiers import ENTROPY_BYTES, uuid7

MAX_WORDINGS: Final = 500  # lines of one case that tell of further words
_TEXT: Final = cases.c.report["text"].astext
_PLACE: Final = cases.c.report["place"].astext


@dataclass(frozen=True, slots=True)
class Earlier:
    """What came of a report so far.

    Args:
        case: the latest that it opened.
        home: the one that has its matter now, locked: the same, or what it was merged into.
        told: these very words were handed in before.
    """

    case: Case
    home: Case
    told: bool


async def lock(connection: AsyncConnection, community: str, source: Source, reference: str) -> None:
    """Wait until no other transaction works on a report; held until this one ends."""
    key = f"report/{community}/{source}/{reference}"
    await connection.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


async def earlier(connection: AsyncConnection, report: Report, community: str, source: Source) -> Earlier | None:
    """What the same reference opened already. Without one each report is another.

    Raises:
        Refused: the case is open and holds `MAX_WORDINGS` other words already, and these are new.
    """
    if not report.reporter:
        return None
    await lock(connection, community, source, report.reporter)
    same = of_reference(community, source, report.reporter)
    newest = select(cases.c.id).where(*same).order_by(*LATEST).limit(1)
    case_id = (await connection.execute(newest)).scalar_one_or_none()
    home = None if case_id is None else await relations.home(connection, case_id)
    if case_id is None or home is None:
        return None
    case = home if home.id == case_id else await repository.read(connection, case_id) or home
    return Earlier(case, home, told=await _is_told(connection, report, home, same))


def of_reference(community: str, source: Source, reference: str) -> tuple[ColumnElement[bool], ...]:
    """A condition: the case is of a report."""
    return (
        cases.c.community == community,
        cases.c.source == source,
        cases.c.report["reporter"].astext == reference,
    )


async def again(connection: AsyncConnection, found: Earlier, report: Report, by: Actor, now: datetime) -> Case:
    """Tell a case of a report's other words, once, and give it the photos that it has not got.

    Returns:
        the case that the report opened, as it is now.

    Raises:
        Refused: a photo has not been handed in, or the case has as many as it takes.
    """
    fresh = await _fresh(connection, found.home, report.photos)
    if fresh:
        await attach(connection, found.home, fresh, now)
    if not found.told:
        told = await repository.save(connection, found.home, bonds.reported_again(found.home, report, by, now))
        return told if told.id == found.case.id else found.case
    if fresh:
        await notify(connection, CHANNEL, found.home.id)
    return found.case


async def attach(connection: AsyncConnection, case: Case, photos: Sequence[str], now: datetime) -> None:
    """Let photos that lie ready belong to a case.

    Raises:
        Refused: one of them has not been handed in, or the case would have more than it takes.
    """
    await check_room(connection, case.id, len(photos))
    event_id = uuid7(now, urandom(ENTROPY_BYTES))
    if not await pictures.attach(connection, case, photos, event_id=event_id, at=now, kind=OUTSIDE):
        raise Refused("照片还没有上传", "a photo has not been handed in")


async def follow(connection: AsyncConnection, case: Case, found: Earlier, by: Actor, now: datetime) -> None:
    """Link a new case of a report to the one of it that has ended."""
    await relations.link(connection, case.id, found.home.id, Bond.LINKED, by=by.name, at=now)
    await repository.save(connection, found.home, bonds.linked(found.home, case, by.name, now))


async def _is_told(
    connection: AsyncConnection, report: Report, home: Case, same: tuple[ColumnElement[bool], ...]
) -> bool:
    texts = select(cases.c.id).where(*same, report.text == _TEXT, report.place == _PLACE).limit(1)
    if (await connection.execute(texts)).first() is not None or await _is_line(connection, report, same):
        return True
    if home.is_open and await _lines(connection, home) >= MAX_WORDINGS:
        raise Refused("同一诉求的补充说明太多", "a report takes no more other words")
    return False


async def _is_line(connection: AsyncConnection, report: Report, same: tuple[ColumnElement[bool], ...]) -> bool:
    """Whether a case of a report, or one that went on with it, tells its words already: each as seen from its place."""
    road = select(cases.c.id, cases.c.merged_into, _PLACE.label("place")).where(*same).cte("road", recursive=True)
    road = road.union(
        select(cases.c.id, cases.c.merged_into, _PLACE.label("place")).join(road, cases.c.id == road.c.merged_into)
    )
    words = case_when(
        (road.c.place == report.place, bonds.words_at(report.place, report)), else_=bonds.words_at(None, report)
    )
    line = select(case_history.c.id).join(road, case_history.c.case_id == road.c.id)
    line = line.where(case_history.c.what == Note.REPORTED_AGAIN, case_history.c.note == words)
    return (await connection.execute(line.limit(1))).first() is not None


async def _lines(connection: AsyncConnection, case: Case) -> int:
    """How many lines of a case tell of further words."""
    of_case = (case_history.c.case_id == case.id, case_history.c.what == Note.REPORTED_AGAIN)
    count: int = (await connection.execute(select(func.count()).where(*of_case))).scalar_one()
    return count


async def _fresh(connection: AsyncConnection, case: Case, photos: Sequence[str]) -> list[str]:
    """Those of some photos that a case has not got, and had not before they were deleted."""
    known: set[str] = set()
    for table in (case_photos, case_tombstones):
        of_case = (table.c.case_id == case.id, table.c.sha256.in_(photos))
        known |= set((await connection.execute(select(table.c.sha256).where(*of_case))).scalars())
    return [each for each in dict.fromkeys(photos) if each not in known]
