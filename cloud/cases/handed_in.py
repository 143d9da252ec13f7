"""What is handed in from outside beside gateways: reports found again by their reference, and pictures of a case."""

from collections.abc import Callable
from datetime import UTC, datetime
from os import urandom
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.audit import Deed, Entry, record
from cloud.cases import relations
from cloud.cases.domain import Actor, Photo, Refused
from cloud.cases.flow import NO_CASE
from cloud.cases.repository import CHANNEL
from cloud.cases.tables import case_photos, cases
from cloud.cases.vocabulary import OPEN, Source
from cloud.db import notify, reading, transaction
from cloud.scope import Scope
from contract.identifiers import ENTROPY_BYTES, uuid7

OUTSIDE: Final = "outside"  # what `Photo.kind` is of such a picture
ON_SITE: Final = "on_site"  # and of one that staff took at the place, on the case's page
MAX_PHOTOS: Final = 24  # of one case
LATEST: Final = (cases.c.stage.in_(OPEN).desc(), cases.c.id.desc())  # of the cases of one report


def _now() -> datetime:
    return datetime.now(UTC)


class HandedIn:
    """Over one database."""

    def __init__(self, engine: AsyncEngine, *, clock: Callable[[], datetime] = _now) -> None:
        self._engine = engine
        self._clock = clock

    async def report(self, source: Source, reference: str, scope: Scope) -> str | None:
        """The id of a report's case, the latest, by what the reporter's system calls it; None: there is none."""
        named = select(cases.c.id).where(
            cases.c.source == source,
            cases.c.report["reporter"].astext == reference,
            scope.within(cases.c.community),
        )
        async with reading(self._engine) as connection:
            found: str | None = (await connection.execute(named.order_by(*LATEST).limit(1))).scalar()
        return found

    async def home(self, case_id: str) -> str:
        """The id of the case that has a case's matter now: the same, or in the end what it was merged into."""
        async with reading(self._engine) as connection:
            return await relations.home_of(connection, case_id)

    async def room(self, case_id: str) -> None:
        """Check that a case takes one more picture.

        Raises:
            Refused: it has `MAX_PHOTOS` already.
        """
        async with reading(self._engine) as connection:
            await check_room(connection, case_id)

    async def photo(self, case_id: str, sha256: str, size: int, *, by: Actor, kind: str = OUTSIDE) -> Photo:
        """Note a picture of a case whose file is there; the same once more changes nothing.

        Of a case that was merged it belongs to the one that goes on, as `home` says.

        Args:
            kind: `OUTSIDE` or `ON_SITE`. The latter goes along with a step: once more it is as if handed in just now.
        Raises:
            Refused: there is no such case, or it has `MAX_PHOTOS` already; or a step took this one along before.
        """
        now = self._clock()
        async with transaction(self._engine) as connection:
            case = await relations.home(connection, case_id)
            if case is None:
                raise Refused(*NO_CASE)
            case_id = case.id
            if not await _has(connection, case_id, sha256):
                await check_room(connection, case_id)
                values = {
                    "event_id": uuid7(now, urandom(ENTROPY_BYTES)),
                    "sha256": sha256,
                    "case_id": case_id,
                    "media_type": "image/jpeg",
                    "kind": kind,
                    "taken_at": now,  # when it was handed in: what the file says of its time is not believed
                    "masked": False,
                    "size": size,
                }
                await connection.execute(insert(case_photos).values(values))
                told = {"action": "photo", "photo": sha256, "role": by.role.value}
                await record(connection, Entry(by.name, Deed.CASE_ACTED, f"case/{case_id}", case.community, told, now))
                await notify(connection, CHANNEL, case_id)
            elif kind == ON_SITE and not await _once_more(connection, case_id, sha256, now):
                raise Refused(
                    "案件里已经有这张照片，请重拍一张", "the case has this photo already: please take another"
                )
        return Photo(sha256, "image/jpeg", kind, now, masked=False, size=size, arrived=True)


async def _has(connection: AsyncConnection, case_id: str, sha256: str) -> bool:
    same = select(case_photos.c.sha256).where(case_photos.c.case_id == case_id, case_photos.c.sha256 == sha256)
    return (await connection.execute(same.limit(1))).first() is not None


async def _once_more(connection: AsyncConnection, case_id: str, sha256: str, now: datetime) -> bool:
    """Let a picture that was taken on the spot be handed in now; False: a step has it already, or it came otherwise."""
    same = (case_photos.c.case_id == case_id, case_photos.c.sha256 == sha256)
    others = select(func.count()).where(*same, case_photos.c.kind != ON_SITE)
    if (await connection.execute(others)).scalar_one():
        return False
    await connection.execute(update(case_photos).where(*same).values(taken_at=now))
    return True


async def check_room(connection: AsyncConnection, case_id: str, more: int = 1) -> None:
    """Check that a case takes more pictures.

    Raises:
        Refused: it would have more than `MAX_PHOTOS`.
    """
    ours = (case_photos.c.case_id == case_id, case_photos.c.kind.in_((OUTSIDE, ON_SITE)))
    count = select(func.count()).where(*ours)
    if (await connection.execute(count)).scalar_one() + more > MAX_PHOTOS:
        raise Refused(f"每个案件最多收 {MAX_PHOTOS} 张照片", f"a case takes at most {MAX_PHOTOS} photos")
