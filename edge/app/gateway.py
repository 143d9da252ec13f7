"""The gateway: every camera and every line on its own, one uplink, one heartbeat, and an orderly end."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from typing import Final, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.device import (
    BirthData,
    CameraHealth,
    CameraState,
    ConfigData,
    DeathData,
    DeviceBirth,
    DeviceConfig,
    DeviceDeath,
    DeviceHealth,
)
from contract.downlink import Look
from edge.address import redact
from edge.app import parts
from edge.app.allocator import be_frugal
from edge.app.drafts import answer_draft
from edge.app.fall_watch import FallWatch
from edge.app.instruments.instruments import Instruments
from edge.app.instruments.ledger import Ledger
from edge.app.supervision import persons_fault, supervise
from edge.app.watch import Parts, Watch
from edge.app.workshop import Threads
from edge.config import Camera, Config
from edge.errors import DiskFull, SourceFrozen, SourceLost
from edge.health import Clock, Heartbeat, Timeline
from edge.health.clock import NOT_BEFORE
from edge.outbox import Draft
from edge.permits import Register
from edge.sources.camera import CameraSource
from edge.sources.film_camera import FilmCamera
from edge.uplink import Uplink, Uploader
from edge.uplink.permits import PermitClient
from edge.values import Answer, ClockTrust, Moment, Outcome

TICK_S: Final = 1.0
THREADS_BESIDE_CAMERAS: Final = 8  # outbox, uploads, ticks
CONFIG_STATE: Final = "config"

log = logging.getLogger(__name__)


class CameraStage:
    """One camera: its source, its own timeline and its watch, run in a thread of its own."""

    def __init__(self, watch: Watch, clock: Clock, stop: threading.Event) -> None:
        self.watch: Final = watch
        self.timeline: Final = Timeline(clock, watch.last)
        self._source = CameraSource(watch.camera, moment=self.timeline.moment)
        self._stop = stop

    def run(self) -> None:
        """Read until stopped.

        Raises:
            SourceLost: the camera cannot be read.
        """
        counters = self.watch.counters
        try:
            for frame in self._source.frames(self._stop):
                self.watch.take(frame, decode_ms=self._source.cost().decode_ms)
                del frame  # its picture is 3 to 6 MB, and the next one is seconds away
        except SourceLost as error:
            frozen = isinstance(error, SourceFrozen)
            counters.turned(CameraState.FROZEN if frozen else CameraState.LOST, str(error))
            raise


class FallStage:
    """One camera that watches façades, at full rate; as `CameraStage`."""

    def __init__(self, watch: FallWatch, clock: Clock, stop: threading.Event) -> None:
        self.watch: Final = watch
        self.timeline: Final = Timeline(clock, watch.last)
        self._source = FilmCamera(watch.camera, watch.reel, moment=self.timeline.moment)
        self._stop = stop

    def run(self) -> None:
        """Read until stopped.

        Raises:
            SourceLost: the camera cannot be read.
            DiskFull: more events wait for the disk than memory should hold.
        """
        try:
            for shot in self._source.shots(self._stop):
                self.watch.take(shot, decode_ms=self._source.cost().decode_ms)
                self.watch.note(self._source.gaps())
        except (SourceLost, DiskFull) as error:
            frozen = isinstance(error, SourceFrozen)
            self.watch.counters.turned(CameraState.FROZEN if frozen else CameraState.LOST, str(error))
            raise
        finally:
            self.watch.lost()


class Gateway:
    """Runs one configuration until cancelled."""

    def __init__(self, config: Config, key: Ed25519PrivateKey) -> None:
        be_frugal()
        self._config = config
        self._stop = threading.Event()
        self._workshop = Threads()
        shared = replace(parts.live(config, key), workshop=self._workshop) if config.cameras else None
        disk = shared or parts.disk(config, key)  # who watches no camera needs no model
        self._outbox, self._store = disk.outbox, disk.store
        watches = [_watch(camera, shared) for camera in config.cameras] if shared else []
        self._clock = Clock(config.gateway.clock_synced, known=_known([watch.last for watch in watches]))
        self._cameras = {watch.camera.id: _stage(watch, self._clock, self._stop) for watch in watches}
        self._store.release_except(set[str]().union(*(watch.references for watch in watches)))
        self._started = self._clock.moment()
        self._instruments = Instruments(config, Ledger(self._outbox, wake=self._wake), clock=self._clock.moment)
        self._heartbeat = Heartbeat(
            clock=self._clock,
            outbox=self._outbox.stats,
            evidence_bytes=lambda: self._store.bytes_used,
            cameras=self._camera_health,
            lines=self._instruments.health,
            data=config.gateway.data,
        )
        self._uplink, self._uploader = self._connections(key)
        self._permits = self._permit_client(key, shared.register if shared else None)
        self._threads = ThreadPoolExecutor(len(self._cameras) + THREADS_BESIDE_CAMERAS, thread_name_prefix="linli")

    async def run(self) -> None:
        """Watch, read, send and answer until cancelled; then stop the cameras and tell the broker.

        Raises:
            Misconfigured: a port of meters or of a board does not take its settings.
        """
        asyncio.get_running_loop().set_default_executor(self._threads)
        self._tell_config()
        try:
            async with asyncio.TaskGroup() as group:
                for name, stage in self._cameras.items():
                    group.create_task(self._camera(name, stage), name=f"camera {name}")
                if self._uplink and self._uploader:
                    group.create_task(self._uplink.run(), name="uplink")
                    group.create_task(self._uploader.run(), name="uploads")
                if self._permits:
                    group.create_task(self._permits.run(), name="permits")
                group.create_task(self._instruments.run(), name="instruments")
                group.create_task(self._beat(), name="heartbeat")
                group.create_task(self._tick(), name="ticks")
        except BaseExceptionGroup as faults:
            raise persons_fault(faults) or faults from None
        finally:
            self._stop.set()
            await asyncio.to_thread(self._close)

    def _close(self) -> None:
        for stage in self._cameras.values():
            if isinstance(stage, FallStage):
                stage.watch.close()
        self._workshop.close()
        self._outbox.close()
        self._store.close()

    async def _camera(self, name: str, stage: CameraStage | FallStage) -> None:
        log.info("camera %s: %s", name, redact(stage.watch.camera.url))
        await supervise(f"camera {name}", lambda: _in_thread(stage.run, self._stop))

    async def _beat(self) -> None:
        while True:
            health = await asyncio.to_thread(self._heartbeat.sample)
            await self._record(Draft(DeviceHealth, health, self._clock.moment()))
            await asyncio.sleep(self._config.health.heartbeat)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            for stage in self._cameras.values():
                await asyncio.to_thread(stage.watch.tick, stage.timeline.moment())
            self._wake()

    async def _record(self, draft: Draft) -> None:
        # A heartbeat that finds no room is the first thing to do without; the next one tells the same.
        with suppress(DiskFull):
            await asyncio.to_thread(self._outbox.commit, [draft])
        self._wake()

    def _wake(self) -> None:
        if self._uplink and self._uploader:
            self._uplink.wake()
            self._uploader.wake()

    def _tell_config(self) -> None:
        """One event for each change of the configuration, kept apart from how often the gateway is started."""
        told = self._outbox.state(CONFIG_STATE)
        current = self._config.version.encode()
        if told != current:
            data = ConfigData(version=self._config.version, cameras=tuple(self._cameras))
            draft = Draft(DeviceConfig, data, self._clock.moment())
            with suppress(DiskFull):
                self._outbox.commit([draft], state={CONFIG_STATE: current})

    def _camera_health(self) -> list[CameraHealth]:
        return [stage.watch.counters.take() for stage in self._cameras.values()]

    async def _look(self, look: Look) -> None:
        stage = self._cameras.get(look.camera)
        if stage is None:
            await asyncio.to_thread(self._refuse, look)
            return
        await asyncio.wrap_future(await asyncio.to_thread(stage.watch.ask, look, stage.timeline.moment()))

    def _refuse(self, look: Look) -> None:
        answer = Answer(Outcome.CANNOT_SEE, "摄像机已不在配置中 the camera is not configured any more", 0)
        draft = answer_draft(look, answer, self._clock.moment(), evidence=(), models=(), simulated=False)
        self._outbox.commit([draft], commands=[look.id])

    def birth(self) -> bytes:
        """What the uplink says when it is connected."""
        data = BirthData(software=version("linli"), cameras=tuple(self._cameras), started_at=self._started.seen_at)
        return self._outbox.announce(Draft(DeviceBirth, data, self._clock.moment()))

    def death(self, reason: Literal["lost", "stopped"]) -> bytes:
        """What the broker says for the gateway when it is gone."""
        return self._outbox.announce(Draft(DeviceDeath, DeathData(reason=reason), self._clock.moment()))

    def _permit_client(self, key: Ed25519PrivateKey, register: Register | None) -> PermitClient | None:
        settings, gateway = self._config.uplink, self._config.gateway
        if settings is None or register is None or not self._config.plates.from_cloud:
            return None
        return PermitClient(
            settings,
            community=gateway.community,
            gateway=gateway.id,
            key=key,
            store=register,
            clock=self._clock.moment,
        )

    def _connections(self, key: Ed25519PrivateKey) -> tuple[Uplink | None, Uploader | None]:
        settings, gateway = self._config.uplink, self._config.gateway
        if settings is None:
            log.warning("no uplink is configured: events stay on this gateway")
            return None, None
        uplink = Uplink(
            settings,
            community=gateway.community,
            gateway=gateway.id,
            outbox=self._outbox,
            certificates=self,
            clock=self._clock.moment,
            on_command=self._look,
        )
        uploader = Uploader(
            settings,
            community=gateway.community,
            gateway=gateway.id,
            key=key,
            store=self._store,
            clock=self._clock.moment,
        )
        return uplink, uploader


def _watch(camera: Camera, shared: Parts) -> Watch | FallWatch:
    """What watches a camera: for falls where it has façades, else for vehicles."""
    return FallWatch(camera, shared) if camera.facades else Watch(camera, shared)


def _stage(watch: Watch | FallWatch, clock: Clock, stop: threading.Event) -> CameraStage | FallStage:
    return FallStage(watch, clock, stop) if isinstance(watch, FallWatch) else CameraStage(watch, clock, stop)


def _known(moments: Sequence[Moment | None]) -> datetime:
    """The latest time that was believed before this start."""
    believed = [one.seen_at for one in moments if one and one.trust is not ClockTrust.UNSYNCED]
    return max(believed, default=NOT_BEFORE)


async def _in_thread(run: Callable[[], None], stop: threading.Event) -> None:
    """Run a blocking stage in a thread; a cancelled stage is waited for, so that nothing is closed below its feet."""
    work = asyncio.ensure_future(asyncio.to_thread(run))
    try:
        await asyncio.shield(work)
    except asyncio.CancelledError:
        stop.set()
        with suppress(SourceLost, DiskFull):
            await work
        raise
