"""Many at once on the same cases: people, the timer, gateways, reports, merging. Nothing is lost or told twice."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest
from pydantic import TypeAdapter

from cloud.accounts import Role
from cloud.cases import acting, intake, repository
from cloud.cases.calendar import WorkCalendar
from cloud.cases.domain import Case, HistoryEntry, Refused, Report, Stale, Term
from cloud.cases.flow import possible
from cloud.cases.journal import alike, replayed
from cloud.cases.service import CaseService
from cloud.cases.terms import Terms
from cloud.cases.vocabulary import SYSTEM, Action, CaseKind, Note, Priority, Source, Stage, Unit
from cloud.cases.wishes import Wish
from cloud.db import transaction
from tests.integration.cloud.case_work import stored
from tests.integration.cloud.ground import Clock, Ground, until
from tests.integration.cloud.sender import Sender, Sent
from tests.people import person

TERMS = Terms(WorkCalendar(), {(kind, ""): Term(4, Unit.HOURS) for kind in CaseKind})
ROLES = (Role.STAFF, Role.LEAD, Role.COMMUNITY, Role.STREET)
PEOPLE = [person(f"p{number}.{role}", role) for number in range(2) for role in ROLES]
STREET, HOTLINE = person("wang.jie", Role.STREET), person("hotline", Role.INTEGRATOR)
CASE = TypeAdapter(Case)
ALERTS = {Note.HALF_OVER, Note.SOON_OVER, Note.EXPIRED, Note.SUPERVISED, Note.RAISED}


class Ticking(Clock):
    """No moment is said twice, so that a history tells which lines were written together."""

    def __call__(self) -> datetime:
        self.at += timedelta(microseconds=1)
        return self.at


@pytest.fixture
async def desks(ground: Ground) -> list[CaseService]:
    """Two programs over one database, and the ground's own."""
    ground.clock = clock = Ticking(ground.clock.at)
    ground.reception._clock = clock
    ground.cases._clock = clock
    ground.cases._practice = CaseService(ground.engine, terms=TERMS)._practice
    return [ground.cases, *(CaseService(ground.engine, clock=clock, terms=TERMS) for _ in range(2))]


async def now_of(ground: Ground, case_id: str) -> Case:
    view = await ground.cases.get(case_id)
    assert view is not None
    return view.case


async def all_cases(ground: Ground) -> list[Case]:
    return [await now_of(ground, str(row[0])) for row in await ground.rows("select id from cases order by id")]


async def report(desk: CaseService, text: str, reference: str) -> Case:
    return await desk.report(Report(text, "3 号楼", reference), community="demo", source=Source.HOTLINE, by=HOTLINE)


def check_lines(lines: Sequence[HistoryEntry]) -> None:
    """Each change began where the one before it ended: none was written over, and no alert told twice in one term."""
    state: dict[str, object] = CASE.dump_python(replayed(lines[:1]), mode="json")
    together: dict[str, list[object]] = {}
    at = None
    for line in lines:
        if line.at != at:
            at, together = line.at, {}
        before = (state["alert"], state["level"])
        for name, was in line.before.items():
            assert was in [state[name], *together.get(name, [])], f"{line.what} did not know {name}"
        for name, is_now in line.after.items():
            together.setdefault(name, []).append(state[name])
            state[name] = is_now
        if line.what in ALERTS and line.actor == SYSTEM:
            assert (state["alert"], state["level"]) > before, f"{line.what} was told twice"


async def check(ground: Ground) -> None:
    """What must hold of everything, whatever happened."""
    for case in await all_cases(ground):
        now, lines = await stored(ground, case)
        check_lines(lines)
        assert alike(replayed(lines), now)
    assert await ground.rows("select event_id from case_events where case_id is null") == []
    assert await ground.rows("select * from quarantine") == [], "a message was taken for a fault of the program"
    merged = "select count(*) from case_events e join cases c on c.id = e.case_id where c.stage = 'merged'"
    assert await ground.one(merged) == 0, "what was found stayed with a case that had been merged"


async def tried(doing: Awaitable[object]) -> bool:
    """Whether it was let; whoever comes too late is told so, and nothing else goes wrong."""
    try:
        await doing
    except (Refused, Stale):
        return False
    return True


async def test_of_those_who_act_on_the_same_page_one_does(
    ground: Ground, sender: Sender, desks: list[CaseService]
) -> None:
    await ground.tell(sender.opened())
    case_id = (await ground.case()).id
    for number in range(15):
        case = await now_of(ground, case_id)
        actions = [Action.REMARK, Action.URGE, Action.PRIORITISE, Action.RETURN if number % 2 else Action.REMARK]
        if case.stage is Stage.FILED:
            actions[-1] = Action.DISPATCH
        other = Priority.HIGH if case.priority is not Priority.HIGH else Priority.LOW
        done = await asyncio.gather(
            *(
                tried(
                    desks[at % 3].act(
                        case_id, action, by=PEOPLE[3], version=case.version, note=f"{number}.{at}", priority=other
                    )
                )
                for at, action in enumerate(actions)
            )
        )
        assert done.count(True) == 1
        assert (await now_of(ground, case_id)).version == case.version + 1
    await check(ground)


async def test_the_timer_tells_once_while_people_act(ground: Ground, sender: Sender, desks: list[CaseService]) -> None:
    await ground.tell(sender.opened())
    case = await ground.case()
    rounds = 12
    for number in range(rounds):
        case = await desks[0].act(case.id, Action.VOID, by=STREET, version=case.version, note="重来")
        case = await desks[0].act(case.id, Action.REOPEN, by=STREET, version=case.version, note="重来")
        for _ in range(2):
            ground.clock.move(3 * 3600)
            doing = (
                desk.act(case.id, action, by=STREET, version=case.version, note=f"{number}")
                for desk, action in ((desks[1], Action.REMARK), (desks[2], Action.URGE))
            )
            await asyncio.gather(
                *(desk.alert() for desk in desks), *map(tried, doing), *(desk.alert() for desk in desks)
            )
            case = await now_of(ground, case.id)
    await check(ground)
    _, lines = await stored(ground, case)
    told = Counter(line.what for line in lines if line.what in {Note.HALF_OVER, Note.SOON_OVER, Note.EXPIRED})
    assert told == {Note.HALF_OVER: rounds, Note.SOON_OVER: rounds, Note.EXPIRED: rounds}


async def test_what_is_found_and_reported_while_cases_merge_is_kept(
    ground: Ground, sender: Sender, desks: list[CaseService]
) -> None:
    for number in range(10):
        slots = [f"cam1.n{number}", f"cam1.m{number}"]
        await ground.tell(*(sender.opened(slot=slot, stay=f"{slot}.1") for slot in slots))
        third = await report(desks[0], "一", f"r{number}")
        first, second = [case for case in await all_cases(ground) if case.slot in slots]
        moves = [(first, second), (third, first)] if number % 2 else [(third, second), (second, first)]
        doing: list[Awaitable[object]] = [
            tried(desks[1].act(one.id, Action.MERGE, by=STREET, version=one.version, other=other.id))
            for one, other in moves
        ]
        doing += [report(desks[at % 3], words, f"r{number}") for at, words in enumerate(("二", "三", "二"))]
        for slot in slots:
            doing += [
                ground.tell(sender.opened(slot=slot, stay=f"{slot}.2")),
                ground.tell(sender.milestone(slot=slot, stay=f"{slot}.1")),
            ]
        await asyncio.gather(*doing)
        views = [await now_of(ground, each.id) for each in (first, second, third)]
        assert sum(case.sightings for case in views if case.is_open) == 7, "three that opened, two cars, two wordings"
    await check(ground)
    lines = await ground.rows("select note from case_history where what = 'reported_again'")
    assert Counter(note.rpartition("：")[2] for (note,) in lines) == {"二": 10, "三": 10}


@dataclass
class Storm:
    """Everybody does something, and what was done is written down here too."""

    ground: Ground
    sender: Sender
    desks: list[CaseService]
    random: Random
    done: set[str] = field(default_factory=set)
    vain: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)
    seen: Counter[Action] = field(default_factory=Counter)
    said: int = 0

    def next(self) -> str:
        self.said += 1
        return f"n{self.said}"

    async def act(self) -> None:
        every = [str(row[0]) for row in await self.ground.rows("select id from cases order by id")]
        case, by, note = await now_of(self.ground, self.random.choice(every)), self.random.choice(PEOPLE), self.next()
        actions = list(possible(case, by)) or [Action.REMARK]
        action = self.random.choice([each for each in actions if each is not Action.VOID] or actions)
        wish = self.desks[self.said % 3].act(
            case.id,
            action,
            by=by,
            version=case.version,
            note=note,
            rating=2 if action in {Action.RATE, Action.EVALUATE} else None,
            fault=action is Action.RATE,
            until=(case.due_at or self.ground.clock.at) + timedelta(hours=3),
            other=self.random.choice(every),
            organisation=f"o{self.random.randint(1, 20)}",
            priority=self.random.choice(list(Priority)),
        )
        if await tried(wish):
            self.done.add(note)
            self.seen[action] += 1
        else:
            self.vain.add(note)

    async def tell(self) -> None:
        slot = f"cam1.s{self.random.randint(1, 4)}"
        said = self.random.choice((self.sender.opened, self.sender.milestone))(slot=slot, stay=f"{slot}.1")
        self.events.add(said.id)
        await self.ground.tell(said)

    async def report(self) -> None:
        words = self.next()
        self.words.add(words)
        await report(self.desks[self.said % 3], words, f"r{self.random.randint(1, 4)}")

    async def alert(self) -> None:
        await self.random.choice(self.desks).alert()

    async def expire(self) -> None:
        await self.random.choice(self.desks).expire()


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_storm_loses_nothing(ground: Ground, sender: Sender, desks: list[CaseService], seed: int) -> None:
    storm = Storm(ground, sender, desks, Random(seed))
    for number in range(1, 5):
        await ground.tell(sender.opened(slot=f"cam1.s{number}", stay=f"cam1.s{number}.1"))
        await report(desks[0], f"诉求 {number}", f"r{number}")
    what: Sequence[Callable[[], Awaitable[None]]] = [
        *[storm.act] * 8,
        storm.tell,
        storm.report,
        storm.alert,
        storm.expire,
    ]
    for _ in range(25):
        await asyncio.gather(*(each() for each in storm.random.choices(what, k=8)))
        ground.clock.move(storm.random.uniform(0, 5000))
    await check(ground)
    notes = Counter(row[0] for row in await ground.rows("select note from case_history where note ~ '^n[0-9]+$'"))
    told = Counter(notes[note] for note in storm.done)
    assert set(told) == {1}, f"of what was done {told} lines were written"
    assert not storm.vain & set(notes), "what was refused left a line"
    texts = Counter(row[0] for row in await ground.rows("select report ->> 'text' from cases where report is not null"))
    wordings = Counter(
        row[0].rpartition("：")[2]
        for row in await ground.rows("select note from case_history where what = 'reported_again'")
    )
    assert [word for word in storm.words if texts[word] + wordings[word] != 1] == []
    kept = {str(row[0]) for row in await ground.rows("select event_id from case_events")}
    assert storm.events <= kept
    assert len(storm.done) > 60


WAITING = "select count(*) > 0 from pg_locks where not granted"
LATE: list[tuple[str, Callable[[Sender], Sent], Callable[[Sender], Sent]]] = [
    # name, what opened the case, what comes while the case is being merged
    ("it stands still", Sender.opened, Sender.milestone),
    ("it left", Sender.opened, Sender.cleared),
    ("another vehicle", Sender.opened, lambda sender: sender.opened(stay="cam1.s1.2")),
    ("another fall", Sender.thrown, lambda sender: sender.thrown(fall="f2")),
    ("the film of the fall", Sender.thrown, Sender.filmed),
]


@pytest.mark.parametrize(("first", "then"), [row[1:] for row in LATE], ids=[row[0] for row in LATE])
async def test_what_waits_for_a_merge_belongs_to_the_case_that_goes_on(
    ground: Ground,
    sender: Sender,
    desks: list[CaseService],
    first: Callable[[Sender], Sent],
    then: Callable[[Sender], Sent],
) -> None:
    await ground.tell(first(sender))
    case, other, later = await ground.case(), await report(desks[0], "一", "r1"), then(sender)
    wish, practice = Wish(Action.MERGE, other=other.id), ground.cases._practice
    async with transaction(ground.engine) as connection:
        await acting.act(
            connection, case.id, wish, by=STREET, version=case.version, practice=practice, now=ground.clock()
        )
        telling = asyncio.create_task(ground.tell(later))
        await until(lambda: ground.one(WAITING))
    await telling
    assert str(await ground.one("select case_id from case_events where event_id = :id", id=later.id)) == other.id
    assert len(await all_cases(ground)) == 2
    await check(ground)


async def test_whoever_needs_two_cases_locks_the_older_first(
    ground: Ground, sender: Sender, desks: list[CaseService]
) -> None:
    """Else who links two cases, and what is found or answered of one merged into them, would wait for each other."""
    oldest = await report(desks[0], "一", "r1")
    ground.clock.move(1)
    await ground.tell(sender.opened(), sender.opened(slot="cam1.s2", stay="cam1.s2.1"))
    first, second = [case for case in await all_cases(ground) if case.slot]
    for action in (Action.ACCEPT, Action.REPORT):
        second = await desks[0].act(second.id, action, by=STREET, version=second.version, note="好了")
    await desks[0].act(first.id, Action.MERGE, by=STREET, version=first.version, other=second.id)
    look = (second := await now_of(ground, second.id)).look
    assert look is not None
    await desks[0].act(second.id, Action.MERGE, by=STREET, version=second.version, other=oldest.id)
    answer = sender.verification(command=look, outcome="gone", slot="cam1.s2", stay="cam1.s2.1")
    for said in (sender.opened(stay="cam1.s1.2"), answer):
        async with transaction(ground.engine) as connection:
            await repository.locked(connection, oldest.id)
            telling = asyncio.create_task(ground.tell(said))
            await until(lambda: ground.one(WAITING))
            await repository.locked(connection, second.id)
        await telling
    assert (await now_of(ground, oldest.id)).sightings == 4
    await check(ground)


async def test_what_is_reopened_while_it_is_reported_anew_stays_ended(ground: Ground, desks: list[CaseService]) -> None:
    ended = []
    for words in ("一", "二"):
        ground.clock.move(1)
        case = await report(desks[0], words, "r1")
        ended.append(await desks[0].act(case.id, Action.VOID, by=STREET, version=case.version, note="重复"))
    ground.clock.move(1)
    first = await now_of(ground, ended[0].id)
    anew, practice = Report("三", "3 号楼", "r1"), ground.cases._practice
    async with transaction(ground.engine) as connection:
        await intake.take(
            connection, anew, community="demo", source=Source.HOTLINE, by=HOTLINE, practice=practice, now=ground.clock()
        )
        again = desks[1].act(first.id, Action.REOPEN, by=STREET, version=first.version, note="又坏了")
        reopening = asyncio.create_task(tried(again))
        await until(lambda: ground.one(WAITING))
    assert not await reopening
    assert [case.stage for case in await all_cases(ground)] == [Stage.VOIDED, Stage.VOIDED, Stage.COLLECTED]
    await check(ground)
