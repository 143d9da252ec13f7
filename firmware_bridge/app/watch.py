"""`linli-bridge watch`: what meters show, again and again, also over a cable that is pulled."""

import asyncio
import random
from collections.abc import Sequence
from typing import Annotated, Final

import typer

from firmware_bridge.app.order import Asked, Items, Model, Order, Registers, outcome_of
from firmware_bridge.app.ports import Formed, Named, opened, run
from firmware_bridge.buses.upkeep import Upkeep
from firmware_bridge.codecs.cjt188 import STANDARD_2004
from firmware_bridge.devices import Device, MeterRead
from firmware_bridge.errors import DeviceFault
from firmware_bridge.transports import Line

LONGEST_PAUSE_S: Final = 5.0  # somebody is watching

Pause = Annotated[float, typer.Option(min=0, help="Seconds between two rounds. 间隔秒")]
Rounds = Annotated[int, typer.Option(min=0, help="How many; 0: until Ctrl-C. 轮数")]


def watch(
    devices: Asked,
    *,
    port: Named = None,
    form: Formed = "2400-8E1",
    item: Items = None,
    profile: Model = STANDARD_2004.name,
    registers: Registers = None,
    every: Pause = 5.0,
    rounds: Rounds = 0,
) -> None:
    """持续抄表 Read meters again and again, a line for each number.

    A line that is lost while it runs is opened again by the same path; standard error says when it goes and returns.

    Exit code 1: the line is not there at the start, or Ctrl-C. 2: a setting is wrong.

    Example: `linli-bridge watch dlt645:000000000161 --item 02010100 --every 2 --port /dev/ttyUSB0`
    """
    run(_watch(Order(devices, port, form, item or [], profile, registers), every, rounds))


async def _watch(order: Order, every_s: float, rounds: int) -> None:
    devices, port = order.devices, order.port
    async with opened(port):
        pass  # a name that is wrong from the start is told, not waited for
    watching = _Watching(devices, every_s, rounds)
    upkeep = Upkeep(port, random.random, longest_pause_s=LONGEST_PAUSE_S, holds_s=0.0)

    async def work(line: Line) -> None:
        upkeep.works()
        await watching.on(line)

    await upkeep.run(work)


class _Watching:
    """The rounds; those done stay done over a lost line."""

    def __init__(self, devices: Sequence[Device], every_s: float, rounds: int) -> None:
        self._devices = devices
        self._every_s = every_s
        self._rounds = rounds
        self._done = 0

    async def on(self, line: Line) -> None:
        while True:
            for device in self._devices:
                _print(device, await outcome_of(device, line))
            self._done += 1
            if self._done == self._rounds:
                return
            await asyncio.sleep(self._every_s)


def _print(device: Device, outcome: MeterRead | DeviceFault) -> None:
    if isinstance(outcome, DeviceFault):
        typer.echo(f"✗ {device.name}  {outcome}")
        return
    for one in outcome.measured:
        typer.echo(f"{one.at:%Y-%m-%d %H:%M:%S}  {one.device}  {one.words}  {one.value:f} {one.unit}".rstrip())
