"""Zones drawn into a picture: where they lie in it, also when the camera was bumped."""

import numpy as np
import pytest

from edge.app.zone_picture import shade
from edge.config import Zone
from edge.perception.eye import HERE, Shift

GREY = np.full((100, 200, 3), 100, np.uint8)
ZONE = Zone.model_validate(
    {"id": "z", "kind": "road", "polygon": [[0.2, 0.2], [0.4, 0.2], [0.4, 0.8], [0.2, 0.8]], "dwell": 60}
)


@pytest.mark.parametrize(
    ("shift", "inside", "outside"),
    [
        (HERE, (30, 50), (30, 120)),
        (Shift(dx=0.4, dy=0.0), (30, 120), (30, 50)),
        (Shift(dx=0.0, dy=0.0, scale=2.0), (60, 140), (30, 60)),
    ],
)
def test_a_zone_lies_where_the_picture_has_it(shift: Shift, inside: tuple[int, int], outside: tuple[int, int]) -> None:
    drawn = shade(GREY, [ZONE], shift)
    assert tuple(drawn[inside]) != (100, 100, 100)
    assert tuple(drawn[outside]) == (100, 100, 100)
