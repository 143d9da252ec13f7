"""Reports from outside 随手拍, 12345, staff: each opens a case once, whatever is sent again."""

import re
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.accounts import Role
from cloud.cases import bonds, openings, repeats, repository
from cloud.cases.domain import Actor, Case, Refused, Report
from cloud.cases.flow import NOT_YOURS
from cloud.cases.practice import Practice
from cloud.cases.vocabulary import Source
from cloud.cases.wishes import MAX_PHOTOS

MAX_TEXT: Final = 2000  # characters
MAX_PLACE: Final = 200
MAX_REFERENCE: Final = 100
MAX_COMMUNITY: Final = 64
FROM_OUTSIDE: Final = frozenset({Source.RESIDENT, Source.HOTLINE, Source.STAFF})
REPORTERS: Final = frozenset({Role.STAFF, Role.LEAD, Role.COMMUNITY, Role.STREET, Role.INTEGRATOR})
_COMMUNITY: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def check(report: Report, *, community: str, source: Source, by: Actor) -> None:
    """Check that a report can become a case.

    Raises:
        Refused: and says why.
    """
    if by.role not in REPORTERS:
        raise Refused(*NOT_YOURS)
    if not _COMMUNITY.fullmatch(community) or not by.scope.covers(community):
        raise Refused("没有这个小区", "there is no such community")
    if source not in FROM_OUTSIDE:
        raise Refused("来源只能是群众、热线或员工", "a report comes from a resident, the hotline or staff")
    if not report.text.strip() or not report.place.strip():
        raise Refused("须写明什么事、在哪里", "a report says what and where")
    for name, value, most in (
        ("text", report.text, MAX_TEXT),
        ("place", report.place, MAX_PLACE),
        ("reporter", report.reporter, MAX_REFERENCE),
    ):
        if len(value) > most or "\x00" in value:
            raise Refused(f"{name}：最多 {most} 字", f"{name}: at most {most} characters")
    if len(report.photos) > MAX_PHOTOS or not all(map(_SHA256.fullmatch, report.photos)):
        raise Refused(f"照片最多 {MAX_PHOTOS} 张", f"at most {MAX_PHOTOS} photos, each by its SHA-256")


async def take(
    connection: AsyncConnection,
    report: Report,
    *,
    community: str,
    source: Source,
    by: Actor,
    practice: Practice,
    now: datetime,
) -> Case:
    """Open the case of a report, or answer with the one that it has opened already; see `repeats`.

    Raises:
        Refused: it cannot become a case.
    """
    check(report, community=community, source=source, by=by)
    found = await repeats.earlier(connection, report, community, source)
    if found is not None and (found.told or found.home.is_open):
        return await repeats.again(connection, found, report, by, now)
    case_id, number = await repository.new_names(connection, now, practice.zone)
    change = bonds.reported(report, community=community, source=source, by=by, case_id=case_id, number=number, now=now)
    case = await openings.receive(connection, change, practice, now)
    if report.photos:
        await repeats.attach(connection, case, report.photos, now)
    if found is not None:
        await repeats.follow(connection, case, found, by, now)
    return case
