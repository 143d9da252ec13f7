"""Requests and holds in PostgreSQL: named statements, no decisions."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Row, Select, Text, and_, func, literal_column, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.accounts import Role
from cloud.cases.tables import case_events, case_falls, case_photos, cases
from cloud.evidence.tables import evidence
from cloud.privacy.domain import LADDER, LIVE, Request, State
from cloud.privacy.tables import original_requests as requests
from cloud.scope import Scope

MAX_LIST: Final = 200
_UNKEPT: Final = frozenset({"number", "decider"})  # of a request, what the case has, and who is at work
_RUNGS: Final = ", ".join(f"('{low}', '{role}', {n})" for low, above in LADDER.items() for n, role in enumerate(above))
# The lowest level above the asker at which anybody else is at work for the community.
_decider: Final = literal_column(
    f"""(
        select rung.role from (values {_RUNGS}) as rung (asker, role, n)
        join users on users.role = rung.role
        left join organisations as mine on mine.id = users.organisation
        left join organisations as holder on holder.community = original_requests.community
        where rung.asker = original_requests.asker_role
            and users.revoked_at is null and users.name <> original_requests.asker
            and (users.organisation is null
                or starts_with(holder.path, mine.path) or starts_with(mine.path, holder.path))
        order by rung.n limit 1
    )""",  # noqa: S608 - no text from outside
    Text,
)
_LIVE: Final = requests.c.state.in_(LIVE)
_shown: Final = case_photos.alias("shown")


@dataclass(frozen=True, slots=True)
class Place:
    """A case as far as a request needs it."""

    id: str
    number: str
    community: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed original: what it is named and what it was sealed for."""

    sha256: str
    case_id: str  # that it is of now
    picture: str  # SHA-256 of the masked picture made from the same frame
    media_type: str  # of what is in it
    community: str
    gateway: str
    camera: str
    taken_at: datetime
    arrived: bool


async def place(connection: AsyncConnection, case_id: str, scope: Scope) -> Place | None:
    """A case by its id, within a scope."""
    query = select(cases.c.id, cases.c.number, cases.c.community)
    row = (await connection.execute(query.where(cases.c.id == case_id, scope.within(cases.c.community)))).one_or_none()
    return None if row is None else Place(*row)


async def sealed(connection: AsyncConnection, case_id: str, picture: str | None) -> list[Sealed]:
    """The sealed originals of a case, or of one of its pictures; oldest first, each once."""
    of_picture = () if picture is None else (_shown.c.sha256 == picture,)
    return await _sealed(connection, case_photos.c.case_id == case_id, *of_picture)


async def pictures(connection: AsyncConnection, case_id: str, picture: str | None) -> tuple[str, ...]:
    """Masked pictures of a case, or the one of them, whose originals were sealed; oldest first."""
    return tuple(dict.fromkeys(each.picture for each in await sealed(connection, case_id, picture)))


async def covered(connection: AsyncConnection, community: str, pictures: Sequence[str]) -> list[Sealed]:
    """The sealed originals of some pictures, whichever of a community's cases they are of by now; as `sealed`."""
    return await _sealed(connection, cases.c.community == community, _shown.c.sha256.in_(pictures))


async def _sealed(connection: AsyncConnection, *where: ColumnElement[bool]) -> list[Sealed]:
    # As the event said it: the case may be another's, which goes on with it.
    gateway = func.coalesce(case_events.c.gateway, case_falls.c.gateway, cases.c.gateway)
    camera = func.coalesce(case_events.c.camera, case_falls.c.camera, cases.c.camera)
    query = (
        select(
            case_photos.c.sha256,
            case_photos.c.case_id,
            case_photos.c.original_of,
            _shown.c.media_type,
            cases.c.community,
            gateway.label("gateway"),
            camera.label("camera"),
            case_photos.c.taken_at,
            evidence.c.sha256.is_not(None).label("arrived"),
        )
        .join(cases, cases.c.id == case_photos.c.case_id)
        .join(_shown, (_shown.c.event_id == case_photos.c.event_id) & (_shown.c.sha256 == case_photos.c.original_of))
        .outerjoin(case_events, case_events.c.event_id == case_photos.c.event_id)
        .outerjoin(case_falls, case_falls.c.event_id == case_photos.c.event_id)
        .outerjoin(evidence, evidence.c.sha256 == case_photos.c.sha256)
        .where(case_photos.c.sealed.is_(True), *where)
        .order_by(case_photos.c.taken_at, case_photos.c.sha256)
        .limit(MAX_LIST)
    )
    found = [Sealed(*row) for row in await connection.execute(query)]
    return list({each.sha256: each for each in found}.values())


async def add(connection: AsyncConnection, request: Request) -> None:
    """Store a new request."""
    await connection.execute(insert(requests).values(_values(request)))


async def save(connection: AsyncConnection, request: Request) -> None:
    """Store a changed request, which the caller has locked."""
    await connection.execute(update(requests).where(requests.c.id == request.id).values(_values(request)))


async def locked(connection: AsyncConnection, request_id: str) -> Request | None:
    """A request by its id, locked."""
    query = _all().where(requests.c.id == request_id).with_for_update(of=requests)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _request(row)


async def read(connection: AsyncConnection, request_id: str) -> Request | None:
    """A request by its id."""
    row = (await connection.execute(_all().where(requests.c.id == request_id))).one_or_none()
    return None if row is None else _request(row)


async def of_case(connection: AsyncConnection, case_id: str, picture: str | None, asker: str) -> list[Request]:
    """One person's requests of a case, or that cover the picture of it, newest first."""
    about = or_(requests.c.case_id == case_id, requests.c.pictures.contains([picture]))
    query = _all().where(about, requests.c.asker == asker)
    return await _listed(connection, query)


async def mine(connection: AsyncConnection, asker: str, scope: Scope) -> list[Request]:
    """One person's requests, newest first."""
    return await _listed(connection, _all().where(requests.c.asker == asker, scope.within(requests.c.community)))


async def of_others(connection: AsyncConnection, role: Role, name: str, scope: Scope) -> list[Request]:
    """Live requests of others that somebody of a role decides, or has granted, newest first."""
    theirs = (or_(_decider == role.value, requests.c.decided_by == name), requests.c.asker != name)
    return await _listed(connection, _all().where(*theirs, scope.within(requests.c.community), _LIVE))


async def lock_asker(connection: AsyncConnection, asker: str) -> None:
    """Let one request of a person at a time be counted; held until the transaction ends."""
    key = f"originals/{asker}"
    await connection.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


async def live_of(connection: AsyncConnection, asker: str, now: datetime) -> int:
    """How many requests of one person wait or are granted."""
    query = select(func.count()).where(requests.c.asker == asker, *is_live(now))
    return int((await connection.execute(query)).scalar_one())


async def same(connection: AsyncConnection, wanted: Request, now: datetime) -> bool:
    """Whether its asker has a request that waits or is granted, and covers another one."""
    grows = (requests.c.state == State.ASKED, requests.c.picture.is_(None), requests.c.case_id == wanted.case_id)
    covers = or_(requests.c.pictures.contains(list(wanted.pictures)), and_(*grows))
    theirs = (requests.c.asker == wanted.asker, requests.c.community == wanted.community)
    query = select(requests.c.id).where(*theirs, covers, *is_live(now))
    return (await connection.execute(query.limit(1))).one_or_none() is not None


def is_live(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """A condition: the request waits or is granted."""
    return (_LIVE, requests.c.ends_at > now)


async def _listed(connection: AsyncConnection, query: Select[tuple[object, ...]]) -> list[Request]:
    rows = await connection.execute(query.order_by(requests.c.id.desc()).limit(MAX_LIST))
    return [_request(row) for row in rows]


def _all() -> Select[tuple[object, ...]]:
    return select(requests, cases.c.number, _decider.label("decider")).join(cases, cases.c.id == requests.c.case_id)


def _request(row: Row[tuple[object, ...]]) -> Request:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    roles = {"asker_role": Role(row.asker_role), "decider": None if row.decider is None else Role(row.decider)}
    return Request(**values | roles | {"state": State(row.state), "pictures": tuple(row.pictures)})


def _values(request: Request) -> dict[str, object]:
    return {name: value for name, value in asdict(request).items() if name not in _UNKEPT}


async def numbers(connection: AsyncConnection, case_ids: Sequence[str]) -> dict[str, str]:
    """Numbers of cases by their ids."""
    query = select(cases.c.id, cases.c.number).where(cases.c.id.in_(case_ids))
    return {row.id: row.number for row in await connection.execute(query)}


async def id_of(connection: AsyncConnection, number: str) -> str | None:
    """The id of a case by its number."""
    return (await connection.execute(select(cases.c.id).where(cases.c.number == number))).scalar_one_or_none()
