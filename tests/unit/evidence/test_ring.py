"""The last few pictures, within their bounds."""

import pytest

from edge.evidence.jpeg import decode
from edge.evidence.ring import Ring
from tests.unit.evidence.scenes import car, frame


def test_the_oldest_go_when_there_are_too_many() -> None:
    ring = Ring(max_count=3)
    for second in range(5):
        ring.push(frame(second), [])
    assert len(ring) == 3
    assert ring.nearest(0, within_s=1) is None
    assert ring.nearest(2, within_s=0) is not None


def test_the_oldest_go_when_they_are_too_large() -> None:
    ring = Ring(max_bytes=1_000_000)
    for second in range(30):
        ring.push(frame(second), [])
        assert ring.bytes_used <= 1_000_000
    assert 1 <= len(ring) < 12
    tiny = Ring(max_bytes=10)
    tiny.push(frame(0), [])
    assert (len(tiny), tiny.bytes_used) == (0, 0)


NEAREST = [(2.4, 1, 2), (2.6, 1, 3), (9.0, 4, 5), (9.5, 4, None), (-1.0, 1.0, 0)]


@pytest.mark.parametrize(("at_s", "within_s", "expected"), NEAREST)
def test_the_nearest_picture_is_given_if_it_is_near(at_s: float, within_s: float, expected: int | None) -> None:
    ring = Ring()
    for second in range(6):
        ring.push(frame(second), [])
    found = ring.nearest(at_s, within_s)
    assert (found.moment.at_s if found else None) == expected


def test_a_picture_comes_back_with_what_was_in_it() -> None:
    ring = Ring()
    ring.push(frame(1), [car(1, 1, 100, 100)])
    found = ring.nearest(1, 0)
    assert found is not None
    assert found.detections == (car(1, 1, 100, 100),)
    assert decode(found.jpeg).shape == (480, 640, 3)
