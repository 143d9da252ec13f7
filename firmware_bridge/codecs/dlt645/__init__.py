"""DL/T 645-2007, the protocol of Chinese electricity meters."""

from firmware_bridge.codecs.dlt645.address import ANY, BROADCAST, Address
from firmware_bridge.codecs.dlt645.frame import LONGEST_DATA, LONGEST_FRAME, WAKE_UP_BYTES, Control, Decoder, Frame
from firmware_bridge.codecs.dlt645.functions import Function, function_words
from firmware_bridge.codecs.dlt645.gathering import Gathering
from firmware_bridge.codecs.dlt645.identifiers import ITEMS, Item, with_decimals
from firmware_bridge.codecs.dlt645.meaning import (
    AddressReply,
    AddressRequest,
    Done,
    FollowingReply,
    FollowingRequest,
    Meaning,
    Other,
    ReadReply,
    ReadRequest,
    Refused,
    TimeBroadcast,
    meaning,
)
from firmware_bridge.codecs.dlt645.readings import Reading, decode
from firmware_bridge.codecs.dlt645.requests import (
    Permission,
    Switch,
    broadcast_time,
    read,
    read_address,
    read_following,
    switch,
    write,
)

__all__ = [
    "ANY",
    "BROADCAST",
    "ITEMS",
    "LONGEST_DATA",
    "LONGEST_FRAME",
    "WAKE_UP_BYTES",
    "Address",
    "AddressReply",
    "AddressRequest",
    "Control",
    "Decoder",
    "Done",
    "FollowingReply",
    "FollowingRequest",
    "Frame",
    "Function",
    "Gathering",
    "Item",
    "Meaning",
    "Other",
    "Permission",
    "ReadReply",
    "ReadRequest",
    "Reading",
    "Refused",
    "Switch",
    "TimeBroadcast",
    "broadcast_time",
    "decode",
    "function_words",
    "meaning",
    "read",
    "read_address",
    "read_following",
    "switch",
    "with_decimals",
    "write",
]
