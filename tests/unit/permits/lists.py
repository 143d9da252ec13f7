"""Lists, registers and moments to test with."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.permits import ListedPermit, PermitPeriod
from contract.plates import PermitKind, Plate, PlateState
from edge.permits import Hasher, Origin, Register, Storage
from edge.values import ClockTrust, Moment

KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NOON: Final = datetime(2026, 5, 6, 4, 0, tzinfo=UTC)  # a Wednesday, 12:00 in Shanghai
ZONE: Final = "Asia/Shanghai"


def at(seen_at: datetime = NOON, trust: ClockTrust = ClockTrust.SYNCED) -> Moment:
    return Moment(0.0, seen_at, trust)


def listed(plate: str, kind: str = "resident", **more: Any) -> ListedPermit:
    return ListedPermit(plate=plate, kind=PermitKind(kind), **more)


def on(days: str, start: str, end: str) -> tuple[PermitPeriod, ...]:
    return (PermitPeriod.model_validate({"days": days.split(), "start": start, "end": end}),)


def read(text: str | None, state: PlateState = PlateState.READ) -> Plate:
    return Plate(state=state, text=text, looks=8)


def register(data: Path, *permits: ListedPermit, awaited: frozenset[str] = frozenset()) -> Register:
    hasher = Hasher.of(KEY)
    made = Register(Storage(data, hasher), hasher, timezone=ZONE, awaited=awaited)
    if permits:
        made.put(hasher.hashed(permits, name="a.csv", origin=Origin.IMPORTED, made_at=NOON))
    return made
