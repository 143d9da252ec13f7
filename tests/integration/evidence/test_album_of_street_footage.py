"""The pictures that the black car's stay in street_parking.mp4 leaves, by the shipped models; places read by eye."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import PIL.Image
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from contract.evidence import frame_size
from contract.sealing import context_of, open_sealed, public_text
from edge.config import Camera, Masking
from edge.evidence.album import Album
from edge.evidence.jpeg import decode
from edge.evidence.mask import Masker
from edge.evidence.store import EvidenceStore
from edge.perception.detection import detect
from edge.sources.recording import Recording
from edge.values import Box, ClockTrust, Frame, Image, Moment, Picture, Presence, Sighting, VehicleClass
from models.errors import ModelMissing
from models.zoo import Zoo

KEY = X25519PrivateKey.from_private_bytes(bytes(range(32)))
START = datetime(2026, 5, 1, tzinfo=UTC)
Rectangle = tuple[int, int, int, int]  # pixels of a frame of 576 × 996

ENTER_S, DUE_S = 0.0, 17.17
BLACK_CAR = {ENTER_S: Box(0.623, 0.145, 0.914, 0.302), DUE_S: Box(0.62, 0.157, 0.94, 0.324)}
BLACK_PLATE: dict[float, Rectangle] = {ENTER_S: (432, 222, 474, 238), DUE_S: (447, 257, 493, 272)}
WHITE_PLATE: Rectangle = (284, 313, 329, 328)  # at DUE_S, of the white saloon that backs past
PERSON: Rectangle = (130, 75, 152, 125)  # at DUE_S, beside the blue car


@pytest.fixture(scope="module")
def zoo() -> Zoo:
    found = Zoo()
    try:
        for name in ("ssdlite-mobilenetv2-coco", "clp-det"):
            found.path(name)
    except ModelMissing as error:
        pytest.skip(str(error))
    return found


def frames(path: Path) -> Iterator[Frame]:
    for frame in Recording(path, camera="street", start=START, look_every=1.9).frames():
        for at_s in (ENTER_S, DUE_S):
            if abs(frame.moment.at_s - at_s) < 0.05:
                yield frame


def sighting(now: Moment, box: Box) -> Sighting:
    entered = Moment(0.0, START, ClockTrust.SYNCED)
    return Sighting(
        slot="street.s1",
        stay="street.s1.1",
        vehicle=VehicleClass.CAR,
        score=0.8,
        box=box,
        presence=Presence.SEEN,
        now=now,
        entered=entered,
        entered_within_s=0.0,
        last_seen=now,
    )


def cut(image: Image, part: Rectangle) -> Image:
    x1, y1, x2, y2 = part
    return image[y1:y2, x1:x2]


def likeness(one: Image, other: Image) -> float:
    """Correlation of two cuttings, −1 to 1."""
    return float(np.corrcoef(one.ravel().astype(float), other.ravel().astype(float))[0, 1])


@pytest.fixture(scope="module")
def stay(shared_dir: Path, zoo: Zoo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[Picture, Image]]]:
    """Each picture with the frame it was made from."""
    zone = {"id": "row", "kind": "road", "polygon": [[0.6, 0.1], [1, 0.1], [1, 1], [0.6, 1]], "dwell": 15}
    store = EvidenceStore(tmp_path_factory.mktemp("evidence"), budget_bytes=10**8, reserve_bytes=0)
    album = Album(
        Camera.model_validate({"id": "street", "url": "street.mp4", "zones": [zone]}),
        masker=Masker(zoo.plate_detector("clp-det", threshold=0.25), Masking()),
        store=store,
        device="yuhua/gw-1",
        timezone=ZoneInfo("Asia/Shanghai"),
        seal_to=public_text(KEY.public_key()),
    )
    detector = zoo.vehicle_detector("ssdlite-mobilenetv2-coco", threshold=0.25)
    first, last = frames(shared_dir / "media" / "street_parking.mp4")
    album.observe(first, [sighting(first.moment, BLACK_CAR[ENTER_S])], detect(detector, first.image, 0.25))
    box = BLACK_CAR[DUE_S]
    album.due(last, sighting(last.moment, box), detect(detector, last.image, 0.25), zone="row")
    yield list(zip(album.pictures("street.s1.1"), (first.image, last.image), strict=True))
    store.close()


def test_there_are_two_panoramas_ten_seconds_apart(stay: list[tuple[Picture, Image]]) -> None:
    enter, due = (picture for picture, _ in stay)
    assert (enter.kind, due.kind) == ("enter", "due")
    assert due.taken.at_s - enter.taken.at_s >= 10


def test_the_subject_s_plate_stays_as_it_was_in_both(stay: list[tuple[Picture, Image]]) -> None:
    for (picture, original), at_s in zip(stay, (ENTER_S, DUE_S), strict=True):
        shown = decode(picture.jpeg)
        assert likeness(cut(shown, BLACK_PLATE[at_s]), cut(original, BLACK_PLATE[at_s])) > 0.95


def test_another_s_plate_and_a_person_are_not_to_be_made_out(stay: list[tuple[Picture, Image]]) -> None:
    picture, original = stay[1]
    shown = decode(picture.jpeg)
    for part in (WHITE_PLATE, PERSON):
        detail = cut(original, part).std(axis=(0, 1)).mean()
        columns = np.abs(np.diff(cut(shown, part).astype(float), axis=1)).mean()
        was = np.abs(np.diff(cut(original, part).astype(float), axis=1)).mean()
        assert detail > 15
        assert columns < was / 2, "what was there is gone but for a few blocks"


def test_the_sealed_originals_show_all_of_it_to_whoever_has_the_key(stay: list[tuple[Picture, Image]]) -> None:
    for picture, original in stay:
        assert picture.sealed is not None
        context = context_of("yuhua", "gw-1", "street", picture.taken.seen_at)
        opened = decode(open_sealed(picture.sealed, KEY, context))
        assert opened.shape == original.shape
        assert np.abs(opened.astype(int) - original).mean() < 4
        assert likeness(cut(opened, WHITE_PLATE), cut(original, WHITE_PLATE)) > 0.9


def test_a_small_camera_s_picture_is_not_enlarged(stay: list[tuple[Picture, Image]]) -> None:
    for picture, _ in stay:
        with PIL.Image.open(BytesIO(picture.jpeg)) as image:
            assert frame_size(image.info["comment"]) == (576, 996)
            assert (image.width, image.mode) == (576, "RGB")
