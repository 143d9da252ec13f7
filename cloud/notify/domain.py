"""What notices are made of: occasions, destinations, duties, rules, and where a message stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from cloud.cases.domain import Case
from cloud.cases.news import UNVERIFIED
from cloud.cases.vocabulary import OPEN, Action, CaseKind, Found, Name, Note, Priority, Stage
from cloud.notify.hours import Hours
from contract.parking import ZoneKind

MAX_NAME: Final = 60
MAX_UNTAKEN_MIN: Final = 7 * 24 * 60
MIN_REPEAT_MIN: Final = 5
MAX_REPEAT_MIN: Final = 24 * 60
MAX_WINDOW_S: Final = 3600


class Occasion(StrEnum):
    """What happened to a case, or did not, that somebody may be told of."""

    OPENED = "opened"
    DISPATCHED = "dispatched"
    UNTAKEN = "untaken"  # nobody has taken it for so many minutes
    HALF_OVER = "half_over"
    SOON_OVER = "soon_over"
    URGED = "urged"  # 催办
    SUPERVISED = "supervised"  # 督办
    RAISED = "raised"  # the next level answers for it
    RETURNED = "returned"
    SENT_BACK = "sent_back"  # 返工
    REOPENED = "reopened"
    RESUMED = "resumed"  # 恢复: it stood still, and whoever has not taken it should
    EXTENSION_ASKED = "extension_asked"
    ASSIST_ASKED = "assist_asked"  # 协办: another organisation is to help
    REPORTED = "reported"
    UNVERIFIED = "unverified"  # neither camera nor device can say whether it is over, or has said: a person verifies
    AGAIN = "again"  # the device is in alarm again, or somebody else reports the same
    CLOSED = "closed"
    STUCK = "stuck"  # of no case: a destination takes nothing any more


OCCASION_NAMES: Final[dict[Occasion, Name]] = {
    Occasion.OPENED: Name("新案件", "New case"),
    Occasion.DISPATCHED: Name("已派遣", "Dispatched"),
    Occasion.UNTAKEN: Name("无人接单", "Nobody has taken it"),
    Occasion.HALF_OVER: Name("时限过半", "Half of its time is over"),
    Occasion.SOON_OVER: Name("即将超期", "Its time is nearly over"),
    Occasion.URGED: Name("催办", "Urged: overdue"),
    Occasion.SUPERVISED: Name("督办", "Supervised"),
    Occasion.RAISED: Name("提级", "Raised to the next level"),
    Occasion.RETURNED: Name("退回", "Returned"),
    Occasion.SENT_BACK: Name("返工", "Sent back"),
    Occasion.REOPENED: Name("重开", "Reopened"),
    Occasion.RESUMED: Name("恢复", "Resumed"),
    Occasion.EXTENSION_ASKED: Name("申请延期", "An extension is asked for"),
    Occasion.ASSIST_ASKED: Name("请求协办", "Asked to assist"),
    Occasion.REPORTED: Name("已上报处理完毕", "Reported handled"),
    Occasion.UNVERIFIED: Name("请人工核实", "A person must verify it"),
    Occasion.AGAIN: Name("再次发生", "Again"),
    Occasion.CLOSED: Name("已结案", "Closed"),
    Occasion.STUCK: Name("通知发不出去", "Notices do not arrive"),
}

# What the news of a case, as `cloud.cases.news` writes it, is to those who are told.
OCCASION_OF: Final[dict[str, Occasion]] = {
    Note.COLLECTED: Occasion.OPENED,
    Action.DISPATCH: Occasion.DISPATCHED,
    Note.HALF_OVER: Occasion.HALF_OVER,
    Note.SOON_OVER: Occasion.SOON_OVER,
    Note.EXPIRED: Occasion.URGED,
    Action.URGE: Occasion.URGED,
    Note.SUPERVISED: Occasion.SUPERVISED,
    Action.SUPERVISE: Occasion.SUPERVISED,
    Note.RAISED: Occasion.RAISED,
    Action.ESCALATE: Occasion.RAISED,
    Action.RETURN: Occasion.RETURNED,
    Action.VERIFY_FAIL: Occasion.SENT_BACK,
    Action.REOPEN: Occasion.REOPENED,
    Action.RESUME: Occasion.RESUMED,
    Action.ASK_EXTENSION: Occasion.EXTENSION_ASKED,
    Action.ASSIST: Occasion.ASSIST_ASKED,
    Action.REPORT: Occasion.REPORTED,
    UNVERIFIED: Occasion.UNVERIFIED,
    Note.ALARMED: Occasion.AGAIN,
    Note.REPORTED_AGAIN: Occasion.AGAIN,
    Action.VERIFY_PASS: Occasion.CLOSED,
}
# From these on it is counted how long nobody takes a case.
BEGINS_WAITING: Final = frozenset({Occasion.OPENED, Occasion.RETURNED, Occasion.REOPENED, Occasion.RESUMED})
NOT_TAKEN: Final = frozenset({Stage.COLLECTED, Stage.FILED, Stage.DISPATCHED})
# Told also where the case has ended by the time the message is made.
OF_ENDED: Final = frozenset({Occasion.CLOSED, Occasion.STUCK})


def is_untaken(case: Case) -> bool:
    """Whether nobody works on it and somebody should."""
    return case.stage in NOT_TAKEN and case.suspended_at is None


def still_matters(occasion: Occasion, case: Case) -> bool:
    """Whether a message that waited still tells something that is so."""
    if occasion is Occasion.UNTAKEN:
        return is_untaken(case)
    if occasion in {Occasion.REPORTED, Occasion.UNVERIFIED}:
        return case.stage is Stage.REPORTED
    return occasion in OF_ENDED or case.stage in OPEN


class Tongue(StrEnum):
    """The language of what a destination is told."""

    ZH = "zh"
    EN = "en"
    BOTH = "both"


class State(StrEnum):
    """Where a message stands with its destination."""

    WAITING = "waiting"
    FAILED = "failed"  # and is tried again
    SENT = "sent"
    GIVEN_UP = "given_up"


class Reason(StrEnum):
    """Why a message did not arrive: from this list alone, for what a channel says may hold its token."""

    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    NOT_ALLOWED = "not_allowed"  # 401, 403
    NO_SUCH_PLACE = "no_such_place"  # 404, 410
    TOO_MANY = "too_many"  # 429
    BROKEN = "broken"  # 500 and above
    NOT_ACCEPTED = "not_accepted"  # any other answer that is no yes
    HANGING = "hanging"  # an earlier try has not come back yet
    UNREADABLE = "unreadable"  # the sealed address does not open with this cloud's key
    WITHIN = "within"  # a host of one's own network that the operator has not allowed
    REMOVED = "removed"


REASON_NAMES: Final[dict[Reason, Name]] = {
    Reason.TIMED_OUT: Name("对方没有及时应答", "it did not answer in time"),
    Reason.UNREACHABLE: Name("连不上对方", "it cannot be reached"),
    Reason.NOT_ALLOWED: Name("对方不接受令牌或密码", "it does not accept the token or password"),
    Reason.NO_SUCH_PLACE: Name("对方说没有这个地址", "it says that there is no such address"),
    Reason.TOO_MANY: Name("对方说发得太多", "it says that too many are sent"),
    Reason.BROKEN: Name("对方的服务出错", "its service is broken"),
    Reason.NOT_ACCEPTED: Name("对方没有接受", "it did not accept the message"),
    Reason.HANGING: Name("上一次还没有返回", "the try before has not come back"),
    Reason.UNREADABLE: Name("存的地址打不开，请重新填写", "the stored address cannot be opened: enter it anew"),
    Reason.WITHIN: Name(
        "地址在内网，服务器的设置里没有允许",
        "the address is of an inner host, which the server's settings do not allow",
    ),
    Reason.REMOVED: Name("发送对象已删除", "the destination was removed"),
}


class Lane(StrEnum):
    """What may go beside what: of one lane a destination has at most one message on its way."""

    NORMAL = "normal"
    URGENT = "urgent"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where messages go: a group, a person's telephone, another system. Its address is sealed and not here."""

    id: str
    organisation: str  # whose it is; empty: of a cloud without organisations
    name: str
    channel: str  # what the address begins with: wecombot, mailto
    language: Tongue = Tongue.ZH
    quiet: Hours | None = None
    window_s: int = 60  # how long what is not urgent waits for more to go with it
    enabled: bool = True
    away_from: datetime | None = None
    away_until: datetime | None = None
    failing_since: datetime | None = None
    reason: Reason | None = None
    last_sent_at: datetime | None = None
    version: int = 0  # counted up by each change; 0: not stored yet

    def is_there(self, now: datetime) -> bool:
        """Whether somebody reads what is sent now."""
        away = self.away_from is not None and self.away_until is not None and self.away_from <= now < self.away_until
        return self.enabled and not away


@dataclass(frozen=True, slots=True)
class Duty:
    """One line of the weekly roster: who is on duty, and who instead of somebody who is away."""

    id: str
    organisation: str
    weekday: int  # on which it begins, 0 being Monday
    hours: Hours
    destination: str
    substitute: str | None = None


class Conditions(BaseModel):
    """Of which cases a rule tells, and when; what is empty asks for nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    occasions: frozenset[Occasion] = Field(default=frozenset(), max_length=len(Occasion))
    kinds: frozenset[CaseKind] = frozenset()
    found: frozenset[Found] = frozenset()
    zone_kinds: frozenset[ZoneKind] = frozenset()
    place: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_NAME)] = ""  # a part of its name
    communities: frozenset[Annotated[str, StringConstraints(max_length=63)]] = Field(
        default=frozenset(), max_length=500
    )
    priority: Priority = Priority.LOW  # this or what presses more
    hours: tuple[Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")], ...] = Field(default=(), max_length=2)
    untaken_min: int | None = Field(default=None, ge=1, le=MAX_UNTAKEN_MIN)
    repeat_min: int | None = Field(default=None, ge=MIN_REPEAT_MIN, le=MAX_REPEAT_MIN)  # and again, until it is taken


@dataclass(frozen=True, slots=True)
class Rule:
    """Who is told of what. To those on duty, or where `by_duty` is not set or nobody is, to `destination`."""

    id: str
    organisation: str
    name: str
    when: Conditions
    destination: str
    by_duty: bool = False
    urgent: bool = False  # passes quiet hours and waits for nothing
    enabled: bool = True
    version: int = 0  # counted up by each change; 0: not stored yet


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened to a case."""

    occasion: Occasion
    at: datetime


@dataclass(frozen=True, slots=True)
class Telling:
    """One destination is to be told of one piece of news."""

    destination: str
    urgent: bool
    release_at: datetime  # not before


@dataclass(frozen=True, slots=True)
class Watch:
    """At `due_at` it is looked whether anybody has taken the case; if not, the rule tells."""

    rule: str
    due_at: datetime
