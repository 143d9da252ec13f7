"""From an alarm that a rule raises or ends to the event that says it."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypedDict

from pydantic import AwareDatetime, TypeAdapter

from contract.events import AnyEvent
from contract.gating import (
    GateAlarmCleared,
    GateAlarmData,
    GateAlarmKind,
    GateAlarmOpened,
    SensorAlarmCleared,
    SensorAlarmData,
    SensorAlarmKind,
    SensorAlarmOpened,
    SensorKind,
)
from contract.metering import (
    Medium,
    MeterAlarmCleared,
    MeterAlarmData,
    MeterAlarmKind,
    MeterAlarmOpened,
)
from edge.app.instruments.ledger import Ledger
from edge.outbox import Draft
from edge.rules import keeping
from edge.rules.alarms import AlarmFinding, AlarmKind, Phase, Words
from edge.values import Moment

STATE: Final = "alarms"
MAX_WORDS: Final = 500  # characters of each language
MAX_STATE_BYTES: Final = 32 * 1024 * 1024  # each kind of alarm of each device, with the longest words
NOT_WATCHED: Final = Words(
    "配置中已没有这台设备，或不再作此判断，是否恢复不得而知。",
    "This is not configured any more, or not judged any more; whether it is over is not known.",
)

AnyAlarmData = MeterAlarmData | GateAlarmData | SensorAlarmData
CLEARED: Final[dict[type[AnyAlarmData], type[AnyEvent]]] = {
    MeterAlarmData: MeterAlarmCleared,
    GateAlarmData: GateAlarmCleared,
    SensorAlarmData: SensorAlarmCleared,
}
SENSOR_KINDS: Final = {
    AlarmKind.INPUT_ALARM: SensorAlarmKind.ALARM,
    AlarmKind.INPUT_FAULT: SensorAlarmKind.FAULT,
    AlarmKind.INPUT_SILENT: SensorAlarmKind.SILENT,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """An alarm that stands: what was told when it opened, and of which subject."""

    path: str | None
    data: AnyAlarmData


_OPEN: Final = TypeAdapter(dict[str, Standing])


def _standing(raw: bytes) -> dict[str, Standing]:
    """Read them; who is in alarm stands in no error, for errors are logged."""
    return keeping.read(_OPEN, raw, what="alarms that stand", at_most=MAX_STATE_BYTES)


log = logging.getLogger(__name__)

Drafting = Callable[[AlarmFinding, str, Moment], Draft]
"""Makes the event of a finding from the alarm that it belongs to and the present time."""


class Alarms:
    """The alarms that stand, over restarts: what ends names what began it.

    Args:
        clock: the gateway's.
    """

    def __init__(self, ledger: Ledger, clock: Callable[[], Moment]) -> None:
        self._ledger = ledger
        self._clock = clock
        self._open = ledger.read(STATE, _standing) or {}

    def tell(
        self, findings: Iterable[AlarmFinding], drafting: Drafting, *, unjudged: Collection[AlarmKind] = ()
    ) -> None:
        """Have the events of findings told with the next commit.

        Args:
            unjudged: kinds that are not told, because what they are judged by is not known.
        """
        for finding in findings:
            if finding.phase is Phase.CLEARED:
                self._clear(finding, drafting)
            elif finding.kind not in unjudged:
                self._raise(finding, drafting)

    def give_up(self, judged: Mapping[str, Collection[str]]) -> None:
        """Have those ended, with the next commit, that nothing would ever end: say that it is not known how it is.

        What a rule remembers of a device that is gone is forgotten: if it returns, it may be in alarm again.

        Args:
            judged: by the id of each device the kinds of alarms that it is judged for, as its events name them.
        """
        for key, standing in list(self._open.items()):
            device, kind = standing.data.device, standing.data.kind.value
            if kind in judged.get(device, ()):
                continue
            del self._open[key]
            self._say(_given_up(standing, self._clock()))
            if device not in judged:
                self._ledger.forget(f"{_prefix(standing.data)}/{device}")

    def _raise(self, finding: AlarmFinding, drafting: Drafting) -> None:
        """Tell it, but where it stands already, as after a rule's state was lost."""
        key = _key(finding)
        if key in self._open:
            return
        began_s = max(0, int(finding.at.timestamp()))
        draft = drafting(finding, f"{key.replace('_', '-')}.{began_s}", self._clock())
        if not isinstance(draft.data, AnyAlarmData):
            raise TypeError(f"{draft.type} is no alarm")
        self._open[key] = Standing(draft.subject, draft.data)
        self._say(draft)

    def _clear(self, finding: AlarmFinding, drafting: Drafting) -> None:
        standing = self._open.pop(_key(finding), None)
        if standing is not None:
            self._say(drafting(finding, standing.data.alarm, self._clock()))

    def _say(self, draft: Draft) -> None:
        _log(draft)
        self._ledger.tell(draft)
        self._ledger.keep(STATE, self._encoded)

    def _encoded(self) -> bytes:
        return _OPEN.dump_json(self._open)


def _key(finding: AlarmFinding) -> str:
    return f"{finding.subject}.{finding.kind.value}"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom alarms are about.

    Attributes:
        where: its line or board; empty for a household.
    """

    id: str
    name: str
    where: str
    simulated: bool

    @property
    def path(self) -> str:
        """The event's subject."""
        return f"{self.where}/{self.id}" if self.where else self.id


class _Common(TypedDict):
    device: str
    device_name: str
    alarm: str
    began_at: AwareDatetime
    found_at: AwareDatetime
    words_zh: str
    words_en: str
    simulated: bool


def meter_draft(finding: AlarmFinding, alarm: str, now: Moment, *, subject: Subject, medium: Medium | None) -> Draft:
    """The event of a meter, or with `medium` None of a household."""
    data = MeterAlarmData(
        **_common(finding, alarm, subject),
        kind=MeterAlarmKind(finding.kind.value),
        medium=medium,
        corroborated=finding.corroborated,
        missing=finding.missing,
    )
    return Draft(MeterAlarmOpened if _opens(finding) else MeterAlarmCleared, data, now, subject.path)


def gate_draft(finding: AlarmFinding, alarm: str, now: Moment, *, subject: Subject) -> Draft:
    """The event of a gate."""
    data = GateAlarmData(**_common(finding, alarm, subject), kind=GateAlarmKind(finding.kind.value))
    return Draft(GateAlarmOpened if _opens(finding) else GateAlarmCleared, data, now, subject.path)


def sensor_draft(finding: AlarmFinding, alarm: str, now: Moment, *, subject: Subject, sensor: SensorKind) -> Draft:
    """The event of an alarm contact."""
    data = SensorAlarmData(**_common(finding, alarm, subject), kind=SENSOR_KINDS[finding.kind], sensor=sensor)
    return Draft(SensorAlarmOpened if _opens(finding) else SensorAlarmCleared, data, now, subject.path)


def _log(draft: Draft) -> None:
    """One line for whoever stands before the gateway; of a household nothing, for logs are read by many."""
    data = draft.data
    if isinstance(data, MeterAlarmData) and data.medium is None:
        return
    if isinstance(data, AnyAlarmData):
        what = "恢复 over" if draft.model in CLEARED.values() else "报警 alarm"
        log.warning("%s: %s %s: %s", data.device, what, data.kind.value, data.words_zh)


def _given_up(standing: Standing, now: Moment) -> Draft:
    """The end of an alarm of which nothing more will be heard."""
    at = max(standing.data.found_at, now.seen_at)
    said = {"found_at": at, "seen": False, "words_zh": NOT_WATCHED.zh, "words_en": NOT_WATCHED.en}
    return Draft(CLEARED[type(standing.data)], standing.data.model_copy(update=said), now, standing.path)


def _prefix(data: AnyAlarmData) -> str:
    """What the name of a rule's state begins with."""
    match data:
        case GateAlarmData():
            return "gate"
        case SensorAlarmData():
            return "contact"
        case _:
            return "household" if data.medium is None else "meter"


def _opens(finding: AlarmFinding) -> bool:
    return finding.phase is Phase.OPENED


def _common(finding: AlarmFinding, alarm: str, subject: Subject) -> _Common:
    return _Common(
        device=subject.id,
        device_name=subject.name,
        alarm=alarm,
        began_at=min(finding.began, finding.at),  # a clock that was set back may have put them the other way round
        found_at=finding.at,
        words_zh=finding.words.zh[:MAX_WORDS],
        words_en=finding.words.en[:MAX_WORDS],
        simulated=subject.simulated,
    )
