"""GA/T 832-2014: two panoramas ≥ 10 s apart for every event whose dwell allows it, whatever else happens in between."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.config import Camera, Masking
from edge.evidence.album import Album
from edge.evidence.mask import Masker
from edge.evidence.store import EvidenceStore
from edge.values import Picture, Presence
from tests.unit.evidence.scenes import KnownPlates, car, frame, sighting, textured

APART_S = 10
SMALL = textured(64, 48)
PLACE = (200, 200, 400, 400)


def album_of(store: EvidenceStore, dwell: float) -> Album:
    zone = {"id": "fire-lane", "kind": "fire_lane", "polygon": ((0, 0), (1, 0), (1, 1), (0, 1)), "dwell": dwell}
    camera = Camera.model_validate({"id": "gate", "url": "rtsp://gate", "zones": [zone]})
    zone_info = ZoneInfo("Asia/Shanghai")
    return Album(camera, masker=Masker(KnownPlates(), Masking()), store=store, device="yuhua/gw-1", timezone=zone_info)


def opened(
    store: EvidenceStore, dwell: int, *, look_every: int, known_after: int = 0, hidden: frozenset[int] = frozenset()
) -> tuple[Picture, ...]:
    """The pictures of an event that opens at the first look at or after `dwell` that sees the vehicle.

    Args:
        known_after: seconds until perception says that it stands; until then it is but a detection.
        hidden: seconds at which something stands before it.
    """
    album = album_of(store, dwell)
    second = 0
    while True:
        now = frame(second, SMALL)
        presence = Presence.HIDDEN if second in hidden else Presence.SEEN
        seen = [sighting(second, presence=presence)] if second >= known_after else []
        album.observe(now, seen, [car(*PLACE)])
        if second >= max(dwell, known_after) and presence is Presence.SEEN:
            album.due(now, seen[0], [car(*PLACE)], zone="fire-lane")
            return album.pictures("gate.1.1")
        second += look_every


def apart_s(pictures: tuple[Picture, ...]) -> float:
    times = [picture.taken.at_s for picture in pictures]
    return max(times) - min(times)


SHORT = [
    # limit, looks every, known after, pictures
    (10, 1, 0, [("enter", 0), ("due", 10)]),
    (10, 2, 6, [("enter", 0), ("due", 10)]),
    (12, 5, 5, [("enter", 0), ("due", 15)]),
    (19, 2, 4, [("enter", 0), ("due", 20)]),
    (20, 2, 4, [("enter", 0), ("interval", 10), ("due", 20)]),
    (9, 1, 0, [("enter", 0), ("due", 9)]),
]


@pytest.mark.parametrize(("dwell", "look_every", "known_after", "expected"), SHORT)
def test_a_short_limit_has_its_entry_and_its_end(
    dwell: int, look_every: int, known_after: int, expected: list[tuple[str, float]], store: EvidenceStore
) -> None:
    pictures = opened(store, dwell, look_every=look_every, known_after=known_after)
    assert [(picture.kind.value, picture.taken.at_s) for picture in pictures] == expected
    assert (apart_s(pictures) >= APART_S) is (dwell >= APART_S)


@settings(max_examples=60, deadline=None)
@given(
    dwell=st.integers(APART_S, 90),
    look_every=st.integers(1, 7),
    known_after=st.integers(0, 8),
    hidden=st.frozensets(st.integers(1, 89), max_size=40),
)
def test_any_stay_that_opens_has_two_ten_seconds_apart(
    dwell: int, look_every: int, known_after: int, hidden: frozenset[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = EvidenceStore(tmp_path_factory.mktemp("evidence"), budget_bytes=10**8, reserve_bytes=0)
    pictures = opened(store, dwell, look_every=look_every, known_after=known_after, hidden=hidden)
    assert 2 <= len(pictures) <= 4
    assert apart_s(pictures) >= APART_S
    store.close()
