"""What people and gateways do to cases."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from os import urandom
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.cases import endings, falls, findings, pictures, repository, steps, suspects
from cloud.cases.domain import Action, Case, CaseKind, CaseView, Fall, Photo, Refused, Stale, Suspect, Verification
from cloud.cases.findings import CaseEvent
from cloud.cases.repository import CHANNEL, Owned
from cloud.db import notify, reading, transaction
from cloud.devices import commands
from cloud.devices.commands import Command
from contract.identifiers import ENTROPY_BYTES, UUID7, uuid7

__all__ = ["CHANNEL", "CaseService", "Owned"]

ANSWER_WITHIN: Final = timedelta(minutes=5)
ON_THE_WAY: Final = timedelta(seconds=10)  # an answer given in time may still be travelling
MAX_LIST: Final = 200
MAX_DEVICES: Final = 10_000
SWEEP: Final = 100
CHINA: Final = ZoneInfo("Asia/Shanghai")


def _now() -> datetime:
    return datetime.now(UTC)


class CaseService:
    """Reads and moves cases; each change is one transaction that tells `CHANNEL` the case's id."""

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        clock: Callable[[], datetime] = _now,
        zone: tzinfo = CHINA,
        answer_within: timedelta = ANSWER_WITHIN,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._zone = zone
        self._answer_within = answer_within

    async def list(
        self, *, open_only: bool | None, kind: CaseKind | None = None, limit: int = 50, before: str | None = None
    ) -> list[Case]:
        """Cases, newest first.

        Args:
            open_only: True: those somebody must work on; False: the others; None: all.
            kind: only those of it; None: all.
            limit: 1 to `MAX_LIST`.
            before: the id of a case: only older ones, for the next page; anything else gives an empty page.
        """
        if before is not None and not _is_id(before):
            return []
        limit = min(max(limit, 1), MAX_LIST)
        async with reading(self._engine) as connection:
            return await repository.page(connection, open_only=open_only, kind=kind, limit=limit, before=before)

    async def get(self, case_id: str) -> CaseView | None:
        """A case with its history and photos, or None when there is none of that id (or it is no id)."""
        if not _is_id(case_id):
            return None
        async with reading(self._engine) as connection:
            case = await repository.read(connection, case_id)
            if case is None:
                return None
            history = await repository.history(connection, case_id)
            photos = await pictures.photos(connection, case_id)
            returns = await repository.related(connection, case, case.returns)
            behind = await repository.related(connection, case, case.behind)
            fallen = await falls.of_case(connection, case_id)
            return CaseView(case, history, photos, returns, behind, fallen)

    async def open_case(self, device: Owned) -> Case | None:
        """The open case of a meter or household, a gate or a sensor; it has at most one."""
        async with reading(self._engine) as connection:
            return await repository.read_open(connection, device)

    async def devices_with_case(self, kind: CaseKind) -> frozenset[Owned]:
        """Devices of a kind that an open case is about; at most `MAX_DEVICES`, those of the latest cases."""
        async with reading(self._engine) as connection:
            return frozenset(await repository.devices(connection, kind, limit=MAX_DEVICES))

    async def suspects(self) -> Sequence[Suspect]:
        """Vehicles that may become zombie vehicles and that no open case is about; at most `MAX_LIST`."""
        async with reading(self._engine) as connection:
            return await suspects.listed(connection, limit=MAX_LIST)

    async def dismiss_suspect(self, event_id: str, *, by: str) -> bool:
        """Let a person who has looked into it take a suspected vehicle off the list; what is told later lists it again.

        A gateway says when a suspicion ends. It cannot where its store is lost or its camera taken down or turned away.

        Returns:
            False: there is none of that event on the list any more.
        """
        if not _is_id(event_id):
            return False
        async with transaction(self._engine) as connection:
            return await suspects.dismiss(connection, event_id, by=by, at=self._clock())

    async def suspect_photo(self, event_id: str, sha256: str) -> Photo | None:
        """A picture of a vehicle that is suspected now."""
        if not _is_id(event_id):
            return None
        async with reading(self._engine) as connection:
            return await suspects.photo(connection, event_id, sha256)

    async def covers(self, cases: Sequence[Case]) -> dict[str, Photo]:
        """One picture for each of some cases, by the case's id; a case without any has none."""
        async with reading(self._engine) as connection:
            return await pictures.covers(connection, [case.id for case in cases])

    async def latest_falls(self, cases: Sequence[Case]) -> dict[str, Fall]:
        """The latest fall of each of some cases in which something fell, by the case's id."""
        async with reading(self._engine) as connection:
            return await falls.latest(connection, [case.id for case in cases if case.is_thrown])

    async def act(
        self, case_id: str, action: Action, *, actor: str, version: int, note: str = "", rating: int | None = None
    ) -> Case:
        """Let a person move a case.

        Args:
            version: the one the person saw.
            note: at most `steps.MAX_NOTE` characters.
            rating: 1 to 5, with `EVALUATE` and only there.
        Raises:
            Refused: the case does not allow it now, or there is no such case.
            Stale: it was changed since `version`.
        """
        now = self._clock()
        async with transaction(self._engine) as connection:
            case = await repository.locked(connection, case_id) if _is_id(case_id) else None
            if case is None:
                raise Refused("没有这个案件", "there is no such case")
            if case.version != version:
                raise Stale
            look = uuid7(now, urandom(ENTROPY_BYTES)) if steps.awaited(case, action) else None
            change = steps.act(case, action, actor=actor, note=note, rating=rating, look=look, now=now)
            if look is not None:
                await self._await(connection, change.case, look, now)
            return await repository.save(connection, change)

    async def _await(self, connection: AsyncConnection, case: Case, look: str, now: datetime) -> None:
        """Set the time for an answer. A camera is asked for it; a device says by itself when its alarms are over."""
        device = case.device
        within = self._answer_within if device is None else endings.wait(device.kind, case.standing)
        answer_by = now + within
        await repository.ask(connection, command=look, case_id=case.id, asked_at=now, answer_by=answer_by)
        if device is not None:
            return
        body: commands.LookBody = {"camera": case.camera, "zone": case.zone, "slot": case.slot, "stay": case.stay}
        await commands.send(connection, Command(look, case.community, case.gateway, body, answer_by), now=now)

    async def apply(
        self, connection: AsyncConnection, event: CaseEvent, *, received_at: datetime, odd_time: bool
    ) -> None:
        """Let an event of a vehicle, a fall or a device open or change a case, inside the caller's transaction."""
        await findings.apply(connection, event, received_at=received_at, odd_time=odd_time, zone=self._zone)

    async def expire(self) -> int:
        """Hand cases whose camera or device did not answer in time to a person; how many (at most `SWEEP`)."""
        now = self._clock()
        async with reading(self._engine) as connection:
            overdue = await repository.overdue(connection, before=now - ON_THE_WAY, limit=SWEEP)
        for command in overdue:
            async with transaction(self._engine) as connection:
                await self._expire(connection, command, now)
        return len(overdue)

    async def _expire(self, connection: AsyncConnection, command: str, now: datetime) -> None:
        asked = await repository.look(connection, command)
        case = None if asked is None else await repository.locked(connection, asked.case_id)
        look = await repository.look(connection, command)  # again: an answer may have come before the lock
        if case is None or look is None or look.answered or look.expired:
            return
        await repository.mark_expired(connection, command, at=now)
        await commands.settle(connection, command, now=now)
        if steps.awaits(case, command) and case.verification is Verification.WAITING:
            await repository.save(connection, steps.give_up(case, now=now))

    async def photo_arrived(self, connection: AsyncConnection, sha256: str) -> None:
        """Tell that the cases a picture belongs to can show it, when the caller's transaction commits."""
        for case_id in await pictures.cases_with_photo(connection, sha256):
            await notify(connection, CHANNEL, suspects.TOLD if case_id is None else case_id)


def _is_id(text: str) -> bool:
    return re.fullmatch(UUID7, text) is not None
