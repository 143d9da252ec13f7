"""What is written below the picture of a fall: when, how far the clock is to be trusted, from where, how fast."""

from dataclasses import dataclass
from datetime import tzinfo

from edge.evidence.margin import KINDS, SIMULATED, TRUST, both
from edge.trajectory import Estimate, Fall
from edge.values import Moment, PictureKind


@dataclass(frozen=True, slots=True)
class FallCaption:
    """The strip's text; a `Strip`.

    Attributes:
        device: `community/gateway`.
        facade: its name as staff read it, else its id.
        began, ended: first and last seen.
    """

    device: str
    camera: str
    facade: str
    fall: Fall
    began: Moment
    ended: Moment
    timezone: tzinfo
    simulated: bool

    @property
    def lines(self) -> tuple[str, ...]:
        """When and how far to trust it; by what device; what and where; how far and how fast."""
        began = self.began.seen_at.astimezone(self.timezone).isoformat(sep=" ", timespec="milliseconds")
        lasted_s = self.ended.at_s - self.began.at_s
        when = f"{began}  {both('历时', 'for')} {lasted_s:.2f} s  {both(*TRUST[self.began.trust])}"
        device = f"{both('设备', 'device')} {self.device}  {both('摄像机', 'camera')} {self.camera}"
        where = f"{both(*KINDS[PictureKind.FALL])}  {both('立面', 'façade')} {self.facade}  {self._floor}"
        return when, device, where, self._measures

    @property
    def mark(self) -> str:
        """What says that this is no real event; empty where it is one."""
        return both(*SIMULATED) if self.simulated else ""

    @property
    def _floor(self) -> str:
        floors, column = self.fall.floors, self.fall.column
        if floors is None:
            return both("楼层无法判断", "floor cannot be told")
        text = f"{both('楼层', 'floor')} {floors.likely} ({floors.low}…{floors.high})"
        return text if column is None else f"{text}  {both('窗列', 'window column')} {column}"

    @property
    def _measures(self) -> str:
        fall = self.fall
        return (
            f"{both('落下', 'fell')} {_interval(fall.fell_m)} m  {both('离地', 'from')} {_interval(fall.height_m)} m  "
            f"{both('末速', 'at the end')} {fall.speed_m_s:.0f} m/s"
        )


def _interval(estimate: Estimate) -> str:
    return f"{estimate.value:.0f} ({estimate.low:.0f}…{estimate.high:.0f})"
