"""What a gateway makes on its disk at the first start: private, and there after a power cut."""

import os
from pathlib import Path

import pytest

from contract.signatures import public_bytes
from edge.app import parts
from edge.errors import Misconfigured
from tests.unit.app.test_config import CAMERA, read


def test_a_new_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    parts.open_folder(tmp_path / "a" / "data", "gateway.data")
    assert (tmp_path / "a" / "data").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    parts.open_folder(tmp_path, "gateway.data")
    assert tmp_path.stat().st_mode & 0o777 == 0o750


def test_a_folder_that_cannot_be_made_is_named_with_its_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Misconfigured, match=r"--out: .*file/found"):
        parts.open_folder(tmp_path / "file" / "found", "--out")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_is_somebody_elses_is_named_with_its_setting(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(Misconfigured, match=r"gateway\.data: .*may not write"):
        parts.open_folder(tmp_path, "gateway.data")


def test_the_key_is_flushed_before_it_is_named_and_its_name_before_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = read(CAMERA.replace('"data"', f'"{tmp_path}"'))
    done: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def flushed(descriptor: int) -> None:
        done.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    def named(path: Path, target: Path) -> Path:
        done.append("named")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(Path, "replace", named)
    first = parts.signing_key(config)
    assert done == [str(tmp_path / ".gateway.key.new"), "named", str(tmp_path)]
    assert public_bytes(parts.signing_key(config).public_key()) == public_bytes(first.public_key())
    assert (tmp_path / "gateway.key").stat().st_mode & 0o777 == 0o600
