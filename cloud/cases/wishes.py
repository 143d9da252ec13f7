"""What a person asks of a case, and what it must bring along."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cloud.cases.domain import Case, Refused
from cloud.cases.flow import FLOW, Need
from cloud.cases.vocabulary import ACTION_NAMES, Action, CaseKind, Priority

MAX_NOTE: Final = 500  # characters
BAD: Final = 2  # a rating of this or less, through the handler's fault, reopens
MAX_ORGANISATION: Final = 64  # characters
MAX_ASSISTING: Final = 8  # organisations
MAX_EVENTS: Final = 100  # that one split takes along
MAX_PHOTOS: Final = 10
MAX_EXTENSION: Final = timedelta(days=90)  # beyond the present deadline


@dataclass(frozen=True, slots=True)
class Wish:
    """An action with what it takes; `flow.FLOW` says what each needs."""

    action: Action
    note: str = ""
    rating: int | None = None  # 1 to 5
    fault: bool = False  # with `RATE`: through the handler's fault
    until: datetime | None = None  # aware
    other: str | None = None  # another case
    organisation: str | None = None
    priority: Priority | None = None
    photos: tuple[str, ...] = ()  # SHA-256 of evidence that is there
    events: tuple[str, ...] = ()  # with `SPLIT`: findings that go along

    @property
    def reopens(self) -> bool:
        """Whether the case is to begin anew: somebody reopens it, or rates it badly through the handler's fault."""
        bad = self.fault and self.rating is not None and self.rating <= BAD
        return self.action is Action.REOPEN or (self.action is Action.RATE and bad)


def check(case: Case, wish: Wish, now: datetime) -> None:
    """Check that a wish brings what its action needs.

    Raises:
        Refused: and says what is missing, or too much.
    """
    _within_bounds(wish)
    needs = FLOW[wish.action].needs
    if Need.REASON in needs and not wish.note.strip():
        raise Refused("须写明原因", "a reason is needed")
    _rating(wish, wanted=Need.RATING in needs)
    if Need.UNTIL in needs:
        _until(case, wish.until, now)
    if Need.CASE in needs and wish.other in {None, case.id}:
        raise Refused("须指明另一个案件", "another case is needed")
    if Need.ORGANISATION in needs:
        _organisation(case, wish.organisation)
    if Need.PRIORITY in needs and wish.priority in {None, case.priority}:
        raise Refused("须选一个不同的优先级", "another priority is needed")
    if wish.action is Action.REPORT and case.kind is CaseKind.REPORT and not (wish.photos or wish.note.strip()):
        raise Refused(
            "没有摄像机和设备能看到结果：须附照片或文字说明",
            "neither camera nor device can see it: add a photo or a few words",
        )


def _within_bounds(wish: Wish) -> None:
    if len(wish.note) > MAX_NOTE or "\x00" in wish.note:
        raise Refused(f"备注最多 {MAX_NOTE} 字", f"a note has at most {MAX_NOTE} characters")
    if len(wish.photos) > MAX_PHOTOS:
        raise Refused(f"照片最多 {MAX_PHOTOS} 张", f"at most {MAX_PHOTOS} photos")
    if len(wish.events) > MAX_EVENTS:
        raise Refused(f"一次最多拆出 {MAX_EVENTS} 条", f"at most {MAX_EVENTS} findings are split off at once")
    if wish.events and wish.action is not Action.SPLIT:
        raise Refused("只有拆分才带走记录", "only a split takes findings along")


def _rating(wish: Wish, *, wanted: bool) -> None:
    name = ACTION_NAMES[wish.action]
    if wanted and (wish.rating is None or not 1 <= wish.rating <= 5):
        raise Refused("评价须为 1 至 5 星", "a rating is 1 to 5")
    if wish.fault and (wish.rating is None or wish.rating > BAD):
        raise Refused("只有 1、2 星才能记为承办方过错", "a fault of the handler's goes with a rating of 1 or 2")
    if not wanted and wish.rating is not None:
        raise Refused(f"“{name.zh}”不带评价", f"“{name.en}” takes no rating")


def _until(case: Case, until: datetime | None, now: datetime) -> None:
    if case.due_at is None or now >= case.due_at:
        raise Refused("时限已过，延期须在到期前申请", "an extension is asked for before the time is over")
    if until is None or until <= case.due_at:
        raise Refused("延期须晚于现在的时限", "a later deadline than the present one is needed")
    if until - case.due_at > MAX_EXTENSION:
        raise Refused(f"一次最多延期 {MAX_EXTENSION.days} 天", f"at most {MAX_EXTENSION.days} days at once")


def _organisation(case: Case, organisation: str | None) -> None:
    if not organisation or len(organisation) > MAX_ORGANISATION or "\x00" in organisation:
        raise Refused("须指明协办单位", "an organisation is needed")
    if organisation in case.assisting:
        raise Refused("该单位已在协办", "that organisation assists already")
    if len(case.assisting) >= MAX_ASSISTING:
        raise Refused(f"协办单位最多 {MAX_ASSISTING} 个", f"at most {MAX_ASSISTING} organisations assist")
