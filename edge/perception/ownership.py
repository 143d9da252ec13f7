"""Whose a number plate is, and whether a vehicle stands so that it would show one."""

from collections.abc import Sequence
from typing import Final

from edge.values import Box

HEIGHT_OF_PLATE: Final = 0.35  # of the vehicle, from above: no plate sits higher than this; a neighbour's may lie there
HEIGHT_OF_OVERLAP: Final = 0.5  # … where it also lies in the box of a vehicle behind
WIDEST: Final = 0.6  # of the vehicle: a plate is a quarter of a car seen from the front, and more where it is cut
LEAST_WIDTH: Final = 120  # pixels of a vehicle, below which its plate has fewer than the 30 that a reader needs
SHOWING_WIDTH: Final = 150  # … from which a plate has the 36 that the detector finds well
SQUARE: Final = 1.3  # width to height of the box from which a car is seen from its side
BORDER: Final = 0.005  # of the picture: a box that ends nearer to its edge is cut
COVERED: Final = 0.1  # of a vehicle's lower half, by another box


def is_own(plate: Box, vehicle: Box, others: Sequence[Box]) -> bool:
    """Whether a plate is this vehicle's and no neighbour's.

    A vehicle whose lower edge is lower in the picture is nearer to the camera and hides what lies behind: a plate in a
    nearer one's box is not this one's, and one in the upper part of this one's box is that of a vehicle behind.

    Args:
        others: the other vehicles' boxes.
    """
    x, y = (plate.x1 + plate.x2) / 2, (plate.y1 + plate.y2) / 2
    height = (y - vehicle.y1) / (vehicle.y2 - vehicle.y1)
    if not _holds(vehicle, x, y) or height < HEIGHT_OF_PLATE:
        return False
    if plate.x2 - plate.x1 > WIDEST * (vehicle.x2 - vehicle.x1):
        return False
    rivals = [other for other in others if _holds(other, x, y)]
    if any(other.y2 >= vehicle.y2 for other in rivals):
        return False
    return not rivals or height >= HEIGHT_OF_OVERLAP


def shows_plate(vehicle: Box, others: Sequence[Box], *, width: int, height: int) -> bool:
    """Whether a car, truck or bus stands so that a plate on it would be seen: near, from its front or rear, uncovered.

    From its side a car is two to three times as wide as high and shows none; so only a box hardly wider than high
    tells, at least 150 pixels wide, not cut by the picture's edge, and with nothing before its lower half. What cannot
    be told: a post or a bush before the plate, or a car whose other end alone has one. That is why many looks in
    different light must agree before it is called missing, and why a person checks.

    Args:
        others: boxes of all that may stand before it, persons too.
        width, height: of the picture, pixels.
    """
    across, down = (vehicle.x2 - vehicle.x1) * width, (vehicle.y2 - vehicle.y1) * height
    if across < SHOWING_WIDTH or across > SQUARE * down:
        return False
    if vehicle.x1 < BORDER or vehicle.x2 > 1 - BORDER or vehicle.y2 > 1 - BORDER:
        return False
    lower = Box(vehicle.x1, (vehicle.y1 + vehicle.y2) / 2, vehicle.x2, vehicle.y2)
    return all(lower.covered_by(other) <= COVERED for other in others)


def _holds(box: Box, x: float, y: float) -> bool:
    return box.x1 <= x <= box.x2 and box.y1 <= y <= box.y2
