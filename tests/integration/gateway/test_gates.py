"""A gate, an alarm contact and a household's door on a sensor board, by the rules, into the real outbox."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from contract.device import LineState
from edge.app.instruments.instruments import Instruments
from edge.errors import DiskFull
from edge.outbox import Draft, Outbox
from firmware_bridge.codecs.bridge import Source
from tests.integration.gateway.community import BEGUN, Clock, Gateway, configured
from tests.integration.gateway.sensor_board import SensorBoard

WIRED = {
    "boards": [{"id": "south", "port": "/dev/serial/by-id/none"}],
    "gates": [
        {"id": "barrier", "name": "南门道闸", "board": "south", "inputs": ["door", "beam"], "normally_closed": ["door"]}
    ],
    "sensors": [
        {"id": "gas", "name": "食堂燃气", "kind": "gas", "board": "south", "input": "fire_lane", "normally": "closed"}
    ],
}
SECOND = 1 / 3600
Play = list[tuple[float, Callable[[], None]]]


@pytest.fixture
def board() -> SensorBoard:
    board = SensorBoard(Clock())
    board.inputs = 1 << Source.DOOR | 1 << Source.FIRE_LANE  # both contacts are closed at rest
    return board


@pytest.fixture
def gateway(tmp_path: Path, board: SensorBoard) -> Gateway:
    return Gateway(tmp_path, configured(WIRED, tmp_path), board.clock, {"south": board})


def live(gateway: Gateway, hours: float, play: Play | None = None) -> None:
    """Run, and do what is to be done at its hour, each once."""
    play = [] if play is None else play
    play.sort(key=lambda act: act[0])

    def witness(_: Instruments) -> None:
        while play and gateway.clock.hours >= play[0][0]:
            play.pop(0)[1]()

    gateway.live(hours, witness)


def door(board: SensorBoard, *, opened: bool) -> Callable[[], None]:
    return lambda: board.turn(Source.DOOR, closed=not opened)


def alarms(gateway: Gateway) -> list[tuple[str, str, float]]:
    """What was told of which kind, and at which hour it was found, in order of that."""
    told = [event for event in gateway.events() if ".alarm." in event["type"]]
    found = [(event["type"].split(".")[2], event["data"]["kind"], hours(event["data"]["found_at"])) for event in told]
    return sorted(found, key=lambda one: one[2])


def hours(at: str) -> float:
    return (datetime.fromisoformat(at) - BEGUN) / timedelta(hours=1)


STUCK = [("opened", "stuck_open"), ("cleared", "stuck_open")]
KILLS = [
    # name,                          hours at which the gateway is killed and started again
    ("never", ()),
    ("before the alarm is due", (0.11,)),
    ("while the alarm stands", (0.15,)),
    ("again and again", (0.1 + n * 7 * SECOND for n in range(30))),
]


@pytest.mark.parametrize("kills", [tuple(row[1]) for row in KILLS], ids=[row[0] for row in KILLS])
def test_a_gate_stuck_open_is_told_once_and_ended_once(
    kills: tuple[float, ...], gateway: Gateway, board: SensorBoard
) -> None:
    play: Play = [(0.099, door(board, opened=True)), (0.2, door(board, opened=False))]
    for end in (*kills, 0.25):
        live(gateway, end, play)
    told = alarms(gateway)
    assert [one[:2] for one in told] == STUCK
    assert told[0][2] == pytest.approx(0.099 + 120 * SECOND, abs=10 * SECOND)
    assert told[1][2] == pytest.approx(0.2 + 5 * SECOND, abs=10 * SECOND)
    opened, cleared = [event["data"] for event in gateway.events() if ".alarm." in event["type"]]
    assert opened["alarm"] == cleared["alarm"]
    assert opened["device_name"] == "南门道闸"
    assert "门一直开着" in opened["words_zh"]
    assert "stood open" in opened["words_en"]
    assert board.queue == []
    assert board.acknowledged == sorted(set(board.acknowledged))


def test_events_that_come_again_after_a_kill_are_told_once(gateway: Gateway, board: SensorBoard) -> None:
    """As when it is killed after its commit, before the board has heard of it."""
    play: Play = [(0.05, door(board, opened=True)), (0.1, door(board, opened=False)), (0.15, door(board, opened=True))]
    for begin in (0.05, 0.1, 0.15):
        board.forgets = True
        live(gateway, begin + 0.002, play)
        assert len(board.queue) == 1
        board.forgets = False
        live(gateway, begin + 0.04)
        assert board.queue == []
    live(gateway, 0.2)
    assert [one[:2] for one in alarms(gateway)] == [*STUCK, STUCK[0]]


def test_a_board_that_is_heard_is_not_lost_while_its_queue_is_not_empty(gateway: Gateway, board: SensorBoard) -> None:
    board.forgets = True
    live(gateway, 0.2, [(0.05, door(board, opened=True))])
    assert alarms(gateway) == []


def test_what_happened_while_the_cable_was_out_is_told_by_its_own_times(gateway: Gateway, board: SensorBoard) -> None:
    live(gateway, 1.1, [
        (0.1, board.pull),
        (0.2, door(board, opened=True)),
        (0.4, door(board, opened=False)),
        (1.0, lambda: setattr(board, "plugged", True)),
    ])  # fmt: skip
    told = alarms(gateway)
    assert [one[:2] for one in told] == [
        ("opened", "link_lost"),
        ("opened", "stuck_open"),
        ("cleared", "stuck_open"),
        ("cleared", "link_lost"),
    ]
    assert told[1][2] == pytest.approx(0.2 + 120 * SECOND, abs=10 * SECOND)
    assert told[2][2] == pytest.approx(0.4, abs=15 * SECOND)


@pytest.mark.parametrize("wrong_s", [-2.5, 0, 2.5])
def test_a_clock_that_is_a_little_off_loses_nobody_who_passes(
    wrong_s: float, gateway: Gateway, board: SensorBoard
) -> None:
    """A gate that somebody passes each minute is in use, though they break its beam for a moment alone."""
    board.wrong_by = timedelta(seconds=wrong_s)

    def passed() -> None:
        loop = asyncio.get_running_loop()  # between two questions, which come on the second
        loop.call_later(0.4, partial(board.turn, Source.BEAM, closed=True))
        loop.call_later(0.7, partial(board.turn, Source.BEAM, closed=False))

    passes: Play = [(0.01 + n / 60, passed) for n in range(1, 12)]
    live(gateway, 0.22, [(0.01, door(board, opened=True)), *passes])
    assert [one[:2] for one in alarms(gateway)] == []
    live(gateway, 0.25)
    assert [one[:2] for one in alarms(gateway)] == [STUCK[0]]


def test_without_a_source_of_releases_nobody_is_accused(gateway: Gateway, board: SensorBoard) -> None:
    beam: Play = [(0.101 + n * 14 * SECOND, partial(board.turn, Source.BEAM, closed=n % 2 == 0)) for n in range(4)]
    live(gateway, 0.2, [(0.1, door(board, opened=True)), *beam, (0.12, door(board, opened=False))])
    assert alarms(gateway) == []


def test_gas_is_told_within_seconds_and_ends_when_it_is_normal_again(gateway: Gateway, board: SensorBoard) -> None:
    live(gateway, 0.2, [
        (0.1, lambda: board.turn(Source.FIRE_LANE, closed=False)),
        (0.15, lambda: board.turn(Source.FIRE_LANE, closed=True)),
    ])  # fmt: skip
    told = alarms(gateway)
    assert [one[:2] for one in told] == [("opened", "alarm"), ("cleared", "alarm")]
    assert told[0][2] == pytest.approx(0.1, abs=15 * SECOND)
    assert told[1][2] == pytest.approx(0.15 + 60 * SECOND, abs=15 * SECOND)
    (opened, _) = [event for event in gateway.events() if ".alarm." in event["type"]]
    assert hours(opened["time"]) - told[0][2] < 10 * SECOND
    assert (opened["data"]["sensor"], opened["subject"]) == ("gas", "south/gas")


def test_gas_while_the_cable_was_out_for_minutes_is_told_as_it_was(gateway: Gateway, board: SensorBoard) -> None:
    live(gateway, 0.2, [
        (0.05, board.pull),
        (0.08, lambda: board.turn(Source.FIRE_LANE, closed=False)),
        (0.11, lambda: board.turn(Source.FIRE_LANE, closed=True)),
        (0.15, lambda: setattr(board, "plugged", True)),
    ])  # fmt: skip
    told = [one for one in alarms(gateway) if one[1] == "alarm"]
    assert [one[:2] for one in told] == [("opened", "alarm"), ("cleared", "alarm")]
    assert told[0][2] == pytest.approx(0.08, abs=15 * SECOND)


def test_a_board_that_is_away_for_hours_is_lost_and_its_contact_silent(gateway: Gateway, board: SensorBoard) -> None:
    states = set[LineState]()

    def witness(instruments: Instruments) -> None:
        states.update(one.state for one in instruments.health())

    live(gateway, 0.1)
    board.pull()
    gateway.live(2.5, witness)
    assert states == {LineState.LOST}
    board.plugged = True
    live(gateway, 2.6)
    told = [one[:2] for one in alarms(gateway)]
    assert told.count(("opened", "silent")) == told.count(("cleared", "silent")) == 1
    assert told.count(("opened", "link_lost")) == told.count(("cleared", "link_lost")) == 1
    assert len(told) == 4


def test_on_a_full_disk_the_board_keeps_what_is_not_safe(
    gateway: Gateway, board: SensorBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = Outbox.commit

    def full(outbox: Outbox, drafts: Sequence[Draft], **kept: Any) -> Any:
        if 0.1 <= board.clock.hours < 0.3:
            raise DiskFull("no room")
        return commit(outbox, drafts, **kept)

    monkeypatch.setattr(Outbox, "commit", full)
    queued = list[int]()
    live(gateway, 0.5, [
        (0.1, door(board, opened=True)),
        (0.2, door(board, opened=False)),
        (0.29, lambda: queued.append(len(board.queue))),
    ])  # fmt: skip
    assert queued == [2]
    assert [one[:2] for one in alarms(gateway)] == STUCK  # who waits for the disk has not lost the board
    assert board.queue == []


SET_BACKS = [
    # name,                                  hours by which the clock wakes up earlier, at which the gate was opened
    ("by half an hour, and then it opens",   0.5, None),
    ("by a day, and then it opens",          24, None),
    ("by half an hour while it stands open", 0.5, 0.98),
    ("by a day while it stands open",        24, 0.98),
    ("by a day while that is told",          24, 0.8),
]  # fmt: skip


@pytest.mark.parametrize(("by", "opened"), [row[1:] for row in SET_BACKS], ids=[row[0] for row in SET_BACKS])
def test_a_clock_that_is_set_back_hides_no_gate_that_is_stuck(
    by: float, opened: float | None, gateway: Gateway, board: SensorBoard
) -> None:
    live(gateway, 1, [] if opened is None else [(opened, door(board, opened=True))])
    again = 1 - by
    gateway.off_until(again)
    later: Play = [(again + 0.01, door(board, opened=True)), (again + 0.1, door(board, opened=False))]
    live(gateway, again + 0.2, later)
    assert sorted(one[:2] for one in alarms(gateway)) == sorted(STUCK)
    over = [event["data"] for event in gateway.events() if event["type"] == "gate.alarm.cleared.v1"]
    assert "-" not in over[0]["words_en"].rpartition(" after ")[2]  # nothing lasts less than no time


@pytest.mark.parametrize("by", [0.5, 24])
def test_a_clock_that_is_set_back_hides_no_gas(by: float, gateway: Gateway, board: SensorBoard) -> None:
    live(gateway, 1)
    again = 1 - by
    gateway.off_until(again)
    live(gateway, again + 0.1, [(again + 0.01, lambda: board.turn(Source.FIRE_LANE, closed=False))])
    assert [one[:2] for one in alarms(gateway)] == [("opened", "alarm")]
    assert alarms(gateway)[0][2] == pytest.approx(again + 0.01, abs=10 * SECOND)


def test_a_gate_that_is_not_configured_any_more_ends_its_alarm_and_says_why(
    gateway: Gateway, board: SensorBoard
) -> None:
    live(gateway, 0.2, [(0.1, door(board, opened=True))])
    whole = gateway.config
    gateway.config = configured({}, gateway.folder)
    for end in (0.3, 0.4):
        live(gateway, end)
    assert [one[:2] for one in alarms(gateway)] == STUCK
    opened, over = [event["data"] for event in gateway.events() if ".alarm." in event["type"]]
    assert over["alarm"] == opened["alarm"]
    assert "配置中已没有" in over["words_zh"]
    assert "not known" in over["words_en"]
    gateway.config = whole
    live(gateway, 0.5)
    assert [one[:2] for one in alarms(gateway)] == [*STUCK, STUCK[0]]  # it stands open still
