"""A camera's address as it may be shown: without whatever opens the camera."""

import re
from typing import Final

_SCHEME: Final = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")
_SECRETS: Final = re.compile(r"[=?#].*$", re.DOTALL)  # some makers put user=…_password=… into the path
MAX_SHOWN: Final = 200  # characters


def redact(url: str) -> str:
    """Return an address fit for logs, events and errors.

    What stands before the last `@` goes, because an unescaped password may itself hold `@`, `/` or `#`; so does
    everything from the first `=`, `?` or `#` on. Files and devices stay as they are; so is the address of a camera
    taken for a file that was written without `://`, but for what stands before its last `@`.
    """
    scheme = _SCHEME.match(url)
    if scheme is None:
        _, at, place = url.rpartition("@")
        return _printable("***@" + place if at else url)
    rest = url[scheme.end() :]
    named, _, place = rest.rpartition("@")
    shown = _SECRETS.sub("***", place)
    return _printable(scheme.group() + ("***@" if named else "") + shown)


def _printable(text: str) -> str:
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    return shown if len(shown) <= MAX_SHOWN else shown[: MAX_SHOWN - 1] + "…"
