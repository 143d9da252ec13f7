"""From the data of an answer to values."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from firmware_bridge.codecs.cjt188.identifiers import READING, SETTLED_FIRST, SETTLED_LAST, identifier_words
from firmware_bridge.codecs.cjt188.meaning import ReadReply
from firmware_bridge.codecs.cjt188.meters import Family, family_of
from firmware_bridge.codecs.cjt188.profiles import STANDARD_2004, ByteOrder, Profile
from firmware_bridge.codecs.cjt188.units import UNITS
from firmware_bridge.codecs.layouts import Instant, Number
from firmware_bridge.codecs.values import Quantity, Status, Unreadable, status_of

# Bytes after identifier and sequence, CJ/T 188-2004; of both, order and widths agree between public programs.
FLOW_BYTES: Final = 19
HEAT_BYTES: Final = 43
SETTLED_BYTES: Final = 5

_VOLUME: Final = Number(4, 2, "")
_FLOW: Final = Number(4, 4, "")
_CELSIUS: Final = Number(3, 2, "°C")
_HOURS: Final = Number(3, 0, "h")
_CLOCK: Final = Instant(7)


@dataclass(frozen=True, slots=True)
class FlowReading:
    """What a water or gas meter tells. `clock` is the meter's own wall clock, without a zone."""

    accumulated: Quantity | Unreadable
    settled: Quantity | Unreadable
    clock: datetime | Unreadable
    status: Status


@dataclass(frozen=True, slots=True)
class HeatReading:
    """What a heat meter tells. `clock` is the meter's own wall clock, without a zone."""

    settled: Quantity | Unreadable
    accumulated: Quantity | Unreadable
    power: Quantity | Unreadable
    flow: Quantity | Unreadable
    volume: Quantity | Unreadable
    supply: Quantity | Unreadable
    returned: Quantity | Unreadable
    hours: Quantity | Unreadable
    clock: datetime | Unreadable
    status: Status


@dataclass(frozen=True, slots=True)
class Settled:
    """What a meter had counted on the settlement day of a month; `months_ago` from 1 to 12."""

    months_ago: int
    accumulated: Quantity | Unreadable


def decode(reply: ReadReply, profile: Profile = STANDARD_2004) -> FlowReading | HeatReading | Settled | Unreadable:
    """Read an answer; a value that is not readable stands among the others as `Unreadable`."""
    if reply.identifier == READING:
        return _reading(reply, profile)
    if SETTLED_FIRST <= reply.identifier <= SETTLED_LAST and len(reply.data) == SETTLED_BYTES:
        known = None if family_of(reply.kind) is Family.HEAT else profile.volume_unit
        return Settled(reply.identifier - SETTLED_FIRST + 1, _with_unit(reply.data, _VOLUME, known))
    swapped = int.from_bytes(reply.identifier.to_bytes(2, "little"), "big")
    if swapped == READING:
        other = next(order for order in ByteOrder if order is not profile.order)
        return Unreadable(reply.data, f"标识字节顺序相反，型号应设为 identifier swapped; the model wants {other.name}")
    return Unreadable(
        reply.data, f"{identifier_words(reply.identifier)}：{len(reply.data)} 字节不解析 bytes not taken apart"
    )


def _reading(reply: ReadReply, profile: Profile) -> FlowReading | HeatReading | Unreadable:
    family, size = family_of(reply.kind), len(reply.data)
    if family in (Family.WATER, Family.GAS) and size == FLOW_BYTES:
        return _flow_reading(reply.data, profile)
    if family is Family.HEAT and size == HEAT_BYTES:
        return _heat_reading(reply.data, profile)
    return Unreadable(reply.data, f"{size} 字节与该类表的数据不符 bytes are not what this kind of meter tells")


def _flow_reading(data: bytes, profile: Profile) -> FlowReading:
    return FlowReading(
        accumulated=_with_unit(data[0:5], _VOLUME, profile.volume_unit),
        settled=_with_unit(data[5:10], _VOLUME, profile.volume_unit),
        clock=_CLOCK.decode(data[10:17]),
        status=_status(data[17:19], profile),
    )


def _heat_reading(data: bytes, profile: Profile) -> HeatReading:
    return HeatReading(
        settled=_with_unit(data[0:5], _VOLUME),
        accumulated=_with_unit(data[5:10], _VOLUME),
        power=_with_unit(data[10:15], _VOLUME),
        flow=_with_unit(data[15:20], _FLOW, profile.flow_unit),
        volume=_with_unit(data[20:25], _VOLUME, profile.volume_unit),
        supply=_CELSIUS.decode(data[25:28]),
        returned=_CELSIUS.decode(data[28:31]),
        hours=_HOURS.decode(data[31:34]),
        clock=_CLOCK.decode(data[34:41]),
        status=_status(data[41:43], profile),
    )


def _with_unit(raw: bytes, form: Number, known: int | None = None) -> Quantity | Unreadable:
    """Read four bytes of digits and one of the unit; `known` is the unit of a model that sends a wrong one."""
    unit = UNITS.get(raw[-1] if known is None else known)
    if unit is None:
        return Unreadable(raw, f"未知单位 {raw[-1]:02X} a unit that is not known")
    told = replace(form, unit=unit.symbol).decode(raw[:-1])
    if isinstance(told, Unreadable) or unit.factor == 1:
        return told
    factor = Decimal(unit.factor)
    return Quantity(told.value * factor, told.unit, told.resolution * factor)


def _status(raw: bytes, profile: Profile) -> Status:
    return status_of(int.from_bytes(raw, "little"), profile.status)
