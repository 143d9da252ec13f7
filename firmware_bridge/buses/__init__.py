"""A line and all its devices: one task that opens it, asks in order of urgency, and comes back after a loss."""

from firmware_bridge.buses.board_line import BoardLine, Seen
from firmware_bridge.buses.bus import Bus
from firmware_bridge.buses.errand import Errand, Priority, Report
from firmware_bridge.buses.rhythm import QUARTER, Rhythm
from firmware_bridge.buses.upkeep import Standing

__all__ = [
    "QUARTER",
    "BoardLine",
    "Bus",
    "Errand",
    "Priority",
    "Report",
    "Rhythm",
    "Seen",
    "Standing",
]
