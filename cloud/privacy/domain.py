"""Requests for an original 申请查看原图: who decides (分级审批), for how long, and what ends them.

`RULES` is the whole state machine; `LADDER` says whose request is decided by whom.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from cloud.accounts import Role
from cloud.cases.domain import Actor, Refused

MIN_REASON: Final = 4  # characters; enough for 行人纠纷, and too many for a dot
MAX_REASON: Final = 500
DEFAULT_HOURS: Final = 24
MAX_HOURS: Final = 7 * 24
WAITS: Final = timedelta(days=14)  # then nobody will decide any more
MAX_OPEN: Final = 50  # requests of one person that wait or are granted

# Whose request is decided by whom: the next level up at which anybody else is at work for the community. Above the
# street decides another person of it: there is no level that may change anything above (a city only looks).
LADDER: Final[Mapping[Role, tuple[Role, ...]]] = MappingProxyType(
    {
        Role.STAFF: (Role.LEAD, Role.COMMUNITY, Role.STREET),
        Role.LEAD: (Role.COMMUNITY, Role.STREET),
        Role.COMMUNITY: (Role.STREET,),
        Role.STREET: (Role.STREET,),
    }
)


class State(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    EXPIRED = "expired"


class Move(StrEnum):
    """What somebody, or time, does to a request."""

    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    REVOKE = "revoke"
    EXPIRE = "expire"


class By(StrEnum):
    """Who does it."""

    APPROVER = "approver"
    ASKER = "asker"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Rule:
    """One way from one state to another."""

    to: State
    by: By
    reason: bool = False  # it must be said why


RULES: Final[Mapping[tuple[State, Move], Rule]] = MappingProxyType(
    {
        (State.ASKED, Move.GRANT): Rule(State.GRANTED, By.APPROVER),
        (State.ASKED, Move.REFUSE): Rule(State.REFUSED, By.APPROVER, reason=True),
        (State.ASKED, Move.WITHDRAW): Rule(State.WITHDRAWN, By.ASKER),
        (State.ASKED, Move.EXPIRE): Rule(State.EXPIRED, By.TIME),
        (State.GRANTED, Move.REVOKE): Rule(State.REVOKED, By.APPROVER, reason=True),
        (State.GRANTED, Move.WITHDRAW): Rule(State.WITHDRAWN, By.ASKER),  # given back before its time
        (State.GRANTED, Move.EXPIRE): Rule(State.EXPIRED, By.TIME),
    }
)
LIVE: Final = (State.ASKED, State.GRANTED)


class Unknown(Exception):
    """There is no such case, picture or request, or not for this person: which of the two is not said."""


@dataclass(frozen=True, slots=True)
class Request:
    """One person's wish to see what was masked. All times are aware."""

    id: str
    case_id: str
    number: str  # of the case
    community: str
    picture: str | None  # SHA-256 of the masked picture; None: all of the case
    asker: str
    asker_role: Role
    reason: str
    asked_at: datetime
    state: State
    ends_at: datetime  # of what waits: when it lapses; of what is granted: until when it opens
    decided_by: str | None = None
    decided_at: datetime | None = None
    answer: str = ""  # why it was refused or revoked
    opened: int = 0  # times
    opened_at: datetime | None = None
    pictures: tuple[str, ...] = ()  # what it covers, whatever case that is of by now: fixed as it is granted
    decider: Role | None = None  # the level of `LADDER` that decides, as it was read; None: nobody is there

    def at(self, now: datetime) -> "Request":
        """The request as it stands now: time passes without anybody writing it down."""
        rule = RULES.get((self.state, Move.EXPIRE))
        return self if rule is None or now < self.ends_at else replace(self, state=rule.to)

    def covers(self, picture: str) -> bool:
        """Whether it is for a picture, by the masked one's SHA-256."""
        return picture in self.pictures


def may_ask(role: Role) -> bool:
    """Whether somebody of a role may ask for originals at all."""
    return role in LADDER


def may_decide(request: Request, actor: Actor) -> bool:
    """Whether a request is this person's to decide: of the next level up, within their scope, never their own.

    Whoever granted it may take it back, though somebody stands between by now.
    """
    granted_it = actor.name == request.decided_by and actor.role in LADDER.get(request.asker_role, ())
    is_theirs = actor.role is request.decider or granted_it
    return is_theirs and actor.scope.covers(request.community) and actor.name != request.asker


def may_see(request: Request, actor: Actor) -> bool:
    """Whether somebody may know of a request."""
    is_own = request.asker == actor.name and actor.scope.covers(request.community)
    return is_own or may_decide(request, actor)


def possible(request: Request, actor: Actor) -> tuple[Move, ...]:
    """What somebody may do to a request as it stands."""
    return tuple(
        move for (state, move), rule in RULES.items() if state is request.state and _is(rule.by, request, actor)
    )


def decide(
    request: Request, move: Move, *, by: Actor, reason: str = "", hours: int = DEFAULT_HOURS, now: datetime
) -> Request:
    """Move a request.

    Args:
        request: as it stands `now`.
        reason: `MIN_REASON` to `MAX_REASON` characters where the rule asks for one; else it is dropped.
        hours: 1 to `MAX_HOURS`, with `GRANT` and only there.
    Raises:
        Unknown: the request is none of this person's business.
        Refused: it does not stand so any more, is not theirs to decide, or the reason or the time will not do.
    """
    if not may_see(request, by):
        raise Unknown
    rule = RULES.get((request.state, move))
    if rule is None:
        raise Refused("这份申请现在不能这样处理，请看它的最新状态", "the request does not stand so any more")
    if not _is(rule.by, request, by):
        raise Refused("这份申请不由您处理", "this request is not yours to decide")
    said = checked_reason(reason) if rule.reason else ""
    if move is Move.GRANT and not 1 <= hours <= MAX_HOURS:
        raise Refused(f"期限须为 1 至 {MAX_HOURS} 小时", f"1 to {MAX_HOURS} hours can be granted")
    ends_at = now + timedelta(hours=hours) if move is Move.GRANT else request.ends_at
    if rule.by is By.ASKER:
        return replace(request, state=rule.to, ends_at=ends_at)
    return replace(request, state=rule.to, ends_at=ends_at, decided_by=by.name, decided_at=now, answer=said)


def checked_reason(text: str) -> str:
    """A reason as it is kept.

    Raises:
        Refused: too short or too long.
    """
    reason = text.strip()
    if not MIN_REASON <= len(reason) <= MAX_REASON:
        raise Refused(
            f"请写明理由，{MIN_REASON} 至 {MAX_REASON} 字", f"say why, in {MIN_REASON} to {MAX_REASON} characters"
        )
    return reason


def _is(by: By, request: Request, actor: Actor) -> bool:
    match by:
        case By.APPROVER:
            return may_decide(request, actor)
        case By.ASKER:
            return actor.name == request.asker
        case By.TIME:
            return False
