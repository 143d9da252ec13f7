"""Limits of the rules on meters. Each says its source; "ours" is a choice of this project.

No standard's text was at hand: where one is named, the figure is as it is commonly quoted.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from edge.rules.holding import Times
from edge.rules.metering.readings import Medium

HOUR_S: Final = 3600.0
DAY_S: Final = 24 * HOUR_S


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit with a band: at `over` and above it is seen so, at `under` and below it is not, between it stays."""

    over: Decimal
    under: Decimal


# Minimum times of the checks on readings: all ours.
FLAG: Final = Times(60, HOUR_S)  # a second reading must agree: one status byte read wrong accuses nobody
BATTERY: Final = Times(60, DAY_S)
CLOCK: Final = Times(60, 60)
POWER: Final = Times(600, 600)  # two readings of a quarter hour
BURST: Final = Times(1800, 1800)
REVERSE: Final = Times(60, DAY_S)
JUMP: Final = Times(0, DAY_S)  # the next reading has agreed already; a day of readings that fit ends it


@dataclass(frozen=True, slots=True)
class Checks:
    """Minimum times of each check on single readings."""

    flag: Times = FLAG
    battery: Times = BATTERY
    clock: Times = CLOCK
    load: Times = POWER
    voltage: Times = POWER
    burst: Times = BURST
    reverse: Times = REVERSE
    jump: Times = JUMP


CHECKS: Final = Checks()
CLOCK_S: Final = Limit(Decimal(300), Decimal(240))


@dataclass(frozen=True, slots=True)
class MeterSettings:
    """One meter's limits; `of` gives the usual ones of a medium. Amounts are m³ or kWh, flows m³/h or kW.

    Attributes:
        resolution: the register's last digit.
        late_s: how late a reading may come and still be judged in its place; 0 where the gateway itself reads in order.
        most_flow: more than this the meter cannot pass: what seems to be more is a wrong reading, or another register.
        back_jump: a register this much lower is another register, not back-flow.
        reverse: how far back the register has run from its highest reading.
        burst: flow; None: not judged.
        leak: whether use in each half hour of a day is a leak.
        still_s: without any use for so long, the meter may be stuck.
        still_kwh: what the power that it shows would have counted while the register stood.
        clock_s: seconds.
        load_kw, load_a: what the supply is made for.
        voltage_high, voltage_low: volts.
        offline_s, online_s: silent for so long it is offline; heard for so long it is back.
        gap_s: readings further apart than this say nothing about the time between them.
        paused_s: steps further apart mean that the gateway itself was off: no meter is accused of that silence.
    """

    medium: Medium
    resolution: Decimal
    most_flow: Decimal
    back_jump: Decimal
    reverse: Limit
    burst: Limit | None = None
    leak: bool = False
    still_s: float = 60 * DAY_S
    still_kwh: Decimal | None = None
    clock_s: Limit = CLOCK_S
    load_kw: Limit | None = None
    load_a: Limit | None = None
    voltage_high: Limit | None = None
    voltage_low: Limit | None = None
    late_s: float = 900
    offline_s: float = 4 * HOUR_S
    online_s: float = 900
    gap_s: float = 1.5 * HOUR_S
    paused_s: float = HOUR_S
    timezone: str = "Asia/Shanghai"
    checks: Checks = CHECKS

    @classmethod
    def of(cls, medium: Medium) -> "MeterSettings":
        """The usual limits of a home's meter."""
        return USUAL[medium]


# Water, DN 15 with Q3 2.5 m³/h: Q4 = 1.25 Q3 (ISO 4064-1, GB/T 778.1; text not checked). 1.2 m³/h for half an hour is
# more than a bath and a washing machine beside each other; ours. Leak: use in each half hour of a day, as communities
# have it.
WATER: Final = MeterSettings(
    Medium.WATER,
    resolution=Decimal("0.001"),
    most_flow=Decimal("3.125"),
    back_jump=Decimal("0.5"),
    reverse=Limit(Decimal("0.05"), Decimal("0.01")),
    burst=Limit(Decimal("1.2"), Decimal("0.6")),
    leak=True,
)

# Electricity, one phase, 5(60) A: 60 A × 235.4 V = 14.1 kW. 220 V +7 % −10 % is GB/T 12325 (text not checked); the band
# of 1 % of 220 V is ours. Clock: DL/T 645 lets a broadcast set a clock that is at most 5 min off (text not checked);
# beyond, somebody must go there. A home that uses nothing for 14 days, not even for a refrigerator: ours.
ELECTRICITY: Final = MeterSettings(
    Medium.ELECTRICITY,
    resolution=Decimal("0.01"),
    most_flow=Decimal("14.2"),
    back_jump=Decimal(5),
    reverse=Limit(Decimal("0.1"), Decimal("0.02")),
    still_s=14 * DAY_S,
    still_kwh=Decimal("0.5"),
    load_kw=Limit(Decimal("13.2"), Decimal("11.9")),
    load_a=Limit(Decimal(60), Decimal(54)),
    voltage_high=Limit(Decimal("235.4"), Decimal("233.2")),
    voltage_low=Limit(Decimal("198.0"), Decimal("200.2")),
    offline_s=2 * HOUR_S,
)

# Gas, G2.5: Qmax 4 m³/h (GB/T 6968; text not checked). A boiler burns in each half hour of a cold day: no leak rule.
GAS: Final = MeterSettings(
    Medium.GAS,
    resolution=Decimal("0.001"),
    most_flow=Decimal("4.8"),
    back_jump=Decimal("0.5"),
    reverse=Limit(Decimal("0.05"), Decimal("0.01")),
    burst=Limit(Decimal("4.0"), Decimal("3.2")),
    still_s=180 * DAY_S,
)

USUAL: Final = {Medium.WATER: WATER, Medium.ELECTRICITY: ELECTRICITY, Medium.GAS: GAS}
