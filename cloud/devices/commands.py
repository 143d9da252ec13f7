"""Commands on their way to gateways: written with the change that asks for them, sent until answered or too late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypedDict

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.devices.tables import gateways, outgoing

FIRST_RETRY_S: Final = 2.0
LAST_RETRY_S: Final = 60.0
BATCH: Final = 64


class LookBody(TypedDict):
    """What of a `contract.downlink.Look` is known when it is asked for."""

    camera: str
    zone: str
    slot: str
    stay: str


@dataclass(frozen=True, slots=True)
class Command:
    """One command that waits to be sent."""

    id: str
    community: str
    gateway: str
    body: LookBody
    answer_by: datetime


async def send(connection: AsyncConnection, command: Command, *, now: datetime) -> None:
    """Put a command into the queue; it leaves when the transaction has committed."""
    values = {
        "id": command.id,
        "community": command.community,
        "gateway": command.gateway,
        "body": command.body,
        "created_at": now,
        "answer_by": command.answer_by,
        "next_try_at": now,
    }
    await connection.execute(insert(outgoing).values(values).on_conflict_do_nothing())


async def settle(connection: AsyncConnection, command_id: str, *, now: datetime) -> None:
    """The command is answered, or nobody waits for it any more."""
    where = (outgoing.c.id == command_id, outgoing.c.done_at.is_(None))
    await connection.execute(update(outgoing).where(*where).values(done_at=now))


async def claim(connection: AsyncConnection, via: str, *, now: datetime) -> Sequence[Command]:
    """Take up to `BATCH` commands that are due for gateways of one source, and set their next try.

    Two workers get different ones. A command taken by a worker that dies is due again after the pause.
    """
    due = (
        select(outgoing)
        .join(
            gateways,
            (gateways.c.community == outgoing.c.community) & (gateways.c.gateway == outgoing.c.gateway),
        )
        .where(outgoing.c.done_at.is_(None), outgoing.c.next_try_at <= now, outgoing.c.answer_by > now)
        .where(gateways.c.via == via, gateways.c.revoked_at.is_(None))
        .order_by(outgoing.c.next_try_at)
        .limit(BATCH)
        .with_for_update(of=outgoing, skip_locked=True)
    )
    commands: list[Command] = []
    for row in (await connection.execute(due)).all():
        pause = timedelta(seconds=min(LAST_RETRY_S, FIRST_RETRY_S * 2 ** min(row.tries, 10)))
        await connection.execute(
            update(outgoing).where(outgoing.c.id == row.id).values(tries=outgoing.c.tries + 1, next_try_at=now + pause)
        )
        commands.append(Command(row.id, row.community, row.gateway, row.body, row.answer_by))
    return commands
