"""A NATS server with JetStream: what gateways publish, over MQTT too, waits in a stream until a worker takes it."""

import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeout
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, StreamConfig
from nats.js.errors import NotFoundError

from cloud.config import Source as Settings
from cloud.config import read_secret
from cloud.errors import BrokerLost, Misconfigured
from cloud.ingest.source import Delivery
from contract.topics import ROOT, UP, Topic

STREAM: Final = "LINLI"
SUBJECTS: Final = tuple(f"{ROOT.replace('/', '.')}.*.*.{channel}" for channel in UP)
ANSWER_S: Final = 5.0
ACK_WAIT_S: Final = 30.0  # a worker that dies has its messages go to another after this
MAX_UNACKED: Final = 4096
REFUSED: Final = "permissions violation"  # as the client spells what the server says
KEPT_S: Final = 7 * 86_400.0  # a gateway keeps what has no receipt, so the stream may forget


@dataclass(slots=True)
class _Complaint:
    """What the server does not allow this client: it drops that, and tells no other way."""

    said: str = ""

    async def hear(self, error: Exception) -> None:
        """Keep a refusal. Of a lost broker the worker tells, once; the client would at every try."""
        if REFUSED in str(error):
            self.said = _why(error)


@dataclass(frozen=True, slots=True)
class _Link:
    client: Client
    subscription: JetStreamContext.PullSubscription
    complaint: _Complaint

    async def take(self, limit: int) -> Sequence[Delivery]:
        while self.client.is_connected:
            try:
                messages = await self.subscription.fetch(limit, timeout=1)
            except (NatsTimeout, TimeoutError):
                continue
            except (NatsError, OSError) as error:
                raise BrokerLost(f"NATS: {_why(error)}") from None
            return [Delivery(message.subject, message.data, partial(_ack, message)) for message in messages]
        raise BrokerLost("NATS: disconnected")

    async def publish(self, messages: Sequence[tuple[Topic, bytes]]) -> None:
        try:
            for topic, body in messages:
                await self.client.publish(topic.subject, body)
            for _ in range(2):  # the client's first PING overtakes what it has not written yet; the second cannot
                await self.client.flush(timeout=int(ANSWER_S))
        except (NatsError, OSError, TimeoutError) as error:
            raise BrokerLost(f"NATS: {_why(error)}") from None
        if self.complaint.said:  # it comes before the answer to `flush`
            raise BrokerLost(f"NATS: {self.complaint.said}")


class JetStreamSource:
    """Workers with the same `settings.client` share the work; each message goes to one of them."""

    def __init__(self, settings: Settings, *, stream_messages: int, ack_wait_s: float = ACK_WAIT_S) -> None:
        self._settings = settings
        self._stream_messages = stream_messages
        self._ack_wait_s = ack_wait_s

    @property
    def name(self) -> str:
        """The address; it holds no secrets."""
        return self._settings.url

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[_Link]:
        """As `cloud.ingest.source.Source`."""
        complaint = _Complaint()
        client = await self._client(complaint)
        try:
            yield _Link(client, await self._subscribe(client), complaint)
        finally:
            await _close(client)

    async def _client(self, complaint: _Complaint) -> Client:
        settings = self._settings
        credentials = settings.credentials_file
        client = Client()
        try:
            await client.connect(
                servers=[settings.url, *settings.others],
                name="linli-ingest",
                # The worker connects anew by itself, which also makes the consumer anew where it is gone.
                allow_reconnect=False,
                max_reconnect_attempts=1,  # the client would try for ever, and this is not told
                reconnect_time_wait=0.1,  # type: ignore[arg-type]  # seconds, as asyncio.sleep takes them
                connect_timeout=int(ANSWER_S),
                error_cb=complaint.hear,
                user=settings.username or None,
                password=read_secret(settings.password_file, "source.password_file") or None,
                user_credentials=None if credentials is None else str(credentials),
                tls=_tls(settings),
            )
        except (NatsError, OSError, TimeoutError) as error:
            await _close(client)  # where it was refused after it had connected, it leaves the connection open
            raise BrokerLost(f"{settings.url}: {_why(error)}") from None
        return client

    async def _subscribe(self, client: Client) -> JetStreamContext.PullSubscription:
        js = client.jetstream(timeout=ANSWER_S)
        durable = self._settings.client
        try:
            await self._have_stream(js)
            config = ConsumerConfig(
                ack_policy=AckPolicy.EXPLICIT, ack_wait=self._ack_wait_s, max_ack_pending=MAX_UNACKED
            )
            return await js.pull_subscribe("", durable=durable, stream=STREAM, config=config)
        except (NatsError, OSError, TimeoutError) as error:
            raise BrokerLost(f"{self.name}: JetStream: {_why(error)}") from None

    async def _have_stream(self, js: JetStreamContext) -> None:
        try:
            there = set((await js.stream_info(STREAM)).config.subjects or ())
        except NotFoundError:
            config = StreamConfig(name=STREAM, subjects=list(SUBJECTS), max_age=KEPT_S, max_msgs=self._stream_messages)
            await js.add_stream(config)
        else:
            if not there.issuperset(SUBJECTS):
                raise Misconfigured(f"{self.name}: stream {STREAM} does not take in {', '.join(SUBJECTS)}; let it")


async def _close(client: Client) -> None:
    with suppress(NatsError, OSError, TimeoutError):
        await client.close()


async def _ack(message: Msg) -> None:
    try:
        await message.ack()
    except (NatsError, OSError) as error:
        raise BrokerLost(f"NATS: {_why(error)}") from None


def _why(error: Exception) -> str:
    return str(error) or type(error).__name__


def _tls(settings: Settings) -> ssl.SSLContext | None:
    if not (settings.url.startswith("tls") or settings.ca_file or settings.cert_file):
        return None
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
        if settings.cert_file is not None:
            context.load_cert_chain(settings.cert_file, settings.key_file)
    except (OSError, ssl.SSLError) as error:
        raise Misconfigured(f"source: ca_file, cert_file or key_file cannot be used ({error})") from None
    return context
