"""What happens to one matter, from its beginning on: the straight road, with everything that lies beside it."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Final

from cloud.cases.domain import Case
from cloud.cases.vocabulary import Action, CaseKind, Stage, Verification
from cloud.cases.wishes import Wish
from deploy.story.year import sayings
from deploy.story.year.asides import beside
from deploy.story.year.district import APP, STREET
from deploy.story.year.matter import Matter
from deploy.story.year.sayings import Said

Life = AsyncGenerator[datetime, None]  # what it yields is when it goes on
ROUNDS: Final = 4  # handled, verified and reopened so often at the most
_WORKED_ON: Final = frozenset({Stage.DISPATCHED, Stage.HANDLING})


async def lived(matter: Matter) -> Life:
    """From where it stands to its end, as far as it gets."""
    async for moment in _filed(matter):
        yield moment
    for _ in range(ROUNDS):
        if await matter.stage() not in _WORKED_ON:
            break
        async for moment in _handled(matter):
            yield moment
        async for moment in _verified(matter):
            yield moment
        async for moment in _judged(matter):
            yield moment


async def _filed(matter: Matter) -> Life:
    """Reports from outside are filed by a person, or not; what sensors find is filed by itself."""
    if await matter.stage() is Stage.COLLECTED:
        yield matter.after(0.2, 6)
        if matter.chance(0.1):
            await matter.do(Wish(Action.NOT_FILE, "不属于本小区"), matter.lead)
            yield matter.after(2, 30)
            if matter.chance(0.3):
                await matter.do(Wish(Action.REOPEN, "经核实属于本小区"), STREET)
            return
        await matter.do(Wish(Action.FILE), matter.lead)
    if await matter.stage() is Stage.FILED:
        yield matter.after(0.1, 2)
        await matter.do(Wish(Action.DISPATCH), matter.lead)


async def _handled(matter: Matter) -> Life:
    if await matter.stage() is Stage.DISPATCHED:
        yield matter.after(*matter.manner.accept_h)
        if matter.chance(0.04):
            await matter.do(Wish(Action.RETURN, "派错了"), matter.staff)
            yield matter.after(0.5, 3)
            await matter.do(Wish(Action.DISPATCH), matter.lead)
        await matter.do(Wish(Action.ACCEPT), matter.staff)
    if matter.chance(0.35):
        await _goes_on(matter)
    await beside(matter)
    async for moment in _paused(matter):
        yield moment
    yield matter.after(*matter.manner.handle_h)
    await _finished(matter)


async def _goes_on(matter: Matter) -> None:
    """Gateways go on telling of what is not seen to."""
    case, now = await matter.case(), matter.now
    match case.kind:
        case CaseKind.PARKING:
            left, again = sayings.left(case, now), sayings.again(case, now, matter.draw)
            used = [sayings.unused(case, now, stage) for stage in ("suspected", "confirmed")]
            await matter.tell(matter.draw.choice((left, again, sayings.still_there(case, now), *used)))
        case CaseKind.ZOMBIE:
            gone, more = sayings.signs_gone(case, now), sayings.unused(case, now, "milestone")
            await matter.tell(matter.draw.choice((gone, gone, more)))
        case CaseKind.THROWN:
            await matter.tell(matter.draw.choice((sayings.film(case), sayings.again(case, now, matter.draw))))
        case CaseKind.REPORT:
            pass
        case CaseKind.METER | CaseKind.GATE | CaseKind.SENSOR:
            if matter.chance(0.4):
                await matter.tell(sayings.again(case, now, matter.draw))
            else:
                await matter.tell(*sayings.over(case, now, seen=matter.chance(0.6)))


async def _paused(matter: Matter) -> Life:
    """More time is asked for, or time stands still."""
    if matter.chance(matter.manner.extend):
        case = await matter.case()
        until = None if case.due_at is None else case.due_at + timedelta(hours=matter.draw.uniform(8, 72))
        if await matter.do(Wish(Action.ASK_EXTENSION, "需要更多时间", until=until), matter.staff):
            decision = Action.GRANT_EXTENSION if matter.chance(0.8) else Action.REFUSE_EXTENSION
            await matter.do(Wish(decision, "街道意见"), STREET)
    if matter.chance(matter.manner.suspend):
        await matter.do(Wish(Action.SUSPEND, "等配件"), matter.lead)
        yield matter.after(3, 60)
        if matter.chance(0.8):
            await matter.do(Wish(Action.RESUME), matter.lead)
    if matter.chance(0.05):
        await matter.do(Wish(Action.ESCALATE, "物业解决不了"), matter.lead)


async def _finished(matter: Matter) -> None:
    case = await matter.case()
    if case.due_at is not None and case.due_at < matter.now:
        if matter.chance(0.2):
            await matter.do(Wish(Action.SUPERVISE, "超期"), STREET)
        if matter.chance(matter.manner.drop_late):
            await _dropped(matter)
    if not matter.chance(0.03):  # nobody gets round to it
        await matter.do(Wish(Action.REPORT, "已处理"), matter.staff)


async def _dropped(matter: Matter) -> None:
    """Somebody would be rid of it: voided, or merged into what is open beside."""
    case = await matter.case()
    others = await matter.beside()
    if others and not case.standing and matter.chance(0.4):
        await matter.do(Wish(Action.MERGE, other=matter.draw.choice(others).id), matter.lead)
        matter.world.changes += 1
    else:
        await matter.do(Wish(Action.VOID, "重复"), matter.lead)


async def _verified(matter: Matter) -> Life:
    """The camera looks again, or the device says that it is over; where neither does, a person goes and sees."""
    case = await matter.case()
    if case.stage is not Stage.REPORTED:
        return
    yield matter.after(0.02, 0.05)
    if case.verification is Verification.WAITING:
        silent = matter.chance(0.12)
        if not silent:
            await matter.tell(*_evidence(matter, await matter.case()))
        yield matter.after(26, 30) if silent and case.device is not None else matter.after(0.2, 1)
    if await matter.stage() is Stage.REPORTED:
        yield matter.after(0.2, 12)
        done = Action.VERIFY_FAIL if matter.chance(matter.manner.undone) else Action.VERIFY_PASS
        await matter.do(Wish(done, "现场查看"), matter.lead)


def _evidence(matter: Matter, case: Case) -> tuple[Said, ...]:
    """What is there to be seen."""
    undone = matter.chance(matter.manner.undone)
    if case.device is not None:
        return () if undone else sayings.over(case, matter.now)
    stands = "still_there" if undone or case.signs_gone else "gone"
    return (sayings.looked(case, "cannot_see" if matter.chance(0.2) else stands),)


async def _judged(matter: Matter) -> Life:
    """It is rated and evaluated; perhaps all begins again."""
    if await matter.stage() is not Stage.CLOSED:
        return
    if matter.chance(0.6):
        yield matter.after(1, 48)
        fault = matter.chance(matter.manner.undone)
        stars = matter.draw.choice((1, 2)) if fault else matter.draw.choice((2, 3, 4, 5, 5))
        await matter.do(Wish(Action.RATE, rating=stars, fault=fault), APP)
    if matter.chance(matter.manner.reopen):
        yield matter.after(1, 200)
        await matter.do(Wish(Action.REOPEN, "又出现了"), STREET)
    elif matter.chance(0.5):
        yield matter.after(1, 60)
        await matter.do(Wish(Action.EVALUATE, rating=matter.draw.choice((3, 4, 5))), matter.lead)
