"""Half-duplex lines of bytes: a serial adapter, a TCP gateway, and a null modem in memory for tests."""

from firmware_bridge.transports.descriptor import DescriptorLine
from firmware_bridge.transports.line import Line, Port
from firmware_bridge.transports.memory import NullModem, Wear
from firmware_bridge.transports.serial_port import Parity, SerialFormat, SerialPort, stable_paths
from firmware_bridge.transports.tcp import TcpLine, TcpPort

__all__ = [
    "DescriptorLine",
    "Line",
    "NullModem",
    "Parity",
    "Port",
    "SerialFormat",
    "SerialPort",
    "TcpLine",
    "TcpPort",
    "Wear",
    "stable_paths",
]
