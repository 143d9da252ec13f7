"""From news to messages: what one transaction does at each step."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from os import urandom
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.cases.domain import Case
from cloud.db import reading, transaction
from cloud.notify import outbox, rows
from cloud.notify import stuck as stuck_rows
from cloud.notify.domain import (
    OCCASION_OF,
    Destination,
    Lane,
    News,
    Occasion,
    Rule,
    Telling,
    is_untaken,
    still_matters,
)
from cloud.notify.outbox import Item
from cloud.notify.rules import Plan, look_again, release, tellings, tellings_untaken, watches
from cloud.notify.templates import Frame, Subject, render
from contract.identifiers import ENTROPY_BYTES, uuid7

AT_ONCE: Final = 200  # news, watches or messages of one turn
TOLD_AT_ONCE: Final = 500  # items of one message
MAX_WAITING: Final = 2000  # items for one destination, urgent or not; what is beyond is counted, and told as a number
TOO_OLD: Final = timedelta(hours=24)  # news that waited longer is nobody's news any more
FORGET_AT_ONCE: Final = 1000
MARK: Final = 8  # characters of a message's id by which a person knows a second copy


class Desk:
    """Decides what is told and forms messages; sends nothing.

    Args:
        public_url: where the console is reached, without a slash at its end; empty: messages hold no link.
        keep: how long a message that was sent or given up is kept.
    """

    def __init__(
        self, engine: AsyncEngine, *, clock: Callable[[], datetime], zone: tzinfo, public_url: str, keep: timedelta
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._zone = zone
        self._public_url = public_url
        self._keep = keep

    async def turn(self) -> int:
        """Do each step once; how much there was to do.

        Raises:
            DatabaseLost: some of it was done.
        """
        done = await self.take() + await self.look()
        await self.alarm()
        return done + await self.form()

    async def take(self) -> int:
        """Turn news of cases into what destinations are to be told; how many pieces of news.

        News goes away in the transaction that notes what is told of it: nothing is lost or told twice.
        """
        now = self._clock()
        async with transaction(self._engine) as connection:
            news = await outbox.take_news(connection, AT_ONCE)
            told = [each for each in news if each.what in OCCASION_OF and now - each.at < TOO_OLD]
            cases = await outbox.cases_of(connection, [each.case_id for each in told])
            communities = {case.community for case in cases.values()}
            plans = {each: await rows.plans_about(connection, each) for each in sorted(communities)}
            for each in told:
                if (case := cases.get(each.case_id)) is not None:
                    for plan in plans[case.community]:
                        await self._tell(connection, News(OCCASION_OF[each.what], each.at), case, plan, now)
        return len(news)

    async def _tell(self, connection: AsyncConnection, news: News, case: Case, plan: Plan, now: datetime) -> None:
        await _note(connection, news, case, tellings(news, case, plan, now, self._zone))
        for each in watches(news, case, plan):
            await outbox.watch(connection, each.rule, case.id, each.due_at)

    async def look(self) -> int:
        """Tell of cases that nobody has taken in the time a rule gives; at how many was looked."""
        now = self._clock()
        async with transaction(self._engine) as connection:
            due = await outbox.take_watches(connection, now, AT_ONCE)
            cases = await outbox.cases_of(connection, [case_id for _, case_id in due])
            for rule_id, case_id in due:
                case, rule = cases.get(case_id), await rows.rule(connection, rule_id)
                if case is not None and rule is not None and rule.enabled and is_untaken(case):
                    await self._untaken(connection, rule, case, now)
        return len(due)

    async def _untaken(self, connection: AsyncConnection, rule: Rule, case: Case, now: datetime) -> None:
        """Tell that nobody has taken a case, and look again where that is wanted."""
        again = look_again(rule, now)
        if again is not None:
            await outbox.watch(connection, rule.id, case.id, again)
        for plan in await rows.plans_about(connection, case.community):
            if plan.organisation == rule.organisation:
                told = [
                    each
                    for each in tellings_untaken(rule, case, plan, now, self._zone)
                    if not await outbox.waits(connection, each.destination, Occasion.UNTAKEN, case.id)
                ]
                await _note(connection, News(Occasion.UNTAKEN, now), case, told)

    async def alarm(self) -> int:
        """Tell the other destinations of an organisation, once an hour, that one is stuck; of how many."""
        now = self._clock()
        async with transaction(self._engine) as connection:
            stuck = await stuck_rows.alarm(connection, now)
            for each, urgent in stuck:
                others = await rows.destinations_of(connection, [each.organisation])
                for other in others:
                    await self._tell_stuck(connection, each, other, now, urgent=urgent)
        return len(stuck)

    async def _tell_stuck(
        self, connection: AsyncConnection, stuck: Destination, other: Destination, now: datetime, *, urgent: bool
    ) -> None:
        works = other.id != stuck.id and other.is_there(now) and other.failing_since is None
        if not works or await stuck_rows.already_told(connection, other.id, stuck.id):
            return
        at = release(other, now, self._zone, urgent=urgent)
        await outbox.add_items(connection, [Item(other.id, Occasion.STUCK, None, urgent, now, at, subject=stuck.id)])

    async def form(self) -> int:
        """Form messages of what is due; how many."""
        now = self._clock()
        async with reading(self._engine) as connection:
            ripe = await outbox.ripe(connection, now, AT_ONCE)
        formed = 0
        for destination, urgent in ripe:
            async with transaction(self._engine) as connection:
                formed += await self._form(connection, destination, now, urgent=urgent)
        return formed

    async def _form(self, connection: AsyncConnection, destination_id: str, now: datetime, *, urgent: bool) -> bool:
        destination = await outbox.locked_destination(connection, destination_id)
        if destination is None:
            return False
        items = await outbox.waiting_items(connection, destination_id, urgent, TOLD_AT_ONCE)
        subjects = await self._subjects(connection, items)
        await outbox.drop_items(connection, [item.id for item in items if item.id not in subjects])
        if not subjects:
            return False
        message = uuid7(now, urandom(ENTROPY_BYTES))
        called = await rows.called(connection, [each.case for each in subjects.values() if each.case is not None])
        frame = Frame(destination.language, self._zone, self._public_url, message[-MARK:], called)
        more = await outbox.take_left_out(connection, destination_id)
        words = render(list(subjects.values()), frame, urgent=urgent, more=more)
        lane = Lane.URGENT if urgent else Lane.NORMAL
        tells = len(subjects) + more
        if not await outbox.add_message(connection, message, destination_id, words, lane=lane, now=now, tells=tells):
            return False
        await outbox.give(connection, message, list(subjects))
        return True

    async def _subjects(self, connection: AsyncConnection, items: Sequence[Item]) -> dict[int, Subject]:
        """What is still worth telling, by the item: of a case only the latest."""
        cases = await outbox.cases_of(connection, [item.case_id for item in items if item.case_id is not None])
        latest = {item.case_id or item.subject: item for item in items}
        found: dict[int, Subject] = {}
        for item in latest.values():
            subject = await self._subject(connection, item, cases)
            if subject is not None:
                found[item.id] = subject
        return found

    async def _subject(self, connection: AsyncConnection, item: Item, cases: Mapping[str, Case]) -> Subject | None:
        if item.subject is not None:
            stuck = await rows.destination(connection, item.subject)
            if stuck is None or stuck.failing_since is None:
                return None
            return Subject(item.occasion, None, (stuck.name, stuck.failing_since, stuck.reason))
        case = cases.get(item.case_id or "")
        return Subject(item.occasion, case) if case is not None and still_matters(item.occasion, case) else None

    async def tidy(self) -> None:
        """Delete what was sent or given up long ago, and what waits for destinations that are not used any more."""
        before = self._clock() - self._keep
        while True:
            async with transaction(self._engine) as connection:
                await outbox.drop_items_of_unused(connection)
                if await outbox.forget(connection, before, FORGET_AT_ONCE) < FORGET_AT_ONCE:
                    return


async def _note(connection: AsyncConnection, news: News, case: Case, told: Sequence[Telling]) -> None:
    """Note what is to be told; where too much waits already, that there is one thing more."""
    for each in told:
        if await outbox.is_full(connection, each.destination, each.urgent, MAX_WAITING):
            await outbox.leave_out(connection, each.destination)
        else:
            item = Item(each.destination, news.occasion, case.id, each.urgent, news.at, each.release_at)
            await outbox.add_items(connection, [item])
