"""Run as a process: the simulator of `pymodbus` as a device, on a serial port or a TCP port.

Its registers are those of examples/three_phase_meter.toml.
"""

import asyncio
import struct
import sys

from pymodbus.framer import FramerType
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

POWER_W = -1234
HOLDING = [
    *divmod(12345678, 0x10000),  # 123456.78 kWh, high word first
    2301,  # 230.1 V
    1234,  # 12.34 A
    *reversed(divmod(POWER_W & 0xFFFFFFFF, 0x10000)),  # low word first
    0b1001,  # reverse, cover
]
FREQUENCY = list(struct.unpack(">HH", struct.pack(">f", 49.98)))


def device() -> SimDevice:
    block = [
        SimData(0, values=HOLDING, datatype=DataType.REGISTERS),
        SimData(100, values=FREQUENCY, datatype=DataType.REGISTERS),
    ]
    return SimDevice(id=1, simdata=block)


async def main(kind: str, path: str = "") -> None:
    if kind == "serial":
        await ModbusSerialServer(device(), port=path, baudrate=9600).serve_forever(background=True)
        print("ready", flush=True)  # noqa: T201  # the test waits for it
    else:
        framer = FramerType.RTU if kind == "rtu-over-tcp" else FramerType.SOCKET
        server = ModbusTcpServer(device(), framer=framer, address=("127.0.0.1", 0))
        await server.serve_forever(background=True)
        assert isinstance(server.transport, asyncio.Server)
        print("ready", server.transport.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    await asyncio.Event().wait()


asyncio.run(main(*sys.argv[1:]))
