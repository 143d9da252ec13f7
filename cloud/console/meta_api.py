"""`GET /api/meta`: what the words of the interface mean, in both languages, for programs that show or map them."""

from typing import Final, Self

from fastapi import APIRouter

from cloud.accounts import Role
from cloud.cases.flow import FLOW, Need
from cloud.cases.vocabulary import ACTION_NAMES, STAGE_NAMES, Action, CaseKind, Level, Priority, Source, Stage
from cloud.console.documents import Closed
from cloud.console.words import Word
from cloud.problems import PROBLEMS


class WordOut(Closed):
    """A value and its name."""

    value: str | int
    zh: str
    en: str

    @classmethod
    def of(cls, value: str | int, name: Word) -> Self:
        return cls(value=value, zh=name.zh, en=name.en)


class RuleOut(Closed):
    """An action: from where to where, by whom, and what it needs. `to` null leaves the stage as it is."""

    value: Action
    zh: str
    en: str
    start: tuple[Stage, ...]
    to: Stage | None
    by: tuple[Role, ...]
    needs: tuple[Need, ...]


class MetaOut(Closed):
    """The words of this interface."""

    stages: tuple[WordOut, ...]
    actions: tuple[RuleOut, ...]
    kinds: tuple[WordOut, ...]
    sources: tuple[WordOut, ...]
    priorities: tuple[WordOut, ...]
    levels: tuple[WordOut, ...]
    needs: tuple[WordOut, ...]
    problems: tuple[WordOut, ...]


KINDS: Final = {
    CaseKind.PARKING: Word("违停", "Parking"),
    CaseKind.ZOMBIE: Word("僵尸车", "Zombie vehicle"),
    CaseKind.THROWN: Word("高空抛物", "Thrown object"),
    CaseKind.METER: Word("表计告警", "Meter"),
    CaseKind.GATE: Word("门禁告警", "Gate"),
    CaseKind.SENSOR: Word("传感器告警", "Sensor"),
    CaseKind.REPORT: Word("诉求", "Report from outside"),
}
SOURCES: Final = {
    Source.CAMERA: Word("摄像机发现", "Found by a camera"),
    Source.DEVICE: Word("设备告警", "Told by a device"),
    Source.RESIDENT: Word("随手拍", "A resident's report"),
    Source.HOTLINE: Word("12345 热线", "The 12345 hotline"),
    Source.STAFF: Word("工作人员上报", "Reported by staff"),
}
PRIORITIES: Final = {
    Priority.URGENT: Word("紧急", "Urgent"),
    Priority.HIGH: Word("优先", "High"),
    Priority.NORMAL: Word("一般", "Normal"),
    Priority.LOW: Word("较低", "Low"),
}
LEVELS: Final = {
    Level.PROPERTY: Word("物业", "Property"),
    Level.THREE_PARTY: Word("三方（物管会、业委会、物业）", "Three parties"),
    Level.STREET: Word("街道", "Street"),
}
NEEDS: Final = {
    Need.REASON: Word("写明原因（note）", "a reason, in `note`"),
    Need.UNTIL: Word("新的时限（until）", "a later deadline, in `until`"),
    Need.RATING: Word("1 至 5 星（rating）", "1 to 5, in `rating`"),
    Need.CASE: Word("另一个案件（other）", "another case's id, in `other`"),
    Need.ORGANISATION: Word("协办单位（organisation）", "an organisation's id, in `organisation`"),
    Need.PRIORITY: Word("优先级（priority）", "1 to 4, in `priority`"),
}


def meta() -> MetaOut:
    """All of it."""
    return MetaOut(
        stages=tuple(WordOut.of(stage, Word(name.zh, name.en)) for stage, name in STAGE_NAMES.items()),
        actions=tuple(_rule(action) for action in FLOW),
        kinds=tuple(WordOut.of(kind, name) for kind, name in KINDS.items()),
        sources=tuple(WordOut.of(source, name) for source, name in SOURCES.items()),
        priorities=tuple(WordOut.of(int(priority), name) for priority, name in PRIORITIES.items()),
        levels=tuple(WordOut.of(int(level), name) for level, name in LEVELS.items()),
        needs=tuple(WordOut.of(need, name) for need, name in NEEDS.items()),
        problems=tuple(WordOut.of(name, Word(kind.title.zh, kind.title.en)) for name, kind in PROBLEMS.items()),
    )


def _rule(action: Action) -> RuleOut:
    name, rule = ACTION_NAMES[action], FLOW[action]
    return RuleOut(
        value=action,
        zh=name.zh,
        en=name.en,
        start=tuple(stage for stage in Stage if stage in rule.start),
        to=rule.to,
        by=tuple(role for role in Role if role in rule.by),
        needs=tuple(need for need in Need if need in rule.needs),
    )


class MetaApi:
    """`/api/meta`."""

    def routes(self) -> APIRouter:
        router = APIRouter(prefix="/api", tags=["reference"])
        router.add_api_route("/meta", self.get, methods=["GET"], summary="用语 What the words mean")
        return router

    async def get(self) -> MetaOut:
        """Stages, actions with who may do them and what each needs, kinds, sources, priorities, problems."""
        return meta()
