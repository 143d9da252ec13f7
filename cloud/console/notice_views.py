"""Destinations, rules, rosters and messages as they are shown; no address is ever among it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Final

from cloud.accounts import Session
from cloud.cases.vocabulary import Name
from cloud.console.facts import Eye, Moment, moment, word
from cloud.console.notice_words import NOTICES
from cloud.console.services import Services
from cloud.console.words import WORDS, Word
from cloud.notify.domain import OCCASION_NAMES, REASON_NAMES, Destination, Duty, Rule, State
from cloud.notify.hours import Hours
from cloud.notify.names import FOUND, KINDS, ZONES
from cloud.notify.ownership import Viewer
from cloud.notify.pacing import is_stuck
from cloud.notify.roster import on_duty
from cloud.notify.told import CaseTold, Told

DAYS: Final = tuple(WORDS[f"weekday.{day}"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
OPEN: Final = frozenset({None, State.WAITING, State.FAILED})
TONES: Final = {State.WAITING: "wait", State.FAILED: "alert", State.SENT: "done", State.GIVEN_UP: "alert"}


@dataclass(frozen=True, slots=True)
class Place:
    """A destination."""

    given: Destination
    channel: Word
    state: Word
    tone: str
    notes: tuple[Word, ...]
    quiet_from: str
    quiet_until: str
    away_from: str
    away_until: str


@dataclass(frozen=True, slots=True)
class Line:
    """A message and what became of it."""

    to: str
    title: str
    lane: Word
    state: Word
    tone: str
    at: Moment
    why: Word | None
    attempts: int
    tells: int


@dataclass(frozen=True, slots=True)
class Notified:
    """Whom a case was told to, on its page."""

    to: str
    of: Word
    state: Word
    tone: str
    at: Moment
    why: Word | None


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in words."""

    given: Rule
    when: tuple[Word, ...]
    of: tuple[Word, ...]
    to: str
    reaches_nobody: bool  # where it goes is switched off


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A line of a roster."""

    id: str
    day: Word
    hours: Word
    who: str
    substitute: str | None
    is_now: bool


def place(each: Destination, eye: Eye) -> Place:
    """A destination with its state and what is set of it."""
    state, tone = _state(each, eye)
    return Place(
        given=each,
        channel=_channel(each.channel),
        state=state,
        tone=tone,
        notes=tuple(_notes(each, eye)),
        quiet_from="" if each.quiet is None else f"{each.quiet.start:%H:%M}",
        quiet_until="" if each.quiet is None else f"{each.quiet.end:%H:%M}",
        away_from="" if each.away_from is None else f"{each.away_from.astimezone(eye.zone):%Y-%m-%dT%H:%M}",
        away_until="" if each.away_until is None else f"{each.away_until.astimezone(eye.zone):%Y-%m-%dT%H:%M}",
    )


def _state(each: Destination, eye: Eye) -> tuple[Word, str]:
    if not each.enabled:
        return NOTICES["off"], "todo"
    if each.failing_since is not None:
        stuck = is_stuck(each.failing_since, eye.now)
        return NOTICES["is_stuck" if stuck else "fails"], "alert"
    return (NOTICES["unknown"], "wait") if each.last_sent_at is None else (NOTICES["works"], "done")


def _channel(channel: str) -> Word:
    """What people call a channel; those with `s` at the end are the same over TLS."""
    return (
        NOTICES.get(f"channel.{channel}")
        or NOTICES.get(f"channel.{channel.removesuffix('s')}")
        or Word(channel, channel)
    )


def _notes(each: Destination, eye: Eye) -> list[Word]:
    notes = [NOTICES["window"].fill(n=each.window_s) if each.window_s else NOTICES["window.none"]]
    if each.failing_since is not None and each.reason is not None:
        why, since = REASON_NAMES[each.reason], moment(each.failing_since, eye).text
        said = NOTICES["since"]
        notes.insert(0, Word(said.zh.format(since=since, why=why.zh), said.en.format(since=since, why=why.en)))
    if each.last_sent_at is not None:
        notes.append(NOTICES["last"].fill(at=moment(each.last_sent_at, eye).text))
    if each.quiet is not None:
        notes.append(NOTICES["quiet"].fill(hours=_hours(each.quiet)))
    if each.away_until is not None and eye.now < each.away_until:
        notes.append(NOTICES["away"].fill(until=moment(each.away_until, eye).text))
    return notes


def line(told: Told, names: Mapping[str, str], eye: Eye) -> Line:
    """A message."""
    return Line(
        to=names.get(told.destination, ""),
        title=told.title,
        lane=NOTICES[f"lane.{told.lane}"],
        state=NOTICES[f"state.{told.state}"],
        tone=TONES[told.state],
        at=moment(told.ended_at or told.formed_at, eye),
        why=None if told.reason is None else word(REASON_NAMES[told.reason]),
        attempts=told.attempts,
        tells=told.tells,
    )


def notified(told: CaseTold, eye: Eye) -> Notified:
    """One thing that one destination was told of a case, or is to be."""
    stuck = told.state in OPEN and is_stuck(told.failing_since, eye.now)
    state = "gathering" if told.state is None else told.state.value
    return Notified(
        to=told.destination,
        of=word(OCCASION_NAMES[told.occasion]),
        state=NOTICES["is_stuck" if stuck else f"state.{state}"],
        tone="alert" if stuck else TONES[told.state or State.WAITING],
        at=moment(told.ended_at or told.at, eye),
        why=None if told.reason is None else word(REASON_NAMES[told.reason]),
    )


async def told_to(services: Services, session: Session, case_id: str) -> tuple[Notified, ...]:
    """Whom a case was told to, newest first, as far as it is the reader's organisation that told."""
    viewer = Viewer(session.user, session.organisation, session.scope)
    eye = services.eye()
    return tuple(notified(each, eye) for each in await services.notices.of_case(viewer, case_id))


def rule_line(rule: Rule, destinations: Mapping[str, Destination], communities: Mapping[str, Word]) -> RuleLine:
    """A rule: when it tells, of what, and whom."""
    when = rule.when
    if when.untaken_min is not None:
        moments: tuple[Word, ...] = (NOTICES["rules.untaken_is"].fill(n=when.untaken_min),)
        if when.repeat_min is not None:
            moments += (NOTICES["rules.repeat_is"].fill(n=when.repeat_min),)
    else:
        moments = tuple(word(name) for each, name in OCCASION_NAMES.items() if each in when.occasions)
    of = [
        *_named(when.kinds, {each.value: name for each, name in KINDS.items()}),
        *_named(when.found, FOUND),
        *_named(when.zone_kinds, ZONES),
    ]
    of += [communities.get(each, Word(each, each)) for each in sorted(when.communities)]
    of += [Word(each, each) for each in (when.place, "–".join(when.hours)) if each]
    if when.priority < 4:
        of.append(NOTICES[f"priority.{int(when.priority)}"])
    to = destinations.get(rule.destination)
    return RuleLine(rule, moments, tuple(of), "" if to is None else to.name, to is None or not to.enabled)


def _named(chosen: frozenset[str], names: Mapping[str, Name]) -> list[Word]:
    return [word(name) for each, name in names.items() if each in chosen]


def duty_lines(roster: Sequence[Duty], destinations: Sequence[Destination], eye: Eye) -> list[DutyLine]:
    """The week, and which of it is now."""
    names, by_id = {each.id: each.name for each in destinations}, {each.id: each for each in destinations}
    return [
        DutyLine(
            id=duty.id,
            day=DAYS[duty.weekday],
            hours=_shift(duty.hours),
            who=names.get(duty.destination, ""),
            substitute=None if duty.substitute is None else names.get(duty.substitute, ""),
            is_now=bool(on_duty([duty], by_id, eye.now, eye.zone)),
        )
        for duty in roster
    ]


def stuck_word(destinations: Sequence[Destination], eye: Eye) -> Word | None:
    """That destinations are stuck, for the pages of notices and of today; None: none is."""
    since = [each.failing_since for each in destinations if each.enabled and is_stuck(each.failing_since, eye.now)]
    told = [each for each in since if each is not None]
    return NOTICES["stuck"].fill(n=len(told), since=moment(min(told), eye).text) if told else None


def _hours(hours: Hours) -> str:
    return f"{hours.start:%H:%M}–{hours.end:%H:%M}"


def _shift(hours: Hours) -> Word:
    """Hours of a shift, which may end on the day after."""
    if hours.start == hours.end == time(0):
        return NOTICES["roster.whole"]
    if hours.over_midnight:
        return NOTICES["roster.next"].fill(start=f"{hours.start:%H:%M}", end=f"{hours.end:%H:%M}")
    return Word(_hours(hours), _hours(hours))
