"""Simulated devices on a line, for demonstrations and tests. What they tell is made up, and is called so."""

from firmware_bridge.simulators.board import BoardSimulator
from firmware_bridge.simulators.board_line import serve_board
from firmware_bridge.simulators.electricity import ElectricitySimulator
from firmware_bridge.simulators.faults import SOUND, Faults
from firmware_bridge.simulators.flow import FlowSimulator
from firmware_bridge.simulators.mbus import MbusSimulator, MbusStation
from firmware_bridge.simulators.modbus import ModbusSimulator, ModbusStation
from firmware_bridge.simulators.station import Listening, Simulator, Station, serve

__all__ = [
    "SOUND",
    "BoardSimulator",
    "ElectricitySimulator",
    "Faults",
    "FlowSimulator",
    "Listening",
    "MbusSimulator",
    "MbusStation",
    "ModbusSimulator",
    "ModbusStation",
    "Simulator",
    "Station",
    "serve",
    "serve_board",
]
