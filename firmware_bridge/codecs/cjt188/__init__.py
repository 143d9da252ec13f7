"""CJ/T 188, the protocol of Chinese water, heat and gas meters: that of 2004, with a profile for that of 2018."""

from firmware_bridge.codecs.cjt188.address import ANY, Address
from firmware_bridge.codecs.cjt188.frame import (
    LONGEST_DATA,
    LONGEST_FRAME,
    WAKE_UP_BYTES,
    Control,
    Decoder,
    Frame,
    Function,
    function_words,
)
from firmware_bridge.codecs.cjt188.identifiers import identifier_words
from firmware_bridge.codecs.cjt188.meaning import (
    AddressReply,
    AddressRequest,
    Done,
    Meaning,
    Other,
    ReadReply,
    ReadRequest,
    Refused,
    meaning,
)
from firmware_bridge.codecs.cjt188.meters import ANY_KIND, Family, family_of, kind_words
from firmware_bridge.codecs.cjt188.profiles import PROFILES, STANDARD_2004, STANDARD_2018, ByteOrder, Profile
from firmware_bridge.codecs.cjt188.readings import FlowReading, HeatReading, Settled, decode
from firmware_bridge.codecs.cjt188.requests import Permission, Valve, read, read_address
from firmware_bridge.codecs.cjt188.units import UNITS, Unit

__all__ = [
    "ANY",
    "ANY_KIND",
    "LONGEST_DATA",
    "LONGEST_FRAME",
    "PROFILES",
    "STANDARD_2004",
    "STANDARD_2018",
    "UNITS",
    "WAKE_UP_BYTES",
    "Address",
    "AddressReply",
    "AddressRequest",
    "ByteOrder",
    "Control",
    "Decoder",
    "Done",
    "Family",
    "FlowReading",
    "Frame",
    "Function",
    "HeatReading",
    "Meaning",
    "Other",
    "Permission",
    "Profile",
    "ReadReply",
    "ReadRequest",
    "Refused",
    "Settled",
    "Unit",
    "Valve",
    "decode",
    "family_of",
    "function_words",
    "identifier_words",
    "kind_words",
    "meaning",
    "read",
    "read_address",
]
