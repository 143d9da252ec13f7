"""One driver a family of devices: from questions to values."""

from firmware_bridge.drivers.board import Board, Program, UpdateFailed
from firmware_bridge.drivers.electricity import MOST_DAYS, DailyFreeze, ElectricityMeter, ask_address
from firmware_bridge.drivers.flow import FlowMeter, FlowRead, ask_meter
from firmware_bridge.drivers.measured import Clock, Measured

__all__ = [
    "MOST_DAYS",
    "Board",
    "Clock",
    "DailyFreeze",
    "ElectricityMeter",
    "FlowMeter",
    "FlowRead",
    "Measured",
    "Program",
    "UpdateFailed",
    "ask_address",
    "ask_meter",
]
