"""A year of a district, written out: cases from every source and people who are slow, wrong, honest or who polish.

Time is handed in and stands between two steps, so a year takes seconds. Everything goes through the real case service;
all of it is marked as simulated.
"""

import contextlib
import heapq
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.accounts import Role
from cloud.accounts.organisations import Given, Kind
from cloud.cases import repository
from cloud.cases.domain import Actor, Case, Refused, Report
from cloud.cases.service import CaseService
from cloud.cases.vocabulary import Action, Source, Stage, Verification
from cloud.db import reading, transaction
from cloud.scope import EVERYTHING, Scope
from contract.events import EVENT
from contract.identifiers import uuid7

HOUR: Final = timedelta(hours=1)
EVERY: Final = 24 * HOUR  # the cloud looks at its terms each few seconds; the story, once a day
COMMUNITIES: Final = (
    # id, name, street, how its property company works, how often something happens there
    ("lantian", "蓝天小区", "dongjie", "honest", 2),
    ("hupan", "湖畔小区", "dongjie", "slow", 2),
    ("jinxiu", "锦绣小区", "dongjie", "wrong", 3),
    ("tonghe", "桐荷小区", "xijie", "polishing", 3),
    ("beiyuan", "北苑小区", "xijie", "honest", 1),
    ("nanshan", "南山小区", "xijie", "slow", 1),
)
STREETS: Final = (("dongjie", "东街街道"), ("xijie", "西街街道"))
TREE: Final = (
    Given("city", Kind.CITY, None, "示例市", "Sample City"),
    *(Given(street, Kind.STREET, "city", name, street) for street, name in STREETS),
    *(Given(each[0], Kind.COMMUNITY, each[2], each[1], each[0], each[0]) for each in COMMUNITIES),
    *(
        Given(f"{each[0]}-wuye", Kind.PROPERTY, each[0], f"{each[1]}物业", f"{each[0]} property")
        for each in COMMUNITIES
    ),
)
STREET: Final = Actor("street.desk", Role.STREET, EVERYTHING)


@dataclass
class Clock:
    """A clock that stands until it is set."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class Manner:
    """How people of a property work. Times in hours; the others are chances, 0 to 1."""

    accept_h: tuple[float, float]
    handle_h: tuple[float, float]
    undone: float  # reported handled and is not
    extend: float
    suspend: float
    void_late: float  # an overdue case is voided rather than done
    reopen: float


MANNERS: Final = {
    "honest": Manner((0.1, 1.0), (0.3, 3.0), undone=0.04, extend=0.05, suspend=0.04, void_late=0.0, reopen=0.03),
    "slow": Manner((1.0, 40.0), (2.0, 120.0), undone=0.08, extend=0.15, suspend=0.1, void_late=0.0, reopen=0.05),
    "wrong": Manner((0.1, 4.0), (0.3, 8.0), undone=0.45, extend=0.05, suspend=0.05, void_late=0.0, reopen=0.12),
    "polishing": Manner((0.1, 2.0), (0.1, 60.0), undone=0.3, extend=0.5, suspend=0.2, void_late=0.6, reopen=0.08),
}
Life = AsyncGenerator[datetime, None]  # what it yields is when it goes on


@dataclass
class Year:
    """One year of `many` cases; the same seed gives the same year."""

    engine: AsyncEngine
    cases: CaseService
    clock: Clock
    first: datetime
    many: int = 600
    seed: int = 1
    refused: int = field(default=0, init=False)  # steps that the engine did not let anybody take
    told: int = field(default=0, init=False)  # times that the cloud changed cases by itself

    async def run(self) -> int:
        """Let it pass; how many cases there are at its end. Lives that go on after it are broken off."""
        draw, until = Random(self.seed), self.first + timedelta(days=365)  # noqa: S311 - a story
        queue: list[tuple[datetime, int, Life]] = []
        weights = [each[-1] for each in COMMUNITIES]
        for n in range(self.many):
            community, *_, manner, _often = draw.choices(COMMUNITIES, weights)[0]
            life = _Life(self, community, MANNERS[manner], Random(draw.random()), n).live()  # noqa: S311 - as above
            heapq.heappush(queue, (self.first + draw.random() * timedelta(days=363), n, life))
        sweep = self.first
        while queue:
            moment, n, life = heapq.heappop(queue)
            while sweep <= min(moment, until):
                await self._sweep(sweep)
                sweep += EVERY
            if moment > until:
                await life.aclose()
                continue
            self.clock.at = moment
            with contextlib.suppress(StopAsyncIteration):
                heapq.heappush(queue, (max(moment, await anext(life)), n, life))
        self.clock.at = until
        return self.many

    async def _sweep(self, at: datetime) -> None:
        """What the cloud does by itself: tell of terms, and give up looks that nobody answered."""
        self.clock.at = at
        while changed := await self.cases.alert() + await self.cases.expire():
            self.told += changed

    async def read(self, case_id: str) -> Case:
        async with reading(self.engine) as connection:
            case = await repository.read(connection, case_id)
        if case is None:
            raise LookupError(case_id)
        return case


@dataclass
class _Life:
    """What happens to one matter, from its finding on."""

    year: Year
    community: str
    manner: Manner
    draw: Random
    n: int
    case_id: str = ""
    known: Case | None = None  # as it was when
    known_at: int = -1  # the cloud had changed so many cases

    @property
    def _own(self) -> Scope:
        return Scope(frozenset({self.community}))

    def _person(self, who: str) -> Actor:
        return Actor(f"{self.community}.{who}", Role.STAFF if who == "staff" else Role.LEAD, self._own)

    def _after(self, hours: tuple[float, float]) -> datetime:
        return self.year.clock.at + timedelta(hours=self.draw.uniform(*hours))

    def _chance(self, part: float) -> bool:
        return self.draw.random() < part

    async def live(self) -> Life:
        source = self.draw.choices(list(_SOURCES), [4, 2, 2, 3, 2, 1])[0]
        self.case_id = await _SOURCES[source](self)
        async for moment in self._filed():
            yield moment
        for _ in range(4):
            if (await self._case()).stage not in {Stage.DISPATCHED, Stage.HANDLING}:
                break
            async for moment in self._handled():
                yield moment
            async for moment in self._judged():
                yield moment

    async def _filed(self) -> Life:
        """Reports from outside are filed by a person, or not; what sensors find is filed by itself."""
        if (await self._case()).stage is not Stage.COLLECTED:
            return
        yield self._after((0.2, 6))
        if self._chance(0.1):
            await self._do(Action.NOT_FILE, "lead", note="不属于本小区")
            if self._chance(0.3):
                yield self._after((2, 30))
                await self._do(Action.REOPEN, None, note="经核实属于本小区")
            return
        await self._do(Action.FILE, "lead")
        yield self._after((0.1, 2))
        await self._do(Action.DISPATCH, "lead")

    async def _handled(self) -> Life:
        if (await self._case()).stage is Stage.DISPATCHED:
            yield self._after(self.manner.accept_h)
            if self._chance(0.04):
                await self._do(Action.RETURN, "staff", note="派错了")
                yield self._after((0.5, 3))
                await self._do(Action.DISPATCH, "lead")
            await self._do(Action.ACCEPT, "staff")
        if self._chance(self.manner.extend):
            await self._extend()
        if self._chance(self.manner.suspend):
            await self._do(Action.SUSPEND, "lead", note="等配件")
            yield self._after((3, 60))
            if self._chance(0.9):
                await self._do(Action.RESUME, "lead")
        if self._chance(0.04):
            await self._do(Action.ESCALATE, "lead", note="物业解决不了")
        yield self._after(self.manner.handle_h)
        await self._finished()

    async def _finished(self) -> None:
        case = await self._case()
        if case.due_at is not None and case.due_at < self.year.clock.at:
            if self._chance(0.2):
                await self._do(Action.SUPERVISE, None, note="超期")
            if self._chance(self.manner.void_late):
                await self._do(Action.VOID, "lead", note="重复")
                return
        if self._chance(0.03):
            return  # nobody gets round to it
        await self._do(Action.REPORT, "staff", note="已处理")

    async def _extend(self) -> None:
        case = await self._case()
        if case.due_at is None:
            return
        until = case.due_at + timedelta(hours=self.draw.uniform(8, 72))
        asked = await self._do(Action.ASK_EXTENSION, "staff", note="需要更多时间", until=until)
        if asked is not None:
            decision = Action.GRANT_EXTENSION if self._chance(0.8) else Action.REFUSE_EXTENSION
            await self._do(decision, None, note="街道意见")

    async def _judged(self) -> Life:
        """It is verified, rated and evaluated; perhaps all begins again."""
        case = await self._case()
        if case.stage is Stage.REPORTED:
            yield self._after((0.02, 0.05))
            await self._verified(case)
            if (await self._case()).stage is Stage.REPORTED:
                yield self._after((0.2, 12))
                failed = self._chance(self.manner.undone)
                await self._do(Action.VERIFY_FAIL if failed else Action.VERIFY_PASS, "lead", note="现场查看")
        if (await self._case()).stage is not Stage.CLOSED:
            return
        if self._chance(0.6):
            yield self._after((1, 48))
            fault = self._chance(self.manner.undone)
            stars = self.draw.choice((1, 2)) if fault else self.draw.choice((2, 3, 4, 5, 5))
            await self._do(Action.RATE, None, rating=stars, fault=fault)
        if self._chance(self.manner.reopen):
            yield self._after((1, 200))
            await self._do(Action.REOPEN, None, note="又出现了")
        elif self._chance(0.5):
            yield self._after((1, 60))
            await self._do(Action.EVALUATE, "lead", rating=self.draw.choice((3, 4, 5)))

    async def _verified(self, case: Case) -> None:
        """The camera looks again, or the device says that it is over."""
        if case.verification is not Verification.WAITING:
            return
        if case.device is not None:
            if not self._chance(self.manner.undone):
                await self._tell(f"{case.device.kind}.alarm.cleared.v1", "event", self._alarm())
            return
        done = not self._chance(self.manner.undone)
        outcome = "cannot_see" if self._chance(0.2) else "gone" if done else "still_there"
        names = ("camera", "zone", "slot", "stay")
        place = {name: getattr(case, name) for name in names}
        await self._tell(
            "parking.verification.v1",
            "alarm",
            {**place, "command": case.look, "outcome": outcome, "looks": 3, "evidence": ()},
        )

    async def _case(self) -> Case:
        """As it is now; read only where something else may have changed it."""
        if self.known is None or self.known_at != self.year.told:
            self.known, self.known_at = await self.year.read(self.case_id), self.year.told
        return self.known

    async def _do(self, action: Action, who: str | None, **more: Any) -> Case | None:
        """Somebody takes a step; None of `who` is the street. What the engine refuses is counted and left."""
        by = STREET if who is None else self._person(who)
        case = await self._case()
        try:
            self.known = await self.year.cases.act(self.case_id, action, by=by, version=case.version, **more)
        except Refused:
            self.year.refused += 1
            return None
        return self.known

    # --- where cases come from ---

    async def _camera(self) -> str:
        now = self.year.clock.at
        kind = self.draw.choice(("fire_lane", "road", "green", "gate_mouth"))
        place = {"camera": f"cam{self.n}", "zone": "lane", "slot": f"cam{self.n}.s1", "stay": f"cam{self.n}.s1.1"}
        seen = {"vehicle": "car", "score": 0.9, "box": (0.1, 0.2, 0.4, 0.6), "evidence": ()}
        data = {
            **place,
            **seen,
            "zone_kind": kind,
            "zone_name": f"{self.draw.randint(1, 4)}号楼",
            "entered_at": now - timedelta(minutes=6),
            "entered_within_s": 2.0,
            "dwell_s": 360.0,
            "limit_s": 300.0,
        }
        return await self._tell("parking.opened.v1", "alarm", data)

    async def _throw(self) -> str:
        now = self.year.clock.at
        data = {
            "camera": f"cam{self.n}",
            "facade": "wall",
            "fall": f"f{self.n}",
            "facade_name": f"{self.draw.randint(1, 4)}号楼西面",
            "began_at": now - timedelta(seconds=3),
            "ended_at": now - timedelta(seconds=2),
            "floor": {"low": 11, "likely": 12, "high": 13, "by": "grid"},
            "column": 4,
            "height_m": {"low": 31.0, "value": 33.5, "high": 36.0},
            "fell_m": {"low": 6.2, "value": 7.1, "high": 8.0},
            "speed_m_s": 11.4,
            "horizontal_m_s": 0.8,
            "metres_per_pixel": 0.021,
            "picture_size": (1920, 1080),
            "score": 0.97,
            "path": tuple({"s": at / 2, "x": 0.4, "y": 0.3 + at / 10, "size": 0.006} for at in range(3)),
            "words_zh": "约 12 层",
            "words_en": "about floor 12",
            "evidence": (),
        }
        return await self._tell("object.thrown.v1", "alarm", data)

    async def _meter(self) -> str:
        return await self._tell("meter.alarm.opened.v1", "alarm", self._alarm())

    def _alarm(self) -> dict[str, Any]:
        return {
            "device": f"w-{self.n}",
            "device_name": f"{self.n}号水表",
            "alarm": f"w-{self.n}.leak.1",
            "began_at": self.year.clock.at - HOUR,
            "found_at": self.year.clock.at,
            "words_zh": "一天里每个半小时都在用水",
            "words_en": "water was used in each half hour of a day",
            "medium": "water",
            "kind": "leak",
        }

    async def _reported_by(self, source: Source, by: Actor) -> str:
        text = self.draw.choice(("楼道堆物", "路灯不亮", "垃圾没有清", "电动车乱停"))
        report = Report(text=text, place=f"{self.draw.randint(1, 4)}号楼", reporter="")
        case = await self.year.cases.report(report, community=self.community, source=source, by=by)
        async with transaction(self.year.engine) as connection:  # a report has no mark of its own
            await connection.execute(_SIMULATED, {"id": case.id})
        return case.id

    async def _resident(self) -> str:
        return await self._reported_by(Source.RESIDENT, Actor("city.app", Role.INTEGRATOR, EVERYTHING))

    async def _hotline(self) -> str:
        return await self._reported_by(Source.HOTLINE, Actor("city.12345", Role.INTEGRATOR, EVERYTHING))

    async def _staff(self) -> str:
        return await self._reported_by(Source.STAFF, self._person("staff"))

    async def _tell(self, kind: str, lane: str, data: dict[str, Any]) -> str:
        """A gateway's event, as ingest has checked it; the id of its latest case."""
        now, serial = self.year.clock.at, next(_SERIAL)
        document = {
            "id": uuid7(now, serial.to_bytes(10)),
            "source": f"/linli/{self.community}/gw-1",
            "time": now,
            "community": self.community,
            "gateway": "gw-1",
            "epoch": "0123456789abcdef",
            "lane": lane,
            "seq": serial,
            "clock": "synced",
            "configversion": "0123456789ab",
            "prevhash": "0" * 64,
            "keyid": "0123456789abcdef",
            "sig": "AAAA",
            "type": kind,
            "data": {**data, "simulated": True},
        }
        self.known = None
        event: Any = EVENT.validate_python(document)
        async with transaction(self.year.engine) as connection:
            await self.year.cases.apply(connection, event, received_at=now, odd_time=False)
            return str((await connection.execute(_LATEST)).scalar_one())


def _serials() -> Iterator[int]:
    serial = 0
    while True:
        serial += 1
        yield serial


_SERIAL: Final = _serials()
_SIMULATED: Final = text("update cases set simulated = true where id = :id")
_LATEST: Final = text("select id from cases order by id desc limit 1")
_SOURCES: Final[dict[str, Callable[[_Life], Any]]] = {
    "camera": _Life._camera,  # noqa: SLF001 - the table of its own ways
    "throw": _Life._throw,  # noqa: SLF001
    "meter": _Life._meter,  # noqa: SLF001
    "resident": _Life._resident,  # noqa: SLF001
    "hotline": _Life._hotline,  # noqa: SLF001
    "staff": _Life._staff,  # noqa: SLF001
}
FIRST: Final = datetime(2025, 12, 31, 16, tzinfo=UTC)  # midnight in China
