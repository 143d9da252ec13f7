"""What a channel answered, and whether that was a yes.

apprise says yes or no and keeps the rest to itself, and takes each HTTP 200 for a yes, though a group's robot says no
by a code within it. So what it warns of and what it is answered are listened to, in the thread that sends. Nothing of
it is shown: it may hold a token. It is turned into a `Reason`.
"""

import json
import logging
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib import import_module
from typing import Any, Final

from cloud.notify.domain import Reason

MAX_ANSWER: Final = 16_384  # bytes that are read of one
MAX_WARNINGS: Final = 20
LONGEST_PAUSE: Final = timedelta(hours=1)  # that a destination may ask for
# Where a robot's answer says whether it took the message: 0, or why not.
ROBOTS: Final[Mapping[str, str]] = {"wecombot": "errcode", "dingtalk": "errcode", "feishu": "code", "lark": "code"}
_BY_STATUS: Final = {
    401: Reason.NOT_ALLOWED,
    403: Reason.NOT_ALLOWED,
    404: Reason.NO_SUCH_PLACE,
    410: Reason.NO_SUCH_PLACE,
    429: Reason.TOO_MANY,
}
_TRY: Final = threading.local()
_ONCE: Final = threading.Lock()


@dataclass(slots=True)
class Heard:
    """What was heard of one try."""

    warnings: list[str] = field(default_factory=list)
    status: int | None = None
    body: bytes = b""
    pause: timedelta = timedelta(0)
    is_silent: bool = False  # it took the connection and gave no answer in time

    def reason(self, channel: str, *, taken: bool) -> Reason | None:
        """Why it was not taken; None: it was.

        Args:
            taken: what apprise says.
        """
        if taken:
            return Reason.NOT_ACCEPTED if self._robot_says_no(channel) else None
        if self.is_silent:
            return Reason.TIMED_OUT
        if self.status is not None:
            return Reason.BROKEN if self.status >= 500 else _BY_STATUS.get(self.status, Reason.NOT_ACCEPTED)
        said = "\n".join(self.warnings)
        return Reason.UNREACHABLE if re.search(r"connection|socket", said, re.IGNORECASE) else Reason.NOT_ACCEPTED

    def _robot_says_no(self, channel: str) -> bool:
        name = ROBOTS.get(channel)
        if name is None:
            return False
        try:
            said = json.loads(self.body)
        except ValueError:
            return True  # a robot's answer is JSON: whatever else said 200 was not it
        return not isinstance(said, dict) or said.get(name) != 0


@contextmanager
def listening() -> Iterator[Heard]:
    """Hear what is answered in this thread."""
    _TRY.heard = heard = Heard()
    try:
        yield heard
    finally:
        del _TRY.heard


def pause_of(header: str, now: datetime) -> timedelta:
    """How long a destination wants to be left alone: seconds or a date (RFC 9110, Retry-After), an hour at most."""
    wanted = timedelta(0)
    with suppress(ValueError, OverflowError):
        if re.fullmatch(r"\d{1,9}", header.strip()):
            wanted = timedelta(seconds=int(header))
        else:
            at = parsedate_to_datetime(header)
            wanted = (at if at.tzinfo is not None else at.replace(tzinfo=UTC)) - now
    return min(max(wanted, timedelta(0)), LONGEST_PAUSE)


def hush() -> None:
    """Keep libraries from writing addresses into logs: with `--verbose` both would."""
    said = logging.getLogger("apprise")
    said.setLevel(logging.WARNING)
    said.propagate = False
    if _EAR not in said.handlers:
        said.addHandler(_EAR)
    for chatty in ("urllib3", "requests"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
        logging.getLogger(chatty).propagate = False


def listen_to_http() -> None:
    """Hear what is answered, and read no more than `MAX_ANSWER` of it; once for a process.

    There is no door for this: apprise calls `requests.post` and throws the answer away.
    """
    with _ONCE:
        requests: Any = import_module("requests")
        plain: Callable[..., Any] = requests.adapters.HTTPAdapter.send
        if plain.__module__ != __name__:
            requests.adapters.HTTPAdapter.send = _heard(plain, requests.exceptions.ReadTimeout)


def _heard(plain: Callable[..., Any], read_timeout: type[Exception]) -> Callable[..., Any]:

    def send(adapter: Any, request: Any, *how: Any, **more: Any) -> Any:
        heard: Heard | None = getattr(_TRY, "heard", None)
        if heard is None:
            return plain(adapter, request, *how, **more)
        try:
            answer = plain(adapter, request, *how, **more)
        except read_timeout:
            heard.is_silent = True
            raise
        heard.status, heard.body = answer.status_code, _body(answer)
        heard.pause = pause_of(answer.headers.get("Retry-After", ""), datetime.now(UTC))
        return answer

    return send


def _body(answer: Any) -> bytes:
    """The beginning of what was answered, which from now on is all of it; one that breaks off is empty."""
    failures: Any = import_module("urllib3.exceptions").HTTPError
    try:
        body: bytes = answer.raw.read(MAX_ANSWER, decode_content=True)
    except (failures, OSError):
        body = b""
    answer.close()
    answer._content, answer._content_consumed = body, True  # noqa: SLF001 - as if it had read it all
    return body


class _Ear(logging.Handler):
    """What apprise warns of in a thread, kept until it is judged and never shown."""

    def emit(self, record: logging.LogRecord) -> None:
        heard: Heard | None = getattr(_TRY, "heard", None)
        if heard is not None and len(heard.warnings) < MAX_WARNINGS:
            heard.warnings.append(record.getMessage()[:500])


_EAR: Final = _Ear(logging.WARNING)
