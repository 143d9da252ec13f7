"""A line with its devices, in virtual time."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from firmware_bridge.buses import QUARTER, Bus, Errand, Priority, Report, Rhythm, Standing
from firmware_bridge.codecs import dlt645
from firmware_bridge.drivers import ElectricityMeter, Measured
from firmware_bridge.errors import DeviceFault, Garbled, LineLost, Misconfigured, NoAnswer, Refused
from firmware_bridge.sessions import METER, Patience, Session
from firmware_bridge.simulators import ElectricitySimulator, Station, serve
from firmware_bridge.transports import Line, NullModem, Wear
from tests.unit.bridge.drivers.scene import SINCE, WALL
from tests.unit.bridge.virtual_time import run

BEGAN = datetime(2026, 1, 11, 4, 7, tzinfo=UTC)
ONCE = Patience(METER.answer_s, METER.silence_s, METER.gap_s, tries=1)
TEN_MINUTES = Rhythm(timedelta(minutes=10))
Done = tuple[str, float]
Values = tuple[Measured, ...]


@dataclass(slots=True)
class Socket:
    """A port whose line is a new null modem each time; there is none while `gone`."""

    gone: bool = False
    opened: list[float] = field(default_factory=list)
    modem: NullModem | None = None
    name: str = "socket"

    async def open(self) -> Line:
        self.opened.append(asyncio.get_running_loop().time())
        if self.gone:
            raise LineLost("socket: gone")
        self.modem = NullModem(Wear(byte_s=11 / 2400))
        return self.modem.near


def bus(
    port: Socket,
    errands: Sequence[Errand[Values]],
    reports: list[Report[Values]],
    draw: Callable[[], float] | None = None,
) -> Bus[Values]:
    loop, draw = asyncio.get_running_loop(), draw or random.Random(1).random
    return Bus(port, errands, reports.append, clock=lambda: BEGAN + timedelta(seconds=loop.time()), draw=draw)


def taking(
    seconds: float, log: list[Done], name: str, *, fails: bool = False, rhythm: Rhythm = QUARTER
) -> Errand[Values]:
    async def go(_line: Line) -> Values:
        log.append((name, asyncio.get_running_loop().time()))
        await asyncio.sleep(seconds)
        if fails:
            raise NoAnswer(name)
        return ()

    priority = Priority.ALARM if name.startswith("alarm") else Priority.READING
    period = Rhythm(timedelta(seconds=30)) if name.startswith("alarm") else rhythm
    return Errand(name, priority, go, period)


async def until(working: Awaitable[None], seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(working, seconds)


def worked(seconds: float, make: Callable[[list[Done]], list[Errand[Values]]]) -> list[Done]:
    log: list[Done] = []
    reports: list[Report[Values]] = []

    async def scene() -> None:
        await until(bus(Socket(), make(log), reports).run(), seconds)

    run(scene())
    return log


def test_readings_are_taken_each_quarter_hour() -> None:
    log = worked(3600, lambda log: [taking(1, log, "a"), taking(1, log, "b")])
    assert len(log) == 8
    for _, at in log:
        into_the_quarter = (BEGAN + timedelta(seconds=at)).timestamp() % 900
        assert into_the_quarter < 30 + 1.1


def test_an_alarm_waits_for_one_reading_at_most() -> None:
    """Forty readings of 5 s are due at once; the input is asked every half minute all the same."""
    log = worked(1200, lambda log: [*(taking(5, log, f"meter {n}") for n in range(40)), taking(0.1, log, "alarm")])
    alarms = [at for name, at in log if name == "alarm"]
    assert max(later - sooner for sooner, later in pairwise(alarms)) <= 30 + 5
    assert {f"meter {n}" for n in range(40)} <= {name for name, _ in log}


def test_a_dead_meter_is_asked_less_and_less() -> None:
    log = worked(24 * 3600, lambda log: [taking(2, log, "dead", fails=True), taking(1, log, "well")])
    dead, well = ([at for name, at in log if name == which] for which in ("dead", "well"))
    assert len(well) == 96
    assert 24 <= len(dead) <= 62  # at most every half hour at the end, and never given up
    assert dead[1] - dead[0] <= 2 + 1  # one more try, behind the other meter
    assert dead[2] - dead[1] <= 60 + 3
    assert 1800 <= dead[-1] - dead[-2] <= 3600 + 3


def test_one_that_fails_tries_again_behind_the_others() -> None:
    """All four are due at once."""
    log = worked(500, lambda log: [taking(1, log, f"{n}", fails=n == 0, rhythm=TEN_MINUTES) for n in range(4)])
    assert "".join(name for name, _ in log)[:6] == "012300"


FAULTS: list[tuple[str, DeviceFault, str]] = [
    # name,     fault of "0" at each try,     who is asked in the first turn of all, and in the next
    ("silent", NoAnswer("0"), "012301230"),
    ("garbled", Garbled("0"), "0123001230"),
    ("refused", Refused("0", ()), "01231230"),
]


@pytest.mark.parametrize(("name", "fault", "order"), FAULTS, ids=[row[0] for row in FAULTS])
def test_who_fails_is_tried_behind_the_others_and_once_where_it_failed_before(
    name: str, fault: DeviceFault, order: str
) -> None:
    """All four are due at once, each ten minutes."""
    asked: list[str] = []

    def errand(number: int) -> Errand[Values]:
        async def go(_line: Line) -> Values:
            asked.append(str(number))
            await asyncio.sleep(10)
            if not number:
                raise fault
            return ()

        return Errand(str(number), Priority.READING, go, Rhythm(timedelta(minutes=10), rest=timedelta(minutes=10)))

    async def scene() -> None:
        almost = 0.99  # the longest rest: until just after the others are due again
        await until(bus(Socket(), [errand(number) for number in range(4)], [], lambda: almost).run(), 1200)

    run(scene())
    assert "".join(asked) == order


def test_a_refusal_is_reported_and_not_tried_again_at_once() -> None:
    asked: list[float] = []
    reports: list[Report[Values]] = []

    async def refuse(_line: Line) -> Values:
        asked.append(asyncio.get_running_loop().time())
        raise Refused("a", ("无请求数据 no such data",))

    async def scene() -> None:
        await until(bus(Socket(), [Errand("a", Priority.READING, refuse, QUARTER)], reports).run(), 520)

    run(scene())
    assert len(asked) == len(reports) == 1


def test_a_line_that_comes_back(caplog: pytest.LogCaptureFixture) -> None:
    """It is opened again with growing pauses, and said once when it goes and once when it returns."""
    log: list[Done] = []

    async def scene() -> Socket:
        port, reports = Socket(), list[Report[Values]]()

        async def ask(line: Line) -> Values:
            log.append(("asked", asyncio.get_running_loop().time()))
            await line.read(1.0)
            return ()

        errand = Errand("a", Priority.READING, ask, Rhythm(timedelta(seconds=10)))
        working = asyncio.create_task(bus(port, [errand], reports).run())
        await asyncio.sleep(65)
        assert port.modem is not None
        port.gone = True
        port.modem.cut()
        await asyncio.sleep(600)
        assert len(reports) == 6
        port.gone = False
        await asyncio.sleep(100)
        working.cancel()
        await asyncio.wait([working])
        assert len(reports) > 9
        return port

    with caplog.at_level(logging.WARNING):
        port = run(scene())
    pauses = [later - sooner for sooner, later in pairwise(port.opened[1:])]
    assert max(pauses) <= 60
    assert 10 <= len(port.opened) <= 30
    gone, back = (record.message for record in caplog.records)
    assert "线路中断" in gone
    assert "线路恢复" in back


def test_a_line_that_is_lost_again_at_once_has_not_come_back(caplog: pytest.LogCaptureFixture) -> None:
    """As a TCP gateway does that somebody else holds: it takes the connection, and closes it."""

    class Slamming(Socket):
        async def open(self) -> Line:
            line = await super().open()
            assert self.modem is not None
            self.modem.cut()
            return line

    async def scene() -> tuple[Standing, int]:
        async def ask(line: Line) -> Values:
            await line.read(1.0)
            return ()

        port = Slamming()
        work = bus(port, [Errand("a", Priority.READING, ask, Rhythm(timedelta(seconds=1)))], [])
        assert work.standing == Standing(None)
        await until(work.run(), 600)
        return work.standing, len(port.opened)

    with caplog.at_level(logging.WARNING):
        standing, opened = run(scene())
    assert standing.live is False
    assert "pulled" in standing.detail
    assert opened < 25
    assert len(caplog.records) == 1


def test_a_device_at_which_the_line_is_lost_does_not_starve_the_others() -> None:
    """Some TCP gateways hang up when they are asked for a device that does not answer."""
    asked: list[str] = []

    def errand(name: str) -> Errand[Values]:
        async def go(_line: Line) -> Values:
            asked.append(name)
            await asyncio.sleep(1)
            if name == "a":
                raise LineLost("the gateway hung up")
            return ()

        return Errand(name, Priority.READING, go, TEN_MINUTES)

    run(_until_600(errand))
    assert asked[:4] == ["a", "b", "c", "a"]


async def _until_600(errand: Callable[[str], Errand[Values]]) -> None:
    await until(bus(Socket(), [errand(name) for name in "abc"], [], lambda: 0.0).run(), 600)


def test_an_adapter_that_comes_back_before_its_permissions(caplog: pytest.LogCaptureFixture) -> None:
    """A wrong setting ends the program at its start; later it is told, and waited for."""

    class Plugged(Socket):
        async def open(self) -> Line:
            line = await super().open()
            if len(self.opened) == 2:
                raise Misconfigured("no permission")
            return line

    async def scene() -> tuple[int, list[Report[Values]]]:
        port, reports = Plugged(), list[Report[Values]]()

        async def ask(line: Line) -> Values:
            await line.read(1.0)
            return ()

        working = asyncio.create_task(bus(port, [Errand("a", Priority.READING, ask, TEN_MINUTES)], reports).run())
        await asyncio.sleep(0.1)
        assert port.modem is not None
        port.modem.cut()
        await until(working, 1200)
        return len(port.opened), reports

    with caplog.at_level(logging.WARNING):
        opened, reports = run(scene())
    assert opened == 3
    assert len(reports) == 2
    assert len(caplog.records) == 2


def test_two_errands_of_one_name() -> None:
    async def scene() -> None:
        with pytest.raises(ValueError, match="one name"):
            bus(Socket(), [taking(1, [], "a"), taking(1, [], "a")], [])

    run(scene())


def test_a_bug_is_not_caught() -> None:
    async def broken(_line: Line) -> Values:
        raise ZeroDivisionError

    async def scene() -> None:
        with pytest.raises(ZeroDivisionError):
            await bus(Socket(), [Errand("a", Priority.READING, broken, QUARTER)], []).run()

    run(scene())


METERS = 64
DEAD = 8


def test_sixty_four_meters_of_which_eight_are_dead() -> None:
    """At 2400 baud: the living are all read in each quarter hour, and the dead cost less and less."""

    def errand(number: int) -> Errand[Values]:
        async def read(line: Line) -> Values:
            session = Session(line, dlt645.Decoder, ONCE)
            address = dlt645.Address(f"{number:012d}")
            return await ElectricityMeter(session, address, clock=lambda: BEGAN).measure([0x00010000])

        return Errand(f"meter {number}", Priority.READING, read, QUARTER)

    async def scene() -> list[tuple[float, Report[Values]]]:
        port, reports, loop = Socket(), list[tuple[float, Report[Values]]](), asyncio.get_running_loop()
        living = [
            ElectricitySimulator(dlt645.Address(f"{number:012d}"), lambda: WALL, SINCE, Decimal("1.25"))
            for number in range(METERS)
            if number % (METERS // DEAD)
        ]
        work = Bus(
            port,
            [errand(number) for number in range(METERS)],
            lambda report: reports.append((loop.time(), report)),
            clock=lambda: BEGAN + timedelta(seconds=loop.time()),
            draw=random.Random(1).random,
        )
        working = asyncio.create_task(work.run())
        await asyncio.sleep(0.1)
        assert port.modem is not None
        serving = asyncio.create_task(serve(port.modem.far, [Station(dlt645.Decoder(), living)]))
        await asyncio.sleep(1800)
        working.cancel()
        await asyncio.wait([working, serving])
        return reports

    reports = run(scene())
    outcomes = [report.outcome for _, report in reports]
    good = [outcome for outcome in outcomes if not isinstance(outcome, DeviceFault)]
    assert len(good) == 2 * (METERS - DEAD)
    assert {str(one.value) for measured in good for one in measured} == {"315.00"}
    assert DEAD * 2 <= len(outcomes) - len(good) <= DEAD * 6
    assert max(at for at, report in reports[: METERS - DEAD]) - reports[0][0] < 30 + 20  # the first quarter hour
