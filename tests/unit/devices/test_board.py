"""When a board's events happened, and up to when it has told everything."""

from datetime import UTC, datetime, timedelta

import pytest

from edge.config import Input
from edge.devices.board import SETTLED, Edge, told
from firmware_bridge.buses import Seen
from firmware_bridge.codecs.bridge import Event, Source, StateReply

HEARD = datetime(2026, 3, 2, 4, 15, tzinfo=UTC)
BASE = int(HEARD.timestamp())


def event(number: int, at_s: float | None, uptime_s: float, source: Source = Source.DOOR, value: int = 1) -> Event:
    """An event so many seconds before it was heard; None: the clock was never set."""
    if at_s is None:
        return Event(number, 0, 0, int(uptime_s * 1000), source, value, number)
    seconds, fraction = divmod(BASE + at_s, 1)
    return Event(number, int(seconds), int(fraction * 1000), int(uptime_s * 1000), source, value, number)


def seen(*events: Event, queued: int | None = 0, inputs: int = 0) -> Seen:
    state = None if queued is None else StateReply(inputs, 0, 0, 0, 0, 0, queued, 0)
    return Seen(b"LM3SQEMU", state, events, HEARD)


TIMES = [
    # name,                              events,                                               seconds from when heard
    ("by the board's clock", [event(1, -60.5, 5), event(2, -1, 64.5)], [-60.5, -1]),
    ("never set: by the uptime up to the last", [event(1, None, 5), event(2, None, 65)], [-60, 0]),
    ("set later: by the uptime up to then", [event(1, None, 5), event(2, -10, 65)], [-70, -10]),
    (
        "before a restart: no later than it",
        [event(1, None, 900), event(2, -30, 0, Source.BOOT), event(3, -1, 29)],
        [-30, -30, -1],
    ),
    ("ahead of when it was heard", [event(1, 3600, 5)], [SETTLED.total_seconds()]),
    ("an uptime that has wrapped", [event(1, None, 4_294_000), event(2, -1, 10)], [-1, -1]),
]


@pytest.mark.parametrize(("events", "offsets"), [row[1:] for row in TIMES], ids=[row[0] for row in TIMES])
def test_times(events: list[Event], offsets: list[float]) -> None:
    edges = told(seen(*events)).edges
    expected = [
        HEARD + timedelta(seconds=offset)
        for event, offset in zip(events, offsets, strict=True)
        if event.source is Source.DOOR
    ]
    assert [edge.at for edge in edges] == expected


def test_edges_are_contacts_and_nothing_else() -> None:
    events = (event(1, -3, 1, Source.LOOP, 1), event(2, -2, 2, Source.LINK_LOST, 0), event(3, -1, 3, Source.BEAM, 0))
    assert told(seen(*events)).edges == (
        Edge(HEARD - timedelta(seconds=3), Input.LOOP, closed=True),
        Edge(HEARD - timedelta(seconds=1), Input.BEAM, closed=False),
    )


def test_how_contacts_stand() -> None:
    assert told(seen(inputs=0b1010)).closed == frozenset({Input.DOOR, Input.FIRE_LANE})
    assert told(seen(queued=None)).closed is None


KNOWN = [
    # name,                                  what was seen,                                 seconds from when heard
    ("nothing waits", seen(), -3.0),
    ("all that waits was told", seen(event(1, -60, 5), queued=1), -3.0),
    ("more waits", seen(event(1, -60, 5), queued=9), -60.0),
    ("more waits, and nothing was told", seen(queued=9), None),
    ("how much waits is not known", seen(event(1, -60, 5), queued=None), -60.0),
]


@pytest.mark.parametrize(("one", "offset_s"), [row[1:] for row in KNOWN], ids=[row[0] for row in KNOWN])
def test_up_to_when_everything_is_told(one: Seen, offset_s: float | None) -> None:
    assert told(one).known_to == (None if offset_s is None else HEARD + timedelta(seconds=offset_s))
