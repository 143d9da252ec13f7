"""Channels: WeCom, DingTalk, Feishu, mail, ntfy and webhooks, by apprise.

Addresses hold tokens. Nothing that apprise says leaves this module: it is turned into a `Reason`.
"""

import logging
import re
import warnings
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from threading import get_ident
from types import ModuleType
from typing import Any, Final, Protocol
from urllib.parse import parse_qs, urlsplit

from cloud.notify.domain import Reason
from cloud.notify.threads import Busy, Threads

LIMIT_S: Final = 20.0  # of one try
CONNECT_S: Final = 5.0
READ_S: Final = 10.0
MAX_ADDRESS: Final = 1000
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
_CODE: Final = re.compile(r"error[= ](\d{3})\b")
_BY_CODE: Final = {
    401: Reason.NOT_ALLOWED,
    403: Reason.NOT_ALLOWED,
    404: Reason.NO_SUCH_PLACE,
    410: Reason.NO_SUCH_PLACE,
    429: Reason.TOO_MANY,
}


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


class AppriseChannel:
    """Brings letters by apprise, whose calls block: each in a thread, one for each destination."""

    def __init__(self, *, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._threads: Threads[Reason | None] = Threads()
        hush()

    async def send(self, destination: str, address: str, letter: Letter) -> Reason | None:
        try:
            return await self._threads.run(destination, partial(_send, address, letter), limit_s=self._limit_s)
        except TimeoutError:
            return Reason.TIMED_OUT
        except Busy:
            return Reason.HANGING


def channel_of(address: str) -> str:
    """Which channel an address is of.

    Raises:
        UnusableAddress: of none.
    """
    if len(address) > MAX_ADDRESS or not address.isprintable():
        raise UnusableAddress
    return _name(_plugin(address))


def hush() -> None:
    """Keep libraries from writing addresses into logs: with `--verbose` both would."""
    said = logging.getLogger("apprise")
    said.setLevel(logging.WARNING)
    said.propagate = False
    if _SAID not in said.handlers:
        said.addHandler(_SAID)
    for chatty in ("urllib3", "requests"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
        logging.getLogger(chatty).propagate = False


@cache
def _apprise() -> ModuleType:
    """Load apprise with all its channels, for those who send: it takes a second, and one of them warns."""
    hush()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        module = import_module("apprise")
        module.Apprise.instantiate("json://localhost")
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


def _send(address: str, letter: Letter) -> Reason | None:
    """Try once, in a thread."""
    try:
        plugin = _plugin(address)
    except UnusableAddress:
        return Reason.UNREADABLE
    plugin.socket_connect_timeout, plugin.socket_read_timeout = CONNECT_S, READ_S
    plugin.verify_certificate = True
    if isinstance(getattr(plugin, "headers", None), dict):
        plugin.headers[MESSAGE_HEADER] = letter.id
    if isinstance(getattr(plugin, "payload_extras", None), dict):
        plugin.payload_extras["message_id"] = letter.id
    _SAID.begin()
    try:
        taken = plugin.notify(body=letter.body, title=letter.title, body_format=_apprise().NotifyFormat.TEXT)
    except Exception:  # noqa: BLE001 - a library's own failure at one channel; its text may hold the address
        taken = False
    said = _SAID.end()
    return None if taken else _reason(said)


def _reason(said: str) -> Reason:
    code = _CODE.search(said)
    if code is not None:
        number = int(code.group(1))
        return Reason.BROKEN if number >= 500 else _BY_CODE.get(number, Reason.NOT_ACCEPTED)
    return Reason.UNREACHABLE if re.search(r"connection|socket", said, re.IGNORECASE) else Reason.NOT_ACCEPTED


class _Said(logging.Handler):
    """What apprise warns of in a thread, kept until it is judged and never shown."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._by_thread: dict[int, list[str]] = {}

    def begin(self) -> None:
        self._by_thread[get_ident()] = []

    def end(self) -> str:
        return "\n".join(self._by_thread.pop(get_ident(), []))

    def emit(self, record: logging.LogRecord) -> None:
        said = self._by_thread.get(record.thread or 0)
        if said is not None and len(said) < 20:
            said.append(record.getMessage()[:500])


_SAID: Final = _Said()
