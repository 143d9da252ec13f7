"""What people set about notices, and what they see of them; each within their organisation and those under it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from os import urandom
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.audit.domain import Deed, Entry
from cloud.audit.log import record
from cloud.db import reading, transaction
from cloud.notify import outbox, rows
from cloud.notify.channels import UnusableAddress, channel_of
from cloud.notify.desk import MARK
from cloud.notify.domain import MAX_NAME, MAX_WINDOW_S, Destination, Duty, Lane, Occasion, Reason, Rule, State
from cloud.notify.pacing import is_stuck
from cloud.notify.templates import Frame, render_test
from cloud.notify.vault import Vault
from cloud.scope import EVERYTHING, Scope
from contract.identifiers import ENTROPY_BYTES, uuid7

MAX_DESTINATIONS: Final = 100  # of one organisation
MAX_RULES: Final = 200
MAX_DUTIES: Final = 500
MAX_MESSAGES: Final = 50  # shown
MAX_AWAY: Final = timedelta(days=366)
CHINA: Final = ZoneInfo("Asia/Shanghai")


class NoticeRefused(Exception):
    """What somebody set is not possible; `zh` and `en` say why, and never repeat an address."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh: Final = zh
        self.en: Final = en


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: a user, their organisation (None: of all), and what they may see."""

    user: str
    organisation: str | None = None
    scope: Scope = EVERYTHING


@dataclass(frozen=True, slots=True)
class Told:
    """One message and what became of it."""

    id: str
    destination: str
    lane: Lane
    formed_at: datetime
    tells: int
    title: str
    state: State
    attempts: int
    next_at: datetime
    reason: Reason | None
    ended_at: datetime | None


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
    """Destinations, rules, rosters and the state of messages, for the console.

    Args:
        vault: seals addresses.
        zone: what times in tests of a destination are told in.
    """

    def __init__(
        self, engine: AsyncEngine, vault: Vault, *, clock: Callable[[], datetime] = _now, zone: tzinfo = CHINA
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._clock = clock
        self._zone = zone

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
                [_told(row) for row in messages],
            )

    async def stuck(self, viewer: Viewer) -> tuple[Destination, ...]:
        """Destinations that have taken nothing for ten minutes or more."""
        now = self._clock()
        async with reading(self._engine) as connection:
            whose = await rows.organisations_under(connection, viewer.organisation)
            found = await rows.destinations_of(connection, whose)
        return tuple(each for each in found if each.enabled and is_stuck(each.failing_since, now))

    async def put_destination(self, viewer: Viewer, given: Destination, address: str) -> str:
        """Store a destination; its id.

        Args:
            given: with an empty id, a new one of the viewer's organisation.
            address: empty: the one that is stored.
        Raises:
            NoticeRefused: it cannot be used, there are too many, or it is not the viewer's.
        """
        _check(given)
        channel = _channel(address)
        async with transaction(self._engine) as connection:
            kept = await self._kept(connection, viewer, given)
            if kept.id == "" and channel is None:
                raise NoticeRefused("请填写地址", "give an address")
            stored = replace(kept, id=kept.id or self._id(), channel=channel or kept.channel)
            sealed = None if channel is None else self._vault.seal(address.strip(), stored.id)
            now = self._clock()
            await rows.put_destination(connection, stored, sealed, made_at=now, made_by=viewer.user)
            if channel is not None:
                await outbox.retry_now(connection, stored.id, now)
            await self._note(connection, viewer, stored.id, "destination stored", stored.channel)
            return stored.id

    async def remove_destination(self, viewer: Viewer, destination: str) -> None:
        """Take a destination away; its address is deleted.

        Raises:
            NoticeRefused: rules or rosters name it, or it is not the viewer's.
        """
        async with transaction(self._engine) as connection:
            await self._own(connection, viewer, destination)
            if await rows.uses_of(connection, destination):
                raise NoticeRefused("还有规则或值班用着它，请先改", "rules or duties name it: change those first")
            await rows.remove_destination(connection, destination, self._clock())
            await outbox.drop_items_of_unused(connection)
            await self._note(connection, viewer, destination, "destination removed")

    async def test(self, viewer: Viewer, destination: str) -> None:
        """Send a test, now.

        Raises:
            NoticeRefused: it is switched off, a test is on its way, or it is not the viewer's.
        """
        async with transaction(self._engine) as connection:
            found = await self._own(connection, viewer, destination)
            if not found.enabled:
                raise NoticeRefused("已停用，请先启用", "it is switched off: switch it on first")
            message = self._id()
            words = render_test(Frame(found.language, self._zone, "", message[-MARK:]))
            now = self._clock()
            if not await outbox.add_message(connection, message, destination, words, lane=Lane.TEST, now=now, tells=0):
                raise NoticeRefused("上一条测试还在发", "a test is on its way already")
            await self._note(connection, viewer, destination, "test sent")

    async def put_rule(self, viewer: Viewer, given: Rule) -> str:
        """Store a rule; its id. With an empty id it is a new one, of its destination's organisation.

        Raises:
            NoticeRefused: it is not possible, there are too many, or it is not the viewer's.
        """
        _check_rule(given, viewer)
        async with transaction(self._engine) as connection:
            destination = await self._own(connection, viewer, given.destination)
            await rows.lock(connection, destination.organisation)
            if given.id == "":
                if len(await rows.rules_of(connection, [destination.organisation])) >= MAX_RULES:
                    raise NoticeRefused(f"规则最多 {MAX_RULES} 条", f"at most {MAX_RULES} rules")
            else:
                await self._own_rule(connection, viewer, given.id)
            stored = replace(given, id=given.id or self._id(), organisation=destination.organisation)
            await rows.put_rule(connection, stored, made_at=self._clock(), made_by=viewer.user)
            await self._note(connection, viewer, stored.id, "rule stored")
            return stored.id

    async def switch_rule(self, viewer: Viewer, rule: str, *, enabled: bool) -> None:
        """Switch a rule on or off.

        Raises:
            NoticeRefused: it is not the viewer's.
        """
        async with transaction(self._engine) as connection:
            found = await self._own_rule(connection, viewer, rule)
            await rows.put_rule(connection, replace(found, enabled=enabled), made_at=self._clock(), made_by=viewer.user)
            await self._note(connection, viewer, rule, f"rule switched {'on' if enabled else 'off'}")

    async def remove_rule(self, viewer: Viewer, rule: str) -> None:
        """Take a rule away.

        Raises:
            NoticeRefused: it is not the viewer's.
        """
        async with transaction(self._engine) as connection:
            await self._own_rule(connection, viewer, rule)
            await rows.remove_rule(connection, rule)
            await self._note(connection, viewer, rule, "rule removed")

    async def add_duty(self, viewer: Viewer, given: Duty) -> None:
        """Add a line to the roster of the organisation of its destination.

        Raises:
            NoticeRefused: it is not possible, there are too many, or it is not the viewer's.
        """
        if not 0 <= given.weekday <= 6:
            raise NoticeRefused("请选星期", "choose a day of the week")
        async with transaction(self._engine) as connection:
            main = await self._own(connection, viewer, given.destination)
            if given.substitute is not None:
                other = await self._own(connection, viewer, given.substitute)
                if other.organisation != main.organisation or other.id == main.id:
                    raise NoticeRefused("替班要是同一单位的另一个", "a substitute is another of the same organisation")
            await rows.lock(connection, main.organisation)
            if len(await rows.roster_of(connection, [main.organisation])) >= MAX_DUTIES:
                raise NoticeRefused(f"值班最多 {MAX_DUTIES} 行", f"at most {MAX_DUTIES} duties")
            stored = replace(given, id=self._id(), organisation=main.organisation)
            await rows.add_duty(connection, stored)
            await self._note(connection, viewer, stored.id, "duty added")

    async def remove_duty(self, viewer: Viewer, duty: str) -> None:
        """Take a line of a roster away.

        Raises:
            NoticeRefused: it is not the viewer's.
        """
        async with transaction(self._engine) as connection:
            whose = await rows.organisations_under(connection, viewer.organisation)
            if duty not in {each.id for each in await rows.roster_of(connection, whose)}:
                raise _gone()
            await rows.remove_duty(connection, duty)
            await self._note(connection, viewer, duty, "duty removed")

    async def _kept(self, connection: AsyncConnection, viewer: Viewer, given: Destination) -> Destination:
        """What is stored of a destination, with what is given; of a new one, where there is room for it."""
        if given.id:
            mine = await self._own(connection, viewer, given.id)
            return replace(given, organisation=mine.organisation, channel=mine.channel)
        organisation = viewer.organisation or rows.NO_ORGANISATION
        await rows.lock(connection, organisation)
        if len(await rows.destinations_of(connection, [organisation])) >= MAX_DESTINATIONS:
            raise NoticeRefused(f"发送对象最多 {MAX_DESTINATIONS} 个", f"at most {MAX_DESTINATIONS} destinations")
        return replace(given, organisation=organisation)

    async def _own(self, connection: AsyncConnection, viewer: Viewer, destination: str) -> Destination:
        found = await rows.destination(connection, destination)
        whose = await rows.organisations_under(connection, viewer.organisation)
        if found is None or (whose is not None and found.organisation not in whose):
            raise _gone()
        return found

    async def _own_rule(self, connection: AsyncConnection, viewer: Viewer, rule: str) -> Rule:
        found = await rows.rule(connection, rule)
        whose = await rows.organisations_under(connection, viewer.organisation)
        if found is None or (whose is not None and found.organisation not in whose):
            raise _gone()
        return found

    async def _note(self, connection: AsyncConnection, viewer: Viewer, about: str, *done: str) -> None:
        entry = Entry(
            viewer.user, Deed.SETTING_CHANGED, f"notice/{about}", None, {"done": ", ".join(done)}, self._clock()
        )
        await record(connection, entry)

    def _id(self) -> str:
        return uuid7(self._clock(), urandom(ENTROPY_BYTES))


def _gone() -> NoticeRefused:
    return NoticeRefused("没有这一项", "there is no such entry")


def _channel(address: str) -> str | None:
    if not address.strip():
        return None
    try:
        return channel_of(address.strip())
    except UnusableAddress:
        raise NoticeRefused(
            "地址认不出来，写法见说明", "the address is of no known channel; see the examples"
        ) from None


def _check(given: Destination) -> None:
    if not 1 <= len(given.name) <= MAX_NAME or not given.name.isprintable():
        raise NoticeRefused(f"名称 1 到 {MAX_NAME} 个字", f"a name has 1 to {MAX_NAME} characters")
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


def _check_rule(given: Rule, viewer: Viewer) -> None:
    if not 1 <= len(given.name) <= MAX_NAME or not given.name.isprintable():
        raise NoticeRefused(f"名称 1 到 {MAX_NAME} 个字", f"a name has 1 to {MAX_NAME} characters")
    if not given.when.occasions and given.when.untaken_min is None:
        raise NoticeRefused("请选什么时候通知", "choose what it tells of")
    if given.when.occasions & {Occasion.STUCK, Occasion.UNTAKEN}:
        raise NoticeRefused("这一项不用规则设", "this one is not set by occasions")
    if any(not viewer.scope.covers(each) for each in given.when.communities):
        raise NoticeRefused("只能选自己的小区", "choose communities of your own")


def _told(row: Row[tuple[object, ...]]) -> Told:
    return Told(
        id=row.id,
        destination=row.destination,
        lane=Lane(row.lane),
        formed_at=row.formed_at,
        tells=row.tells,
        title=row.title,
        state=State(row.state),
        attempts=row.attempts,
        next_at=row.next_at,
        reason=None if row.reason is None else Reason(row.reason),
        ended_at=row.ended_at,
    )
