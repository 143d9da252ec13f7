"""Any MQTT 3.1.1 broker: a persistent session with manual acknowledgement, through paho's own thread.

The broker keeps what is not acknowledged for the same client id and sends it again when the session is resumed.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final
from urllib.parse import urlsplit

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage, MQTTMessageInfo
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from cloud.config import Source as Settings
from cloud.config import read_secret
from cloud.errors import BrokerLost, Misconfigured
from cloud.ingest.source import Delivery
from contract.topics import ROOT, UP, Topic

FILTERS: Final = tuple((f"{ROOT}/+/+/{channel}", 1) for channel in UP)
ANSWER_S: Final = 10.0
KEEPALIVE_S: Final = 30
MAX_WAITING: Final = 2000  # messages that have come and are not taken
MAX_WAITING_BYTES: Final = 64 * 1024 * 1024  # of those; a broker may let a single one be larger, and that comes alone
REFUSED: Final = 0x80  # in a SUBACK


class _Link:
    """Bridges paho's thread and the event loop. All but the `_on_…` methods run in the loop."""

    def __init__(
        self, client: Client, name: str, *, max_waiting: int = MAX_WAITING, max_bytes: int = MAX_WAITING_BYTES
    ) -> None:
        self._client = client
        self._name = name
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Delivery | None] = asyncio.Queue(max_waiting)
        self._max_bytes = max_bytes
        self._waiting_bytes = 0
        self._lost: str | None = None
        self._overrun = False
        self.ready: asyncio.Future[None] = self._loop.create_future()
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message

    async def take(self, limit: int) -> Sequence[Delivery]:
        deliveries: list[Delivery] = []
        while not deliveries:
            if self._lost is not None:
                raise BrokerLost(f"{self._name}: {self._lost}")
            if self._overrun and self._queue.empty():
                raise BrokerLost(f"{self._name}: more came than could be taken; the rest comes again")
            deliveries = [item for item in (await self._queue.get(), *self._at_hand(limit - 1)) if item is not None]
        self._waiting_bytes -= sum(len(delivery.body) for delivery in deliveries)
        return deliveries

    def _at_hand(self, limit: int) -> list[Delivery | None]:
        return [self._queue.get_nowait() for _ in range(min(limit, self._queue.qsize()))]

    async def publish(self, messages: Sequence[tuple[Topic, bytes]]) -> None:
        sent = [self._client.publish(str(topic), body, qos=1) for topic, body in messages]
        try:
            await asyncio.to_thread(_wait_for, sent)
        except (ValueError, RuntimeError) as error:
            raise BrokerLost(f"{self._name}: {error}") from None

    def _on_connect(
        self, client: Client, _data: object, _flags: ConnectFlags, code: ReasonCode, _props: Properties | None
    ) -> None:
        if code.is_failure:
            self._call(self._lose, f"refused: {code}")
        else:
            client.subscribe(list(FILTERS))

    def _on_subscribe(
        self, _client: Client, _data: object, _mid: int, codes: list[ReasonCode], _props: Properties | None
    ) -> None:
        refused = any(code.value >= REFUSED for code in codes)
        if refused:
            self._call(
                self._lose, f"the subscription to {ROOT}/+/+/… is refused: give this client the right to read it"
            )
        else:
            self._call(self._be_ready)

    def _on_disconnect(
        self,
        _client: Client,
        _data: object,
        _flags: DisconnectFlags,
        code: ReasonCode,
        _props: Properties | None,
    ) -> None:
        self._call(self._lose, f"disconnected: {code}")

    def _on_message(self, client: Client, _data: object, message: MQTTMessage) -> None:
        async def ack() -> None:
            # An acknowledgement on a later connection could hit another message with the same number.
            if self._lost is None:
                client.ack(message.mid, message.qos)

        self._call(self._offer, Delivery(message.topic, bytes(message.payload), ack))

    def _call(self, what: object, *args: object) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(what, *args)  # type: ignore[arg-type]

    def _be_ready(self) -> None:
        if not self.ready.done():
            self.ready.set_result(None)

    def _offer(self, delivery: Delivery) -> None:
        # What finds no room is not acknowledged, so it comes again when the session is resumed; that is done as soon
        # as what is here has been worked off.
        waiting = self._waiting_bytes + len(delivery.body)
        crowded = self._queue.full() or (self._waiting_bytes > 0 and waiting > self._max_bytes)
        self._overrun = self._overrun or crowded
        if self._lost is None and not self._overrun:
            self._queue.put_nowait(delivery)
            self._waiting_bytes = waiting

    def _lose(self, why: str) -> None:
        self._lost = self._lost or why
        if not self.ready.done():
            self.ready.set_exception(BrokerLost(f"{self._name}: {why}"))
        if not self._queue.full():
            self._queue.put_nowait(None)  # wakes whoever waits


def _wait_for(sent: Sequence[MQTTMessageInfo]) -> None:
    for info in sent:
        info.wait_for_publish(ANSWER_S)
        if not info.is_published():
            raise RuntimeError("the broker does not acknowledge")


class MqttSource:
    """One worker a client id: a second one with the same id would take the session over."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def name(self) -> str:
        """The address; it holds no secrets."""
        return self._settings.url

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[_Link]:
        """As `cloud.ingest.source.Source`."""
        client = self._client()
        link = _Link(client, self.name)
        try:
            await asyncio.to_thread(self._dial, client)
            client.loop_start()
            await _within(link.ready, self.name)
            yield link
        finally:
            client.disconnect()
            await asyncio.to_thread(client.loop_stop)
            if link.ready.done() and not link.ready.cancelled():
                link.ready.exception()  # seen

    def _client(self) -> Client:
        settings = self._settings
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=settings.client,
            clean_session=False,
            protocol=MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,  # the worker connects anew, with a new bridge
            manual_ack=True,
        )
        client.max_inflight_messages_set(MAX_WAITING)
        client.max_queued_messages_set(MAX_WAITING)
        if settings.username:
            client.username_pw_set(settings.username, read_secret(settings.password_file, "source.password_file"))
        if settings.url.startswith("mqtts"):
            _use_tls(client, settings)
        return client

    def _dial(self, client: Client) -> None:
        parts = urlsplit(self._settings.url)
        port = parts.port or (8883 if parts.scheme == "mqtts" else 1883)
        try:
            code = client.connect(parts.hostname or "", port, KEEPALIVE_S)
        except (OSError, ValueError) as error:
            raise BrokerLost(f"{self.name}: {error}") from None
        if code is not MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise BrokerLost(f"{self.name}: {code.name}")


async def _within(ready: asyncio.Future[None], name: str) -> None:
    try:
        await asyncio.wait_for(ready, ANSWER_S)
    except TimeoutError:
        raise BrokerLost(f"{name}: no answer in {ANSWER_S:.0f} s") from None


def _use_tls(client: Client, settings: Settings) -> None:
    try:
        client.tls_set(
            ca_certs=None if settings.ca_file is None else str(settings.ca_file),
            certfile=None if settings.cert_file is None else str(settings.cert_file),
            keyfile=None if settings.key_file is None else str(settings.key_file),
        )
    except (OSError, ssl.SSLError, ValueError) as error:
        raise Misconfigured(f"source: ca_file, cert_file or key_file cannot be used ({error})") from None
