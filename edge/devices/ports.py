"""Ports as the configuration writes them."""

from pathlib import Path

from firmware_bridge.transports import Port, SerialFormat, SerialPort, TcpPort


def port_of(name: str, form: str) -> Port:
    """Where a line is to be had; both as `edge.config` has checked them."""
    written = SerialFormat.parse(form)
    if Path(name).is_absolute():
        return SerialPort(Path(name), written)
    host, _, port = name.rpartition(":")
    return TcpPort(host.strip("[]"), int(port), written)
