"""Whether a vehicle stands in a zone, as far as evidence needs to know: the rule decides, this only spares pictures."""

import cv2
import numpy as np

from edge.config import Camera, Zone
from edge.values import Box, VehicleClass


class Ground:
    """The zones of one camera."""

    def __init__(self, camera: Camera) -> None:
        self._zones = [(zone, np.array(zone.polygon, np.float32).reshape(-1, 1, 2)) for zone in camera.zones]

    def zone_under(self, box: Box | None, vehicle: VehicleClass) -> Zone | None:
        """Return the zone for such vehicles that holds the middle of the box's lower edge; the strictest of several."""
        if box is None:
            return None
        zones = [zone for zone, corners in self._zones if vehicle in zone.vehicles and _holds(corners, box.foot)]
        return min(zones, key=lambda zone: zone.dwell_by_class.get(vehicle, zone.dwell), default=None)


def _holds(corners: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]", point: tuple[float, float]) -> bool:
    return cv2.pointPolygonTest(corners, point, measureDist=False) >= 0
