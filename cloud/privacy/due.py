"""What of cases is due for deletion, and its deletion: named SQL in the caller's transaction.

A case has ended when it is not open; one that was merged, when the case that goes on with it has. What is on hold is
never due, nor an original while somebody waits for it or may look at it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.cases.vocabulary import OPEN
from cloud.evidence.disposal import doom
from cloud.privacy.tables import HELD
from cloud.privacy.terms import Terms, Why

_OPEN: Final = ", ".join(f"'{stage.value}'" for stage in OPEN)

# A case, the case that has its matter in the end, and when that ended; of open cases none.
_ENDED: Final = f"""
    with recursive road (id, last, next) as (
        select id, id, merged_into from cases where merged_into is not null
        union
        select road.id, further.id, further.merged_into from road join cases further on further.id = road.next
    ),
    ended as (
        select c.id, coalesce(final.id, c.id) as final,
            coalesce(final.closed_at, final.updated_at, c.closed_at, c.updated_at) as at
        from cases c
        left join road on road.id = c.id and road.next is null
        left join cases final on final.id = road.last and final.id <> c.id
        where c.stage not in ({_OPEN}) and coalesce(final.stage, c.stage) not in ({_OPEN})
            and coalesce(final.closed_at, final.updated_at, c.closed_at, c.updated_at) < :shortest
    ),
    {HELD}
"""  # noqa: S608 - no text from outside
_FREE: Final = "not exists (select from held where held.case_id in (ended.id, ended.final))"
_TERM: Final = """
    case when p.sealed then cast(:originals as interval)
        else coalesce(
            make_interval(secs => cast(cast(:by_kind as jsonb) ->> c.kind as double precision)),
            case when p.media_type like 'video/%' then cast(:films as interval) else cast(:pictures as interval) end
        )
    end
"""
_WANTED: Final = """
    not (p.sealed and exists (
        select from original_requests r
        where r.community = c.community and r.state in ('asked', 'granted') and r.ends_at > :now
            and (r.pictures ? p.original_of or r.case_id = c.id and r.state = 'asked' and r.picture is null)
    ))
"""
_PICTURES: Final = f"""
    {_ENDED}
    select p.event_id, p.sha256, p.case_id, c.community
    from ended join cases c on c.id = ended.id join case_photos p on p.case_id = ended.id
    where ended.at < cast(:now as timestamptz) - {_TERM} and {_FREE} and {_WANTED}
    order by ended.at limit :limit
    for update of p skip locked for share of c skip locked
"""  # noqa: S608 - as above
_COUNTS: Final = f"""
    {_ENDED}
    select count(*) filter (where not p.sealed) as pictures, count(*) filter (where p.sealed) as originals,
        count(distinct p.case_id) as cases, coalesce(sum(p.size), 0) as bytes
    from ended join cases c on c.id = ended.id join case_photos p on p.case_id = ended.id
    where ended.at < cast(:now as timestamptz) - {_TERM} and {_FREE} and {_WANTED}
"""  # noqa: S608 - as above
_PLATES: Final = f"""
    {_ENDED}
    select c.id, c.plate ->> 'text' as plate
    from ended join cases c on c.id = ended.id
    where ended.at < :shortest and c.plate is not null and {_FREE}
    order by ended.at limit :limit
    for update of c skip locked
"""  # noqa: S608 - as above
_OF_PLATE: Final = f"""
    {_ENDED}
    select c.id, c.number, c.plate ->> 'text' as plate, c.community, {_FREE} as free
    from ended join cases c on c.id = ended.id
    where c.plate ->> 'text' = :plate
    order by c.id limit :limit
"""  # noqa: S608 - as above
# Of events that never became a case. What a suspicion that still stands rests on is kept: it may become one.
_UNCLAIMED: Final = """
    select p.event_id, p.sha256 from case_photos p
    where p.case_id is null and p.taken_at < :before and not exists (
        select from case_events e join suspects s using (community, gateway, epoch, camera, slot, stay)
        where e.event_id = p.event_id and s.said < 3
    )
    order by p.taken_at limit :limit for update of p skip locked
"""
_GONE: Final = """
    with gone as (
        delete from case_photos p
        using unnest(cast(:events as uuid[]), cast(:names as text[])) as due (event_id, sha256)
        where p.event_id = due.event_id and p.sha256 = due.sha256 returning p.*
    )
    insert into case_tombstones
        (case_id, event_id, what, sha256, media_type, kind, taken_at, masked, sealed, size, deleted_at, why)
    select case_id, event_id, 'picture', sha256, media_type, kind, taken_at, masked, sealed, size, :now, :why from gone
    returning sha256
"""
_UNNEEDED: Final = """
    select name from unnest(cast(:names as text[])) as name
    where not exists (select from case_photos p where p.sha256 = name)
"""
_STRAYS: Final = """
    select e.sha256 from evidence e
    where e.completed_at < :before and not exists (select from case_photos p where p.sha256 = e.sha256)
    order by e.completed_at limit :limit
"""


@dataclass(frozen=True, slots=True)
class Due:
    """One picture, film or original that goes."""

    event_id: str
    sha256: str
    case_id: str | None
    community: str | None = None


@dataclass(frozen=True, slots=True)
class Plated:
    """A case that has ended and holds a plate."""

    case_id: str
    plate: str | None  # None: it was never read


@dataclass(frozen=True, slots=True)
class Found:
    """A case of a plate that is asked for."""

    case_id: str
    number: str
    community: str
    plate: str
    free: bool  # no hold stands in the way


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is due."""

    pictures: int
    originals: int
    cases: int
    bytes: int


async def pictures(connection: AsyncConnection, terms: Terms, *, now: datetime, limit: int) -> list[Due]:
    """Pictures, films and originals of cases whose time is over, the longest first; locked."""
    rows = await connection.execute(text(_PICTURES), _times(terms, now) | {"limit": limit})
    return [Due(str(row.event_id), row.sha256, str(row.case_id), row.community) for row in rows]


async def unclaimed(connection: AsyncConnection, *, before: datetime, limit: int) -> list[Due]:
    """Pictures of events that never became a case; locked."""
    rows = await connection.execute(text(_UNCLAIMED), {"before": before, "limit": limit})
    return [Due(str(row.event_id), row.sha256, None) for row in rows]


async def counts(connection: AsyncConnection, terms: Terms, *, now: datetime) -> Counts:
    """How much of cases is due now."""
    row = (await connection.execute(text(_COUNTS), _times(terms, now))).one()
    return Counts(row.pictures, row.originals, row.cases, int(row.bytes))


async def plates(connection: AsyncConnection, *, before: datetime, limit: int) -> list[Plated]:
    """Cases that ended before a time and hold a plate; locked."""
    rows = await connection.execute(text(_PLATES), {"shortest": before, "limit": limit})
    return [Plated(str(row.id), row.plate) for row in rows]


async def of_plate(connection: AsyncConnection, plate: str, *, now: datetime, limit: int) -> list[Found]:
    """Cases of a plate that have ended."""
    rows = await connection.execute(text(_OF_PLATE), {"plate": plate, "shortest": now, "limit": limit})
    return [Found(str(row.id), row.number, row.community, row.plate, row.free) for row in rows]


async def strays(connection: AsyncConnection, *, before: datetime, limit: int) -> list[str]:
    """Complete files that nothing refers to, and that nobody has asked for since they came."""
    return list((await connection.execute(text(_STRAYS), {"before": before, "limit": limit})).scalars())


async def delete(connection: AsyncConnection, due: Sequence[Due], why: Why, *, now: datetime) -> int:
    """Delete pictures' rows, leave a tombstone for each, and have the files go that nothing needs any more.

    Returns:
        how many files go.
    """
    if not due:
        return 0
    values = {"events": [each.event_id for each in due], "names": [each.sha256 for each in due]}
    gone = (await connection.execute(text(_GONE), values | {"now": now, "why": why.value})).scalars()
    return await release(connection, sorted(set(gone)), now=now)


async def release(connection: AsyncConnection, names: Sequence[str], *, now: datetime) -> int:
    """Have files go, those of `names` that nothing refers to; how many."""
    unneeded = (await connection.execute(text(_UNNEEDED), {"names": list(names)})).scalars()
    return len(await doom(connection, list(unneeded), now=now))


def _times(terms: Terms, now: datetime) -> dict[str, object]:
    by_kind = {kind.value: span.total_seconds() for kind, span in terms.by_kind.items()}
    return {
        "now": now,
        "shortest": now - terms.shortest,
        "pictures": terms.pictures,
        "films": terms.films,
        "originals": terms.originals,
        "by_kind": _json(by_kind),
    }


def _json(values: dict[str, float]) -> str:
    return "{" + ", ".join(f'"{name}": {value}' for name, value in values.items()) + "}"
