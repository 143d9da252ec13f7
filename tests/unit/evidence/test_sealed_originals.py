"""Beside each picture of a stay lies the frame it was made from, sealed: on disk never in the clear, and no longer."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from contract.envelope import Evidence
from contract.sealing import SEALED, context_of, is_sealed, open_sealed, public_text
from edge.config import Camera, Masking
from edge.errors import DiskFull, Misconfigured
from edge.evidence import album as albums
from edge.evidence.album import Album
from edge.evidence.jpeg import RING_QUALITY, SEALED_QUALITY, decode, encode
from edge.evidence.mask import Masker
from edge.evidence.store import EvidenceStore
from edge.values import ClockTrust, Frame, Image, Moment, Picture, PictureKind
from tests.unit.evidence.scenes import KnownPlates, box, car, frame, person, sighting, textured

KEY = X25519PrivateKey.from_private_bytes(bytes(range(32)))
SEAL_TO = public_text(KEY.public_key())
EVERYONE = (car(200, 200, 400, 400), person(420, 200, 470, 420))


def album_of(store: EvidenceStore, *, seal_to: str = SEAL_TO, dwell: float = 30, enabled: bool = True) -> Album:
    zone = {"id": "fire-lane", "kind": "fire_lane", "polygon": ((0, 0), (1, 0), (1, 1), (0, 1)), "dwell": dwell}
    return Album(
        Camera.model_validate({"id": "gate", "url": "rtsp://gate", "zones": [zone]}),
        masker=Masker(KnownPlates(((20, 20, 80, 40),)), Masking(enabled=enabled)),
        store=store,
        device="yuhua/gw-1",
        timezone=ZoneInfo("Asia/Shanghai"),
        seal_to=seal_to,
    )


def stand(album: Album, seconds: Sequence[int] = (0, 10, 20)) -> tuple[Picture, ...]:
    for second in seconds:
        album.observe(frame(second), [sighting(second)], EVERYONE)
    return album.pictures("gate.1.1")


def opened(picture: Picture) -> Image:
    assert picture.sealed is not None
    return decode(open_sealed(picture.sealed, KEY, context_of("yuhua", "gw-1", "gate", picture.taken.seen_at)))


def test_each_picture_comes_with_its_unmasked_frame_sealed(store: EvidenceStore) -> None:
    album = album_of(store)
    stand(album)
    album.due(frame(30), sighting(30), EVERYONE, zone="fire-lane")
    pictures = album.pictures("gate.1.1")
    assert [picture.kind for picture in pictures] == ["enter", "interval", "interval", "due"]
    for picture in pictures:
        original = textured(seed=int(picture.taken.at_s))
        as_given = decode(encode(original, SEALED_QUALITY))
        assert (opened(picture) == as_given).all(), "the frame as the camera gave it"
        shown = decode(picture.jpeg)[: original.shape[0]].astype(int)
        assert np.abs(shown[250:400, 425:465] - original[250:400, 425:465]).mean() > 20, "the person is masked in it"


def test_a_picture_out_of_the_ring_has_the_ring_s_own_bytes_sealed(store: EvidenceStore) -> None:
    album = album_of(store)
    album.observe(frame(0), [], EVERYONE)
    album.observe(frame(2), [sighting(2)], EVERYONE)
    (picture,) = album.pictures("gate.1.1")
    assert picture.taken.at_s == 0
    assert RING_QUALITY == SEALED_QUALITY
    expected = encode(textured(seed=0), SEALED_QUALITY)
    assert picture.sealed is not None
    context = context_of("yuhua", "gw-1", "gate", picture.taken.seen_at)
    assert open_sealed(picture.sealed, KEY, context) == expected


@pytest.mark.parametrize("offset_h", [0, 8])
@pytest.mark.parametrize("microsecond", [0, 1, 266_667, 999_999])
def test_it_opens_by_the_time_that_its_event_tells(microsecond: int, offset_h: int, store: EvidenceStore) -> None:
    zone = timezone(timedelta(hours=offset_h))
    seen_at = datetime(2026, 5, 1, 8, 0, 15, microsecond, tzinfo=zone)
    now = Moment(0.0, seen_at, ClockTrust.SYNCED)
    picture = album_of(store).look(Frame("gate", now, textured()), box(200, 200, 400, 400), EVERYONE)
    assert picture.sealed is not None
    told = Evidence(
        sha256="0" * 64,
        media_type="application/vnd.linli.sealed",
        size=len(picture.sealed),
        kind=picture.kind,
        taken_at=picture.taken.seen_at,
        masked=False,
        sealed=True,
    )
    heard = Evidence.model_validate_json(told.model_dump_json()).taken_at
    assert open_sealed(picture.sealed, KEY, context_of("yuhua", "gw-1", "gate", heard))


def test_nothing_in_the_clear_ever_lies_on_the_disk(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    store = EvidenceStore(folder, budget_bytes=10**7, reserve_bytes=0)
    pictures = stand(album_of(store))
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    sealed = [body for body in files if is_sealed(body)]
    assert sorted(sealed) == sorted(picture.sealed or b"" for picture in pictures)
    for second in (0, 10, 20):
        clear = encode(textured(seed=second), SEALED_QUALITY)
        assert not any(clear[start : start + 64] in body for body in files for start in range(700, len(clear), 4096))
    store.close()


def test_originals_are_held_go_with_their_stay_and_outlive_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    store = EvidenceStore(folder, budget_bytes=10**7, reserve_bytes=0)
    album = album_of(store)
    before = stand(album)
    saved, files = album.state(), album.references()
    assert len(files) == 2 * len(before)
    assert store.pending() == [], "held until an event refers to them"
    store.close()

    store = EvidenceStore(folder, budget_bytes=10**7, reserve_bytes=0)
    album = album_of(store)
    album.restore(saved)
    assert store.release_except(album.references()) == 0
    assert album.pictures("gate.1.1") == before
    album.observe(frame(22), [sighting(22)], [])
    album.observe(frame(200), [], [])
    assert album.references() == set()
    assert store.bytes_used == 0
    store.close()


def test_an_original_that_was_lost_on_disk_leaves_its_picture(store: EvidenceStore) -> None:
    album = album_of(store)
    (picture,) = stand(album, [0])
    saved = album.state()
    for name in album.references():
        if is_sealed(store.read(name) or b""):
            store.forget(name)
    album = album_of(store)
    album.restore(saved)
    (again,) = album.pictures("gate.1.1")
    assert (again.jpeg, again.sealed) == (picture.jpeg, None)


def test_a_state_from_before_there_were_originals_is_read(store: EvidenceStore) -> None:
    album = album_of(store, seal_to="")
    stand(album, [0])
    old = album.state().replace(b',"sealed_sha256":null', b"")
    assert b"sealed" not in old
    album = album_of(store)
    album.restore(old)
    assert len(album.pictures("gate.1.1")) == 1


NONE_KEPT = [
    # name,                        seal_to, masking
    ("no key is set", "", True),
    ("pictures leave unmasked anyway", SEAL_TO, False),
]


@pytest.mark.parametrize(("seal_to", "enabled"), [row[1:] for row in NONE_KEPT], ids=[row[0] for row in NONE_KEPT])
def test_no_original_is_kept_where_none_is_wanted(seal_to: str, enabled: bool, store: EvidenceStore) -> None:
    album = album_of(store, seal_to=seal_to, enabled=enabled)
    pictures = stand(album)
    assert {picture.sealed for picture in pictures} == {None}
    assert len(album.references()) == len(pictures)


LOOKS = [
    # name,                        kind,                 present, sealed
    ("a milestone", PictureKind.INTERVAL, True, True),
    ("a look at it", PictureKind.LOOK, True, True),
    ("a look at its empty place", PictureKind.LOOK, False, False),
    ("after it left", PictureKind.LEAVE, True, False),
]


@pytest.mark.parametrize(("kind", "present", "sealed"), [row[1:] for row in LOOKS], ids=[row[0] for row in LOOKS])
def test_an_unmasked_frame_is_kept_only_while_the_subject_stands(
    kind: PictureKind, present: bool, sealed: bool, store: EvidenceStore
) -> None:
    picture = album_of(store).look(frame(5), box(200, 200, 400, 400), EVERYONE, kind=kind, present=present)
    assert (picture.sealed is not None) is sealed
    assert store.bytes_used == 0


def test_a_disk_too_full_for_originals_keeps_pictures_and_a_bounded_rest_in_memory(
    store: EvidenceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    album, hold = album_of(store), store.hold

    def refuse_originals(data: bytes, media_type: str) -> str:
        if media_type == SEALED:
            raise DiskFull("full")
        return hold(data, media_type)

    seen = [sighting(0, stay=f"gate.{n}.1", where=box(n * 20, 10, n * 20 + 15, 60)) for n in range(20)]
    small = textured(64, 48)
    with monkeypatch.context() as full:
        full.setattr(store, "hold", refuse_originals)
        album.observe(frame(0, small), seen, [])
        assert album._unsaved == albums.MAX_UNSAVED_ORIGINALS < albums.MAX_UNSAVED
        kept = [album.pictures(each.stay)[0].sealed is not None for each in seen]
        assert kept.count(True) == albums.MAX_UNSAVED_ORIGINALS
        assert album.state().count(b'"sealed_sha256":null') == 20, "an original not on disk is none after a restart"
    album.observe(frame(2, small), seen, [])
    assert album._unsaved == 0
    assert len(album.references()) == 20 + albums.MAX_UNSAVED_ORIGINALS
    assert store.bytes_used == sum(len(store.read(name) or b"") for name in album.references())


@pytest.mark.parametrize("text", ["A" * 43 + "=", "AQ" + "A" * 41 + "=", "AAAA"])
def test_a_key_that_everybody_can_open_is_refused_by_name(text: str, store: EvidenceStore) -> None:
    with pytest.raises(Misconfigured, match=r"masking\.seal_to"):
        album_of(store, seal_to=text)
