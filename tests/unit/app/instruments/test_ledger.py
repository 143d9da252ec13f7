"""Events and states on their way into the outbox, as one."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from contract.device import ConfigData, DeviceConfig
from edge.app.instruments.ledger import Ledger
from edge.errors import DiskFull
from edge.outbox import Draft
from edge.values import ClockTrust, Moment

NOW = Moment(0.0, datetime(2026, 3, 2, tzinfo=UTC), ClockTrust.SYNCED)


def draft(number: int) -> Draft:
    return Draft(DeviceConfig, ConfigData(version=f"{number:012x}"), NOW)


@dataclass(slots=True)
class Store:
    """Refuses so many commits; what it took, in order."""

    refuses: int = 0
    taken: list[tuple[int, dict[str, bytes]]] = field(default_factory=list)
    kept: dict[str, bytes] = field(default_factory=dict)

    def commit(self, drafts: Sequence[Draft], *, state: Mapping[str, bytes]) -> None:
        if self.refuses:
            self.refuses -= 1
            raise DiskFull("no room")
        self.taken.append((len(drafts), dict(state)))
        self.kept |= state

    def state(self, name: str) -> bytes | None:
        return self.kept.get(name)


async def test_all_that_was_told_and_kept_goes_together_and_as_it_is_then() -> None:
    store, woken = Store(), list[int]()
    ledger = Ledger(store, wake=lambda: woken.append(1))
    counted = [1]
    ledger.keep("a", lambda: str(counted[0]).encode())
    ledger.tell(draft(1))
    ledger.tell(draft(2))
    ledger.keep("b", b"2".strip)
    counted[0] = 9
    assert ledger.has_news
    await ledger.commit()
    await ledger.commit()
    assert store.taken == [(2, {"a": b"9", "b": b"2"})]
    assert woken == [1]
    assert not ledger.has_news


async def test_states_alone_wake_nobody() -> None:
    woken = list[int]()
    ledger = Ledger(Store(), wake=lambda: woken.append(1))
    ledger.keep("a", b"1".strip)
    await ledger.commit()
    assert woken == []


async def test_a_full_disk_is_waited_out_said_once_and_nothing_is_lost(caplog: pytest.LogCaptureFixture) -> None:
    pauses = list[float]()

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        ledger.tell(draft(2))  # what others tell meanwhile goes with the next commit

    store = Store(refuses=12)
    ledger = Ledger(store, wake=lambda: None, sleep=sleep)
    ledger.keep("a", b"1".strip)
    ledger.tell(draft(1))
    with caplog.at_level(logging.WARNING):
        await ledger.commit()
    assert store.taken == [(1, {"a": b"1"})]
    assert len(pauses) == 12
    assert max(pauses) <= 60
    assert pauses[-1] >= 30
    assert len(caplog.records) == 1
    await ledger.commit()
    assert store.taken[1:] == [(12, {})]


async def test_who_commits_while_another_does_returns_when_his_own_is_safe() -> None:
    store, waiting, gate = Store(refuses=1), asyncio.Event(), asyncio.Event()

    async def sleep(_: float) -> None:
        waiting.set()
        await gate.wait()

    ledger = Ledger(store, wake=lambda: None, sleep=sleep)
    ledger.keep("a", b"1".strip)
    first = asyncio.create_task(ledger.commit())
    await waiting.wait()
    ledger.keep("b", b"2".strip)
    second = asyncio.create_task(ledger.commit())
    await asyncio.sleep(0)
    assert not second.done()
    gate.set()
    await asyncio.gather(first, second)
    assert store.taken == [(0, {"a": b"1"}), (0, {"b": b"2"})]


class Broken(Exception):
    """What no program can go on from."""


async def test_what_is_not_safe_is_safe_for_nobody_who_waits_for_it() -> None:
    """Else a board would be told to forget what a broken disk has not taken."""
    gate = asyncio.Event()

    class BrokenStore(Store):
        def commit(self, drafts: Sequence[Draft], *, state: Mapping[str, bytes]) -> None:
            if drafts:
                raise Broken
            Store.commit(self, drafts, state=state)

    async def sleep(_: float) -> None:
        await gate.wait()

    ledger = Ledger(BrokenStore(refuses=1), wake=lambda: None, sleep=sleep)
    ledger.keep("a", b"1".strip)
    waits = [asyncio.create_task(ledger.commit())]
    await asyncio.sleep(0.01)
    for number in (1, 2):
        ledger.tell(draft(number))
        waits.append(asyncio.create_task(ledger.commit()))
    await asyncio.sleep(0.01)
    gate.set()
    done = await asyncio.gather(*waits, return_exceptions=True)
    assert [type(one) for one in done] == [type(None), Broken, Broken]


def test_what_cannot_be_read_is_said_and_as_if_it_were_not_there(caplog: pytest.LogCaptureFixture) -> None:
    ledger = Ledger(Store(kept={"a": b"x", "b": b"7"}), wake=lambda: None)
    assert ledger.read("a", int) is None
    assert "a: " in caplog.text
    assert ledger.read("b", int) == 7
    assert ledger.read("c", int) is None
