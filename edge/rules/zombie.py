"""Zombie vehicles 僵尸车: one that has not moved for days and shows that nobody uses it.

Suspected → confirmed → a milestone each further week → cleared, each at most once for a stay. Standing is counted by
the monotonic clock alone, so that a wall clock set anew changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from edge.config import Zombie, Zone
from edge.values import Sighting, ZombieFinding

MAX_STATE_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Zombies:
    """What the rule remembers of one camera's stays."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    version: Literal[1] = 1

    def to_bytes(self) -> bytes:
        """Versioned JSON; the same state gives the same bytes."""
        return _ZOMBIES.dump_json(self)

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Zombies":
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: damaged, too long or of another version.
        """
        if len(raw) > MAX_STATE_BYTES:
            raise ValueError(f"{len(raw)} bytes; the zombie rule's state has at most {MAX_STATE_BYTES}")
        try:
            return _ZOMBIES.validate_json(raw)
        except ValidationError as error:
            fault = error.errors(include_url=False, include_input=False)[0]
            raise ValueError(f"not the zombie rule's state of version 1: {fault['msg']}") from None


_ZOMBIES: Final = TypeAdapter(Zombies)


def step(
    state: Zombies, sightings: Sequence[Sighting], *, zones: Sequence[Zone], settings: Zombie, timezone: str
) -> tuple[Zombies, tuple[ZombieFinding, ...]]:
    """Advance by one look; not in force yet.

    Args:
        sightings: all of one look: one for every vehicle that stands. A stay that is not among them is forgotten.
        timezone: IANA name, for the days that are told in words.
    """
    return state, ()
