"""How the gateway is: whether its clock can be believed, and what it says of itself."""

from edge.health.clock import Clock
from edge.health.counters import CameraCounters
from edge.health.heartbeat import Heartbeat
from edge.health.timeline import Timeline

__all__ = ["CameraCounters", "Clock", "Heartbeat", "Timeline"]
