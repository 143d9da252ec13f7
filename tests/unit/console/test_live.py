"""One listener, many browsers; who is slow is dropped, and nobody is told wrong."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from cloud.console import stream
from cloud.console.live import EVERYTHING, QUEUE, Full, Live, Over
from cloud.console.stream import Stream
from cloud.scope import EVERYTHING as EVERYWHERE
from cloud.scope import Scope


async def silence() -> AsyncIterator[str]:
    await asyncio.Event().wait()
    yield ""


async def always() -> bool:
    return True


GUARD: Any = None  # whoever asks for events says by itself whether they may


async def test_each_browser_hears_everything_first_and_then_each_change() -> None:
    live = Live(silence)
    with live.watch() as one, live.watch() as two:
        live.tell("a")
        for watcher in (one, two):
            assert [await watcher.next(), await watcher.next()] == [EVERYTHING, "a"]
    assert len(live) == 0


async def test_what_the_database_tells_is_passed_on() -> None:
    async def told() -> AsyncIterator[str]:
        for case_id in ("", "a"):
            yield case_id

    live = Live(told)
    with live.watch() as watcher:
        await live.run()
        assert [await watcher.next() for _ in range(3)] == [EVERYTHING, "", "a"]


async def test_a_slow_browser_is_dropped_at_the_limit_and_the_others_are_not() -> None:
    live = Live(silence)
    with live.watch() as slow, live.watch() as quick:
        for number in range(QUEUE - 1):  # the first place is taken by EVERYTHING
            live.tell(str(number))
            await quick.next()
        assert len(live) == 2
        live.tell("one too many")
        assert len(live) == 1
        with pytest.raises(Over):
            await slow.next()
        assert await quick.next() == str(QUEUE - 2)
        assert await quick.next() == "one too many"


async def test_one_browser_more_than_is_served_is_refused() -> None:
    live = Live(silence, max_watchers=1)
    with live.watch():
        assert live.is_full
        with pytest.raises(Full), live.watch():
            pass
    assert not live.is_full


async def test_a_waiting_stream_ends_when_the_process_stops() -> None:
    live = Live(silence)
    events = Stream(live, GUARD).events("", EVERYWHERE, always)
    assert (await anext(events)).data == "*"
    waiting = asyncio.ensure_future(anext(events, None))
    await asyncio.sleep(0)
    live.close()
    assert await asyncio.wait_for(waiting, 5) is None
    assert live.is_full  # and no new one opens


async def test_a_stream_of_one_case_is_silent_about_others() -> None:
    live = Live(silence)
    events = Stream(live, GUARD).events("mine", EVERYWHERE, always)
    assert (await anext(events)).data == "*"
    for case_id in ("other", "mine", EVERYTHING):
        live.tell(case_id)
    assert [(await anext(events)).data, (await anext(events)).data] == ["mine", "*"]
    await events.aclose()
    assert len(live) == 0


@pytest.mark.parametrize("is_told", [False, True], ids=["in silence", "while much is told"])
async def test_a_stream_ends_when_who_watches_may_no_longer(monkeypatch: pytest.MonkeyPatch, is_told: bool) -> None:
    monkeypatch.setattr(stream, "CHECK_S", 0.01)
    live, looked = Live(silence), 0

    async def twice() -> bool:
        nonlocal looked
        looked += 1
        return looked < 3

    events = Stream(live, GUARD).events("", EVERYWHERE, twice)
    async with asyncio.timeout(10):
        async for _ in events:
            if is_told:
                live.tell("a")
                await asyncio.sleep(0)
    assert looked == 3
    assert len(live) == 0


async def test_a_stream_ends_by_itself_so_that_the_session_is_looked_at_anew() -> None:
    events = Stream(Live(silence), GUARD, lasts_s=0.05).events("", EVERYWHERE, always)
    assert (await anext(events)).data == "*"
    assert await asyncio.wait_for(anext(events, None), 5) is None


async def test_who_sees_a_part_hears_of_its_cases_alone() -> None:
    here, there = "0193606c-5c00-7000-8000-000000000001", "0193606c-5c00-7000-8000-000000000002"
    asked: list[str] = []

    async def told() -> AsyncIterator[str]:
        for changed in (there, here, there, "berths", here):
            yield changed

    async def community_of(case_id: str) -> str | None:
        asked.append(case_id)
        return "lantian" if case_id == here else "baiyun"

    live = Live(told, community_of=community_of)
    with live.watch(Scope(frozenset({"lantian"}))) as part, live.watch() as whole:
        await live.run()
        assert [await part.next() for _ in range(4)] == ["", here, "berths", here]
        assert [await whole.next() for _ in range(6)] == ["", there, here, there, "berths", here]
    assert asked == [there, here], "a case stays where it is: it is looked up once"
