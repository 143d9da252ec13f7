"""Run as a process: the PyPI package `dlt645` as an electricity meter on a serial port."""

import sys
import time

from dlt645 import MeterServerService  # type: ignore[import-untyped]  # comes without types

ADDRESS_ON_WIRE = bytes([0x61, 0x01, 0, 0, 0, 0])  # A0 first: 000000000161


def main(path: str) -> None:
    meter = MeterServerService.new_rtu_server(path, 8, 1, 9600, "N", 1.0)
    meter.set_address(ADDRESS_ON_WIRE)
    meter.set_00(0x00010000, 123456.78)
    meter.set_02(0x02010100, 229.9)
    meter.set_02(0x02020100, 12.345)
    meter.set_02(0x02030000, 2.8375)
    meter.set_02(0x02800002, 49.98)
    started = meter.start()
    print("ready" if started else "failed", flush=True)  # noqa: T201  # the test waits for it
    while started:
        time.sleep(1.0)


main(sys.argv[1])
