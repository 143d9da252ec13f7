"""`linli-bridge read`: what meters show, once."""

from collections.abc import Iterator, Sequence

import typer
from rich.console import Console
from rich.table import Table

from firmware_bridge.app.order import Asked, Items, Model, Order, Registers, outcome_of
from firmware_bridge.app.ports import FAILED, Formed, Named, opened, run
from firmware_bridge.codecs.cjt188 import STANDARD_2004
from firmware_bridge.devices import Device, MeterRead
from firmware_bridge.errors import DeviceFault

Outcome = tuple[Device, MeterRead | DeviceFault]
TITLES = ("表计\nmeter", "项目\nitem", "值\nvalue", "单位\nunit", "时间\nat")


def read(
    devices: Asked,
    *,
    port: Named = None,
    form: Formed = "2400-8E1",
    item: Items = None,
    profile: Model = STANDARD_2004.name,
    registers: Registers = None,
) -> None:
    """抄表 Read meters once. What was read is shown also where the line is lost then, and after Ctrl-C.

    Exit code 1: a meter did not answer, refused, or the line is lost. 2: a setting is wrong.

    Example: `linli-bridge read dlt645:000000000161 --port /dev/serial/by-id/usb-FTDI_FT232R-if00-port0`

    Example: `linli-bridge read cjt188:10:00001122334455 --port 192.168.1.20:4001 --format 2400-8E1`
    """
    outcomes: list[Outcome] = []
    try:
        run(_read(Order(devices, port, form, item or [], profile, registers), outcomes))
    finally:
        if outcomes:
            Console(highlight=False, markup=False).print(table_of(outcomes))
    if any(isinstance(outcome, DeviceFault) for _, outcome in outcomes):
        raise typer.Exit(FAILED)


def table_of(outcomes: Sequence[Outcome]) -> Table:
    """One row a number, or a meter that cannot be read."""
    table = Table()
    table.add_column(TITLES[0], no_wrap=True)  # an address is copied into a configuration
    for title in TITLES[1:]:
        table.add_column(title, justify="right" if title.startswith("值") else "left", overflow="fold")
    for device, outcome in outcomes:
        if isinstance(outcome, DeviceFault):
            table.add_row(device.name, f"✗ {outcome}", "", "", "")
        else:
            for row in _rows(outcome):
                table.add_row(device.name, *row)
    return table


async def _read(order: Order, outcomes: list[Outcome]) -> None:
    """Fill `outcomes` as meters are read, so that they are there also when this ends early."""
    devices = order.devices
    async with opened(order.port) as line:
        for device in devices:
            outcome = await outcome_of(device, line)
            outcomes.append((device, outcome))


def _rows(read_out: MeterRead) -> Iterator[tuple[str, str, str, str]]:
    """Item, value, unit, time."""
    for one in read_out.measured:
        yield f"{one.key} {one.words}", f"{one.value:f}", one.unit, f"{one.at:%H:%M:%S}"
    if read_out.flags is not None:
        yield "状态 flags", ", ".join(sorted(read_out.flags)) or "–", "", f"{read_out.at:%H:%M:%S}"
    if read_out.clock is not None:
        yield "表内时钟 the meter's clock", f"{read_out.clock:%Y-%m-%d %H:%M:%S}", "", f"{read_out.at:%H:%M:%S}"
