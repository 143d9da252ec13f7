"""What a sensor board tells: its events with their times, and how its inputs stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from edge.config import Input
from firmware_bridge.buses import Seen
from firmware_bridge.codecs.bridge import Event, Source, StateReply

INPUTS: Final = {
    Source.LOOP: Input.LOOP,
    Source.DOOR: Input.DOOR,
    Source.BEAM: Input.BEAM,
    Source.FIRE_LANE: Input.FIRE_LANE,
}
BITS: Final = {Input.LOOP: 0, Input.DOOR: 1, Input.BEAM: 2, Input.FIRE_LANE: 3}  # docs/board-protocol.md, STATE
SETTLED: Final = timedelta(seconds=3)
"""By how much the board's clock may differ from the gateway's, with the way of an event: it is set once an hour."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A contact closed or opened."""

    at: datetime
    input: Input
    closed: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What a board told at one time.

    Attributes:
        edges: in the order in which they happened.
        closed: contacts that are closed now; None: not known.
        at: when that was heard.
        known_to: up to when it has told everything; None: it cannot be said.
    """

    edges: tuple[Edge, ...]
    closed: frozenset[Input] | None
    at: datetime
    known_to: datetime | None


def told(seen: Seen) -> Told:
    """Read what a board has told."""
    times = timed(seen.events, seen.at)
    edges = tuple(
        Edge(at, INPUTS[event.source], closed=event.value != 0)
        for event, at in zip(seen.events, times, strict=True)
        if event.source in INPUTS
    )
    return Told(edges, None if seen.state is None else closed_inputs(seen.state), seen.at, _known_to(seen, times))


def timed(events: Sequence[Event], heard: datetime) -> tuple[datetime, ...]:
    """When events happened, by the board's clock; none is later than it was heard.

    A board whose clock was never set says 0. Then it is reckoned back by the board's uptime from the next event whose
    time is known, or from when it was heard. Of what came before a restart nothing is known but that it was before.
    """
    out: list[datetime] = []
    later, uptime_ms = heard, None
    for event in reversed(events):
        if event.at_s:
            at = datetime.fromtimestamp(event.at_s, UTC) + timedelta(milliseconds=event.at_ms)
        elif uptime_ms is not None and event.uptime_ms <= uptime_ms:
            at = later - timedelta(milliseconds=uptime_ms - event.uptime_ms)
        else:
            at = later
        later = min(at, heard + SETTLED)
        uptime_ms = None if event.source is Source.BOOT else event.uptime_ms
        out.append(later)
    return tuple(reversed(out))


def closed_inputs(state: StateReply) -> frozenset[Input]:
    """Contacts that are closed."""
    return frozenset(name for name, bit in BITS.items() if state.inputs >> bit & 1)


def _known_to(seen: Seen, times: Sequence[datetime]) -> datetime | None:
    """Up to now where the board's queue holds no more than what was told; else up to the last event."""
    if seen.state is not None and seen.state.queued <= len(seen.events):
        return seen.at - SETTLED
    return min(times[-1], seen.at - SETTLED) if times else None
