"""The uplink: keeps one MQTT session and sends what the outbox holds until the cloud has said that it has it."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import aiomqtt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from contract.downlink import Look, Receipt
from contract.envelope import Lane
from contract.errors import ContractError
from contract.signatures import public_key
from contract.topics import Channel, Topic, lane_topic
from edge.config import Uplink as Settings
from edge.errors import Misconfigured, Transient, UplinkLost
from edge.uplink.commands import Commands, OnCommand
from edge.uplink.connection import Broker, tls_context
from edge.uplink.downlinks import Downlinks
from edge.uplink.pace import Pace
from edge.uplink.ports import Certificates, Outbox, Sendable
from edge.uplink.window import Fetch, Window
from edge.values import Moment

LANES: Final = (Lane.ALARM, Lane.EVENT, Lane.TELEMETRY)  # the order in which they are served
DOWN: Final[tuple[Channel, ...]] = ("receipt", "cmd")
QOS: Final = 1
FAREWELL_S: Final = 2.0
_NOT_ALLOWED: Final = {134, 135}  # what paho makes of MQTT 3.1.1's CONNACK codes 4 and 5

log = logging.getLogger(__name__)


class _Refused(UplinkLost):
    """The broker does not let us in."""


@dataclass(slots=True)
class Counters:
    """What the uplink has done since it started. `refused` messages came down and could not be believed or used."""

    connections: int = 0
    sent: int = 0
    receipts: int = 0
    commands: int = 0
    refused: int = 0


class Uplink:
    """One gateway's MQTT session.

    Args:
        settings: the broker, its files and the cloud's key.
        clock: now, on both clocks.
        on_command: acts on a `look.v1` and returns when it is done; several may run at once. A command counts as done
            when it has returned; `Transient` from it means not done.

    Raises:
        Misconfigured: a file or the cloud's key cannot be used.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        community: str,
        gateway: str,
        outbox: Outbox,
        certificates: Certificates,
        clock: Callable[[], Moment],
        on_command: OnCommand,
        pace: Pace = Pace(),  # noqa: B008 - frozen
    ) -> None:
        self.counters = Counters()
        self._broker = Broker(settings, f"linli-{community}-{gateway}", pace)
        self._downlinks = Downlinks(community, gateway, _cloud_key(settings))
        self._topics = {lane: str(lane_topic(community, gateway, lane)) for lane in Lane}
        self._channels = {str(Topic(community, gateway, channel)): channel for channel in DOWN}
        self._outbox = outbox
        self._certificates = certificates
        self._clock = clock
        self._commands = Commands(outbox, clock, on_command)
        self._pace = pace
        self._windows = {lane: Window(pace.resend) for lane in LANES}
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connected = False
        self._told: set[str] = set()

    @property
    def connected(self) -> bool:
        """Whether a session is up now."""
        return self._connected

    def wake(self) -> None:
        """Something new waits in the outbox. Any thread may call it, also before `run` and after it."""
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has closed: nobody is left to wake
                loop.call_soon_threadsafe(self._news.set)

    async def run(self) -> None:
        """Send for ever. On cancellation it says `stopped` to the broker and leaves; it raises only for a bug."""
        self._loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as tasks:
            await self._supervise(tasks)

    async def _supervise(self, tasks: asyncio.TaskGroup) -> None:
        attempt = 0
        while True:
            started_s = time.monotonic()
            try:
                await self._session(tasks)
            except Transient as error:
                _heed_cancellation()
                healthy = time.monotonic() - started_s > self._pace.healthy_s
                attempt = 0 if healthy else attempt + 1
                self._say_lost(error, first=healthy or attempt == 1)
                refused = isinstance(error, _Refused)
                await asyncio.sleep(self._pace.refused(attempt - 1) if refused else self._pace.back_off(attempt))

    async def _session(self, tasks: asyncio.TaskGroup) -> None:
        """One connection, from birth to death."""
        will = aiomqtt.Will(self._topics[Lane.STATE], self._certificates.death("lost"), QOS, retain=True)
        try:
            async with self._broker.client(will) as client:
                await self._greet(client)
                try:
                    _heed_cancellation()
                    await self._converse(client, tasks)
                except asyncio.CancelledError:
                    await self._say_goodbye(client)
                    raise
                finally:
                    self._connected = False
        except aiomqtt.MqttError as error:
            raise (_Refused if _not_allowed(error) else UplinkLost)(f"{self._broker}: {error}") from None

    async def _greet(self, client: aiomqtt.Client) -> None:
        await client.subscribe([(topic, QOS) for topic in self._channels])
        await client.publish(self._topics[Lane.STATE], self._certificates.birth(), QOS, retain=True)
        for window in self._windows.values():
            window.connected()
        self.counters.connections += 1
        self._connected = True
        log.info("connected to %s", self._broker)

    async def _say_goodbye(self, client: aiomqtt.Client) -> None:
        death = self._certificates.death("stopped")
        with contextlib.suppress(aiomqtt.MqttError):
            await client.publish(self._topics[Lane.STATE], death, QOS, retain=True, timeout=FAREWELL_S)

    async def _converse(self, client: aiomqtt.Client, tasks: asyncio.TaskGroup) -> None:
        """Both directions until one breaks. No task group: in Python 3.11 it leaves its parent marked as cancelled."""
        up = asyncio.create_task(self._send(client), name="uplink: up")
        down = asyncio.create_task(self._listen(client, tasks), name="uplink: down")
        try:
            await asyncio.wait((up, down), return_when=asyncio.FIRST_COMPLETED)
        finally:
            up.cancel()
            down.cancel()
            outcomes = await asyncio.gather(up, down, return_exceptions=True)
        failures = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        bugs = [failure for failure in failures if not isinstance(failure, aiomqtt.MqttError | Transient)]
        raise (bugs or failures)[0]

    async def _send(self, client: aiomqtt.Client) -> None:
        while True:
            _heed_cancellation()
            self._news.clear()
            for window in self._windows.values():
                window.tick(time.monotonic())
            if not await self._send_batch(client):
                await self._rest()

    async def _send_batch(self, client: aiomqtt.Client) -> bool:
        """Send one batch of the first lane that has one; whether there was any."""
        for lane, window in self._windows.items():
            fetch = window.next()
            if fetch is None:
                continue
            records = await self._fetch(lane, fetch)
            await self._publish(client, lane, records)
            window.sent(fetch, [record.seq for record in records], time.monotonic())
            if records or fetch.last is not None:
                return True
        return False

    async def _fetch(self, lane: Lane, fetch: Fetch) -> Sequence[Sendable]:
        records = await asyncio.to_thread(self._outbox.pending, lane, fetch.after, fetch.limit)
        return [record for record in records if fetch.last is None or record.seq <= fetch.last]

    async def _publish(self, client: aiomqtt.Client, lane: Lane, records: Sequence[Sendable]) -> None:
        """Hand records to the broker in order; return once it has acknowledged all of them."""
        sendings = [client.publish(self._topics[lane], record.body, QOS) for record in records]
        for outcome in await asyncio.gather(*sendings, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome
        self.counters.sent += len(records)

    async def _rest(self) -> None:
        """Until there is news, a receipt is overdue, or it is time to look anyway."""
        dues = [window.due_s for window in self._windows.values() if window.due_s is not None]
        wait_s = min([self._pace.poll_s, *(max(0.0, due_s - time.monotonic()) for due_s in dues)])
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._news.wait()

    async def _listen(self, client: aiomqtt.Client, tasks: asyncio.TaskGroup) -> None:
        async for message in client.messages:
            _heed_cancellation()
            channel = self._channels.get(str(message.topic))
            body = message.payload
            if channel is None or not isinstance(body, bytes):
                self._refuse("a topic that was not asked for")
                continue
            try:
                downlink = self._downlinks.open(channel, body)
            except ContractError as error:
                self._refuse(f"{type(error).__name__} on {channel}", str(error))
                continue
            if isinstance(downlink, Receipt):
                await self._receive(downlink)
            else:
                await self._command(downlink, tasks)

    async def _receive(self, receipt: Receipt) -> None:
        self.counters.receipts += 1
        try:
            reception = await asyncio.to_thread(self._outbox.receive, receipt, self._clock())
        except Transient as error:
            self._tell_once("disk", "a receipt waits for the disk: %s", str(error))
            return
        self._told.discard("disk")
        if reception.refused:
            self._refuse(f"a receipt of lane {receipt.lane}", reception.refused)
            return
        missing = [(span.first, span.last) for span in reception.resend]
        self._windows[receipt.lane].receipted(receipt.committed, missing, time.monotonic())
        self._news.set()

    async def _command(self, look: Look, tasks: asyncio.TaskGroup) -> None:
        turned_away = await self._commands.take(look, tasks)
        if turned_away:
            self._refuse("a command", turned_away)
        else:
            self.counters.commands += 1

    def _refuse(self, what: str, why: str = "") -> None:
        self.counters.refused += 1
        self._tell_once(what, "not acted on: %s (further ones are only counted)", f"{what}: {why}" if why else what)

    def _tell_once(self, key: str, text: str, detail: str) -> None:
        if key not in self._told:
            self._told.add(key)
            log.warning(text, detail)

    def _say_lost(self, error: Transient, *, first: bool) -> None:
        if first:
            log.warning(
                "no uplink: %s; trying again until it is back", str(error)
            )  # not itself: it holds frames and sockets


def _heed_cancellation() -> None:
    """Raise a cancellation that was swallowed: until Python 3.12 `wait_for`, which aiomqtt uses, may do that."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def check(settings: Settings) -> None:
    """Look at everything the settings name, as at a start, without connecting.

    Raises:
        Misconfigured: as `Uplink` and `Uploader` do.
    """
    Broker(settings, "", Pace())
    _cloud_key(settings)
    if settings.evidence_url.startswith("https://"):
        tls_context(settings)


def _cloud_key(settings: Settings) -> Ed25519PublicKey:
    try:
        return public_key(settings.cloud_key)
    except ValueError as error:
        raise Misconfigured(f"uplink.cloud_key: {error}") from None


def _not_allowed(error: aiomqtt.MqttError) -> bool:
    code = error.rc if isinstance(error, aiomqtt.MqttCodeError) else None
    return code is not None and not isinstance(code, int) and code.value in _NOT_ALLOWED
