"""Which pictures a stay gets, written out as walks, and what becomes of them on disk and over a restart."""

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import cv2
import numpy as np
import pytest

from edge.config import Camera, Masking
from edge.errors import DiskFull
from edge.evidence import album as albums
from edge.evidence.album import Album
from edge.evidence.jpeg import decode
from edge.evidence.mask import Masker
from edge.evidence.store import EvidenceStore
from edge.values import Box, Picture, PictureKind, Presence, VehicleClass
from tests.unit.evidence.scenes import HEIGHT, WIDTH, KnownPlates, box, car, frame, moment, person, sighting, textured

Polygon = tuple[tuple[float, float], ...]
WHOLE: Polygon = ((0, 0), (1, 0), (1, 1), (0, 1))
RIGHT: Polygon = ((0.5, 0), (1, 0), (1, 1), (0.5, 1))


def camera(dwell: float = 300, polygon: Polygon = WHOLE, **settings: object) -> Camera:
    zone = {"id": "fire-lane", "kind": "fire_lane", "polygon": polygon, "dwell": dwell}
    return Camera.model_validate({"id": "gate", "url": "rtsp://gate", "zones": [zone], **settings})


def album_of(store: EvidenceStore, watched: Camera | None = None, *, masker: Masker | None = None) -> Album:
    return Album(
        watched or camera(),
        masker=masker or Masker(KnownPlates(), Masking()),
        store=store,
        device="yuhua/gw-1",
        timezone=ZoneInfo("Asia/Shanghai"),
    )


def taken(pictures: tuple[Picture, ...]) -> list[tuple[str, float]]:
    return [(picture.kind.value, picture.taken.at_s) for picture in pictures]


WALKS = [
    # name,                              dwell, looks every, due at, pictures
    ("spread over the dwell", 300, 2, 300, [("enter", 0), ("interval", 100), ("interval", 200), ("due", 300)]),
    ("never closer than 10 s", 30, 2, 30, [("enter", 0), ("interval", 10), ("interval", 20), ("due", 30)]),
    ("no room for two", 25, 1, 25, [("enter", 0), ("interval", 13), ("due", 25)]),
    ("no room for any", 12, 2, 12, [("enter", 0), ("due", 12)]),
    ("no dwell at all", 0, 2, 0, [("enter", 0), ("due", 0)]),
    ("looks are rare", 300, 150, 300, [("enter", 0), ("interval", 150), ("interval", 300), ("due", 300)]),
]


@pytest.mark.parametrize(
    ("dwell", "every", "due_s", "expected"), [row[1:] for row in WALKS], ids=[row[0] for row in WALKS]
)
def test_a_stays_pictures(
    dwell: float, every: int, due_s: int, expected: list[tuple[str, float]], store: EvidenceStore
) -> None:
    album = album_of(store, camera(dwell))
    for second in range(0, due_s + 1, every):
        album.observe(frame(second), [sighting(second)], [car(200, 200, 400, 400)])
    album.due(frame(due_s), sighting(due_s), [], zone="fire-lane")
    album.due(frame(due_s), sighting(due_s), [], zone="fire-lane")
    for second in range(due_s, due_s + 100, 2):
        album.observe(frame(second), [sighting(second)], [])
    assert taken(album.pictures("gate.1.1")) == expected
    assert store.pending() == [], "held until an event refers to them"
    assert {len(store.read(sha256) or b"") > 1000 for sha256 in album.references()} == {True}


NOT_WANTED = [
    ("outside of every zone", camera(polygon=RIGHT), VehicleClass.CAR, Presence.SEEN),
    ("a class the zone does not ask for", camera(), VehicleClass.BICYCLE, Presence.SEEN),
    ("already left", camera(), VehicleClass.CAR, Presence.LEFT),
    ("no zone at all", camera().model_copy(update={"zones": ()}), VehicleClass.CAR, Presence.SEEN),
]


@pytest.mark.parametrize(
    ("watched", "vehicle", "presence"), [row[1:] for row in NOT_WANTED], ids=[row[0] for row in NOT_WANTED]
)
def test_no_picture_is_taken_of_a_stay_that_cannot_open(
    watched: Camera, vehicle: VehicleClass, presence: Presence, store: EvidenceStore
) -> None:
    album = album_of(store, watched)
    seen = sighting(0, where=box(100, 200, 300, 400), vehicle=vehicle, presence=presence)
    assert not album.wants(moment(0), [seen])
    album.observe(frame(0), [seen], [car(100, 200, 300, 400)])
    assert album.pictures(seen.stay) == ()
    assert store.bytes_used == 0


@pytest.mark.parametrize(("moved_by", "pictured"), [(0.0, False), (-0.3, False), (0.3, True), (None, False)])
def test_of_a_bumped_camera_zones_lie_elsewhere_in_the_picture(
    moved_by: float | None, pictured: bool, store: EvidenceStore
) -> None:
    def home(one: Box) -> Box | None:
        return None if moved_by is None else replace(one, x1=one.x1 + moved_by, x2=one.x2 + moved_by)

    album = album_of(store, camera(polygon=RIGHT))
    seen = sighting(0, where=box(200, 200, 360, 400))
    album.observe(frame(0), [seen], [car(200, 200, 360, 400)], home=home)
    assert (taken(album.pictures(seen.stay)) == [("enter", 0)]) is pictured


def test_it_says_beforehand_when_it_will_take_a_picture(store: EvidenceStore) -> None:
    album = album_of(store, camera(30))
    wanted = []
    for second in range(0, 24, 2):
        if album.wants(moment(second), [sighting(second)]):
            wanted.append(second)
        album.observe(frame(second), [sighting(second)], [])
    assert wanted == [0, 10, 20]


def test_a_hidden_vehicle_waits_for_its_interval_picture(store: EvidenceStore) -> None:
    album = album_of(store, camera(30))
    for second, presence in [(0, Presence.SEEN), (10, Presence.HIDDEN), (12, Presence.MISSED), (14, Presence.SEEN)]:
        album.observe(frame(second), [sighting(second, presence=presence)], [])
    assert taken(album.pictures("gate.1.1")) == [("enter", 0), ("interval", 14)]


def test_a_stay_recognised_late_still_has_the_picture_of_its_entry(store: EvidenceStore) -> None:
    album = album_of(store)
    for second in range(0, 8, 2):
        album.observe(frame(second), [], [car(200, 200, 400, 400)])
    album.observe(frame(8), [sighting(8, entered_s=2)], [car(200, 200, 400, 400)])
    pictures = album.pictures("gate.1.1")
    assert taken(pictures) == [("enter", 2)]
    shown = decode(pictures[0].jpeg)[:HEIGHT].astype(int)
    assert np.abs(shown - textured(seed=2)).mean() < np.abs(shown - textured(seed=8)).mean() / 2


def test_the_ring_is_fed_only_while_somebody_may_be_arriving(store: EvidenceStore) -> None:
    album = album_of(store, camera(polygon=RIGHT))
    album.observe(frame(0), [], [])
    album.observe(frame(1), [], [car(10, 200, 200, 400)])
    album.observe(frame(2), [], [person(400, 200, 440, 400)])
    album.observe(frame(3), [sighting(3, where=box(420, 200, 600, 400))], [car(421, 201, 600, 400)])
    assert len(album._ring) == 0
    album.observe(frame(4), [], [car(420, 200, 600, 400)])
    assert len(album._ring) == 1


def test_a_stay_that_looks_no_longer_name_is_forgotten_with_its_files(store: EvidenceStore) -> None:
    album = album_of(store)
    album.observe(frame(0), [sighting(0)], [])
    album.observe(frame(100), [], [])
    assert album.pictures("gate.1.1") != ()
    album.observe(frame(121), [], [])
    assert album.pictures("gate.1.1") == ()
    assert store.bytes_used == 0


def test_files_an_event_refers_to_outlive_the_stay(store: EvidenceStore) -> None:
    album = album_of(store)
    album.observe(frame(0), [sighting(0)], [])
    (picture,) = album.pictures("gate.1.1")
    name = store.put(picture.jpeg, "image/jpeg")
    album.observe(frame(121), [], [])
    assert store.read(name) == picture.jpeg


def test_stays_are_bounded_and_a_finding_has_its_picture_all_the_same(store: EvidenceStore) -> None:
    album = album_of(store, camera(dwell=1))
    places = [box(x, y, x + 60, y + 40) for x in range(0, 560, 70) for y in range(0, 450, 45)]
    seen = [sighting(0, stay=f"gate.{number}.1", where=place) for number, place in enumerate(places)]
    assert len(seen) > albums.MAX_STAYS
    small = textured(64, 48)
    album.observe(frame(0, small), seen, [])
    assert len(album._stays) == albums.MAX_STAYS
    album.due(frame(1, small), seen[-1], [], zone="fire-lane")
    assert len(album._stays) == albums.MAX_STAYS
    assert taken(album.pictures(seen[-1].stay)) == [("due", 1)]


def test_a_full_disk_keeps_a_few_pictures_in_memory_and_saves_them_later(
    store: EvidenceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    album = album_of(store, camera(30))

    def refuse(*_: object) -> str:
        raise DiskFull("full")

    with monkeypatch.context() as full:
        full.setattr(store, "hold", refuse)
        seen = [sighting(0, stay=f"gate.{n}.1", where=box(n * 20, 10, n * 20 + 15, 60)) for n in range(20)]
        small = textured(64, 48)
        album.observe(frame(0, small), seen, [])
        assert album._unsaved == albums.MAX_UNSAVED
        assert not album.wants(moment(1), seen), "no detector is run for a picture that cannot be kept"
        assert taken(album.pictures("gate.0.1")) == [("enter", 0)], "an event that comes now has it"
        album.due(frame(1, small), seen[19], [], zone="fire-lane")
        assert taken(album.pictures("gate.19.1")) == [("due", 1)]
        assert b'"pages":[]' in album.state(), "a picture not on disk is none after a restart"
    assert store.bytes_used == 0
    album.observe(frame(2, small), seen, [])
    assert album._unsaved == 0
    assert store.bytes_used == sum(len(store.read(name) or b"") for name in album.references()) > 0


def test_a_restart_goes_on_where_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    store = EvidenceStore(folder, budget_bytes=10**7, reserve_bytes=0)
    album = album_of(store, camera(300))
    for second in range(0, 110, 2):
        album.observe(frame(second), [sighting(second)], [])
    saved, before = album.state(), album.pictures("gate.1.1")
    assert len(saved) < 2000
    store.hold(b"of a stay nobody remembers", "image/jpeg")
    store.close()

    store = EvidenceStore(folder, budget_bytes=10**7, reserve_bytes=0)
    album = album_of(store, camera(300))
    album.restore(saved)
    assert store.release_except(album.references()) == 1
    assert album.pictures("gate.1.1") == before
    album.observe(frame(4000), [], [])  # an hour later, and perception has not found its feet yet
    album.observe(frame(4002), [sighting(4002)], [])
    assert taken(album.pictures("gate.1.1")) == [("enter", 0), ("interval", 100), ("interval", 4002)]
    store.close()


def test_a_picture_that_was_lost_on_disk_is_left_out(store: EvidenceStore) -> None:
    album = album_of(store)
    album.observe(frame(0), [sighting(0)], [])
    saved = album.state()
    for sha256 in album.references():
        store.forget(sha256)
    assert album.pictures("gate.1.1") == ()
    album = album_of(store)
    album.restore(saved)
    assert album.references() == set()
    assert album.wants(moment(2), [sighting(2)]), "and taken anew"


BROKEN = [b"", b"{", b"[]", b'{"version":2,"stays":[]}', b'{"stays":[{"stay":"x"}]}', b'{"more":1}', b"\xff\xfe"]


@pytest.mark.parametrize("state", BROKEN)
def test_a_state_that_cannot_be_read_starts_empty(state: bytes, store: EvidenceStore) -> None:
    album = album_of(store)
    album.restore(state)
    assert album.references() == set()


def test_a_picture_has_its_margin_below_and_its_subject_framed(store: EvidenceStore) -> None:
    album = album_of(store, camera(simulated=True))
    plain = np.full((720, 1280, 3), 90, np.uint8)
    where = Box(0.25, 0.25, 0.5, 0.75)
    picture = decode(album.look(frame(0, plain), where, [], zone="fire-lane").jpeg).astype(int)
    assert picture.shape[1] == 1280
    assert 720 + 40 <= picture.shape[0] <= 720 + 80
    assert np.abs(picture[100:150, 100:200] - 90).max() < 4
    assert picture[360, 320, 2] > 180, "amber, left edge"
    assert picture[360, 320, 0] < 90
    assert (picture[724:] > 200).any(), "white words"
    assert (picture[720:, 1100:, 2] > 180).any(), "SIMULATED in amber on the right"
    assert album.look(frame(0, plain), where, []).jpeg != album.look(frame(1, plain), where, []).jpeg


@pytest.mark.parametrize("width", [160, 576, 1280, 3840])
def test_the_margin_fits_any_width(width: int, store: EvidenceStore) -> None:
    album = album_of(store, camera(simulated=True))
    plain = np.zeros((max(90, width * 9 // 16), width, 3), np.uint8)
    picture = decode(album.look(frame(0, plain), Box(0, 0, 1, 1), [], zone="a" * 63).jpeg)
    assert picture.shape[1] == width
    strip = cv2.cvtColor(picture[plain.shape[0] + 2 :], cv2.COLOR_BGR2GRAY)
    assert strip.max() > 100


SPARED = [
    # name,               kind,                present, plate readable
    ("a look at it", PictureKind.LOOK, True, True),
    ("a look at its empty place", PictureKind.LOOK, False, False),
    ("after it left", PictureKind.LEAVE, True, False),
    ("a milestone", PictureKind.INTERVAL, True, True),
]


@pytest.mark.parametrize(("kind", "present", "readable"), [row[1:] for row in SPARED], ids=[row[0] for row in SPARED])
def test_the_plate_of_whoever_came_after_is_masked(
    kind: PictureKind,
    present: bool,
    readable: bool,
    store: EvidenceStore,
) -> None:
    album = album_of(store, masker=Masker(KnownPlates(((270, 350, 330, 370),)), Masking()))
    image = textured()
    picture = album.look(
        frame(0, image), box(200, 200, 400, 400), [car(200, 200, 400, 400)], kind=kind, present=present
    )
    shown = decode(picture.jpeg)[352:368, 272:328].astype(int)
    assert bool(np.corrcoef(shown.ravel(), image[352:368, 272:328].ravel())[0, 1] > 0.6) is readable
    assert picture.masked
    assert store.bytes_used == 0


def test_a_picture_says_whether_it_is_masked(store: EvidenceStore) -> None:
    album = album_of(store, masker=Masker(None, Masking(enabled=False)))
    assert not album.look(frame(0), box(1, 1, 9, 9), []).masked
    assert decode(album.look(frame(0), box(1, 1, 9, 9), []).jpeg).shape[1] == WIDTH
