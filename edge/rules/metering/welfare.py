"""What the welfare rule is told: its limits, and who said that they would be away."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Away:
    """An announced absence, or an announced stop of the water: no alarm from `since` up to `until`."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class WelfareSettings:
    """Limits of the welfare rule.

    Attributes:
        least_l: litres in 12 h or 24 h: 0.01 m³ (Shenzhen Longgang, Shanghai: 12 h; Taicang: 24 h). The rest is ours.
        early_s, day_s, long_s: the three times.
        used_l: in a half hour, over the drip: somebody used water.
        step_l: one step of the water meter's register.
        surprise: how unlikely silence at these hours must be for the early alarm, as −ln of its probability.
        margin_wh: over what the nights show, from which electricity says that somebody is about.
        surge_wh: over the most of the nights' half hours, from which one half hour says so.
        machine_l: litres in a half hour, from which it may be a washing machine.
        visit_s: silence after which an opened door is somebody who looks in, or comes back, …
        stay_s: … and for how long they may stay.
        late: from when to when few people set out, local hours.
        machine_s: after an opening of the door, until water says that somebody is at home: washing machines end.
        settle_s: after an opening of the door, until electricity says anything: boilers heat up.
        tell_s: … and until which it does: who is at home has used water by then, and lamps on timers come on.
        wait_s: after the end of a half hour, until it is judged: both meters' readings must have come.
        door_s: silence of the door contact's signs of life from which it is not heard.
    """

    least_l: float = 10.0
    early_s: float = 12 * 3600.0
    day_s: float = 24 * 3600.0
    long_s: float = 10 * 24 * 3600.0
    used_l: float = 1.0
    step_l: float = 1.0
    surprise: float = 30.0
    margin_wh: float = 30.0
    surge_wh: float = 60.0
    machine_l: float = 15.0
    visit_s: float = 20 * 3600.0
    stay_s: float = 5400.0
    late: tuple[int, int] = (19, 5)
    machine_s: float = 3600.0
    settle_s: float = 7200.0
    tell_s: float = 8 * 3600.0
    wait_s: float = 960.0
    door_s: float = 7200.0
    timezone: str = "Asia/Shanghai"
