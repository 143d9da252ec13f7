"""Lists on disk: hashed, whole, for this gateway alone; and which of them are in force at a start."""

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.permits import PermitList
from contract.plates import PermitState
from contract.signatures import key_id
from edge.config import Plates
from edge.errors import DiskFull, Misconfigured
from edge.permits import CLOUD, HashedList, Hasher, Origin, Register, Storage, open_register
from edge.permits import storage as storage_module
from edge.permits.storage import MAX_LISTS, Unreadable
from tests.unit.permits.lists import KEY, NOON, ZONE, at, listed, read

OTHER: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
CSV: Final = "车牌,种类\n京A12345,业主\n"


def hashed(name: str = "a.csv", plate: str = "京A12345", origin: Origin = Origin.IMPORTED) -> HashedList:
    return Hasher.of(KEY).hashed((listed(plate),), name=name, origin=origin, made_at=NOON)


def start(data: Path, *lists: Path, key: Ed25519PrivateKey = KEY, **settings: Any) -> Register:
    return open_register(Plates(lists=lists, **settings), data=data, key=key, timezone=ZONE, now=NOON)


def state(register: Register, plate: str = "京A12345") -> PermitState | None:
    permit = register.permit(read(plate), at())
    return permit.state if permit is not None else None


def from_cloud(version: int = 7, plate: str = "京A12345") -> PermitList:
    return PermitList(
        community="garden",
        version=version,
        issued_at=NOON,
        entries=(listed(plate),),
        keyid=key_id(OTHER.public_key()),
        sig="AA==",
    )


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() + path.name.encode() for path in folder.rglob("*") if path.is_file())


def test_a_list_comes_back_as_it_was_and_its_file_tells_no_plate(tmp_path: Path) -> None:
    storage = Storage(tmp_path, Hasher.of(KEY))
    path = storage.write(hashed())
    assert storage.read("a.csv") == hashed()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert "京A12345".encode() not in everything(tmp_path)
    assert b"A12345" not in everything(tmp_path)


def test_two_gateways_have_different_hashes_and_neither_reads_the_others(tmp_path: Path) -> None:
    assert Hasher.of(KEY).plate("京A12345") != Hasher.of(OTHER).plate("京A12345")
    Storage(tmp_path, Hasher.of(KEY)).write(hashed())
    with pytest.raises(Unreadable):
        Storage(tmp_path, Hasher.of(OTHER)).read("a.csv")


CHANGES: list[Callable[[bytes], bytes]] = [
    lambda raw: raw[:-1],
    lambda raw: raw + b" ",
    lambda raw: raw.replace(b"resident", b"visitor"),
    lambda _: b"",
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_was_changed_is_not_believed(tmp_path: Path, change: Any, caplog: pytest.LogCaptureFixture) -> None:
    path = Storage(tmp_path, Hasher.of(KEY)).write(hashed())
    path.write_bytes(change(path.read_bytes()))
    with caplog.at_level(logging.WARNING):
        assert state(start(tmp_path)) is PermitState.UNSURE
    assert caplog.text.count("is not used") == 1


def test_while_a_list_cannot_be_read_nobody_is_said_to_be_on_none(tmp_path: Path) -> None:
    csv = tmp_path / "others.csv"
    csv.write_text("车牌,种类\n京C11111,业主\n")
    kept = Storage(tmp_path, Hasher.of(KEY)).write(hashed())
    assert state(start(tmp_path, csv)) is PermitState.VALID
    kept.write_bytes(b"damaged")
    assert state(start(tmp_path, csv)) is PermitState.UNSURE
    kept.unlink()
    assert state(start(tmp_path, csv)) is PermitState.NONE


def test_a_file_of_the_settings_mends_what_was_kept_of_it(tmp_path: Path) -> None:
    csv = tmp_path / "a.csv"
    csv.write_text("车牌,种类\n京C11111,业主\n")
    Storage(tmp_path, Hasher.of(KEY)).write(hashed()).write_bytes(b"damaged")
    assert state(start(tmp_path, csv)) is PermitState.NONE


def test_a_file_of_the_settings_is_read_at_each_start(tmp_path: Path) -> None:
    csv = tmp_path / "permits.csv"
    csv.write_text(CSV)
    assert state(start(tmp_path / "data", csv)) is PermitState.VALID
    csv.write_text("车牌,种类\n")
    assert state(start(tmp_path / "data", csv)) is PermitState.NONE


def test_a_file_of_the_settings_may_be_deleted_once_it_was_read(tmp_path: Path) -> None:
    csv = tmp_path / "permits.csv"
    csv.write_text(CSV)
    start(tmp_path / "data", csv)
    csv.unlink()
    assert state(start(tmp_path / "data", csv)) is PermitState.VALID
    assert state(start(tmp_path / "data")) is None, "and is out of force when the settings do not name it any more"
    with pytest.raises(Misconfigured, match=r"plates\.lists"):
        start(tmp_path / "data", csv, key=OTHER)


def test_a_file_that_never_was_there_is_a_fault_of_the_settings(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"plates\.lists.*permits\.csv"):
        start(tmp_path / "data", tmp_path / "permits.csv")
    with pytest.raises(Misconfigured, match="同名"):
        start(tmp_path / "data", tmp_path / "a" / "permits.csv", tmp_path / "b" / "permits.csv")


def test_looking_at_a_configuration_writes_nothing(tmp_path: Path) -> None:
    csv = tmp_path / "permits.csv"
    csv.write_text(CSV)
    settings = Plates(lists=(csv,))
    open_register(settings, data=tmp_path / "data", key=KEY, timezone=ZONE, now=NOON, keep=False)
    assert not (tmp_path / "data").exists()


def test_an_imported_list_is_in_force_until_it_is_removed(tmp_path: Path) -> None:
    storage = Storage(tmp_path, Hasher.of(KEY))
    storage.write(hashed())
    assert state(start(tmp_path)) is PermitState.VALID
    assert storage.remove("a.csv")
    assert not storage.remove("a.csv")
    assert state(start(tmp_path)) is None


def test_the_clouds_list_is_kept_hashed_over_a_restart(tmp_path: Path) -> None:
    register = start(tmp_path, from_cloud=True)
    assert state(register) is PermitState.UNSURE, "it may still come"
    register.take(from_cloud())
    assert state(register) is PermitState.VALID
    assert b"A12345" not in everything(tmp_path)
    again = start(tmp_path, from_cloud=True)
    assert state(again) is PermitState.VALID
    assert state(again, "京B98765") is PermitState.NONE
    assert again.kept_version(key_id(OTHER.public_key())) == 7
    assert again.kept_version(key_id(KEY.public_key())) == 0, "another cloud counts anew"
    assert state(start(tmp_path)) is None, "and is out of force when the cloud is not to be asked"
    assert [one.name for one in again.lists] == [CLOUD]


def test_no_more_lists_than_the_limit(tmp_path: Path) -> None:
    storage = Storage(tmp_path, Hasher.of(KEY))
    for number in range(MAX_LISTS):
        storage.write(hashed(f"{number}.csv"))
    storage.write(hashed("0.csv"))
    with pytest.raises(Misconfigured, match=str(MAX_LISTS)):
        storage.write(hashed("another.csv"))


def test_a_longer_file_than_the_limit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = Storage(tmp_path, Hasher.of(KEY))
    path = storage.write(hashed())
    monkeypatch.setattr(storage_module, "MAX_KEPT_BYTES", path.stat().st_size)
    assert storage.read("a.csv") == hashed()
    monkeypatch.setattr(storage_module, "MAX_KEPT_BYTES", path.stat().st_size - 1)
    with pytest.raises(Unreadable):
        storage.read("a.csv")


def test_a_full_disk_keeps_the_list_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = Storage(tmp_path, Hasher.of(KEY))
    storage.write(hashed())

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull):
        storage.write(hashed(plate="京B99999"))
    assert storage.read("a.csv") == hashed()
