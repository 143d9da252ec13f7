"""What disturbs a camera, one kind at a time or all together."""

from enum import StrEnum


class Noise(StrEnum):
    """A kind of camera-week. Each has what every camera has: grain, boxes that jitter, passers-by, few misses."""

    CLEAN = "clean"
    MISSES = "misses"  # three looks of ten miss a vehicle, badly seen ones more often
    FALSE_BOXES = "false boxes"  # here and there, and repeated at one place for some looks
    OCCLUDERS = "occluders"  # vans and persons that stand before places for minutes
    LIGHT = "light"  # sun and clouds, shadows that wander, headlights
    NIGHT = "night"  # infrared, grey and grainy
    RAIN = "rain"  # rain, wet ground, dirt on the lens
    RESTARTS = "restarts"  # restarts and power cuts of minutes: past looks are lost, memory is reloaded
    BUMPS = "bumps"  # a camera put right but for a small rest, and one turned away for a while
    SWAPS = "swaps"  # one vehicle leaves and a similar one takes the place within a minute
    ALL = "all together"

    def has(self, part: "Noise") -> bool:
        """Whether this kind of week contains `part`."""
        return self in {part, Noise.ALL}
