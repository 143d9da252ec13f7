"""The run status words of an electricity meter, DL/T 645-2007, appendix C.

Bits 0 to 4 of word 3, words 1 and 2, and the bits of words 4 to 6 were read in public copies of the standard. The upper
bits of word 3 come from the State Grid's supplement and word 7 from programs: `checked` is False there.
"""

from typing import Final

from firmware_bridge.codecs.values import Condition


def _bit(key: str, bit: int, words: str, *, checked: bool = True) -> Condition:
    return Condition(key, 1 << bit, 1 << bit, words, checked)


WORD_1: Final = (
    _bit("demand_by_interval", 1, "需量积算方式为区间 demand by interval"),
    _bit("clock_battery_low", 2, "时钟电池欠压 clock battery low"),
    _bit("reading_battery_low", 3, "停电抄表电池欠压 battery for reading without mains low"),
    _bit("active_reverse", 4, "有功功率反向 active power reverse"),
    _bit("reactive_reverse", 5, "无功功率反向 reactive power reverse"),
)

WORD_2: Final = (
    _bit("active_reverse_a", 0, "A 相有功反向 active power reverse, phase A"),
    _bit("active_reverse_b", 1, "B 相有功反向 active power reverse, phase B"),
    _bit("active_reverse_c", 2, "C 相有功反向 active power reverse, phase C"),
    _bit("reactive_reverse_a", 4, "A 相无功反向 reactive power reverse, phase A"),
    _bit("reactive_reverse_b", 5, "B 相无功反向 reactive power reverse, phase B"),
    _bit("reactive_reverse_c", 6, "C 相无功反向 reactive power reverse, phase C"),
)

WORD_3: Final = (
    _bit("second_periods", 0, "第二套时段 second table of periods in force"),
    Condition("on_auxiliary_power", 0b110, 0b010, "辅助电源供电 on auxiliary power"),
    Condition("on_battery", 0b110, 0b100, "电池供电 on battery"),
    _bit("programming_allowed", 3, "编程允许 programming allowed"),
    _bit("relay_open", 4, "继电器断开 relay open"),
    _bit("second_seasons", 5, "第二套时区 second table of seasons in force", checked=False),
    _bit("relay_ordered_open", 6, "继电器命令为断 relay ordered open", checked=False),
    _bit("trip_warning", 7, "预跳闸报警 warning before a trip", checked=False),
    Condition("prepaid_energy", 0b11 << 8, 0b01 << 8, "电量型预付费表 prepaid by energy", checked=False),
    Condition("prepaid_money", 0b11 << 8, 0b10 << 8, "电费型预付费表 prepaid by money", checked=False),
    _bit("second_tariffs", 10, "第二套费率 second table of tariffs in force", checked=False),
    _bit("second_steps", 11, "第二套阶梯 second table of steps in force", checked=False),
)

WORD_7: Final = (
    _bit("voltage_sequence", 0, "电压逆相序 wrong phase sequence of voltages", checked=False),
    _bit("current_sequence", 1, "电流逆相序 wrong phase sequence of currents", checked=False),
    _bit("voltage_unbalanced", 2, "电压不平衡 voltages out of balance", checked=False),
    _bit("current_unbalanced", 3, "电流不平衡 currents out of balance", checked=False),
    _bit("auxiliary_lost", 4, "辅助电源失电 auxiliary power lost", checked=False),
    _bit("mains_lost", 5, "掉电 mains lost", checked=False),
    _bit("demand_exceeded", 6, "需量超限 demand exceeded", checked=False),
    _bit("power_factor_low", 7, "总功率因数超下限 power factor too low", checked=False),
    _bit("current_badly_unbalanced", 8, "电流严重不平衡 currents far out of balance", checked=False),
)


def phase_faults(phase: str) -> tuple[Condition, ...]:
    """Words 4, 5 and 6: what is wrong with phase `A`, `B` or `C`."""
    names = (
        ("voltage_lost", "失压 voltage lost"),
        ("voltage_low", "欠压 voltage low"),
        ("voltage_high", "过压 voltage high"),
        ("current_lost", "失流 current lost"),
        ("current_high", "过流 current high"),
        ("overload", "过载 overload"),
        ("power_reverse", "潮流反向 power reverse"),
        ("phase_lost", "断相 phase lost"),
        ("current_broken", "断流 current broken"),
    )
    return tuple(
        _bit(f"{key}_{phase.lower()}", bit, f"{phase} 相{words}, phase {phase}")
        for bit, (key, words) in enumerate(names)
    )
