"""Who the gateways are and how they do."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import ValidationError
from sqlalchemy import ColumnElement, Row, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.audit import Deed, Entry, record
from cloud.db import notify, reading, transaction
from cloud.devices import seeing
from cloud.devices.seeing import CameraDay, CameraKey
from cloud.devices.tables import gateways
from cloud.scope import EVERYTHING, Scope
from contract.device import BirthData, ConfigData, DeathData, HealthData
from contract.identifiers import is_slug
from contract.signatures import key_id, public_key

CHANNEL: Final = "linli_devices"  # told {community}/{gateway} when its state changes


class Presence(StrEnum):
    """What a gateway, or the broker for it, said last of its being there."""

    UNSEEN = "unseen"
    UP = "up"
    LOST = "lost"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class GatewayKey:
    """One gateway anywhere."""

    community: str
    gateway: str


@dataclass(frozen=True, slots=True)
class Gateway:
    """One gateway as last known. Times by the cloud's clock."""

    community: str
    gateway: str
    public_key: str
    keyid: str
    added_at: datetime
    revoked_at: datetime | None
    last_seen: datetime | None
    presence: Presence
    presence_at: datetime | None
    software: str
    cameras: tuple[str, ...]
    health: HealthData | None
    health_at: datetime | None

    @property
    def key(self) -> GatewayKey:
        """What it is called."""
        return GatewayKey(self.community, self.gateway)


def _now() -> datetime:
    return datetime.now(UTC)


class DeviceService:
    """The register of gateways."""

    def __init__(self, engine: AsyncEngine, *, clock: Callable[[], datetime] = _now) -> None:
        self._engine = engine
        self._clock = clock

    async def register(self, community: str, gateway: str, key: str, *, by: str = "system") -> Gateway:
        """Let a gateway in, or give a known one another key; a revoked one is let in again.

        Args:
            key: its public key, base64 of 32 bytes.
        Raises:
            ValueError: the names or the key are not what they should be; the text says which.
        """
        if not (is_slug(community) and is_slug(gateway)):
            raise ValueError("a name has 1 to 63 of a-z, 0-9 and -, and neither starts nor ends with -")
        keyid = key_id(public_key(key))
        values = {"public_key": key, "keyid": keyid, "revoked_at": None}
        statement = insert(gateways).values(community=community, gateway=gateway, added_at=self._clock(), **values)
        statement = statement.on_conflict_do_update(index_elements=["community", "gateway"], set_=values)
        async with transaction(self._engine) as connection:
            row = (await connection.execute(statement.returning(gateways))).one()
            await self._note(connection, community, gateway, by, {"key": keyid})
            await notify(connection, CHANNEL, f"{community}/{gateway}")
        return _gateway(row)

    async def revoke(self, community: str, gateway: str, *, by: str = "system") -> bool:
        """Believe nothing more of a gateway. False: there is none, or it is revoked already."""
        where = (*_is(community, gateway), gateways.c.revoked_at.is_(None))
        async with transaction(self._engine) as connection:
            done = await connection.execute(update(gateways).where(*where).values(revoked_at=self._clock()))
            if done.rowcount == 1:
                await self._note(connection, community, gateway, by, {"key": "revoked"})
            await notify(connection, CHANNEL, f"{community}/{gateway}")
        return done.rowcount == 1

    async def _note(
        self, connection: AsyncConnection, community: str, gateway: str, by: str, detail: dict[str, str]
    ) -> None:
        about = f"gateway/{community}/{gateway}"
        await record(connection, Entry(by, Deed.GATEWAY_CHANGED, about, community, detail, self._clock()))

    async def list(
        self,
        scope: Scope = EVERYTHING,
        *,
        community: str | None = None,
        after: GatewayKey | None = None,
        limit: int | None = None,
    ) -> list[Gateway]:
        """Gateways within a scope, by community and name.

        Args:
            after: the last one of the page before.
            limit: how many at most; None: all.
        """
        key = gateways.c.community, gateways.c.gateway
        query = select(gateways).where(scope.within(gateways.c.community)).order_by(*key).limit(limit)
        if community is not None:
            query = query.where(gateways.c.community == community)
        if after is not None:
            query = query.where(tuple_(*key) > tuple_(after.community, after.gateway))
        async with reading(self._engine) as connection:
            return [_gateway(row) for row in await connection.execute(query)]

    async def days(self, scope: Scope, *, since: date) -> Mapping[CameraKey, Sequence[CameraDay]]:
        """What each camera within a scope has seen, day by day."""
        async with reading(self._engine) as connection:
            return await seeing.days(connection, scope, since=since)

    async def key(self, community: str, gateway: str) -> Ed25519PublicKey | None:
        """The key a gateway signs with; None: it is unknown or revoked."""
        async with reading(self._engine) as connection:
            return await key_of(connection, community, gateway)


async def key_of(connection: AsyncConnection, community: str, gateway: str) -> Ed25519PublicKey | None:
    """The key a gateway signs with, inside a transaction; None: it is unknown or revoked."""
    query = select(gateways.c.public_key).where(*_is(community, gateway), gateways.c.revoked_at.is_(None))
    text = (await connection.execute(query)).scalar_one_or_none()
    return None if text is None else public_key(text)


async def seen(connection: AsyncConnection, community: str, gateway: str, *, at: datetime, via: str) -> None:
    """Note that a gateway spoke, and through which source, so that answers find their way back.

    At most one write in ten seconds: two workers would otherwise wait for each other at every message.
    """
    stale = gateways.c.last_seen.is_(None) | (gateways.c.last_seen < at - func.make_interval(0, 0, 0, 0, 0, 0, 10))
    other = gateways.c.via.is_distinct_from(via)
    where = (*_is(community, gateway), stale | other)
    await connection.execute(update(gateways).where(*where).values(last_seen=at, via=via))


async def apply(
    connection: AsyncConnection,
    community: str,
    gateway: str,
    data: BirthData | DeathData | HealthData | ConfigData,
    *,
    at: datetime,
) -> None:
    """Keep what a gateway said of itself."""
    await connection.execute(update(gateways).where(*_is(community, gateway)).values(**_columns(data, at)))
    await notify(connection, CHANNEL, f"{community}/{gateway}")


def _is(community: str, gateway: str) -> tuple[ColumnElement[bool], ...]:
    return (gateways.c.community == community, gateways.c.gateway == gateway)


def _columns(data: BirthData | DeathData | HealthData | ConfigData, at: datetime) -> dict[str, object]:
    match data:
        case BirthData():
            told = {"software": data.software, "cameras": list(data.cameras)}
            return {"state": Presence.UP, "state_at": at, **told}
        case DeathData():
            return {"state": Presence(data.reason), "state_at": at}
        case HealthData():
            return {"health": data.model_dump(mode="json"), "health_at": at}
        case ConfigData():
            return {"configversion": data.version, "cameras": list(data.cameras)}


def _gateway(row: Row[tuple[object, ...]]) -> Gateway:
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    return Gateway(
        community=values["community"],
        gateway=values["gateway"],
        public_key=values["public_key"],
        keyid=values["keyid"],
        added_at=values["added_at"],
        revoked_at=values["revoked_at"],
        last_seen=values["last_seen"],
        presence=Presence(values["state"] or Presence.UNSEEN),
        presence_at=values["state_at"],
        software=values["software"] or "",
        cameras=tuple(values["cameras"] or ()),
        health=_health(values["health"]),
        health_at=values["health_at"],
    )


def _health(stored: object) -> HealthData | None:
    """What was stored; None too where an older program stored what this one cannot read: the next comes soon."""
    try:
        return None if stored is None else HealthData.model_validate_json(json.dumps(stored))
    except ValidationError:
        return None
