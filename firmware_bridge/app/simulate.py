"""`linli-bridge simulate`: made-up meters, or the gate-sensor board, on a pseudo-terminal or a TCP port."""

import signal
from pathlib import Path
from typing import Annotated, Final

import typer

from firmware_bridge.app.ports import run
from firmware_bridge.app.simulated_board import simulate_board
from firmware_bridge.app.simulated_line import Population, meters, on_port, on_terminal
from firmware_bridge.simulators import Faults

MOST_METERS: Final = 99
FASTEST: Final = 10_000.0  # two days of it fill the two digits that meters have for the year
WORDS: Final = "模拟表计（数据为虚构） simulated meters"


def _many(words: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(min=0, max=MOST_METERS, help=words)
    return option


Electric = Annotated[int, _many("DL/T 645 meters. 电表数")]
Water = Annotated[int, _many("CJ/T 188 water meters. 水表数")]
Modbus = Annotated[int, _many("Modbus RTU meters, registers as in examples/three_phase_meter.toml. Modbus 表数")]
ModbusTcp = Annotated[int, _many("Modbus TCP meters. Modbus TCP 表数")]
Mbus = Annotated[int, _many("M-Bus water meters. M-Bus 水表数")]
Link = Annotated[Path | None, typer.Option(help="A link to the pseudo-terminal, such as /tmp/meters. 链接")]
Listen = Annotated[int | None, typer.Option(min=0, max=65535, help="TCP port on 127.0.0.1 instead; 0: any. 端口")]
Share = Annotated[float, typer.Option(min=0, max=1)]
Slow = Annotated[float, typer.Option(min=0, help="Seconds before each answer. 应答延时")]
Twin = Annotated[bool, typer.Option(help="Two electricity meters have one address. 地址冲突")]
Board = Annotated[bool, typer.Option("--board", help="The gate-sensor board instead of meters. 门岗传感板")]
Real = Annotated[
    bool | None,
    typer.Option("--qemu/--no-qemu", help="Its real program in QEMU; else a simulation of it. 在 QEMU 中运行真实固件"),
]
Leak = Annotated[float, typer.Option(min=0, max=1000, help="Litres an hour that the first water meter leaks. 漏水")]
Speed = Annotated[float, typer.Option(min=1, max=FASTEST, help="How much faster the meters' time goes. 时间倍速")]


def simulate(
    *,
    electricity: Electric = 2,
    water: Water = 2,
    modbus: Modbus = 0,
    modbus_tcp: ModbusTcp = 0,
    mbus: Mbus = 0,
    link: Link = None,
    listen: Listen = None,
    silence: Share = 0.0,
    noise: Share = 0.0,
    wrong_checksum: Share = 0.0,
    delay: Slow = 0.02,
    battery: Share = 1.0,
    conflict: Twin = False,
    leak: Leak = 0.0,
    speed: Speed = 1.0,
    board: Board = False,
    qemu: Real = None,
) -> None:
    """模拟表计或门岗传感板 Simulated meters, or the gate-sensor board: what they tell is made up. Runs until Ctrl-C.

    Addresses count from dlt645:000000000001, cjt188:10:00000000000001, modbus:1, modbus-tcp:1 and mbus:1. Shares are of
    answers, of bytes for noise.

    The board is alone on its line and takes its inputs from standard input, such as `door 1` or `loop 0`; inputs: loop,
    door, beam, fire_lane. Its real program runs in QEMU where that is installed, or as `--qemu` says.

    Example: `linli-bridge simulate --link /tmp/meters`, then `linli-bridge scan --port /tmp/meters --format 2400-8N1`

    Example: `linli-bridge simulate --board --link /tmp/board`
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)  # scripts have it ignored by what they start with &
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))  # so that links and QEMU go, too
    if board:
        run(simulate_board(link, listen, qemu=qemu))
        return
    faults = Faults(silence, noise, wrong_checksum, delay, battery)
    population = Population(electricity, water, modbus, modbus_tcp, mbus, faults, leak, conflict)
    talk = meters(population, speed)
    run(on_port(talk, listen, WORDS) if listen is not None else on_terminal(talk, link, WORDS))
