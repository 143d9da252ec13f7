"""Single readings on their way into a real VictoriaMetrics, which is killed, away or refuses."""

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import deploy
from cloud.config import Points, PointStoreKind
from cloud.db import transaction
from cloud.errors import PointStoreLost
from cloud.telemetry import drain, upkeep
from cloud.telemetry.batches import insertion, packed
from cloud.telemetry.drain import Drain, PointsRefused, PointStore
from cloud.telemetry.meters import MeterService
from cloud.telemetry.point_rows import QueuedPoint
from cloud.telemetry.point_store import store_of
from cloud.telemetry.tables import meter_points
from cloud.telemetry.upkeep import Upkeep
from tests.integration.cloud.ground import Ground, until
from tests.integration.cloud.sender import START
from tests.integration.cloud.victoria import Stored, Victoria, victoria

T0 = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Victoria]:
    with victoria(tmp_path / "victoria") as server:
        yield server


def point(n: int) -> QueuedPoint:
    """One of ten meters, each minute one."""
    power = Decimal(n) / 1000 if n % 3 == 0 else None
    at = T0 + timedelta(minutes=n // 10, milliseconds=n % 10)
    place = ("demo", "gw-1", f"m-{n % 10}", "electricity", "kWh", "live")
    return QueuedPoint(n, START, *place, False, at, Decimal(n) / 4, None, None, power)


async def queue(ground: Ground, points: Sequence[QueuedPoint]) -> None:
    names = [each.name for each in fields(QueuedPoint) if each.name != "id"]
    rows = packed({name: getattr(point, name) for name in names} for point in points)
    async with transaction(ground.engine) as connection:
        await connection.execute(insertion(meter_points, names), rows)


def wanted(points: Sequence[QueuedPoint]) -> Stored:
    stored: Stored = {}
    for each in points:
        place = (each.gateway, each.meter, each.unit, each.origin, each.at.isoformat(timespec="milliseconds"))
        amounts = {"value": each.value, "power_kw": each.power_kw}
        stored |= {(name, *place): float(amount) for name, amount in amounts.items() if amount is not None}
    return stored


def settings(url: str) -> Points:
    return Points(kind=PointStoreKind.VICTORIAMETRICS, url=url)


async def empty(ground: Ground, drain: Drain) -> None:
    while await drain.turn():
        pass
    assert await ground.one("select count(*) from meter_points") == 0


async def test_the_store_gives_back_what_it_was_given(ground: Ground, server: Victoria) -> None:
    points = [point(n) for n in range(1000)]
    await queue(ground, points)
    await empty(ground, Drain(ground.engine, store_of(settings(server.url)), batch=300))
    assert server.stored() == wanted(points)
    assert server.snapshots() == []


class Killed:
    """A store whose process is killed at a moment of one's choosing, and is there again for the next turn."""

    def __init__(self, server: Victoria, when: str) -> None:
        self.name = "a mortal store"
        self._server = server
        self._store = store_of(settings(server.url))
        self._when = when

    async def write(self, points: Sequence[QueuedPoint]) -> None:
        self._die("before the write")
        await self._store.write(points)
        self._die("after the write")

    async def settle(self) -> None:
        if self._when == "in the middle of settling":
            self._when = ""
            killer = asyncio.get_running_loop().call_later(0.005, self._server.kill)
            try:
                await self._store.settle()
            finally:
                killer.cancel()
                self._server.kill()
        else:
            await self._store.settle()
        self._die("after it has settled")

    def _die(self, when: str) -> None:
        if self._when == when:
            self._when = ""
            self._server.kill()


KILLED_AT = ["before the write", "after the write", "in the middle of settling", "after it has settled"]


@pytest.mark.parametrize("when", KILLED_AT)
async def test_nothing_is_lost_when_the_store_is_killed(ground: Ground, server: Victoria, when: str) -> None:
    points = [point(n) for n in range(600)]
    await queue(ground, points)
    for number, moment in enumerate(["", when, ""]):
        drain = Drain(ground.engine, Killed(server, moment), batch=200)
        try:
            await drain.turn()
        except PointStoreLost:
            assert moment, f"turn {number}: nobody killed it"
        server.kill()
        server.start()
    await empty(ground, Drain(ground.engine, store_of(settings(server.url))))
    server.kill()
    server.start()
    assert server.stored() == wanted(points)


async def test_nothing_is_lost_when_it_is_killed_again_and_again(ground: Ground, server: Victoria) -> None:
    points = [point(n) for n in range(2400)]
    await queue(ground, points)
    drain = Drain(ground.engine, store_of(settings(server.url)), batch=100, idle_s=0.05)
    moving = asyncio.create_task(drain.run())
    chance = random.Random(5)
    try:
        for _ in range(4):
            await asyncio.sleep(chance.uniform(0.05, 0.4))
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)

        async def is_empty() -> bool:
            return bool(await ground.one("select count(*) = 0 from meter_points"))

        await until(is_empty, within_s=60)
    finally:
        moving.cancel()
        await asyncio.gather(moving, return_exceptions=True)
    server.kill()
    server.start()
    assert server.stored() == wanted(points)


async def test_a_point_that_was_stored_by_one_that_died_before_its_commit_is_the_same_point_again(
    ground: Ground, server: Victoria
) -> None:
    class Dies(Killed):
        async def settle(self) -> None:
            await super().settle()
            raise PointStoreLost("as if this process were gone")

    points = [point(n) for n in range(100)]
    await queue(ground, points)
    with pytest.raises(PointStoreLost):
        await Drain(ground.engine, Dies(server, "")).turn()
    assert server.stored() == wanted(points)
    await empty(ground, Drain(ground.engine, store_of(settings(server.url))))
    assert server.stored() == wanted(points)


async def test_two_processes_share_the_work(ground: Ground, server: Victoria) -> None:
    points = [point(n) for n in range(1000)]
    await queue(ground, points)
    drains = [Drain(ground.engine, store_of(settings(server.url)), batch=100) for _ in range(2)]
    await asyncio.gather(*(empty_while_others_do(drain) for drain in drains))
    await empty(ground, drains[0])
    assert server.stored() == wanted(points)


async def empty_while_others_do(drain: Drain) -> None:
    while await drain.turn():
        pass


async def test_while_the_store_is_away_points_wait_and_the_oldest_beyond_the_limit_are_dropped_and_counted(
    ground: Ground, server: Victoria, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(upkeep, "AT_ONCE", 7)
    points = [point(n) for n in range(1000)]
    await queue(ground, points)
    server.kill()
    drain = Drain(ground.engine, store_of(settings(server.url)))
    with pytest.raises(PointStoreLost):
        await drain.turn()
    keeping = Upkeep(ground.engine, quarters=timedelta(days=400), queue=1000, clock=ground.clock)
    await keeping.turn()
    assert await ground.one("select count(*) from meter_points") == 1000, "the limit itself is within the limit"
    more = [point(n) for n in range(1000, 1020)]
    await queue(ground, more)
    await asyncio.gather(keeping.turn(), keeping.turn())
    assert await ground.one("select count(*) from meter_points") == 1000
    assert await ground.rows("select reason, points from meter_point_losses") == [("limit", 20)]
    assert "points were dropped: more than points.queue = 1000" in caplog.text
    told = await MeterService(ground.engine).backlog()
    assert (told.since, told.lost, told.lost_on) == (START, 20, START.date())
    server.start()
    await empty(ground, drain)
    assert server.stored() == wanted([*points, *more][20:])
    assert (await MeterService(ground.engine).backlog()).since is None


class Fussy:
    """A store that will not have some points."""

    def __init__(self, store: PointStore, refuses: set[str]) -> None:
        self.name = "a fussy store"
        self._store = store
        self._refuses = refuses
        self.asked = 0

    async def write(self, points: Sequence[QueuedPoint]) -> None:
        self.asked += 1
        if any(point.meter in self._refuses for point in points):
            raise PointsRefused("not these")
        await self._store.write(points)

    async def settle(self) -> None:
        await self._store.settle()


async def test_points_that_are_refused_stand_in_nobodys_way_and_are_counted(ground: Ground, server: Victoria) -> None:
    points = [point(n) for n in range(100)]
    await queue(ground, points)
    await empty(ground, Drain(ground.engine, Fussy(store_of(settings(server.url)), {"m-3"}), clock=ground.clock))
    assert server.stored() == wanted([each for each in points if each.meter != "m-3"])
    assert await ground.rows("select reason, points from meter_point_losses") == [("refused", 10)]


async def test_a_meter_that_is_refused_does_not_hold_up_the_others(
    ground: Ground, server: Victoria, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drain, "REQUESTS", 30)  # by halves of 400 points pieces of 25 are reached: none without m-3
    points = [point(n) for n in range(400)]
    await queue(ground, points)
    fussy = Fussy(store_of(settings(server.url)), {"m-3"})
    await empty(ground, Drain(ground.engine, fussy, clock=ground.clock))
    assert server.stored() == wanted([each for each in points if each.meter != "m-3"])
    assert await ground.rows("select reason, points from meter_point_losses") == [("refused", 40)]


async def test_a_store_that_refuses_everything_is_at_fault_itself(ground: Ground, server: Victoria) -> None:
    await queue(ground, [point(n) for n in range(3000)])
    fussy = Fussy(store_of(settings(server.url)), {f"m-{n}" for n in range(10)})
    with pytest.raises(PointStoreLost, match="takes none of 3000 points: not these"):
        await Drain(ground.engine, fussy).turn()
    assert fussy.asked == 200
    assert await ground.one("select count(*) from meter_points") == 3000


@contextmanager
def ingesting(config: Path) -> Iterator[None]:
    """`linli-cloud ingest` as a process of its own; killed at the end."""
    process = subprocess.Popen([sys.executable, "-m", "cloud", "ingest", "--config", str(config)])
    try:
        yield
    finally:
        process.kill()
        process.wait()


async def test_the_very_process_is_killed_and_goes_on_when_it_is_there_again(
    ground: Ground, server: Victoria, tmp_path: Path
) -> None:
    points = [point(n) for n in range(12_000)]
    await queue(ground, points)
    config = tmp_path / "cloud.toml"
    config.write_text(
        f'[database]\ndsn = "{ground.dsn}"\n[[source]]\nurl = "nats://127.0.0.1:1"\n'
        f'[points]\nkind = "victoriametrics"\nurl = "{server.url}"\n'
    )

    async def waiting() -> int:
        return int(await ground.one("select count(*) from meter_points"))

    async def some_are_stored() -> bool:
        return await waiting() < len(points)

    async def all_are_stored() -> bool:
        return await waiting() == 0

    for condition in (some_are_stored, all_are_stored):
        with ingesting(config):
            await until(condition, within_s=60)
    assert server.stored() == wanted(points)


DASHBOARD = json.loads((Path(deploy.__file__).parent / "grafana" / "meters.json").read_text(encoding="utf-8"))
FILLED = {"$community": "demo", "$gateway": ".*", "$medium": "electricity", "$meter": "m-[0-4]"}


async def test_the_dashboards_questions_have_answers(ground: Ground, server: Victoria) -> None:
    """Each panel's, with its variables filled in as Grafana does."""
    points = [replace(point(n), voltage_v=Decimal(230), current_a=Decimal(1), power_kw=Decimal(1)) for n in range(600)]
    await queue(ground, points)
    await empty(ground, Drain(ground.engine, store_of(settings(server.url))))
    server.get("/internal/force_flush")
    now = str((points[-1].at + timedelta(seconds=1)).timestamp())
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            query = target["expr"]
            for name, value in FILLED.items():
                query = query.replace(name, value)
            answer = json.loads(server.get("/api/v1/query", query=query, time=now))["data"]["result"]
            assert len(answer) == (1 if panel["type"] == "stat" else 5), panel["title"]
    for variable in DASHBOARD["templating"]["list"][1:]:
        label = variable["query"]["query"].rpartition(",")[2].strip(" )")
        assert json.loads(server.get(f"/api/v1/label/{label}/values"))["data"], variable["name"]
