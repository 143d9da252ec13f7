"""Destinations as people set them, and what they see of what is set and of what was sent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from os import urandom
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.db import reading, transaction
from cloud.notify import outbox, rows
from cloud.notify.changes import destination_changes
from cloud.notify.channels import UnusableAddress, channel_of, host_of
from cloud.notify.desk import MARK
from cloud.notify.domain import MAX_WINDOW_S, Destination, Duty, Lane, Rule
from cloud.notify.ownership import NoticeRefused, NoticeStale, Viewer, check_name, note, own_destination
from cloud.notify.pacing import is_stuck
from cloud.notify.reach import Reach
from cloud.notify.rota import Rota
from cloud.notify.rulebook import RuleBook
from cloud.notify.templates import Frame, render_test
from cloud.notify.threads import Busy, Threads
from cloud.notify.told import CaseTold, Told, told_of, told_of_case
from cloud.notify.vault import Vault
from contract.identifiers import ENTROPY_BYTES, uuid7

MAX_DESTINATIONS: Final = 100  # of one organisation
MAX_MESSAGES: Final = 50  # shown
MAX_AWAY: Final = timedelta(days=366)
LOOKUP_S: Final = 5.0
CHINA: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a viewer may see of what is set."""

    destinations: Sequence[Destination]
    rules: Sequence[Rule] = ()
    roster: Sequence[Duty] = ()
    messages: Sequence[Told] = field(default=())


def _now() -> datetime:
    return datetime.now(UTC)


class NoticeService:
    """Destinations and the state of messages, for the console; rules and rosters are kept by `rules` and `rota`.

    Args:
        vault: seals addresses.
        zone: what times in tests of a destination are told in.
        reach: what may be connected to.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        vault: Vault,
        *,
        clock: Callable[[], datetime] = _now,
        zone: tzinfo = CHINA,
        reach: Reach | None = None,
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._clock = clock
        self._zone = zone
        self._reach = reach or Reach()
        self._lookups: Threads[bool] = Threads()
        self.rules = RuleBook(engine, clock)
        self.rota = Rota(engine, clock)

    async def settings(self, viewer: Viewer) -> Settings:
        """What is set, and the latest messages."""
        async with reading(self._engine) as connection:
            whose = await rows.organisations_under(connection, viewer.organisation)
            destinations = await rows.destinations_of(connection, whose)
            messages = await rows.messages_of(connection, [each.id for each in destinations], MAX_MESSAGES)
            return Settings(
                destinations,
                await rows.rules_of(connection, whose),
                await rows.roster_of(connection, whose),
                [told_of(row) for row in messages],
            )

    async def stuck(self, viewer: Viewer) -> tuple[Destination, ...]:
        """Destinations that have taken nothing for ten minutes or more."""
        now = self._clock()
        async with reading(self._engine) as connection:
            whose = await rows.organisations_under(connection, viewer.organisation)
            found = await rows.destinations_of(connection, whose)
        return tuple(each for each in found if each.enabled and is_stuck(each.failing_since, now))

    async def of_case(self, viewer: Viewer, case_id: str) -> list[CaseTold]:
        """Whom a case was told to, newest first: of the viewer's organisation and of those under it."""
        async with reading(self._engine) as connection:
            whose = await rows.organisations_under(connection, viewer.organisation)
            return await told_of_case(connection, case_id, whose)

    async def put_destination(self, viewer: Viewer, given: Destination, address: str) -> str:
        """Store a destination; its id.

        Args:
            given: with an empty id, a new one of the viewer's organisation.
            address: empty: the one that is stored.
        Raises:
            NoticeStale: it is not any more what `given.version` says.
            NoticeRefused: it cannot be used, there are too many, or it is not the viewer's.
        """
        _check(given)
        channel = await self._channel(viewer, address.strip())
        async with transaction(self._engine) as connection:
            before = await self._before(connection, viewer, given)
            if before is None and channel is None:
                raise NoticeRefused("请填写地址", "give an address")
            stored = self._stored(viewer, given, before, channel)
            sealed = None if channel is None else self._vault.seal(address.strip(), stored.id)
            now = self._clock()
            await rows.put_destination(connection, stored, sealed, made_at=now, made_by=viewer.user)
            if channel is not None:
                await outbox.retry_now(connection, stored.id, now)
            changed = destination_changes(before, stored) | ({"address": "entered"} if channel is not None else {})
            done = "destination added" if before is None else "destination changed"
            await note(connection, viewer, stored.id, done, now, changed, whose=stored.organisation)
            return stored.id

    def _stored(
        self, viewer: Viewer, given: Destination, before: Destination | None, channel: str | None
    ) -> Destination:
        organisation = (viewer.organisation or rows.NO_ORGANISATION) if before is None else before.organisation
        kept = "" if before is None else before.channel
        return replace(given, id=given.id or self._id(), organisation=organisation, channel=channel or kept)

    async def remove_destination(self, viewer: Viewer, destination: str) -> None:
        """Take a destination away; its address is deleted.

        Raises:
            NoticeRefused: rules or rosters name it, or it is not the viewer's.
        """
        async with transaction(self._engine) as connection:
            found, now = await own_destination(connection, viewer, destination), self._clock()
            if await rows.uses_of(connection, destination):
                raise NoticeRefused("还有规则或值班用着它，请先改", "rules or duties name it: change those first")
            await rows.remove_destination(connection, destination, now)
            await outbox.drop_items_of_unused(connection)
            gone, whose = {"name": found.name}, found.organisation
            await note(connection, viewer, destination, "destination removed", now, gone, whose=whose)

    async def test(self, viewer: Viewer, destination: str) -> None:
        """Send a test, now.

        Raises:
            NoticeRefused: it is switched off, a test is on its way, or it is not the viewer's.
        """
        async with transaction(self._engine) as connection:
            found = await own_destination(connection, viewer, destination)
            if not found.enabled:
                raise NoticeRefused("已停用，请先启用", "it is switched off: switch it on first")
            message = self._id()
            words = render_test(Frame(found.language, self._zone, "", message[-MARK:]))
            now = self._clock()
            if not await outbox.add_message(connection, message, destination, words, lane=Lane.TEST, now=now, tells=0):
                raise NoticeRefused("上一条测试还在发", "a test is on its way already")
            await note(connection, viewer, destination, "test sent", now, whose=found.organisation)

    async def _before(self, connection: AsyncConnection, viewer: Viewer, given: Destination) -> Destination | None:
        """What is stored of a destination; None of a new one, where there is room for it."""
        if given.id:
            mine = await own_destination(connection, viewer, given.id)
            await rows.lock(connection, mine.organisation)
            mine = await own_destination(connection, viewer, given.id)
            if mine.version != given.version:
                raise NoticeStale
            return mine
        organisation = viewer.organisation or rows.NO_ORGANISATION
        await rows.lock(connection, organisation)
        if len(await rows.destinations_of(connection, [organisation])) >= MAX_DESTINATIONS:
            raise NoticeRefused(f"发送对象最多 {MAX_DESTINATIONS} 个", f"at most {MAX_DESTINATIONS} destinations")
        return None

    async def _channel(self, viewer: Viewer, address: str) -> str | None:
        """Which channel an address is of, which may be sent to; None: none is given."""
        if not address:
            return None
        try:
            channel, host = channel_of(address), host_of(address)
        except UnusableAddress:
            raise NoticeRefused(
                "地址认不出来，写法见说明", "the address is of no known channel; see the examples"
            ) from None
        if host is not None and await self._refuses(viewer, host):
            raise NoticeRefused(
                "这个地址在内网，不能用；确实要用，请管理员写进服务器设置 [notices] inner_hosts",
                "the address is of an inner host; where that is meant, the operator allows it by [notices] inner_hosts",
            )
        return channel

    async def _refuses(self, viewer: Viewer, host: str) -> bool:
        """Whether a host may not be sent to; one that no name server knows in time is looked at when it is sent to."""
        try:
            return await self._lookups.run(viewer.user, partial(self._reach.refuses, host), limit_s=LOOKUP_S)
        except TimeoutError:
            return False
        except Busy:
            raise NoticeRefused("上一个地址还在查，请稍后再试", "the address before is still being looked up") from None

    def _id(self) -> str:
        return uuid7(self._clock(), urandom(ENTROPY_BYTES))


def _check(given: Destination) -> None:
    check_name(given.name)
    if not 0 <= given.window_s <= MAX_WINDOW_S:
        raise NoticeRefused(f"合并等待 0 到 {MAX_WINDOW_S} 秒", f"it waits 0 to {MAX_WINDOW_S} s for more")
    if given.quiet is not None and given.quiet.start == given.quiet.end:
        raise NoticeRefused("免打扰不能是全天，请改为停用", "quiet hours of a whole day: switch it off instead")
    if not _is_stay(given.away_from, given.away_until):
        raise NoticeRefused("外出的起止时间不对，最长一年", "away has a start and a later end, a year at most")


def _is_stay(since: datetime | None, until: datetime | None) -> bool:
    if since is None or until is None:
        return since is until
    return since < until <= since + MAX_AWAY
