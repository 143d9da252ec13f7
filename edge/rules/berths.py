"""Berths 泊位: which are free, and how many vehicles came and left."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from contract.berth import BerthState
from contract.parking import VehicleClass
from edge.config import Zone
from edge.values import Moment, Sighting

MAX_STATE_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class BerthNow:
    """One berth as it is told. `since` is when it got into its state; `came` and `left` never fall."""

    zone: str
    state: BerthState
    since: Moment
    vehicle: VehicleClass | None
    came: int
    left: int


@dataclass(frozen=True, slots=True)
class Occupancy:
    """All berths of a camera, in the order of its zones."""

    now: Moment
    counted_since: Moment
    berths: tuple[BerthNow, ...]


@dataclass(frozen=True, slots=True)
class Berths:
    """What is remembered of one camera's berths."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    version: Literal[1] = 1

    def to_bytes(self) -> bytes:
        """Versioned JSON; the same state gives the same bytes."""
        return _BERTHS.dump_json(self)

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Berths":
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: damaged, too long or of another version.
        """
        if len(raw) > MAX_STATE_BYTES:
            raise ValueError(f"{len(raw)} bytes; the state of the berths has at most {MAX_STATE_BYTES}")
        try:
            return _BERTHS.validate_json(raw)
        except ValidationError as error:
            fault = error.errors(include_url=False, include_input=False)[0]
            raise ValueError(f"not the state of berths of version 1: {fault['msg']}") from None


_BERTHS: Final = TypeAdapter(Berths)


def step(
    state: Berths, sightings: Sequence[Sighting], *, visible: bool, now: Moment, zones: Sequence[Zone]
) -> tuple[Berths, Occupancy | None]:
    """Advance by one look; not in force yet.

    Args:
        sightings: all of one look: one for every vehicle that stands.
        visible: whether the picture tells anything; False too while the camera has been moved.
        zones: the camera's; only those of kind berth are told.
    Returns:
        the new state, and what to report: on a change and each quarter of an hour, else None.
    """
    return state, None
