"""Berths as last told, and how long that holds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cloud.telemetry.lives import is_believed
from contract.berth import BerthState
from contract.envelope import ClockTrust

FORGOTTEN: Final = timedelta(days=30)  # a camera that has told of no berth for so long has none any more
STALE: Final = timedelta(minutes=35)  # a gateway tells each quarter of an hour: two have not come


@dataclass(frozen=True, slots=True)
class BerthKey:
    """Which berth."""

    community: str
    gateway: str
    camera: str
    zone: str


@dataclass(frozen=True, slots=True)
class Berth:
    """One berth as its gateway told last. `came` and `left` count since `counted_since`."""

    key: BerthKey
    name: str
    told: BerthState
    since: datetime
    vehicle: str | None  # contract.parking.VehicleClass
    came: int
    left: int
    counted_since: datetime
    observed_at: datetime  # by the gateway's clock, as far as `clock` says
    received_at: datetime  # by the cloud's clock
    clock: ClockTrust
    odd_time: bool  # the gateway's time lies oddly far from when it came
    simulated: bool

    def is_stale(self, now: datetime) -> bool:
        """Whether what was told is too old to say anything of now. A clock that cannot be believed is not asked."""
        believed = is_believed(self.clock, odd_time=self.odd_time)
        told_at = min(self.observed_at, self.received_at) if believed else self.received_at
        return now - told_at > STALE

    def state(self, now: datetime) -> BerthState:
        """Whether a vehicle may come: unknown where nothing new was told for `STALE`."""
        return BerthState.UNKNOWN if self.is_stale(now) else self.told


@dataclass(frozen=True, slots=True)
class BerthChange:
    """A berth's state from a time on."""

    state: BerthState
    since: datetime
    received_at: datetime
