"""Meters by their names, each read the same way whatever it speaks: between the drivers and a bus."""

from firmware_bridge.devices.device import Device
from firmware_bridge.devices.electricity import CONDITION_ITEMS, USUAL_ITEMS
from firmware_bridge.devices.meter_read import Flag, MeterRead
from firmware_bridge.devices.naming import device_of, items_of, profile_of
from firmware_bridge.devices.register_map import RegisterMap, load_registers

__all__ = [
    "CONDITION_ITEMS",
    "USUAL_ITEMS",
    "Device",
    "Flag",
    "MeterRead",
    "RegisterMap",
    "device_of",
    "items_of",
    "load_registers",
    "profile_of",
]
