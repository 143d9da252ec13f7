"""An entry of the audit log as a value, and how entries are bound into a chain."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import rfc8785

MAX_TEXT: Final = 300  # characters of any one text in an entry; longer ones are cut, and end in an ellipsis
MAX_DETAILS: Final = 16
GENESIS: Final = "0" * 64  # what the first entry has in place of a hash before it


class Deed(StrEnum):
    """What somebody did, or saw."""

    # evidence that was looked at, or given out
    PHOTO_VIEWED = "photo.viewed"
    PHOTO_REFUSED = "photo.refused"  # not masked, and not for them
    FILM_VIEWED = "film.viewed"
    FIGURE_VIEWED = "figure.viewed"
    SHEET_VIEWED = "sheet.viewed"
    SHEET_EXPORTED = "sheet.exported"
    PLATE_SEARCHED = "plate.searched"
    EXPORTED = "exported"
    ORIGINAL_ASKED = "original.asked"
    ORIGINAL_DECIDED = "original.decided"
    ORIGINAL_VIEWED = "original.viewed"
    ORIGINAL_REFUSED = "original.refused"
    AUDIT_VIEWED = "audit.viewed"
    # what was changed
    CASE_ACTED = "case.acted"
    CASE_REPORTED = "case.reported"
    SUSPECT_DISMISSED = "suspect.dismissed"
    PERMITS_VIEWED = "permits.viewed"
    PERMITS_CHANGED = "permits.changed"
    GATEWAY_CHANGED = "gateway.changed"
    USER_ADDED = "user.added"
    USER_CHANGED = "user.changed"
    USER_REVOKED = "user.revoked"
    ORGANISATION_CHANGED = "organisation.changed"
    SETTING_CHANGED = "setting.changed"
    EVIDENCE_DELETED = "evidence.deleted"
    HOLD_CHANGED = "hold.changed"
    # who came and went
    LOGGED_IN = "login.done"
    LOGIN_FAILED = "login.failed"
    LOGGED_OUT = "logout.done"
    SESSION_ENDED = "session.ended"
    SECOND_FACTOR_CHANGED = "second_factor.changed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that somebody did.

    Args:
        actor: a user's name, `cli:` and the name on the machine, `token:` and its name, or what no person is called:
            `system`, `oidc` (single sign-on), `unknown` (somebody who did not come in).
        about: what it was done to, as `kind/id`: `case/0190…`, `user/wang.fang`, `organisation/lantian`.
        community: whose matter it is; None: nobody's alone.
        detail: what else counts. Never a secret, a plate or a picture: whoever reads the log has no other right.
    """

    actor: str
    what: Deed
    about: str
    community: str | None = None
    detail: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Link:
    """An entry in its place in the chain; `previous` and `hash` in hexadecimal digits."""

    seq: int  # counted from 1, without a gap
    body: str
    previous: str
    hash: str


def body_of(entry: Entry) -> str:
    """An entry as it is hashed and kept: canonical JSON (RFC 8785)."""
    document = {
        "at": f"{entry.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
        "actor": _bounded(entry.actor),
        "what": entry.what.value,
        "about": _bounded(entry.about),
        "community": entry.community,
        "detail": {name: _bounded(str(text)) for name, text in list(entry.detail.items())[:MAX_DETAILS]},
    }
    return rfc8785.dumps(document).decode()


def hash_of(previous: str, body: str) -> str:
    """What binds an entry to the one before: SHA-256 over that one's hash and the entry's canonical JSON."""
    return hashlib.sha256(bytes.fromhex(previous) + body.encode()).hexdigest()


def fault_of(link: Link, seq: int, previous: str) -> str | None:
    """What is wrong with a link that should stand at `seq` after one whose hash is `previous`; None: nothing."""
    if link.seq != seq:
        return f"entry {seq} is missing: {link.seq} comes in its place"
    if link.previous != previous:
        return f"entry {seq} does not follow the one before it"
    if link.hash != hash_of(link.previous, link.body):
        return f"entry {seq} does not hold what it held when it was written"
    return None


def _bounded(text: str) -> str:
    """A text that the database takes and nobody can bloat the log with."""
    clean = "".join("�" if ch == "\x00" or "\ud800" <= ch <= "\udfff" else ch for ch in text[: MAX_TEXT + 1])
    return clean if len(clean) <= MAX_TEXT else clean[: MAX_TEXT - 1] + "…"
