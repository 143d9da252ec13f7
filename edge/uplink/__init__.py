"""To the cloud and back: events up over MQTT until they are receipted, commands down, evidence over HTTP."""

from edge.uplink.pace import Pace
from edge.uplink.ports import Certificates, EvidenceStore, Kept, Outbox, Sendable
from edge.uplink.uplink import Counters, Uplink, check
from edge.uplink.upload import Uploader

__all__ = [
    "Certificates",
    "Counters",
    "EvidenceStore",
    "Kept",
    "Outbox",
    "Pace",
    "Sendable",
    "Uplink",
    "Uploader",
    "check",
]
