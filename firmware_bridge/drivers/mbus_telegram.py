"""What an M-Bus meter tells: `pyMeterBus` finds the records and names their units, the numbers are made here.

Its own numbers go through binary fractions and take what is no decimal digit for one, so they are not used. It is
never given more than one whole frame of at most 261 bytes with a right checksum.
"""

import logging
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import isfinite
from typing import Any, Final

from firmware_bridge.codecs.values import Quantity
from firmware_bridge.drivers.mbus_frames import MbusFrame
from firmware_bridge.drivers.measured import shown


@contextmanager
def _logging_kept() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


with _logging_kept():  # the package sets up the root logger of whoever imports it
    from meterbus import (  # type: ignore[import-untyped]
        DataEncoding,
        FunctionType,
        MeasureUnit,
        TelegramLong,
        TelegramShort,
        VIFTable,
        VIFUnit,
        VIFUnitExt,
    )
    from meterbus.exceptions import MBusError  # type: ignore[import-untyped]

VARIABLE: Final = 0x72  # CI of an answer with records, low byte first
HEADER: Final = 12  # bytes before the records
POWER_LOW: Final = 1 << 2  # of the status byte
_ENCRYPTED: Final = 0x1F  # of the second byte of the signature: how the records are encrypted, 0: not
_INVALID_TIME: Final = 0x80
_FORWARD: Final = 0x3B  # counted only while it flows forward
_BACKWARD: Final = 0x3C
_EXTENSIONS: Final = {0xFD: 0x100, 0xFB: 0x200}  # as the tables of the package number them
_TEXT: Final = 0x7C


@dataclass(frozen=True, slots=True)
class _Kind:
    """A quantity: how it is called, and what makes the package's unit ours."""

    key: str
    words: str
    unit: str
    factor: Decimal = Decimal(1)


_MILLI: Final = Decimal("0.001")
_KINDS: Final[Mapping[tuple[Any, Any], _Kind]] = {
    (MeasureUnit.WH, VIFUnit.ENERGY_WH): _Kind("energy", "能量 energy", "kWh", _MILLI),
    (MeasureUnit.WH, "Energy"): _Kind("energy", "能量 energy", "kWh", _MILLI),
    (MeasureUnit.J, VIFUnit.ENERGY_J): _Kind("energy", "能量 energy", "MJ", _MILLI**2),
    (MeasureUnit.M3, VIFUnit.VOLUME): _Kind("volume", "体积 volume", "m³"),
    (MeasureUnit.M3, "Volume"): _Kind("volume", "体积 volume", "m³"),
    (MeasureUnit.W, VIFUnit.POWER_W): _Kind("power", "功率 power", "kW", _MILLI),
    (MeasureUnit.W, "Power"): _Kind("power", "功率 power", "kW", _MILLI),
    (MeasureUnit.M3_H, VIFUnit.VOLUME_FLOW): _Kind("flow", "流量 flow", "m³/h"),
    (MeasureUnit.M3_MIN, VIFUnit.VOLUME_FLOW_EXT): _Kind("flow", "流量 flow", "m³/h", Decimal(60)),
    (MeasureUnit.M3_S, VIFUnit.VOLUME_FLOW_EXT_S): _Kind("flow", "流量 flow", "m³/h", Decimal(3600)),
    (MeasureUnit.C, VIFUnit.FLOW_TEMPERATURE): _Kind("supply", "供水温度 supply temperature", "°C"),
    (MeasureUnit.C, VIFUnit.RETURN_TEMPERATURE): _Kind("returned", "回水温度 return temperature", "°C"),
    (MeasureUnit.K, VIFUnit.TEMPERATURE_DIFFERENCE): _Kind("difference", "温差 temperature difference", "K"),
    (MeasureUnit.C, VIFUnit.EXTERNAL_TEMPERATURE): _Kind("outside", "外部温度 external temperature", "°C"),
    (MeasureUnit.V, VIFUnitExt.VOLTS): _Kind("voltage", "电压 voltage", "V"),
    (MeasureUnit.A, VIFUnitExt.AMPERE): _Kind("current", "电流 current", "A"),
}
_FUNCTIONS: Final = {
    FunctionType.INSTANTANEOUS_VALUE: ("", ""),
    FunctionType.MAXIMUM_VALUE: (".max", "，最大 maximum"),
    FunctionType.MINIMUM_VALUE: (".min", "，最小 minimum"),
}

_PLACES: Final = (("s", "存储 storage"), ("t", "费率 tariff"), ("u", "单元 unit"))


@dataclass(frozen=True, slots=True)
class Record:
    """One number; `key` is bare, such as `volume`, for the present value and has a tail for a kept one."""

    key: str
    words: str
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class Telegram:
    """One answer.

    Attributes:
        medium: what the meter counts, EN 13757-3: 7 water, 3 gas, 4 heat, 2 electricity, …
        records: its readable numbers of a known quantity.
        clock: the meter's own wall clock, without a zone, if it tells it.
        more: a further answer holds the rest.
    """

    medium: int
    status: int
    records: tuple[Record, ...]
    clock: datetime | None
    more: bool


def short(control: int, address: int) -> bytes:
    """Make a request without content."""
    frame = TelegramShort()
    frame.header.cField = control
    frame.header.aField = address
    return bytes(list(frame))


def telegram(frame: MbusFrame) -> Telegram | str:
    """Take an answer apart; a text, Chinese and English, if it cannot be."""
    if frame.content != VARIABLE:
        return f"CI {frame.content:02X} 不解析 its kind of content is not taken apart"
    if len(frame.data) < HEADER:
        return "太短 too short"
    if frame.data[HEADER - 1] & _ENCRYPTED:
        return "数据已加密 its records are encrypted"
    try:
        told = TelegramLong.parse(list(frame.raw)).records
    except (MBusError, IndexError) as error:  # IndexError: a record that ends before its own length
        return f"数据记录不完整 records cut off or malformed: {type(error).__name__}"
    return Telegram(
        medium=frame.data[7],
        status=frame.data[9],
        records=tuple(record for one in told if (record := _record(one)) is not None),
        clock=next((at for one in told if (at := _clock(one)) is not None), None),
        more=any(one.more_records_follow for one in told),
    )


def _record(told: Any) -> Record | None:
    """Read one record; None if it is no number, or of nothing that is known here."""
    if told.dib.is_eoud or told.dib.function_type not in _FUNCTIONS:
        return None
    known = _kind(told.vib.parts)
    number = _number(told)
    if known is None or number is None:
        return None
    kind, scale, tail = known
    (value, step), (key, words) = number, _place(told.dib)
    factor = (scale * kind.factor).normalize()
    return Record(
        f"{kind.key}{tail}{key}",
        f"{kind.words}{'，反向 backward' if tail else ''}{words}",
        Quantity(value * factor, kind.unit, step * factor),
    )


def _kind(codes: list[int]) -> tuple[_Kind, Decimal, str] | None:
    """Look up what a record measures: the quantity, the scale of its number, and a tail for what flows backward.

    Other additions to a unit may scale the number, so what has one is not read.
    """
    if not codes or codes[0] & 0x7F == _TEXT:
        return None
    table = _EXTENSIONS.get(codes[0])
    code, additions = (codes[0], codes[1:]) if table is None else (codes[1] if codes[1:] else 0xFF, codes[2:])
    entry = VIFTable.lut.get((table or 0) | code & 0x7F)
    if entry is None or any(addition not in {_FORWARD, _BACKWARD} for addition in additions):
        return None
    scale, unit, quantity = entry
    kind = _KINDS.get((unit, quantity))
    return None if kind is None else (kind, Decimal(repr(scale)), ".backward" if _BACKWARD in additions else "")


def _place(information: Any) -> tuple[str, str]:
    """Name what is not the present value of the whole meter: a kept one, of a tariff, of a part."""
    key, words = _FUNCTIONS[information.function_type]
    for (letter, name), number in zip(_PLACES, information.parse_dife(), strict=True):
        if number:
            key, words = f"{key}.{letter}{number}", f"{words}，{name} {number}"
    return key, words


def _number(told: Any) -> tuple[Decimal, Decimal] | None:
    """Read the number and its step, not yet scaled; None if there is none, or the meter says that it is not valid."""
    raw = bytes(told.dataField.parts)
    length, encoding = told.dib.length_encoding
    if not raw or len(raw) != length:
        return None
    if encoding is DataEncoding.ENCODING_INTEGER:
        whole = int.from_bytes(raw, "little", signed=True)
        return None if whole == -(1 << 8 * length - 1) else (Decimal(whole), Decimal(1))
    if encoding is DataEncoding.ENCODING_BCD:
        return _from_digits(raw[::-1].hex())
    if encoding is DataEncoding.ENCODING_REAL:
        (real,) = struct.unpack("<f", raw)
        return shown(real) if isfinite(real) else None
    return None


def _from_digits(digits: str) -> tuple[Decimal, Decimal] | None:
    """An F before the digits is a minus; what else is no digit makes it no number."""
    amount = digits[1:] if digits[0] == "f" else digits
    if not amount.isdecimal():
        return None
    return Decimal(-int(amount) if digits[0] == "f" else int(amount)), Decimal(1)


def _clock(told: Any) -> datetime | None:
    """Read the present time, type F: four bytes."""
    raw = told.dataField.parts
    if told.dib.parts != [0x04] or told.vib.parts != [VIFUnit.DATE_TIME.value] or len(raw) != 4:
        return None
    if raw[0] & _INVALID_TIME:
        return None
    try:
        return datetime.fromisoformat(told.dataField.decodeDateTime)
    except ValueError:  # the 31st of February
        return None
