"""What the registers of a Modbus device mean: a closed TOML file per model, as docs/operators.md describes it."""

import struct
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import isfinite
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from firmware_bridge.codecs.values import Quantity
from firmware_bridge.devices.meter_read import Flag
from firmware_bridge.drivers.measured import shown
from firmware_bridge.drivers.modbus import ADDRESSES, Function
from firmware_bridge.drivers.modbus_frames import MOST_REGISTERS
from firmware_bridge.errors import Misconfigured

LONGEST_FILE: Final = 64 * 1024  # bytes
MOST_ENTRIES: Final = 64
TOTALS: Final = ("kWh", "MWh", "m³", "MJ", "GJ")
_TOLD: Final = 5  # faults of a file at once


class Type(StrEnum):
    """How a number lies in registers."""

    U16 = "u16"
    S16 = "s16"
    U32 = "u32"
    S32 = "s32"
    U64 = "u64"
    FLOAT32 = "float32"

    @property
    def size(self) -> int:
        """In registers."""
        return int(self[-2:]) // 16


class WordOrder(StrEnum):
    """Which register of a number comes first; the bytes of each are always high first."""

    HIGH_FIRST = "high_first"
    LOW_FIRST = "low_first"


class Role(StrEnum):
    """What a number is to the rules that watch a meter."""

    REGISTER = "register"
    VOLTAGE_V = "voltage_v"
    CURRENT_A = "current_a"
    POWER_KW = "power_kw"


_UNITS: Final[Mapping[Role, tuple[str, ...]]] = {
    Role.REGISTER: TOTALS,
    Role.VOLTAGE_V: ("V",),
    Role.CURRENT_A: ("A",),
    Role.POWER_KW: ("kW",),
}

Address = Annotated[int, Field(ge=0, lt=ADDRESSES)]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class Entry(_Closed):
    """One number; its value is the number in the registers times `scale`."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")
    zh: str = Field(min_length=1, max_length=40)
    en: str = Field(min_length=1, max_length=80)
    function: Function = Function.HOLDING
    address: Address
    type: Type = Type.U16
    word_order: WordOrder = WordOrder.HIGH_FIRST
    scale: Decimal = Field(default=Decimal(1), ge=Decimal("1e-6"), le=Decimal("1e6"), max_digits=8)
    unit: str = Field(default="", max_length=12)
    role: Role | None = None

    @model_validator(mode="after")
    def _fits(self) -> "Entry":
        if self.address + self.type.size > ADDRESSES:
            raise ValueError(f"{self.key}: its registers end behind {ADDRESSES - 1}")
        if self.role and self.unit not in _UNITS[self.role]:
            raise ValueError(f"{self.key}: 单位应为 the unit of {self.role} is one of {', '.join(_UNITS[self.role])}")
        return self

    @property
    def words(self) -> str:
        return f"{self.zh} {self.en}"

    def value(self, registers: tuple[int, ...]) -> Quantity | None:
        """Read the number from its registers; None if a float is none."""
        ordered = registers if self.word_order is WordOrder.HIGH_FIRST else registers[::-1]
        raw = b"".join(register.to_bytes(2, "big") for register in ordered)
        if self.type is not Type.FLOAT32:
            whole = int.from_bytes(raw, "big", signed=self.type in {Type.S16, Type.S32})
            return Quantity(whole * self.scale, self.unit, self.scale)
        (told,) = struct.unpack(">f", raw)
        if not isfinite(told):
            return None
        number, step = shown(told)
        return Quantity(number * self.scale, self.unit, step * self.scale)


class FlagBit(_Closed):
    """A bit of a register that says something is wrong, bit 0 the lowest."""

    flag: Flag
    function: Function = Function.HOLDING
    address: Address
    bit: int = Field(ge=0, le=15)


class RegisterMap(_Closed):
    """A model of device.

    Attributes:
        longest_read: registers that it gives in one answer.
    """

    name: str = Field(min_length=1, max_length=80)
    longest_read: int = Field(default=MOST_REGISTERS, ge=4, le=MOST_REGISTERS)
    register_: tuple[Entry, ...] = Field(alias="register", min_length=1, max_length=MOST_ENTRIES)
    flag: tuple[FlagBit, ...] = Field(default=(), max_length=MOST_ENTRIES)

    @model_validator(mode="after")
    def _each_once(self) -> "RegisterMap":
        named = [entry.key for entry in self.entries] + [f"role {entry.role}" for entry in self.entries if entry.role]
        if twice := {name for name in named if named.count(name) > 1}:
            raise ValueError(f"{', '.join(sorted(twice))}: 只能出现一次 stands more than once")
        return self

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self.register_

    def of_role(self, role: Role) -> Entry | None:
        return next((entry for entry in self.entries if entry.role is role), None)


@dataclass(frozen=True, slots=True)
class Span:
    """Registers that follow each other, read at once."""

    function: Function
    address: int
    count: int


def spans(registers: RegisterMap) -> Iterator[Span]:
    """Cover all entries with as few reads as can be, without a register that none of them names."""
    needed = sorted(
        {(entry.function, entry.address, entry.type.size) for entry in registers.entries}
        | {(bit.function, bit.address, 1) for bit in registers.flag}
    )
    span: Span | None = None
    for function, address, size in needed:
        joined = _joined(span, function, address + size, registers.longest_read) if span else None
        if span and (joined is None or address > span.address + span.count):
            yield span
            joined = None
        span = joined or Span(function, address, size)
    if span:
        yield span


def _joined(span: Span, function: Function, end: int, longest: int) -> Span | None:
    count = max(span.count, end - span.address)
    return Span(function, span.address, count) if span.function is function and count <= longest else None


def load_registers(path: Path) -> RegisterMap:
    """Read a register map.

    Raises:
        Misconfigured: there is no such file, or it is no register map; the text says what is wrong.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(LONGEST_FILE + 1)
    except OSError as error:
        raise Misconfigured(f"{path}: {error.strerror}") from error
    if len(raw) > LONGEST_FILE:
        raise Misconfigured(f"{path}: 超过 longer than {LONGEST_FILE} bytes")
    try:
        return RegisterMap.model_validate(tomllib.loads(raw.decode(), parse_float=Decimal))
    except ValidationError as error:
        told = "; ".join(
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors(include_url=False)[:_TOLD]
        )
        raise Misconfigured(f"{path}: {told}") from error
    except ValueError as error:  # no UTF-8, no TOML
        raise Misconfigured(f"{path}: 不是 TOML not TOML: {error}") from error
