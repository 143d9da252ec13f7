"""The table of data identifiers of DL/T 645-2007, appendix A: what a code names and how its value is written.

`checked` says that code and form were read in a public source. The others are common knowledge that nobody here could
confirm on a meter: they are marked so wherever they are shown, and `with_decimals` corrects a form by configuration.
A trap: a widely copied page calls 00010000 "export". It is the energy that the household has taken.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from firmware_bridge.codecs.dlt645.status_words import WORD_1, WORD_2, WORD_3, WORD_7, phase_faults
from firmware_bridge.codecs.layouts import Bits, Day, Digits, Instant, Layout, Number, Text, TimeOfDay

TARIFFS: Final = 63  # that the standard has room for, in one block
TARIFFS_ALONE: Final = 12  # that are worth asking for one by one
DAILY_FREEZES: Final = 62
SETTLEMENTS: Final = 12

_PHASES: Final = ("A 相 phase A", "B 相 phase B", "C 相 phase C")
_TOTAL: Final = "总 total"
_BY_TARIFF: Final = (_TOTAL, *(f"费率 {n} tariff {n}" for n in range(1, TARIFFS + 1)))


@dataclass(frozen=True, slots=True)
class Item:
    """One identifier.

    Attributes:
        parts: how its value lies in the data.
        most: how many times the parts may follow each other.
        open_end: bytes after the parts belong to it and are told as they are.
        labels: what each value is, Chinese and English; empty where the name says it.
        checked: see the module.
    """

    code: int
    chinese: str
    english: str
    parts: tuple[Layout, ...]
    most: int = 1
    open_end: bool = False
    labels: tuple[str, ...] = ()
    checked: bool = False

    @property
    def name(self) -> str:
        return f"{self.chinese} {self.english}"


_KWH = Number(4, 2, "kWh")
_VOLTS = Number(2, 1, "V")
_AMPS = Number(3, 3, "A", signed=True)
_KW = Number(3, 4, "kW", signed=True)
_KVAR = Number(3, 4, "kvar", signed=True)
_KVA = Number(3, 4, "kVA", signed=True)
_COUNT = Number(3, 0, "")

# DI2 of energy: Chinese, English, unit, signed. Codes and units read in the header of a public program.
_ENERGIES: Final = {
    0x00: ("组合有功", "combined active", "kWh", True),
    0x01: ("正向有功", "forward active", "kWh", False),
    0x02: ("反向有功", "reverse active", "kWh", False),
    0x03: ("组合无功 1", "combined reactive 1", "kvarh", True),
    0x04: ("组合无功 2", "combined reactive 2", "kvarh", True),
    0x05: ("第一象限无功", "reactive, quadrant 1", "kvarh", False),
    0x06: ("第二象限无功", "reactive, quadrant 2", "kvarh", False),
    0x07: ("第三象限无功", "reactive, quadrant 3", "kvarh", False),
    0x08: ("第四象限无功", "reactive, quadrant 4", "kvarh", False),
    0x09: ("正向视在", "forward apparent", "kVAh", False),
    0x0A: ("反向视在", "reverse apparent", "kVAh", False),
}


def _energies() -> Iterator[Item]:
    """`00 kind tariff settlement`: tariff 0 is the total and FF all; settlement 0 is now, 1 the last one."""
    for kind, (chinese, english, unit, signed) in _ENERGIES.items():
        form = (Number(4, 2, unit, signed),)
        for ago in range(SETTLEMENTS + 1):
            code = kind << 16 | ago
            when = (f"（上 {ago} 结算日）", f", settlement {ago} ago") if ago else ("", "")
            sure = (kind, ago) == (0x01, 0)
            yield Item(code, f"{chinese}总电能{when[0]}", f"{english} total{when[1]}", form, checked=sure)
            yield Item(
                code | 0xFF00,
                f"{chinese}电能数据块{when[0]}",
                f"{english}, total and tariffs{when[1]}",
                form,
                most=TARIFFS + 1,
                labels=_BY_TARIFF,
            )
            for tariff in range(1, TARIFFS_ALONE + 1):
                yield Item(
                    code | tariff << 8,
                    f"{chinese}费率 {tariff} 电能{when[0]}",
                    f"{english}, tariff {tariff}{when[1]}",
                    form,
                )


def _demands() -> Iterator[Item]:
    """`01 kind 00 00`: the greatest demand since the settlement day and when it was."""
    for kind in (0x01, 0x02):
        chinese, english, _, _ = _ENERGIES[kind]
        parts = (Number(3, 4, "kW"), Instant(5))
        yield Item(
            0x01000000 | kind << 16, f"{chinese}总最大需量及时间", f"{english} maximum demand and its time", parts
        )


def _phases(code: int, chinese: str, english: str, form: Number, *, total: bool) -> Iterator[Item]:
    """`02 kind phase 00`: 1 to 3 for a phase, FF for all, and 0 for the total of three phases where there is one."""
    sure = {0x02010100, 0x02020100, 0x02030000}
    for phase, label in enumerate((_TOTAL, *_PHASES)):
        if phase or total:
            at = code | phase << 8
            zh, en = ("总", "total") if not phase else label.split(" phase ")
            name = f"{english}, phase {en}" if phase else f"{english}, {en}"
            yield Item(at, f"{zh}{chinese}", name, (form,), checked=at in sure)
    labels = (_TOTAL, *_PHASES) if total else _PHASES
    yield Item(code | 0xFF00, f"{chinese}数据块", f"{english}, all", (form,), most=len(labels), labels=labels)


def _variables() -> Iterator[Item]:
    yield from _phases(0x02010000, "电压", "voltage", _VOLTS, total=False)
    yield from _phases(0x02020000, "电流", "current", _AMPS, total=False)
    yield from _phases(0x02030000, "有功功率", "active power", _KW, total=True)
    yield from _phases(0x02040000, "无功功率", "reactive power", _KVAR, total=True)
    yield from _phases(0x02050000, "视在功率", "apparent power", _KVA, total=True)
    yield from _phases(0x02060000, "功率因数", "power factor", Number(2, 3, "", signed=True), total=True)
    yield from _phases(0x02070000, "相角", "phase angle", Number(2, 1, "°"), total=False)
    yield Item(0x02800001, "零线电流", "neutral current", (_AMPS,))
    yield Item(0x02800002, "电网频率", "frequency", (Number(2, 2, "Hz"),), checked=True)
    yield Item(0x02800003, "一分钟有功平均功率", "mean active power of a minute", (_KW,))
    yield Item(0x02800004, "当前有功需量", "present active demand", (_KW,))
    yield Item(0x02800005, "当前无功需量", "present reactive demand", (_KVAR,))
    yield Item(0x02800006, "当前视在需量", "present apparent demand", (_KVA,))
    yield Item(0x02800007, "表内温度", "temperature inside", (Number(2, 1, "°C", signed=True),))
    yield Item(0x02800008, "时钟电池电压", "voltage of the clock battery", (Number(2, 2, "V"),))
    yield Item(0x02800009, "停电抄表电池电压", "voltage of the reading battery", (Number(2, 2, "V"),))
    yield Item(0x0280000A, "内部电池工作时间", "time worked on battery", (Number(4, 0, "min"),))


def _events() -> Iterator[Item]:
    for code, chinese, english, sure in (
        (0x03300000, "编程总次数", "times programmed", True),
        (0x03300100, "电表清零总次数", "times cleared", False),
        (0x03300400, "校时总次数", "times the clock was set", True),
        (0x03300D00, "开表盖总次数", "times the cover was opened", False),
        (0x03300E00, "开端钮盖总次数", "times the terminal cover was opened", False),
        (0x03110000, "掉电总次数", "times without mains", False),
        (0x1D000001, "跳闸次数", "times tripped", False),
        (0x1E000001, "合闸次数", "times closed", False),
    ):
        yield Item(code, chinese, english, (_COUNT,), checked=sure)
    # The codes are sure; that a record begins with its time and the operator is common knowledge.
    for code, chinese, english in ((0x1D000101, "跳闸", "trip"), (0x1E000101, "合闸", "closing")):
        labels = ("时间 time", "操作者 operator", "其余 rest")
        parts = (Instant(6), Digits(4))
        yield Item(code, f"上 1 次{chinese}记录", f"last {english}", parts, open_end=True, labels=labels)


def _parameters() -> Iterator[Item]:
    yield Item(0x04000101, "日期及星期", "date", (Day(),), checked=True)
    yield Item(0x04000102, "时间", "time", (TimeOfDay(),), checked=True)
    yield Item(0x04000103, "最大需量周期", "period of demand", (Number(1, 0, "min"),), checked=True)
    yield Item(0x04000401, "通信地址", "address", (Digits(6),), checked=True)
    yield Item(0x04000402, "表号", "number of the meter", (Digits(6),), checked=True)
    for code, chinese, english, size in (
        (0x04000403, "资产管理编码", "asset code", 32),
        (0x04000404, "额定电压", "rated voltage", 6),
        (0x04000405, "额定电流/基本电流", "rated current", 6),
        (0x04000406, "最大电流", "greatest current", 6),
        (0x04000407, "有功准确度等级", "accuracy, active", 4),
        (0x04000408, "无功准确度等级", "accuracy, reactive", 4),
        (0x0400040B, "电表型号", "model", 10),
        (0x0400040C, "生产日期", "made on", 10),
        (0x0400040D, "协议版本号", "version of the protocol", 16),
    ):
        yield Item(code, chinese, english, (Text(size),), checked=True)
    yield Item(0x04000409, "电表有功常数", "constant, active", (Number(3, 0, "imp/kWh"),), checked=True)
    yield Item(0x0400040A, "电表无功常数", "constant, reactive", (Number(3, 0, "imp/kvarh"),), checked=True)
    words = (WORD_1, WORD_2, WORD_3, phase_faults("A"), phase_faults("B"), phase_faults("C"), WORD_7)
    forms = tuple(Bits(2, word) for word in words)
    for number, form in enumerate(forms, start=1):
        yield Item(0x04000500 | number, f"运行状态字 {number}", f"status word {number}", (form,), checked=number < 7)
    labels = tuple(f"状态字 {number} word {number}" for number in range(1, len(words) + 1))
    yield Item(0x040005FF, "运行状态字数据块", "all status words", forms, labels=labels)


def _freezes() -> Iterator[Item]:
    """`05 06 kind n`: the n-th last daily freeze, 1 to 62."""
    for ago in range(1, DAILY_FREEZES + 1):
        code = 0x05060000 | ago
        yield Item(code, f"上 {ago} 次日冻结时间", f"daily freeze {ago} ago, time", (Instant(5),), checked=ago == 1)
        for kind in range(0x01, 0x09):
            chinese, english, unit, signed = _ENERGIES[kind]
            yield Item(
                code | kind << 8,
                f"上 {ago} 次日冻结{chinese}电能",
                f"daily freeze {ago} ago, {english}",
                (Number(4, 2, unit, signed),),
                most=TARIFFS + 1,
                labels=_BY_TARIFF,
                checked=(kind, ago) == (1, 1),
            )


def _table() -> Iterator[Item]:
    for family in (_energies, _demands, _variables, _events, _parameters, _freezes):
        yield from family()


ITEMS: Final[Mapping[int, Item]] = MappingProxyType({item.code: item for item in _table()})


def with_decimals(items: Mapping[int, Item], places: Mapping[int, int]) -> Mapping[int, Item]:
    """A table for a meter whose numbers have another resolution, by identifier: `{0x02030000: 3}`.

    Raises:
        ValueError: an identifier is not in the table, has no number, or the places do not fit into it.
    """
    changed = dict(items)
    for code, decimals in places.items():
        item = items.get(code)
        if item is None or not any(isinstance(part, Number) for part in item.parts):
            raise ValueError(f"{code:08X}: no number of the table")
        changed[code] = replace(item, parts=tuple(_placed(part, decimals) for part in item.parts))
    return changed


def _placed(part: Layout, decimals: int) -> Layout:
    if not isinstance(part, Number):
        return part
    if not 0 <= decimals <= 2 * part.size:
        raise ValueError(f"{decimals} decimal places: 0 to {2 * part.size}")
    return replace(part, decimals=decimals)
