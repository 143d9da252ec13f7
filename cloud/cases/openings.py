"""A case that begins, stored with its priority, its term, and who answers for it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.accounts.organisation_service import answering
from cloud.cases import relations, repository
from cloud.cases.domain import Case
from cloud.cases.opening import received, settled
from cloud.cases.practice import Practice
from cloud.cases.steps import Change
from cloud.cases.vocabulary import Level


async def open_with(connection: AsyncConnection, change: Change, practice: Practice, now: datetime) -> Case:
    """Store a new case that is dispatched by itself."""
    case = change.case
    before = await relations.before(connection, case, now)
    responsible = await responsible_of(connection, case.community, case.level)
    change = settled(change, practice.terms, before=before, responsible=responsible, zone=practice.zone, now=now)
    await repository.add(connection, change)
    return change.case


async def receive(connection: AsyncConnection, change: Change, practice: Practice, now: datetime) -> Case:
    """Store a new case that waits for a person."""
    responsible = await responsible_of(connection, change.case.community, change.case.level)
    change = received(change, practice.terms, responsible=responsible, now=now)
    await repository.add(connection, change)
    return change.case


async def responsible_of(connection: AsyncConnection, community: str, level: Level) -> str | None:
    """The organisation that answers for a community's cases at a level; None: the tree does not say."""
    organisation = await answering(connection, community, level)
    return None if organisation is None else organisation.id
