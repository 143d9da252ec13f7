"""Which meters a command is to read, and where: the options that `read` and `watch` share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from firmware_bridge.app.ports import port_of
from firmware_bridge.devices import Device, MeterRead, device_of, items_of, load_registers, profile_of
from firmware_bridge.errors import DeviceFault
from firmware_bridge.transports import Line, Port, SerialFormat

NAMES: Final = "dlt645:ADDRESS, cjt188:KIND:ADDRESS, modbus:UNIT, modbus-tcp:UNIT, mbus:ADDRESS. 表计"
Asked = Annotated[list[str], typer.Argument(help=NAMES, metavar="DEVICE…")]
Items = Annotated[list[str] | None, typer.Option("--item", "-i", help="Of DL/T 645, such as 00010000. 数据标识")]
Model = Annotated[str, typer.Option(help="Of CJ/T 188 meters. 水气热表型号")]
Registers = Annotated[Path | None, typer.Option(help="Register map (TOML) of Modbus devices. 寄存器表")]

TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for, as it was typed."""

    names: Sequence[str]
    port_name: str | None
    form: str
    items: Sequence[str]
    model: str
    registers: Path | None

    @property
    def devices(self) -> list[Device]:
        """The meters.

        Raises:
            Misconfigured: a name, item, profile or register map is wrong.
        """
        chosen, profile = items_of(self.items), profile_of(self.model)
        registers = load_registers(self.registers) if self.registers else None
        return [
            device_of(name, clock=_now, profile=profile, items=chosen, registers=registers, tries=TRIES)
            for name in self.names
        ]

    @property
    def port(self) -> Port:
        """Where they are.

        Raises:
            Misconfigured: as `port_of`, or the format is wrong.
        """
        return port_of(self.port_name, SerialFormat.parse(self.form))


async def outcome_of(device: Device, line: Line) -> MeterRead | DeviceFault:
    """Read a meter; its fault is told, a lost line is raised."""
    try:
        return await device.read(line)
    except DeviceFault as error:
        return error


def _now() -> datetime:
    """Give the present time in the zone of this machine."""
    return datetime.now().astimezone()
