"""Rules as people set them: added, changed in place, switched, taken away."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from os import urandom
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.db import transaction
from cloud.notify import rows
from cloud.notify.changes import rule_changes
from cloud.notify.domain import Occasion, Rule
from cloud.notify.ownership import NoticeRefused, NoticeStale, Viewer, check_name, note, own_destination, own_rule
from contract.identifiers import ENTROPY_BYTES, uuid7

MAX_RULES: Final = 200  # of one organisation


class RuleBook:
    """The rules of organisations; every change is in the audit log, with what it was and became."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    async def put(self, viewer: Viewer, given: Rule) -> str:
        """Store a rule; its id. With an empty id it is a new one, of its destination's organisation.

        Raises:
            NoticeStale: it is not any more what `given.version` says.
            NoticeRefused: it is not possible, there are too many, or it is not the viewer's.
        """
        _check(given, viewer)
        async with transaction(self._engine) as connection:
            destination = await own_destination(connection, viewer, given.destination)
            await rows.lock(connection, destination.organisation)
            before = await self._before(connection, viewer, given, destination.organisation)
            now = self._clock()
            stored = replace(
                given,
                id=given.id or uuid7(now, urandom(ENTROPY_BYTES)),
                organisation=destination.organisation,
                enabled=given.enabled if before is None else before.enabled,
            )
            await rows.put_rule(connection, stored, made_at=now, made_by=viewer.user)
            done = "rule added" if before is None else "rule changed"
            await note(
                connection, viewer, stored.id, done, now, rule_changes(before, stored), whose=stored.organisation
            )
            return stored.id

    async def _before(self, connection: AsyncConnection, viewer: Viewer, given: Rule, organisation: str) -> Rule | None:
        """What is stored of a rule; None of a new one, where there is room for it."""
        if given.id:
            before = await own_rule(connection, viewer, given.id)
            if before.organisation != organisation:
                raise NoticeRefused("只能发给同一单位的", "a rule stays with its organisation")
            if before.version != given.version:
                raise NoticeStale
            return before
        if len(await rows.rules_of(connection, [organisation])) >= MAX_RULES:
            raise NoticeRefused(f"规则最多 {MAX_RULES} 条", f"at most {MAX_RULES} rules")
        return None

    async def _locked(self, connection: AsyncConnection, viewer: Viewer, rule: str) -> Rule:
        """A rule that nobody else changes until the transaction ends."""
        await rows.lock(connection, (await own_rule(connection, viewer, rule)).organisation)
        return await own_rule(connection, viewer, rule)

    async def switch(self, viewer: Viewer, rule: str, *, enabled: bool) -> None:
        """Switch a rule on or off.

        Raises:
            NoticeRefused: it is not the viewer's.
        """
        async with transaction(self._engine) as connection:
            found, now = await self._locked(connection, viewer, rule), self._clock()
            switched = replace(found, enabled=enabled)
            await rows.put_rule(connection, switched, made_at=now, made_by=viewer.user)
            done = f"rule switched {'on' if enabled else 'off'}"
            await note(connection, viewer, rule, done, now, rule_changes(found, switched), whose=found.organisation)

    async def remove(self, viewer: Viewer, rule: str) -> None:
        """Take a rule away.

        Raises:
            NoticeRefused: it is not the viewer's.
        """
        async with transaction(self._engine) as connection:
            found = await own_rule(connection, viewer, rule)
            await rows.remove_rule(connection, rule)
            gone, whose = {"name": found.name}, found.organisation
            await note(connection, viewer, rule, "rule removed", self._clock(), gone, whose=whose)


def _check(given: Rule, viewer: Viewer) -> None:
    check_name(given.name)
    if not given.when.occasions and given.when.untaken_min is None:
        raise NoticeRefused("请选什么时候通知", "choose what it tells of")
    if given.when.occasions & {Occasion.STUCK, Occasion.UNTAKEN}:
        raise NoticeRefused("这一项不用规则设", "this one is not set by occasions")
    if given.when.repeat_min is not None and given.when.untaken_min is None:
        raise NoticeRefused("只有无人接单的规则能重复", "only what tells that nobody has taken it is told again")
    if any(not viewer.scope.covers(each) for each in given.when.communities):
        raise NoticeRefused("只能选自己的小区", "choose communities of your own")
