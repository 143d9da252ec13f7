"""From settings to an MQTT client: address, names, files."""

import logging
import ssl
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import aiomqtt

from edge.config import Uplink as Settings
from edge.errors import Misconfigured
from edge.uplink.pace import Pace
from edge.uplink.window import BATCH

MAX_INCOMING: Final = 256  # messages that wait to be read; beyond that they are dropped, and the cloud says them again
MAX_PASSWORD_BYTES: Final = 4096
_PORTS: Final = {"mqtt": 1883, "mqtts": 8883}

_mqtt_log = logging.getLogger("edge.uplink.mqtt")
_mqtt_log.setLevel(logging.CRITICAL)  # it tells of every attempt; the uplink says when a connection goes and comes


class Broker:
    """Where to connect, as whom.

    Raises:
        Misconfigured: the address makes no sense or a file cannot be used; the text names the setting.
    """

    def __init__(self, settings: Settings, client_id: str, pace: Pace) -> None:
        self._host, self._port = _address(settings.broker)
        self._username = settings.username or None
        self._password = _password(settings.password_file)
        self._tls = tls_context(settings) if settings.broker.startswith("mqtts://") else None
        self._client_id = client_id
        self._pace = pace

    def client(self, will: aiomqtt.Will) -> aiomqtt.Client:
        """A client for one connection of the persistent session. Only inside a running loop."""
        client = aiomqtt.Client(
            self._host,
            self._port,
            username=self._username,
            password=self._password,
            identifier=self._client_id,
            clean_session=False,
            will=will,
            tls_context=self._tls,
            keepalive=self._pace.keepalive_s,
            timeout=self._pace.timeout_s,
            max_queued_incoming_messages=MAX_INCOMING,
            max_inflight_messages=BATCH,
            logger=_mqtt_log,
        )
        client.pending_calls_threshold = BATCH
        return client

    def __str__(self) -> str:
        return f"{self._host}:{self._port}"


def tls_context(settings: Settings) -> ssl.SSLContext:
    """Trust as the settings say: `ca_file` or the system's authorities; `cert_file` and `key_file` show who we are.

    Raises:
        Misconfigured: a file cannot be read or is not what it should be.
    """
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise Misconfigured(f"uplink.ca_file: {settings.ca_file} holds no certificate ({_reason(error)})") from None
    if settings.cert_file is None:
        return context
    try:
        context.load_cert_chain(settings.cert_file, settings.key_file, password=_no_passphrase)
    except (OSError, ssl.SSLError, ValueError) as error:
        raise Misconfigured(
            f"uplink.cert_file, uplink.key_file: {settings.cert_file} and {settings.key_file or 'the same file'} "
            f"are no certificate and its unencrypted key in PEM form ({_reason(error)})"
        ) from None
    return context


def _no_passphrase() -> str:
    return ""  # else OpenSSL asks on the terminal, and a service waits for ever


def _reason(error: Exception) -> str:
    return getattr(error, "reason", None) or getattr(error, "strerror", None) or type(error).__name__


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    try:
        host, port = parts.hostname, parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        host, port = None, 0
    if not host:
        raise Misconfigured(f"uplink.broker: {url!r}; write mqtt://host:1883 or mqtts://host:8883")
    return host, port


def _password(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        raw = path.read_bytes()
        if len(raw) > MAX_PASSWORD_BYTES:
            raise Misconfigured(f"uplink.password_file: {path} is longer than {MAX_PASSWORD_BYTES} bytes")
        return raw.decode().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"uplink.password_file: {path} cannot be read ({_reason(error)})") from None
