"""Devices as people name them: `dlt645:000000000161`, `cjt188:10:00001122334455`, `modbus:1`, `mbus:5`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from string import hexdigits
from types import MappingProxyType
from typing import Final

from firmware_bridge.codecs import cjt188, dlt645
from firmware_bridge.codecs.cjt188 import PROFILES, STANDARD_2004, Profile
from firmware_bridge.devices import modbus
from firmware_bridge.devices.device import Device
from firmware_bridge.devices.electricity import USUAL_ITEMS, Electricity
from firmware_bridge.devices.flow import Flow
from firmware_bridge.devices.mbus import Mbus
from firmware_bridge.devices.register_map import RegisterMap
from firmware_bridge.drivers import Clock
from firmware_bridge.drivers.mbus import LAST_ADDRESS, MBUS
from firmware_bridge.drivers.modbus import LAST_UNIT, RTU, TCP
from firmware_bridge.errors import Misconfigured
from firmware_bridge.sessions import METER, Patience

EXAMPLES: Final = "dlt645:000000000161, cjt188:10:00001122334455, modbus:1, modbus-tcp:1, mbus:5"
_ONE_METER: Final = (
    "须为一只表的完整地址，不能含 A 或为广播地址 the whole address of one meter, without A and no broadcast"
)


@dataclass(frozen=True, slots=True)
class _Options:
    """What belongs to some protocols and not to others."""

    clock: Clock
    profile: Profile
    items: Sequence[int]
    registers: RegisterMap | None
    tries: int


def device_of(
    name: str,
    *,
    clock: Clock,
    profile: Profile = STANDARD_2004,
    items: Sequence[int] = (),
    registers: RegisterMap | None = None,
    tries: int = 1,
) -> Device:
    """Read the name of a device.

    Args:
        clock: gives the time of a reading, with its zone.
        profile: of the model of a CJ/T 188 meter.
        items: identifiers to read of a DL/T 645 meter; none: `USUAL_ITEMS`.
        registers: of a Modbus device, which needs them.
        tries: of each question. A bus tries again by itself, after the others had their turn.
    Raises:
        Misconfigured: it names no device.
    """
    protocol, _, rest = name.strip().partition(":")
    make = _MAKERS.get(protocol)
    if make is None:
        raise Misconfigured(f"{name!r}: 应形如 like {EXAMPLES}")
    try:
        return make(rest, _Options(clock, profile, tuple(items), registers, tries))
    except ValueError as error:
        raise Misconfigured(f"{name}: {error}") from error


def profile_of(name: str) -> Profile:
    """Read the name of a profile.

    Raises:
        Misconfigured: there is no such profile.
    """
    if name not in PROFILES:
        raise Misconfigured(f"profile {name}: 应为 one of {', '.join(PROFILES)}")
    return PROFILES[name]


def items_of(codes: Sequence[str]) -> tuple[int, ...]:
    """Read identifiers of DL/T 645: eight hexadecimal digits each, as 00010000.

    Raises:
        Misconfigured: the table has no such identifier.
    """
    items: list[int] = []
    for code in codes:
        if len(code) != 8 or not set(code) <= set(hexdigits):
            raise Misconfigured(f"item {code}: 应为八位十六进制 eight hexadecimal digits, such as 00010000")
        if int(code, 16) not in dlt645.ITEMS:
            raise Misconfigured(f"item {code}: 未收录的数据标识 not in the table of identifiers")
        items.append(int(code, 16))
    return tuple(items)


def _electricity(rest: str, options: _Options) -> Device:
    patience = replace(METER, tries=options.tries)
    address = dlt645.Address(rest.upper())
    if address.is_wild or address == dlt645.BROADCAST:
        raise ValueError(_ONE_METER)
    return Electricity(address, options.items or USUAL_ITEMS, options.clock, patience)


def _flow(rest: str, options: _Options) -> Device:
    kind, _, address = rest.partition(":")
    whole, patience = cjt188.Address(address.upper()), replace(METER, tries=options.tries)
    if whole.is_wild:
        raise ValueError(_ONE_METER)
    return Flow(_kind(kind), whole, options.profile, options.clock, patience)


def _kind(text: str) -> int:
    kind = int(text, 16) if len(text) == 2 and set(text) <= set(hexdigits) else 0
    if cjt188.family_of(kind) is None:
        raise ValueError(f"{text!r}: 类型 the kind has two digits, such as 10 for cold water")
    return kind


def _modbus(rest: str, options: _Options) -> Device:
    return _modbus_device(modbus.RTU, _number(rest, 1, LAST_UNIT), options, RTU)


def _modbus_tcp(rest: str, options: _Options) -> Device:
    return _modbus_device(modbus.TCP, _number(rest, 0, 255), options, TCP)


def _modbus_device(protocol: str, unit: int, options: _Options, patience: Patience) -> Device:
    if options.registers is None:
        raise ValueError("需要寄存器表 a Modbus device needs its register map")
    return modbus.Modbus(protocol, unit, options.registers, options.clock, replace(patience, tries=options.tries))


def _mbus(rest: str, options: _Options) -> Device:
    return Mbus(_number(rest, 1, LAST_ADDRESS), options.clock, replace(MBUS, tries=options.tries))


def _number(text: str, first: int, last: int) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= 3 else -1
    if not first <= number <= last:
        raise ValueError(f"{text!r}: 地址应为 the number is one of {first} to {last}")
    return number


_MAKERS: Final = MappingProxyType[str, Callable[[str, _Options], Device]](
    {"dlt645": _electricity, "cjt188": _flow, modbus.RTU: _modbus, modbus.TCP: _modbus_tcp, "mbus": _mbus}
)
