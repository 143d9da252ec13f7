"""Plates as keyed hashes, so that a list on the gateway's disk tells nobody who lives there.

HMAC-SHA256 under a key that HKDF draws from the gateway's own key. There are only some ten thousand million plates:
whoever has the gateway's key too can try them all. What the hashes protect is a list that is copied, backed up or sent
somewhere without that key.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Final, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import AwareDatetime, Field, StringConstraints

from contract.envelope import Closed
from contract.identifiers import Sha256
from contract.permits import MAX_PERIODS, MAX_PERMITS, MAX_VERSION, ListedPermit, PermitPeriod
from contract.plates import PermitKind

_INFO: Final = b"linli permits v1"


class Origin(StrEnum):
    """Who gave a list."""

    SETTINGS = "settings"  # a file that `plates.lists` names
    IMPORTED = "imported"  # `linli-edge permits import`
    CLOUD = "cloud"


class HashedPermit(Closed):
    """One permit; its plate as 64 hex digits."""

    plate: Sha256
    kind: PermitKind
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None
    periods: tuple[PermitPeriod, ...] = Field(default=(), max_length=MAX_PERIODS)


class HashedList(Closed):
    """A list as it is kept. `version` and `signer` are of lists from the cloud: its number, and whose key signed it."""

    format: Literal[1] = 1
    name: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    origin: Origin
    made_at: AwareDatetime
    version: int = Field(default=0, ge=0, le=MAX_VERSION)
    signer: str = Field(default="", max_length=16)
    permits: tuple[HashedPermit, ...] = Field(max_length=MAX_PERMITS)


@dataclass(frozen=True, slots=True)
class Hasher:
    """Hashes plates and seals lists for one gateway."""

    _key: bytes

    @classmethod
    def of(cls, key: Ed25519PrivateKey) -> "Hasher":
        """The hasher of a gateway, from its signing key."""
        return cls(HKDF(SHA256(), 32, salt=None, info=_INFO).derive(key.private_bytes_raw()))

    def plate(self, text: str) -> bytes:
        """The 32 bytes that stand for a plate."""
        return hmac.digest(self._key, text.encode(), sha256)

    def seal(self, body: bytes) -> str:
        """What shows that a file was written by this gateway: 64 hex digits. No plate has the same."""
        return hmac.digest(self._key, b"list\n" + body, sha256).hex()

    def hashed(
        self,
        permits: tuple[ListedPermit, ...],
        *,
        name: str,
        origin: Origin,
        made_at: datetime,
        version: int = 0,
        signer: str = "",
    ) -> HashedList:
        """A list without its plates, in the order of their hashes: the order, too, would tell something."""
        rows = sorted((self._row(permit) for permit in permits), key=lambda row: row.plate)
        return HashedList(
            name=name, origin=origin, made_at=made_at, version=version, signer=signer, permits=tuple(rows)
        )

    def _row(self, permit: ListedPermit) -> HashedPermit:
        return HashedPermit(
            plate=self.plate(permit.plate).hex(),
            kind=permit.kind,
            valid_from=permit.valid_from,
            valid_until=permit.valid_until,
            periods=permit.periods,
        )
