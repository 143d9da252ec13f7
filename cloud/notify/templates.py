"""What a message says: a short title, then what, where, until when and a link, Chinese or English or both."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final

from jinja2 import Environment, StrictUndefined

from cloud.cases.domain import Case
from cloud.cases.vocabulary import Name
from cloud.notify.domain import OCCASION_NAMES, REASON_NAMES, Occasion, Reason, Tongue
from cloud.notify.names import Called, assisting, community, what, where

MAX_TITLE: Final = 80  # characters
MAX_BODY_BYTES: Final = 1800  # in UTF-8: WeCom's limit for a text is said to be 2048
MAX_LISTED: Final = 10

_TITLE: Final = {
    Tongue.ZH: "{% if simulated %}【模拟】{% endif %}{% if urgent %}【紧急】{% endif %}"
    "{% if n == 1 %}{{ first.occasion }}：{{ first.what }}{% if first.where %} · {{ first.where }}{% endif %}"
    "{% else %}{{ n }} 条待处理：{{ first.what }}等{% endif %}",
    Tongue.EN: "{% if simulated %}[Simulated] {% endif %}{% if urgent %}[Urgent] {% endif %}"
    "{% if n == 1 %}{{ first.occasion }}: {{ first.what }}{% if first.where %} · {{ first.where }}{% endif %}"
    "{% else %}{{ n }} to work on: {{ first.what }} and more{% endif %}",
}
_LINE: Final = {
    Tongue.ZH: "{% if number %}【{{ occasion }}】{{ what }}\n地点：{{ community }} {{ where }}\n"
    "{% if assisting %}协办：{{ assisting }}\n{% endif %}"
    "{% if due %}{{ due }} 前处理\n{% endif %}案号：{{ number }}\n"
    "{% if link %}接单、上报：{{ link }}\n{% endif %}{% else %}{{ what }}\n{% endif %}",
    Tongue.EN: "{% if number %}[{{ occasion }}] {{ what }}\nWhere: {{ community }} {{ where }}\n"
    "{% if assisting %}Assisting: {{ assisting }}\n{% endif %}"
    "{% if due %}Until {{ due }}\n{% endif %}Case {{ number }}\n"
    "{% if link %}Accept or report: {{ link }}\n{% endif %}{% else %}{{ what }}\n{% endif %}",
}
_SHORT: Final = {
    Tongue.ZH: "【{{ occasion }}】{{ what }} · {{ where }}{% if due %} · {{ due }} 前{% endif %}"
    "{% if link %}\n{{ link }}{% endif %}\n",
    Tongue.EN: "[{{ occasion }}] {{ what }} · {{ where }}{% if due %} · until {{ due }}{% endif %}"
    "{% if link %}\n{{ link }}{% endif %}\n",
}
_MORE: Final = {
    Tongue.ZH: "还有 {{ n }} 条{% if link %}：{{ link }}{% endif %}\n",
    Tongue.EN: "and {{ n }} more{% if link %}: {{ link }}{% endif %}\n",
}
_MARK: Final = {Tongue.ZH: "编号 {{ mark }}", Tongue.EN: "No. {{ mark }}"}
_STUCK: Final = Name(
    "“{name}”从 {since} 起收不到通知：{reason}。请到“通知”页面查看。",
    "“{name}” has received nothing since {since}: {reason}. See the page of notices.",
)
_TEST: Final = Name("这是一条测试通知，收到就说明能用。", "This is a test. It arrived, so notices do.")
TEST_TITLE: Final = Name("测试通知", "Test")

_OF_CASE: Final = ("where", "community", "assisting", "due", "number", "link")

# Plain text: nothing is escaped; of what others wrote, names of places and organisations alone come in, on one line.
_PAGES: Final = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - no HTML


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that a message tells of a case, or of a destination that is stuck."""

    occasion: Occasion
    case: Case | None
    stuck: tuple[str, datetime, Reason | None] | None = None  # its name, since when, why


@dataclass(frozen=True, slots=True)
class Frame:
    """What is the same for all that a message tells."""

    language: Tongue
    zone: tzinfo
    public_url: str  # of the console, without a slash at its end; empty: no links
    mark: str  # by which a second copy is known
    called: Called = field(default_factory=Called)


def render(subjects: Sequence[Subject], frame: Frame, *, urgent: bool, more: int = 0) -> tuple[str, str]:
    """Title and body of a message of one subject or more; both within their bounds, however many there are.

    Args:
        more: how many other things are told by their number alone.
    """
    tongues = (Tongue.ZH, Tongue.EN) if frame.language is Tongue.BOTH else (frame.language,)
    budget = MAX_BODY_BYTES // len(tongues)
    titles = [_title(subjects, tongue, frame, urgent=urgent, more=more) for tongue in tongues]
    bodies = [_body(subjects, tongue, frame, budget, more) for tongue in tongues]
    bodies[-1] += _fill(_MARK[tongues[0]], mark=frame.mark)
    return " / ".join(titles)[:MAX_TITLE], "\n".join(bodies)


def render_test(frame: Frame) -> tuple[str, str]:
    """Title and body of a test."""
    tongues = (Tongue.ZH, Tongue.EN) if frame.language is Tongue.BOTH else (frame.language,)
    title = " / ".join(_in(TEST_TITLE, tongue) for tongue in tongues)
    mark = _fill(_MARK[tongues[0]], mark=frame.mark)
    return title, "\n".join([*(_in(_TEST, tongue) for tongue in tongues), mark])


def _title(subjects: Sequence[Subject], tongue: Tongue, frame: Frame, *, urgent: bool, more: int) -> str:
    simulated = any(each.case is not None and each.case.simulated for each in subjects)
    first = _values(subjects[0], tongue, frame)
    return _fill(_TITLE[tongue], simulated=simulated, urgent=urgent, n=len(subjects) + more, first=first)


def _body(subjects: Sequence[Subject], tongue: Tongue, frame: Frame, budget: int, more: int) -> str:
    """One subject at length, several in short, as many as there is room for, those that press most first."""
    if len(subjects) == 1 and not more:
        return _fill(_LINE[tongue], **_values(subjects[0], tongue, frame))
    link = f"{frame.public_url}/cases" if frame.public_url else ""
    room = budget - len(_fill(_MORE[tongue], n=len(subjects) + more, link=link).encode()) - 40
    lines: list[str] = []
    for subject in sorted(subjects, key=_pressing)[:MAX_LISTED]:
        template = _SHORT[tongue] if subject.case is not None else _LINE[tongue]
        line = _fill(template, **_values(subject, tongue, frame))
        room -= len(line.encode())
        if room < 0:
            break
        lines.append(line)
    left = len(subjects) + more - len(lines)
    return "".join(lines) + (_fill(_MORE[tongue], n=left, link=link) if left else "")


def _pressing(subject: Subject) -> tuple[int, float]:
    case = subject.case
    if case is None:
        return (0, 0.0)
    return (int(case.priority), float("inf") if case.due_at is None else case.due_at.timestamp())


def _values(subject: Subject, tongue: Tongue, frame: Frame) -> dict[str, str]:
    case, occasion = subject.case, _in(OCCASION_NAMES[subject.occasion], tongue)
    if case is None:
        told = _stuck(subject, tongue, frame)
        return dict.fromkeys(_OF_CASE, "") | {"occasion": occasion, "what": told}
    asked = subject.occasion is Occasion.ASSIST_ASKED
    return {
        "occasion": occasion,
        "what": _in(what(case), tongue),
        "where": _in(where(case), tongue),
        "community": _in(community(case, frame.called), tongue),
        "assisting": _in(assisting(case, frame.called), tongue) if asked else "",
        "due": "" if case.due_at is None else f"{case.due_at.astimezone(frame.zone):%m-%d %H:%M}",
        "number": case.number,
        "link": f"{frame.public_url}/cases/{case.id}" if frame.public_url else "",
    }


def _stuck(subject: Subject, tongue: Tongue, frame: Frame) -> str:
    if subject.stuck is None:
        return ""
    name, since, reason = subject.stuck
    said = "" if reason is None else _in(REASON_NAMES[reason], tongue)
    return _in(_STUCK, tongue).format(name=name, since=f"{since.astimezone(frame.zone):%m-%d %H:%M}", reason=said)


def _in(name: Name, tongue: Tongue) -> str:
    return name.en if tongue is Tongue.EN else name.zh


def _fill(template: str, **values: object) -> str:
    return _PAGES.from_string(template).render(values)
