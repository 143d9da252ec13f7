"""Drafts, receipts and stores, and the check that a chain of events is whole."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.device import ConfigData, DeviceConfig, DeviceHealth, HealthData
from contract.downlink import Missing, Receipt
from contract.envelope import ClockTrust, Lane
from contract.events import parse_event
from contract.parking import OpenedData, ParkingOpened, VehicleClass, ZoneKind
from contract.signatures import NO_HASH, digest, verify
from edge.outbox import Draft, Identity, Outbox, Record
from edge.values import Moment

KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
IDENTITY: Final = Identity("garden", "gw1")
START: Final = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
VERSION: Final = "0123456789ab"
MIB: Final = 1024 * 1024


def store(path: Path | str, **changes: Any) -> Outbox:
    settings: dict[str, Any] = {
        "identity": IDENTITY,
        "key": KEY,
        "config_version": VERSION,
        "budget_bytes": 16 * MIB,
        "reserve_bytes": 0,
    }
    return Outbox(path, **{**settings, **changes})


def at(second: float) -> Moment:
    return Moment(second, START + timedelta(seconds=second), ClockTrust.SYNCED)


def alarm(number: int = 0, zone_name: str = "3号楼消防通道") -> Draft:
    data = OpenedData(
        camera="east",
        zone="lane-1",
        zone_kind=ZoneKind.FIRE_LANE,
        zone_name=zone_name,
        slot="east.s1",
        stay=f"east.s1.{number}",
        vehicle=VehicleClass.CAR,
        score=0.9,
        box=(0.1, 0.2, 0.3, 0.4),
        entered_at=START,
        entered_within_s=2.0,
        dwell_s=300.0,
        limit_s=300.0,
    )
    return Draft(ParkingOpened, data, at(number), "east/lane-1/east.s1")


def notice(number: int = 0) -> Draft:
    return Draft(DeviceConfig, ConfigData(version=VERSION, cameras=("east",)), at(number))


def telemetry(number: int = 0, *, cameras: int = 0) -> Draft:
    """A heartbeat; about 170 bytes more for each camera."""
    camera = {"state": "live", "detail": "x" * 60, "looks": 1, "inferences": 1}
    costs = {"decode_ms": 1.0, "gate_ms": 1.0, "inference_ms": 1.0}
    data = HealthData.model_validate(
        {
            "uptime_s": float(number),
            "cameras": [{"camera": f"cam-{i}", **camera, **costs} for i in range(cameras)],
            "outbox_records": 0,
            "outbox_bytes": 0,
            "evidence_bytes": 0,
            "disk_free_bytes": 0,
            "cpu_fraction": 0.0,
            "memory_bytes": 0,
        }
    )
    return Draft(DeviceHealth, data, at(number))


def receipt(outbox: Outbox, lane: Lane, committed: int, *missing: tuple[int, int], epoch: str | None = None) -> Receipt:
    return Receipt(
        community=IDENTITY.community,
        gateway=IDENTITY.gateway,
        issued_at=START,
        keyid="0" * 16,
        sig="AA==",
        epoch=epoch or outbox.epoch,
        lane=lane,
        committed=committed,
        missing=tuple(Missing(first=first, last=last) for first, last in missing),
    )


def numbers(outbox: Outbox, lane: Lane) -> list[int]:
    return [record.seq for record in outbox.pending(lane, 0, 1_000_000)]


def events(outbox: Outbox, lane: Lane) -> list[Any]:
    return [parse_event(record.body) for record in outbox.pending(lane, 0, 1_000_000)]


def check_chain(bodies: Iterable[bytes], *, before: str = NO_HASH, first: int = 1) -> None:
    """Every event signed by the gateway, numbered without a hole from `first`, and following the one before."""
    for seq, body in enumerate(bodies, first):
        verify(body, KEY.public_key())
        event = parse_event(body)
        assert (event.seq, event.prevhash) == (seq, before)
        before = digest(body)


def bodies(records: Iterable[Record]) -> list[bytes]:
    return [record.body for record in records]
