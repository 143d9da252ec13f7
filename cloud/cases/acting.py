"""What people do to cases, inside the caller's transaction: looked up, stepped, stored."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from os import urandom
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.accounts import organisation_rows
from cloud.cases import bonds, endings, openings, pictures, relations, repeats, repository, steps
from cloud.cases.domain import Actor, Bond, Case, Refused, Related, Stale
from cloud.cases.effects import Given
from cloud.cases.flow import NO_CASE, own_report
from cloud.cases.openings import responsible_of
from cloud.cases.practice import Practice
from cloud.cases.repository import Owned, Spot
from cloud.cases.terms import Terms
from cloud.cases.vocabulary import Action, Level, Note
from cloud.cases.wishes import Wish
from cloud.devices import commands
from cloud.devices.commands import Command
from contract.identifiers import ENTROPY_BYTES, UUID7, uuid7

_ANSWERED: Final = frozenset({Action.DISPATCH, Action.ESCALATE, Action.REOPEN, Action.RATE})
_TOGETHER: Final = frozenset({Action.LINK, Action.MERGE})


async def act(
    connection: AsyncConnection, case_id: str, wish: Wish, *, by: Actor, version: int, practice: Practice, now: datetime
) -> Case:
    """Let a person move a case.

    Raises:
        Refused: the case does not allow it now, or there is no such case.
        Stale: it was changed since `version`.
    """
    case, wish, other = await _read(connection, case_id, wish, by)
    if case.version != version:
        raise Stale
    given = await _given(connection, case, wish, other, by=by, practice=practice, now=now)
    change = steps.act(case, wish, given)
    if other is not None and wish.action in _TOGETHER:
        await _join(connection, case, other, wish.action, by=by, terms=practice.terms, now=now)
    if other is not None and any(entry.what is Note.NOT_REOPENED for entry in change.entries):
        await _refer(connection, case, other, by=by, now=now)
    if wish.action is Action.SPLIT:
        await _split(connection, case, wish, by=by, practice=practice, now=now)
    if wish.photos:
        await _attach(connection, case, wish, now)
    if given.look is not None:
        await _await(connection, change.case, given.look, practice, now)
    return await repository.save(connection, case, change)


async def _read(connection: AsyncConnection, case_id: str, wish: Wish, by: Actor) -> tuple[Case, Wish, Case | None]:
    """The case, and the other one that the wish names or that is open at its place, locked, always in one order."""
    if not is_id(case_id):
        raise Refused(*NO_CASE)
    other_id = await (_occupied(connection, case_id) if wish.reopens else _other(connection, wish))
    ids = {case_id, other_id} if other_id else {case_id}
    read = {each: await repository.locked(connection, each) for each in sorted(ids)}
    case, other = read.get(case_id), read.get(other_id or "")
    if case is None or not by.scope.covers(case.community):
        raise Refused(*NO_CASE)
    if other_id is not None and (other is None or not by.scope.covers(other.community)):
        raise Refused("没有那个案件", "there is no such other case")
    return case, replace(wish, other=other_id or None), None if other_id == case_id else other


async def _other(connection: AsyncConnection, wish: Wish) -> str | None:
    """The id of the other case, by its id or its number; empty where there is none."""
    if wish.action not in _TOGETHER or not wish.other:
        return None
    return wish.other if is_id(wish.other) else await relations.find(connection, wish.other) or ""


async def _occupied(connection: AsyncConnection, case_id: str) -> str | None:
    """The id of the other case that is open at a case's place. That place is locked: no further one opens there."""
    case = await repository.read(connection, case_id)
    if case is None:
        return None
    await _lock_place(connection, case)
    return await relations.occupied(connection, case)


async def _lock_place(connection: AsyncConnection, case: Case) -> None:
    """Keep what is found at the case's place, or reported anew, away, in the order in which it locks: that, a case."""
    if case.report is not None:
        if case.report.reporter:
            await repeats.lock(connection, case.community, case.source, case.report.reporter)
    elif case.device is not None:
        await repository.lock(connection, Owned(case.community, case.gateway, case.device.kind, case.device.id))
    else:
        place = case.zone if case.is_thrown else case.slot
        await repository.lock(connection, Spot(case.community, case.gateway, case.epoch, case.camera, place))


async def _given(
    connection: AsyncConnection,
    case: Case,
    wish: Wish,
    other: Case | None,
    *,
    by: Actor,
    practice: Practice,
    now: datetime,
) -> Given:
    action = wish.action
    alone = own_report(case, action, by) and not await relations.has_colleague(connection, by.name, case.community)
    is_taken = wish.reopens and other is not None and other.is_open  # it may have ended while its lock was waited for
    occupied = Related(other.id, other.number) if other is not None and is_taken else None
    answering = await _answering(connection, case, action) if action in _ANSWERED else {}
    if action is Action.ASSIST and wish.organisation:
        await _known(connection, wish.organisation)
    look = uuid7(now, urandom(ENTROPY_BYTES)) if steps.awaited(case, action) else None
    return Given(by, now, practice.terms, alone=alone, answering=answering, look=look, occupied=occupied)


async def _answering(connection: AsyncConnection, case: Case, action: Action) -> Mapping[Level, str | None]:
    level = Level(min(case.level + 1, max(Level))) if action is Action.ESCALATE else case.level
    return {level: await responsible_of(connection, case.community, level)}


async def _known(connection: AsyncConnection, organisation: str) -> None:
    """Where there is a tree of organisations, who assists is one of them."""
    if "\x00" in organisation:
        return  # refused by `wishes.check`
    if await organisation_rows.count(connection) and await organisation_rows.find(connection, organisation) is None:
        raise Refused("没有这个单位", "there is no such organisation")


async def _join(
    connection: AsyncConnection, case: Case, other: Case, action: Action, *, by: Actor, terms: Terms, now: datetime
) -> None:
    if action is Action.LINK:
        if len(await relations.links(connection, case.id)) >= relations.MAX_LINKS:
            raise Refused(f"最多关联 {relations.MAX_LINKS} 个案件", f"at most {relations.MAX_LINKS} cases are linked")
        if not await relations.link(connection, case.id, other.id, Bond.LINKED, by=by.name, at=now):
            raise Refused("这两个案件已关联", "the two cases are linked already")
        await repository.save(connection, other, bonds.linked(other, case, by.name, now))
        return
    bonds.may_merge(case, other)
    if len(await relations.merged(connection, other.id)) >= relations.MAX_MERGED:
        raise Refused(
            f"最多并入 {relations.MAX_MERGED} 个案件", f"at most {relations.MAX_MERGED} cases are merged into one"
        )
    await relations.give_all(connection, case.id, other.id)
    await relations.link(connection, case.id, other.id, Bond.MERGED, by=by.name, at=now)
    await repository.save(connection, other, bonds.merged_in(other, case, by, terms, now))


async def _refer(connection: AsyncConnection, case: Case, there: Case, *, by: Actor, now: datetime) -> None:
    """Link a case to the open one of its place, where that is not said yet; its history names that one anyway."""
    if len(await relations.links(connection, case.id)) >= relations.MAX_LINKS:
        return
    if await relations.link(connection, case.id, there.id, Bond.LINKED, by=by.name, at=now):
        await repository.save(connection, there, bonds.linked(there, case, by.name, now))


async def _split(
    connection: AsyncConnection, case: Case, wish: Wish, *, by: Actor, practice: Practice, now: datetime
) -> None:
    case_id, number = await repository.new_names(connection, now, practice.zone)
    part = bonds.split_off(case, wish, by, case_id=case_id, number=number, now=now)
    await openings.receive(connection, part, practice, now)
    if not all(map(is_id, wish.events)) or not await relations.give_some(connection, case.id, case_id, wish.events):
        raise Refused("要拆出的记录不属于这个案件", "a finding that is to be split off is not of this case")
    await relations.link(connection, case_id, case.id, Bond.SPLIT, by=by.name, at=now)


async def _attach(connection: AsyncConnection, case: Case, wish: Wish, now: datetime) -> None:
    event_id = uuid7(now, urandom(ENTROPY_BYTES))
    if not await pictures.attach(connection, case, wish.photos, event_id=event_id, at=now):
        raise Refused("照片还没有上传", "a photo has not been handed in")


async def _await(connection: AsyncConnection, case: Case, look: str, practice: Practice, now: datetime) -> None:
    """Set the time for an answer. A camera is asked for it; a device says by itself when its alarms are over."""
    device = case.device
    within = practice.answer_within if device is None else endings.wait(device.kind, case.standing)
    answer_by = now + within
    await repository.ask(connection, command=look, case_id=case.id, asked_at=now, answer_by=answer_by)
    if device is not None:
        return
    body: commands.LookBody = {"camera": case.camera, "zone": case.zone, "slot": case.slot, "stay": case.stay}
    await commands.send(connection, Command(look, case.community, case.gateway, body, answer_by), now=now)


def is_id(text: str) -> bool:
    """Whether a text is an id as cases and events have them."""
    return re.fullmatch(UUID7, text) is not None
