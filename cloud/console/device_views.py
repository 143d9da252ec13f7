"""A gateway as it is shown: whether it is there, its health, and of its cameras and lines what it said last.

What a gateway said holds while it is heard. Of one that is not, nobody knows how its cameras are now.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from cloud.console import device_words as say
from cloud.console.facts import Eye, Fact, Moment, known, moment
from cloud.console.seeing_views import Seeing
from cloud.console.times import ago, span
from cloud.console.words import WORDS, Word
from cloud.devices.seeing import CameraKey
from cloud.devices.service import Gateway
from cloud.devices.standing import Standing, holds, known_cameras, standing
from contract.device import CameraHealth, CameraState, HealthData, LineHealth, LineState

STATES: Final[Mapping[Standing, tuple[Word, str]]] = MappingProxyType(  # and the tone
    {
        Standing.ONLINE: (WORDS["devices.online"], "done"),
        Standing.OFFLINE: (WORDS["devices.offline"], "alert"),
        Standing.STOPPED: (WORDS["devices.stopped"], "todo"),
        Standing.NEVER: (WORDS["devices.never"], "todo"),
        Standing.REVOKED: (WORDS["devices.revoked"], ""),
    }
)
UNITS: Final = ("B", "KiB", "MiB", "GiB", "TiB")
BITS: Final = 10  # from one unit to the next
SHORT: Final = 100  # what is less has a tenth


@dataclass(frozen=True, slots=True)
class Camera:
    """One camera of a gateway, as last reported."""

    name: str
    state: Word
    tone: str
    detail: str
    lines: tuple[Word, ...] = ()  # what else was said of it, and when
    seeing: Seeing | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of meters or one board's, as last reported."""

    label: Word
    name: str
    state: Word
    tone: str
    answering: Word
    detail: str
    lines: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Device:
    """One gateway."""

    name: str
    state: Word
    tone: str
    seen: Moment | None
    software: str
    health: tuple[Fact, ...]
    cameras: tuple[Camera, ...]
    lines: tuple[Line, ...]


def device(gateway: Gateway, eye: Eye, seen: Mapping[CameraKey, Seeing] = MappingProxyType({})) -> Device:
    """A gateway as it is shown.

    Args:
        seen: what cameras could see lately.
    """
    state, tone = STATES[standing(gateway, eye.now)]
    said = None if holds(gateway, eye.now) or gateway.health_at is None else ago(gateway.health_at, eye.now)
    lines = gateway.health.lines if gateway.health else ()
    return Device(
        name=f"{gateway.community} / {gateway.gateway}",
        state=state,
        tone=tone,
        seen=None if gateway.last_seen is None else moment(gateway.last_seen, eye),
        software=gateway.software,
        health=_health(gateway, eye),
        cameras=tuple(_cameras(gateway, said, seen)),
        lines=tuple(_line(each, said) for each in lines),
    )


def _cameras(gateway: Gateway, said: Word | None, seen: Mapping[CameraKey, Seeing]) -> Iterator[Camera]:
    """Those it told of, then those it is configured for and never told of."""
    told = {each.camera: each for each in gateway.health.cameras} if gateway.health else {}
    for name in known_cameras(gateway):
        sees = seen.get(CameraKey(gateway.community, gateway.gateway, name))
        yield _camera(told[name], said, sees) if name in told else Camera(name, say.UNTOLD, "todo", "", seeing=sees)


def _camera(told: CameraHealth, said: Word | None, seeing: Seeing | None) -> Camera:
    """One camera; `said`: how long ago, where that does not hold any more."""
    state, age = known("camera", told.state), told.last_frame_age_s
    if said is not None:
        return Camera(told.camera, say.OLD, "todo", told.detail, (_last(state, said),), seeing)
    return Camera(
        name=told.camera,
        state=state,
        tone="done" if told.state is CameraState.LIVE else "alert",
        detail=told.detail,
        lines=() if age is None else (_with(say.FRAME, time=span(age)),),
        seeing=seeing,
    )


def _line(told: LineHealth, said: Word | None) -> Line:
    is_well = told.state is LineState.LIVE and told.answering >= told.devices
    state, tone = say.LINE_STATES[told.state], "alert" if told.state is LineState.LOST else "todo"
    return Line(
        label=say.LINE,
        name=told.line,
        state=state if said is None else say.OLD,
        tone="todo" if said is not None else "done" if is_well else tone,
        answering=say.ANSWERING.fill(devices=told.devices, answering=told.answering),
        detail=told.detail,
        lines=() if said is None else (_last(state, said),),
    )


def _last(state: Word, said: Word) -> Word:
    return _with(say.LAST, state=state, ago=said)


def _with(sentence: Word, **parts: Word) -> Word:
    """A sentence with words in it."""
    zh = sentence.zh.format(**{name: each.zh for name, each in parts.items()})
    return Word(zh, sentence.en.format(**{name: each.en for name, each in parts.items()}))


def _health(gateway: Gateway, eye: Eye) -> tuple[Fact, ...]:
    told, at = gateway.health, gateway.health_at
    if told is None or at is None:
        return (Fact(say.TOLD, say.NO_HEALTH),)
    return (Fact(say.TOLD, Word.same(moment(at, eye).text), hint=ago(at, eye.now)), *_told(told))


def _told(told: HealthData) -> tuple[Fact, ...]:
    waiting = say.OUTBOX_HOLDS.fill(n=told.outbox_records, size=size(told.outbox_bytes))
    return (
        Fact(say.OUTBOX, waiting),
        Fact(say.DISK, Word.same(size(told.disk_free_bytes))),
        Fact(say.EVIDENCE, Word.same(size(told.evidence_bytes))),
        Fact(say.MEMORY, Word.same(size(told.memory_bytes))),
        Fact(say.CPU, Word.same(f"{told.cpu_fraction:.0%}")),
        Fact(say.UPTIME, span(told.uptime_s)),
    )


def size(count: int) -> str:
    """A number of bytes, rounded down: 512 B, 1.5 GiB, 101 MiB. By whole numbers: what a gateway says has no bound."""
    unit = min((max(count.bit_length(), 1) - 1) // BITS, len(UNITS) - 1)
    whole, tenth = divmod(count * 10 >> BITS * unit, 10)
    return f"{whole}.{tenth} {UNITS[unit]}" if unit and whole < SHORT else f"{whole} {UNITS[unit]}"
