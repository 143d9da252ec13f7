"""A small community in virtual time: simulated meters on lines in memory, a real outbox, and a clock that jumps."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.envelope import Lane
from edge.app.instruments.instruments import Instruments
from edge.app.instruments.ledger import Ledger
from edge.config import Config, parse
from edge.outbox import Identity, Outbox
from edge.values import ClockTrust, Moment
from firmware_bridge.codecs import cjt188, dlt645
from firmware_bridge.errors import LineLost
from firmware_bridge.simulators import ElectricitySimulator, FlowSimulator, Station, serve
from firmware_bridge.simulators.station import Listening
from firmware_bridge.transports import Line, NullModem, Port
from tests.unit.bridge.virtual_time import run

BEGUN = datetime(2026, 3, 2, 16, 5, tzinfo=UTC)  # five past midnight in Shanghai
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
SHANGHAI = ZoneInfo("Asia/Shanghai")
LOOK_S = 7.0


class AtOnce(ThreadPoolExecutor):
    """Does work where it is asked for: virtual time stands still meanwhile."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - as an executor does
            done.set_exception(error)
        return done


@dataclass(slots=True)
class Clock:
    """The gateway's clock over restarts, each of which has a loop whose time begins at 0."""

    now: datetime = BEGUN
    began: datetime = BEGUN

    def moment(self) -> Moment:
        at_s = asyncio.get_running_loop().time()
        self.now = self.began + timedelta(seconds=at_s)
        return Moment(at_s, self.now, ClockTrust.SYNCED)

    @property
    def hours(self) -> float:
        """Since the beginning."""
        return (self.now - BEGUN) / timedelta(hours=1)

    def wall(self) -> datetime:
        """As simulated meters show it: without a zone."""
        return self.moment().seen_at.astimezone(SHANGHAI).replace(tzinfo=None)


@dataclass(slots=True)
class MemoryPort:
    """A line in memory with simulated meters at its end; it can be pulled out."""

    name: str
    stations: Callable[[], list[Listening]] = list
    plugged: bool = True
    _modem: NullModem | None = None
    _serving: list[asyncio.Task[None]] = field(default_factory=list)

    async def open(self) -> Line:
        if not self.plugged:
            raise LineLost(f"{self.name}: 没有插上 not plugged in")
        self._modem = NullModem()
        self._serving.append(asyncio.create_task(self._serve(self._modem.far)))
        return self._modem.near

    def pull(self) -> None:
        self.plugged = False
        if self._modem is not None:
            self._modem.cut()

    async def _serve(self, line: Line) -> None:
        try:
            await serve(line, self.stations())
        except LineLost:
            return


def water(clock: Clock, number: int, flow: str, *, since: datetime = BEGUN) -> FlowSimulator:
    installed = since.astimezone(SHANGHAI).replace(tzinfo=None) - timedelta(days=100)
    return FlowSimulator(0x10, cjt188.Address(f"{number:014d}"), clock.wall, installed, Decimal(flow))


def electricity(clock: Clock, number: int, power_kw: str) -> ElectricitySimulator:
    installed = BEGUN.astimezone(SHANGHAI).replace(tzinfo=None, hour=0, minute=0) - timedelta(days=100)
    return ElectricitySimulator(dlt645.Address(f"{number:012d}"), clock.wall, installed, Decimal(power_kw))


def stations(*meters: FlowSimulator | ElectricitySimulator) -> list[Listening]:
    return [
        Station(cjt188.Decoder(), [meter for meter in meters if isinstance(meter, FlowSimulator)]),
        Station(dlt645.Decoder(), [meter for meter in meters if isinstance(meter, ElectricitySimulator)]),
    ]


@dataclass(slots=True)
class Gateway:
    """What a gateway does with instruments, on a disk that outlives it."""

    folder: Path
    config: Config
    clock: Clock
    ports: Mapping[str, Port]
    outbox: Outbox | None = None

    @contextmanager
    def _opened(self) -> Iterator[Outbox]:
        self.outbox = Outbox(
            self.folder / "outbox.sqlite",
            identity=Identity("demo", "gw-1"),
            key=KEY,
            config_version=self.config.version,
            budget_bytes=64 * 1024 * 1024,
            reserve_bytes=0,
        )
        try:
            yield self.outbox
        finally:
            self.outbox.close()

    def live(self, hours: float, witness: Callable[[Instruments], None] | None = None) -> None:
        """Run from where the clock stands until so long after the beginning, and be killed: nothing is told to it."""
        run(self._live(BEGUN + timedelta(hours=hours), witness))

    def off_until(self, hours: float) -> None:
        """Be without power until so long after the beginning."""
        self.clock.now = BEGUN + timedelta(hours=hours)

    async def _live(self, to: datetime, witness: Callable[[Instruments], None] | None) -> None:
        asyncio.get_running_loop().set_default_executor(AtOnce())
        self.clock.began = self.clock.now
        with self._opened() as outbox:
            ledger = Ledger(outbox, wake=lambda: None)
            instruments = Instruments(self.config, ledger, clock=self.clock.moment, draw=lambda: 0.5, ports=self.ports)
            running = asyncio.create_task(instruments.run())
            while self.clock.moment().seen_at < to:
                await asyncio.sleep(LOOK_S)
                if witness:
                    witness(instruments)
                if running.done():
                    running.result()
            running.cancel()
            await asyncio.wait([running])

    def events(self) -> list[dict[str, Any]]:
        with self._opened() as outbox:
            return [
                json.loads(record.body)
                for lane in (Lane.ALARM, Lane.EVENT, Lane.TELEMETRY)
                for record in outbox.pending(lane, 0, 10_000)
            ]


def configured(document: dict[str, object], folder: Path) -> Config:
    head: dict[str, object] = {"gateway": {"community": "demo", "id": "gw-1", "data": str(folder)}}
    return parse(head | document, "gateway.toml", folder=folder)
