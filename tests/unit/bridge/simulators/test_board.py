"""The simulated board keeps to docs/board-protocol.md; its line is tested in tests/integration/bridge."""

from typing import TypeVar

import pytest

from firmware_bridge.codecs.bridge import (
    AckedEvents,
    AckEvents,
    Event,
    Frame,
    GetSetting,
    GotSetting,
    Hello,
    HelloReply,
    Payload,
    Resend,
    Resending,
    Restart,
    Restarting,
    SetOutput,
    SetOutputDone,
    SetSetting,
    SetSettingDone,
    SetTime,
    SetTimeDone,
    Setting,
    Source,
    State,
    StateReply,
    Status,
    UnknownKind,
    UpdateEnd,
    frame_of,
    payload_of,
)
from firmware_bridge.simulators import BoardSimulator
from firmware_bridge.simulators.board import MOST_EVENTS, WINDOW

R = TypeVar("R")


def ask(board: BoardSimulator, request: Payload, wanted: type[R], now: float = 1.0) -> R:
    reply = board.answer(frame_of(request, 77), now)
    assert reply is not None
    assert reply.sequence == 77
    payload = payload_of(reply)
    assert isinstance(payload, wanted), payload
    return payload


def told(board: BoardSimulator, now: float) -> list[tuple[int, Source, int]]:
    events = [payload_of(frame) for frame in board.due(now)]
    assert all(isinstance(event, Event) for event in events)
    return [(event.number, event.source, event.value) for event in events if isinstance(event, Event)]


def test_it_tells_nothing_before_it_was_asked_something() -> None:
    board = BoardSimulator(0.0)
    board.set_input(Source.DOOR, 1, 0.5)
    assert board.due(0.6) == []
    assert ask(board, Hello(), HelloReply).next_event == 3
    assert told(board, 1.0) == [(1, Source.BOOT, 1), (2, Source.DOOR, 1)]


def test_an_event_is_told_again_until_it_is_acknowledged() -> None:
    board = BoardSimulator(0.0)
    ask(board, Hello(), HelloReply)
    assert [told(board, now) for now in (1.0, 1.1, 1.4, 1.6)] == [[(1, Source.BOOT, 1)], [], [], [(1, Source.BOOT, 1)]]
    assert ask(board, AckEvents(1), AckedEvents, 1.7) == AckedEvents(Status.DONE, 2)
    assert told(board, 9.0) == []
    assert ask(board, AckEvents(2), AckedEvents, 9.0).status is Status.BAD_VALUE


def test_not_more_than_a_window_ahead_and_again_from_where_it_is_asked() -> None:
    board = BoardSimulator(0.0)
    for turn in range(20):
        board.set_input(Source.LOOP, (turn + 1) % 2, 0.5)
    ask(board, Hello(), HelloReply)
    assert [number for number, _, _ in told(board, 1.0)] == list(range(1, WINDOW + 1))
    ask(board, AckEvents(3), AckedEvents)
    assert [number for number, _, _ in told(board, 1.0)] == [9, 10, 11]
    assert ask(board, Resend(10), Resending).status is Status.DONE
    assert [number for number, _, _ in told(board, 1.0)] == [10, 11]
    assert ask(board, Resend(99), Resending).status is Status.BAD_VALUE


def test_a_silent_gateway_is_lost_and_its_outputs_are_safe() -> None:
    board = BoardSimulator(0.0)
    ask(board, SetOutput(0, 1, 0), SetOutputDone)
    assert ask(board, State(), StateReply, 10.9).outputs == 1
    assert board.due(20.8) != []
    assert board.due(20.9) == []
    assert ask(board, State(), StateReply, 30.0).outputs == 0
    assert [source for _, source, _ in told(board, 30.0)] == [
        Source.BOOT,
        Source.LINK_LOST,
        Source.SAFE_STATE,
        Source.LINK_BACK,
    ]


def test_a_pulse_ends() -> None:
    board = BoardSimulator(0.0)
    ask(board, SetOutput(1, 1, 500), SetOutputDone, 1.0)
    assert [ask(board, State(), StateReply, now).outputs for now in (1.4, 1.5)] == [0b10, 0]


def test_time_is_that_which_was_set() -> None:
    board = BoardSimulator(0.0)
    assert ask(board, SetTime(1_790_000_000, 500), SetTimeDone, 1.0).status is Status.DONE
    board.set_input(Source.BEAM, 1, 3.25)
    boot, beam = (payload_of(frame) for frame in board.due(3.3))
    assert isinstance(boot, Event)
    assert isinstance(beam, Event)
    assert (boot.at_s, boot.uptime_ms) == (0, 0)
    assert (beam.at_s, beam.at_ms, beam.uptime_ms, beam.counter) == (1_790_000_002, 750, 3250, 1)
    assert ask(board, SetTime(0, 0), SetTimeDone).status is Status.BAD_VALUE


@pytest.mark.parametrize("extra", [0, 1, 5])
def test_a_full_queue_keeps_the_oldest_and_says_what_it_dropped(extra: int) -> None:
    board = BoardSimulator(0.0)
    for turn in range(MOST_EVENTS - 1 + extra):
        board.set_input(Source.LOOP, (turn + 1) % 2, 0.5)
    state = ask(board, State(), StateReply)
    assert (state.queued, state.dropped) == (MOST_EVENTS, extra)
    ask(board, AckEvents(MOST_EVENTS), AckedEvents)
    board.set_input(Source.DOOR, 1, 1.0)
    events = [payload_of(frame) for frame in board.due(1.0)]
    dropped = [(Source.DROPPED, extra)] if extra else []
    assert [(e.source, e.counter) for e in events if isinstance(e, Event)] == [*dropped, (Source.DOOR, 1)]


def test_settings_outlive_a_restart_and_so_do_events() -> None:
    board = BoardSimulator(0.0)
    assert ask(board, SetSetting(Setting.RESEND_MS, 100), SetSettingDone).status is Status.DONE
    assert ask(board, SetSetting(Setting.RESEND_MS, 99), SetSettingDone).status is Status.BAD_VALUE
    assert ask(board, SetSetting(99, 1), SetSettingDone).status is Status.BAD_VALUE
    ask(board, Restart(), Restarting)
    assert ask(board, GetSetting(Setting.RESEND_MS), GotSetting) == GotSetting(Status.DONE, Setting.RESEND_MS, 100)
    assert ask(board, GetSetting(99), GotSetting).status is Status.BAD_VALUE
    assert ask(board, Hello(), HelloReply).boots == 2
    assert told(board, 1.0) == [(1, Source.BOOT, 1), (2, Source.BOOT, 2)]


def test_what_it_does_not_do_it_says() -> None:
    board = BoardSimulator(0.0)
    assert ask(board, UpdateEnd(), UnknownKind).kind == UpdateEnd.KIND
    assert board.answer(Frame(0x3E, 5), 1.0) == Frame(0x4F, 5, b"\x3e")
    assert board.answer(Frame(0x43, 5), 1.0) is None  # its own echo
    with pytest.raises(ValueError, match="inputs are LOOP"):
        board.set_input(Source.BOOT, 1, 1.0)
