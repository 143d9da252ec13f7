"""A true perspective camera on the ground before a façade."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole without distortion.

    Attributes:
        position: metres, x along the façade, y above the ground, z away from the façade.
        pitch, yaw, roll: degrees; up, to the right, clockwise.
        focal: pixels. `centre`: of the picture, pixels.
    """

    position: tuple[float, float, float]
    pitch: float
    yaw: float
    roll: float
    focal: float
    centre: tuple[float, float]

    @property
    def rotation(self) -> NDArray[np.float64]:
        """World to camera, shape (3, 3): rows are the picture's right, down and the way it looks."""
        return _rotation(self.pitch, self.yaw, self.roll)

    def project(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where points of the world appear.

        Args:
            points: shape (n, 3), metres.
        Returns:
            shape (n, 3): x and y in pixels, and the depth along the line of sight in metres; what lies behind the
            camera has a depth ≤ 0 and no meaning in x and y.
        """
        seen = (points - np.array(self.position)) @ self.rotation.T
        depth = np.where(np.abs(seen[:, 2]) < 1e-9, 1e-9, seen[:, 2])
        return np.stack(
            [
                self.centre[0] + self.focal * seen[:, 0] / depth,
                self.centre[1] + self.focal * seen[:, 1] / depth,
                seen[:, 2],
            ],
            axis=1,
        )

    def homography(self) -> NDArray[np.float64]:
        """From the façade's plane (x, y in metres, z = 0) to pixels: shape (3, 3), homogeneous."""
        turn = self.rotation
        inner = np.array([[self.focal, 0.0, self.centre[0]], [0.0, self.focal, self.centre[1]], [0.0, 0.0, 1.0]])
        shift = -turn @ np.array(self.position)
        return np.asarray(inner @ np.stack([turn[:, 0], turn[:, 1], shift], axis=1))

    def world(self, pixels: NDArray[np.float64], depth: NDArray[np.float64]) -> NDArray[np.float64]:
        """The points of the world at pixels (n, 2) and depths (n,) along the line of sight: shape (n, 3), metres."""
        seen = np.stack(
            [
                (pixels[:, 0] - self.centre[0]) / self.focal * depth,
                (pixels[:, 1] - self.centre[1]) / self.focal * depth,
                depth,
            ],
            axis=1,
        )
        return np.asarray(seen @ self.rotation + np.array(self.position))

    def wall_depth(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        """How deep the façade lies behind pixels (n, 2): shape (n,), metres; not above 0 where the ray misses it."""
        near = self.world(pixels, np.ones(len(pixels)))
        forward = near[:, 2] - self.position[2]
        return np.asarray(-self.position[2] / np.where(np.abs(forward) < 1e-9, 1e-9, forward))


@lru_cache(maxsize=64)
def _rotation(pitch_deg: float, yaw_deg: float, roll_deg: float) -> NDArray[np.float64]:
    pitch, yaw, roll = np.radians([pitch_deg, yaw_deg, roll_deg])
    ahead = np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), -np.cos(yaw) * np.cos(pitch)])
    right = np.array([np.cos(yaw), 0.0, np.sin(yaw)])
    down = np.cross(ahead, right)
    cos, sin = np.cos(roll), np.sin(roll)
    turned = np.stack([cos * right + sin * down, cos * down - sin * right, ahead])
    turned.setflags(write=False)
    return turned
