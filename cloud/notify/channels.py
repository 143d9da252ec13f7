"""Channels: WeCom, DingTalk, Feishu, mail, ntfy and webhooks, by apprise.

Addresses hold tokens. Nothing that apprise says leaves this room: it is turned into a `Reason`.
"""

import warnings
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from importlib import import_module
from types import ModuleType
from typing import Any, Final, Protocol
from urllib.parse import parse_qs, urlsplit

from cloud.notify.answers import Heard, hush, listen_to_http, listening
from cloud.notify.domain import Reason
from cloud.notify.reach import OutOfReach, Reach, bounded
from cloud.notify.threads import Busy, Threads

LIMIT_S: Final = 20.0  # that one try is waited for
CONNECT_S: Final = 5.0
READ_S: Final = 75.0  # one that takes a minute to answer has taken the message all the same
MAX_ADDRESS: Final = 1000
MAX_REMEMBERED: Final = 1000  # letters that were taken
# What is tested here, or speaks to a person's telephone; nothing that runs a program or writes a file.
CHANNELS: Final = (
    "wecombot",
    "dingtalk",
    "feishu",
    "lark",
    "mailto",
    "mailtos",
    "ntfy",
    "ntfys",
    "json",
    "jsons",
    "form",
    "forms",
)
# Settings in an address that would do more than send a message: another method, a file of this machine.
FORBIDDEN: Final = frozenset({"method", "pgp", "pgppub", "pgpkey", "pgpprv", "attach", "attach-as", "filename"})
MESSAGE_HEADER: Final = "X-Linli-Message"


class UnusableAddress(Exception):
    """It is no address of a channel that there is; the text never repeats it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes out; `id` stays the same however often it is tried."""

    id: str
    title: str
    body: str


class Channel(Protocol):
    """Brings letters to addresses."""

    async def send(self, destination: str, address: str, letter: Letter) -> Reason | None:
        """Try once. None: it was taken; else why it was not, or is not known to have been."""

    def pause(self, destination: str) -> timedelta:
        """How long a destination wanted to be left alone when it was tried last; nothing: it did not say."""


class AppriseChannel:
    """Brings letters by apprise, whose calls block: each in a thread, one for each destination.

    A try that is not waited for any longer goes on in its thread. What is taken late counts: the letter is not brought
    a second time by this process.

    Args:
        reach: what may be connected to.
    """

    def __init__(self, *, limit_s: float = LIMIT_S, reach: Reach | None = None) -> None:
        self._limit_s = limit_s
        self._reach = reach or Reach()
        self._threads: Threads[Reason | None] = Threads()
        self._taken: deque[tuple[str, str]] = deque(maxlen=MAX_REMEMBERED)  # destination and letter
        self._pauses: dict[str, timedelta] = {}
        hush()

    async def send(self, destination: str, address: str, letter: Letter) -> Reason | None:
        if (destination, letter.id) in self._taken:
            return None
        try:
            return await self._threads.run(
                destination, partial(self._try, destination, address, letter), limit_s=self._limit_s
            )
        except TimeoutError:
            return Reason.TIMED_OUT
        except Busy:
            return Reason.HANGING

    def pause(self, destination: str) -> timedelta:
        return self._pauses.get(destination, timedelta(0))

    def _try(self, destination: str, address: str, letter: Letter) -> Reason | None:
        """Try once, in a thread."""
        self._pauses.pop(destination, None)
        try:
            plugin = _plugin(address)
        except UnusableAddress:
            return Reason.UNREADABLE
        with listening() as heard:
            reason = self._send(plugin, letter, heard)
        if reason is None:
            self._taken.append((destination, letter.id))
        elif heard.pause:
            self._pauses[destination] = heard.pause
        return reason

    def _send(self, plugin: Any, letter: Letter, heard: Heard) -> Reason | None:
        _prepare(plugin, letter)
        try:
            with bounded(self._reach, _host(plugin)) as bounds:
                taken = _notify(plugin, letter)
        except OutOfReach:
            return Reason.WITHIN
        return Reason.WITHIN if bounds.refused else heard.reason(_name(plugin), taken=taken)


def channel_of(address: str) -> str:
    """Which channel an address is of.

    Raises:
        UnusableAddress: of none.
    """
    if len(address) > MAX_ADDRESS or not address.isprintable():
        raise UnusableAddress
    return _name(_plugin(address))


def host_of(address: str) -> str | None:
    """The host that an address sends to; None: the channel's own, which nobody chooses.

    Raises:
        UnusableAddress: it is of no channel.
    """
    return _host(_plugin(address))


@cache
def _apprise() -> ModuleType:
    """Load apprise with all its channels, for those who send: it takes a second, and one of them warns."""
    hush()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        module = import_module("apprise")
        module.Apprise.instantiate("json://localhost")
    listen_to_http()
    return module


def _plugin(address: str) -> Any:
    if FORBIDDEN & {name.strip().lower() for name in parse_qs(urlsplit(address).query, keep_blank_values=True)}:
        raise UnusableAddress
    apprise = _apprise()
    # No picture and no link to another host in what is sent, and no redirect that takes a token elsewhere.
    asset = apprise.AppriseAsset(
        app_id="Linli", app_desc="Linli", app_url="", image_url_mask="", image_url_logo="", http_redirects=False
    )
    try:
        plugin = apprise.Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
    except Exception:  # noqa: BLE001 - a library's own, about what somebody typed; its text repeats the address
        plugin = None
    if not isinstance(plugin, apprise.NotifyBase) or _name(plugin) not in CHANNELS:
        raise UnusableAddress
    return plugin


def _name(plugin: Any) -> str:
    return str(plugin.url(privacy=True)).partition("://")[0]


def _host(plugin: Any) -> str | None:
    """What the channels of the field call a host is a token: only those are asked that have one."""
    match _name(plugin):
        case "mailto" | "mailtos":
            return str(plugin.smtp_host)
        case "ntfy" | "ntfys":
            return str(plugin.host) if plugin.mode == "private" else None
        case "json" | "jsons" | "form" | "forms":
            return str(plugin.host)
    return None


def _prepare(plugin: Any, letter: Letter) -> None:
    """Set what no address may set otherwise, and the letter's id."""
    is_mail = hasattr(plugin, "smtp_host")  # its one limit holds for each step, and mail servers keep senders waiting
    plugin.socket_connect_timeout = READ_S if is_mail else CONNECT_S
    plugin.socket_read_timeout = READ_S
    plugin.verify_certificate, plugin.redirects = True, False
    if isinstance(getattr(plugin, "headers", None), dict):
        plugin.headers[MESSAGE_HEADER] = letter.id
    if isinstance(getattr(plugin, "payload_extras", None), dict):
        plugin.payload_extras["message_id"] = letter.id


def _notify(plugin: Any, letter: Letter) -> bool:
    try:
        return bool(plugin.notify(body=letter.body, title=letter.title, body_format=_apprise().NotifyFormat.TEXT))
    except Exception:  # noqa: BLE001 - a library's own failure at one channel; its text may hold the address
        return False
