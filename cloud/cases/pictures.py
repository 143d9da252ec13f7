"""Pictures of cases in PostgreSQL: which there are, which have arrived, and which tell most."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, exists, func, insert, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.cases.domain import Case, Photo
from cloud.cases.tables import case_photos, case_tombstones
from cloud.evidence.tables import evidence
from contract.envelope import PictureKind

FIRST_PHOTOS: Final = 16  # of one case: what its finding rests on
LATEST_PHOTOS: Final = 84  # of one case: how it has gone since
_OF_COVER: Final = ("case_id", "sha256", "media_type", "kind", "taken_at", "masked", "size")


async def photos(connection: AsyncConnection, case_id: str) -> tuple[Photo, ...]:
    """The pictures of a case, oldest first, each once: the first `FIRST_PHOTOS` and the latest `LATEST_PHOTOS`.

    A sealed original is no picture that can be shown; it is named beside the one made from it. Of a picture that was
    deleted a line is left, which says when.
    """
    of_case = (
        select(case_photos)
        .ext(distinct_on(case_photos.c.sha256))
        .where(case_photos.c.case_id == case_id, case_photos.c.sealed.is_(False))
        .order_by(case_photos.c.sha256, case_photos.c.taken_at)
        .subquery()
    )
    order = (of_case.c.taken_at, of_case.c.sha256)
    numbered = select(
        of_case,
        func.row_number().over(order_by=order).label("place"),
        func.count().over().label("of"),
    ).subquery()
    arrived = exists().where(evidence.c.sha256 == numbered.c.sha256).label("arrived")
    shown = (numbered.c.place <= FIRST_PHOTOS) | (numbered.c.place > numbered.c.of - LATEST_PHOTOS)
    rows = await connection.execute(select(numbered, arrived).where(shown).order_by(numbered.c.place))
    originals = await _originals(connection, case_id)
    kept = [_with_original(photo_of(row), originals) for row in rows]
    gone = await _deleted(connection, case_id)
    return tuple(sorted([*kept, *gone], key=lambda photo: (photo.taken_at, photo.sha256)))


async def _deleted(connection: AsyncConnection, case_id: str) -> list[Photo]:
    """What was deleted and could be shown, at most as many lines as there may be pictures."""
    gone = case_tombstones
    of_case = (gone.c.case_id == case_id, gone.c.what == "picture", gone.c.sealed.is_(False))
    query = select(gone).where(*of_case).order_by(gone.c.id).limit(FIRST_PHOTOS + LATEST_PHOTOS)
    columns = (gone.c.sha256, gone.c.media_type, gone.c.kind, gone.c.taken_at, gone.c.masked, gone.c.size)
    rows = await connection.execute(query.with_only_columns(*columns, gone.c.deleted_at))
    return [Photo(**row, arrived=False) for row in rows.mappings()]


async def _originals(connection: AsyncConnection, case_id: str) -> dict[str, tuple[str, bool]]:
    """Sealed originals by the picture made from each: its name, and whether it has arrived."""
    arrived = exists().where(evidence.c.sha256 == case_photos.c.sha256).label("arrived")
    of_case = (case_photos.c.case_id == case_id, case_photos.c.sealed.is_(True), case_photos.c.original_of.is_not(None))
    query = select(case_photos.c.original_of, case_photos.c.sha256, arrived).where(*of_case).order_by("arrived")
    return {row.original_of: (row.sha256, row.arrived) for row in await connection.execute(query)}


def _with_original(photo: Photo, originals: Mapping[str, tuple[str, bool]]) -> Photo:
    original, arrived = originals.get(photo.sha256, (None, False))
    return replace(photo, original=original, original_arrived=arrived)


async def covers(connection: AsyncConnection, case_ids: Sequence[str]) -> dict[str, Photo]:
    """One picture a case, the one that tells most: one that has arrived, taken when time was up, the first."""
    arrived = exists().where(evidence.c.sha256 == case_photos.c.sha256).label("arrived")
    query: Select[Any] = (
        select(*(case_photos.c[name] for name in _OF_COVER), arrived)
        .ext(distinct_on(case_photos.c.case_id))
        .where(case_photos.c.case_id.in_(case_ids), case_photos.c.media_type.startswith("image/"))
        .order_by(case_photos.c.case_id, arrived.desc(), (case_photos.c.kind == PictureKind.DUE).desc())
        .order_by(case_photos.c.taken_at, case_photos.c.sha256)
    )
    return {row.case_id: photo_of(row) for row in await connection.execute(query)}


def photo_of(row: Row[tuple[object, ...]]) -> Photo:
    """A picture as its row has it."""
    return Photo(row.sha256, row.media_type, row.kind, row.taken_at, row.masked, row.size, row.arrived)


async def attach(
    connection: AsyncConnection,
    case: Case,
    photos: Sequence[str],
    *,
    event_id: str,
    at: datetime,
    kind: str = PictureKind.LOOK,
) -> bool:
    """Let pictures that a person handed in for the case's community belong to it; False: one of them is not there.

    Nobody has masked them. A film, or a sealed original, is none.
    """
    is_picture = evidence.c.media_type.startswith("image/")
    handed_in = (evidence.c.sha256.in_(photos), evidence.c.community == case.community, is_picture)
    rows = (await connection.execute(select(evidence).where(*handed_in))).all()
    if len(rows) != len(set(photos)):
        return False
    kept = [
        {
            "event_id": event_id,
            "sha256": row.sha256,
            "case_id": case.id,
            "media_type": row.media_type,
            "kind": kind,
            "taken_at": at,
            "masked": False,
            "size": row.size,
        }
        for row in rows
    ]
    await connection.execute(insert(case_photos), kept)
    return True


async def cases_with_photo(connection: AsyncConnection, sha256: str) -> Iterable[str | None]:
    """Ids of the cases that a picture belongs to; None among them: it belongs to an event without a case, too."""
    query = select(case_photos.c.case_id).where(case_photos.c.sha256 == sha256)
    return set((await connection.execute(query)).scalars())
