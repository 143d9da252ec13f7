"""A simulation of the gate-sensor board, for machines that cannot run its real program in QEMU.

It keeps to docs/board-protocol.md for what a gateway and people see: events until they are acknowledged, state,
settings, outputs and time. What it leaves out: it takes no update, its inputs are clean, so that debounce and hold-off
change nothing, and what it knows is gone when its process ends. Pure: the time is handed in, in seconds.
"""

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Final

from firmware_bridge.codecs.bridge import (
    AckedEvents,
    AckEvents,
    Event,
    Frame,
    GetSetting,
    GotSetting,
    Hello,
    HelloReply,
    Kind,
    Payload,
    Resend,
    Resending,
    Restart,
    Restarting,
    SelfTest,
    SelfTested,
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
    frame_of,
    payload_of,
)
from firmware_bridge.codecs.values import Unreadable

BOARD_ID: Final = b"SIMULATE"
VERSION: Final = (0, 0, 0)  # of no program
INPUTS: Final = (Source.LOOP, Source.DOOR, Source.BEAM, Source.FIRE_LANE)
MOST_EVENTS: Final = 820
WINDOW: Final = 8  # events ahead of the acknowledgement
_RANGES: Final = {  # and defaults, docs/board-protocol.md
    Setting.DEBOUNCE_MS: (5, 1000, 30),
    Setting.LINK_TIMEOUT_MS: (1000, 600_000, 10_000),
    Setting.RESEND_MS: (100, 60_000, 500),
    Setting.SAFE_OUTPUTS: (0, 3, 0),
    Setting.HOLD_OFF_MS: (0, 60_000, 0),
}
_POWER: Final = 1  # reset causes
_ORDERED: Final = 2
_OUTPUTS: Final = 2
_SEQUENCE: Final = 0xFFFF
_UPTIME: Final = 1 << 32


class BoardSimulator:
    """The board; `now` is in seconds of any steady clock and never runs back."""

    def __init__(self, now: float) -> None:
        self._settings = {key: default for key, (_, _, default) in _RANGES.items()}
        self._events: deque[Event] = deque()
        self._next = 1
        self._dropped = 0
        self._untold_drops = 0
        self._levels = dict.fromkeys(INPUTS, 0)
        self._rises = dict.fromkeys(INPUTS, 0)
        self._boots = 0
        self._set_at: tuple[float, float] | None = None  # Unix seconds, and `now` when they were told
        self._pulses: dict[int, float] = {}  # when they end
        self._send_next = self._waiting = 0
        self._waiting_since = now
        self._start(now, _POWER)

    def restart(self, now: float, cause: int = _ORDERED) -> None:
        """Start anew, with events, settings and counters kept as on the board's flash."""
        self._start(now, cause)

    def set_input(self, source: Source, level: int, now: float) -> None:
        """Raise or lower an input.

        Raises:
            ValueError: there is no such input or level.
        """
        if source not in INPUTS or level not in {0, 1}:
            raise ValueError(f"{source} {level}: inputs are {', '.join(one.name for one in INPUTS)}, levels 0 and 1")
        if self._levels[source] != level:
            self._levels[source] = level
            self._rises[source] += level
            self._tell(source, level, self._rises[source], now)

    def answer(self, frame: Frame, now: float) -> Frame | None:
        """Answer a frame; None for what is no request."""
        if frame.is_from_board or frame.kind == 0:
            return None
        self._hear(now)
        request = payload_of(frame)
        if isinstance(request, Unreadable):
            return Frame(Kind.UNKNOWN, frame.sequence, bytes([frame.kind]))
        return frame_of(self._reply(request, now, frame.kind), frame.sequence)

    def due(self, now: float) -> list[Frame]:
        """Give the events that go out now: new ones at once, all again each resend time."""
        self._pass(now)
        if not self._present or not self._events:
            return []
        oldest = self._events[0].number
        resend_s = self._settings[Setting.RESEND_MS] / 1000
        if oldest != self._waiting:
            self._waiting, self._waiting_since = oldest, now
        if self._send_next > oldest and now - self._waiting_since >= resend_s:
            self._send_next, self._waiting_since = oldest, now
        first = max(self._send_next, oldest)
        frames = [frame_of(event, event.number & _SEQUENCE) for event in self._window() if event.number >= first]
        self._send_next = first + len(frames)
        return frames

    def _start(self, now: float, cause: int) -> None:
        self._started = now
        self._cause = cause
        self._boots += 1
        self._set_at = None
        self._outputs = self._settings[Setting.SAFE_OUTPUTS]
        self._pulses.clear()
        self._present, self._lost = False, False
        self._heard_at = now
        self._losses = self._falls = 0
        self._send_next = self._waiting = 0
        self._tell(Source.BOOT, cause, self._boots, now)

    def _window(self) -> Iterator[Event]:
        return islice(self._events, WINDOW)

    def _tell(self, source: Source, value: int, counter: int, now: float) -> None:
        """Keep an event; a full queue keeps the oldest, and the next event that fits says how many were dropped."""
        room = MOST_EVENTS - len(self._events)
        if room < 1 + bool(self._untold_drops):
            self._dropped += 1
            self._untold_drops += 1
            return
        if self._untold_drops:
            self._append(Source.DROPPED, 0, self._untold_drops, now)
            self._untold_drops = 0
        self._append(source, value, counter, now)

    def _append(self, source: Source, value: int, counter: int, now: float) -> None:
        seconds, fraction = divmod(self._unix(now), 1)
        event = Event(self._next, int(seconds), int(fraction * 1000), self._uptime_ms(now), source, value, counter)
        self._events.append(event)
        self._next += 1

    def _unix(self, now: float) -> float:
        return 0.0 if self._set_at is None else self._set_at[0] + now - self._set_at[1]

    def _uptime_ms(self, now: float) -> int:
        return int((now - self._started) * 1000) % _UPTIME

    def _hear(self, now: float) -> None:
        """Notice the gateway: what was on its way may be gone when it comes back."""
        self._pass(now)
        if not self._present:
            self._send_next = 0
            if self._lost:
                self._tell(Source.LINK_BACK, 0, self._losses, now)
        self._present, self._lost, self._heard_at = True, False, now

    def _pass(self, now: float) -> None:
        """Let time pass: pulses end, and a gateway that says nothing is lost."""
        for output in [output for output, end in self._pulses.items() if now >= end]:
            del self._pulses[output]
            self._outputs ^= 1 << output
        if not self._present or now - self._heard_at < self._settings[Setting.LINK_TIMEOUT_MS] / 1000:
            return
        self._present, self._lost = False, True
        self._losses += 1
        self._tell(Source.LINK_LOST, 0, self._losses, now)
        safe = self._settings[Setting.SAFE_OUTPUTS]
        self._pulses.clear()
        if self._outputs != safe:
            self._outputs = safe
            self._falls += 1
            self._tell(Source.SAFE_STATE, safe, self._falls, now)

    def _reply(self, request: Payload, now: float, kind: int) -> Payload:
        match request:
            case Hello():
                return self._hello(now)
            case State():
                return self._state()
            case SetTime(at_s=at_s, at_ms=at_ms):
                return SetTimeDone(self._set_time(at_s, at_ms, now))
            case AckEvents(number=number):
                status = self._acknowledge(number)
                return AckedEvents(status, self._oldest)
            case Resend(number=number):
                return Resending(self._resend(number))
            case _:
                return self._change(request, now, kind)

    def _change(self, request: Payload, now: float, kind: int) -> Payload:
        match request:
            case SetOutput(output=output, value=value, pulse_ms=pulse_ms):
                return SetOutputDone(self._set_output(output, value, pulse_ms, now))
            case SetSetting(key=key, value=value):
                return SetSettingDone(self._set_setting(key, value))
            case GetSetting(key=key):
                known = key in self._settings
                value = self._settings[Setting(key)] if known else 0
                return GotSetting(Status.DONE if known else Status.BAD_VALUE, key, value)
            case SelfTest():
                return SelfTested(Status.DONE, 0)
            case Restart():
                self.restart(now)
                return Restarting(Status.DONE)
            case _:  # updates
                return UnknownKind(kind)

    @property
    def _oldest(self) -> int:
        return self._events[0].number if self._events else self._next

    def _hello(self, now: float) -> HelloReply:
        return HelloReply(
            1, *VERSION, BOARD_ID, self._boots, self._uptime_ms(now), 0, self._cause, self._next, self._oldest
        )

    def _state(self) -> StateReply:
        inputs = sum(level << source for source, level in self._levels.items())
        loop, door, beam, fire_lane = (self._rises[source] for source in INPUTS)
        return StateReply(inputs, self._outputs, loop, door, beam, fire_lane, len(self._events), self._dropped)

    def _set_time(self, at_s: int, at_ms: int, now: float) -> Status:
        if at_s == 0 or at_ms > 999:
            return Status.BAD_VALUE
        self._set_at = (at_s + at_ms / 1000, now)
        return Status.DONE

    def _acknowledge(self, number: int) -> Status:
        if number >= self._next:
            return Status.BAD_VALUE
        while self._events and self._events[0].number <= number:
            self._events.popleft()
        return Status.DONE

    def _resend(self, number: int) -> Status:
        if number > self._next:
            return Status.BAD_VALUE
        self._send_next = number
        return Status.DONE

    def _set_output(self, output: int, value: int, pulse_ms: int, now: float) -> Status:
        if output >= _OUTPUTS or value > 1:
            return Status.BAD_VALUE
        self._outputs = self._outputs & ~(1 << output) | value << output
        self._pulses.pop(output, None)
        if pulse_ms:
            self._pulses[output] = now + pulse_ms / 1000
        return Status.DONE

    def _set_setting(self, key: int, value: int) -> Status:
        if key not in self._settings:
            return Status.BAD_VALUE
        least, most, _ = _RANGES[Setting(key)]
        if not least <= value <= most:
            return Status.BAD_VALUE
        self._settings[Setting(key)] = value
        return Status.DONE
