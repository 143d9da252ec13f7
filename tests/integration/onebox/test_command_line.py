"""What `linli-onebox` says and how it ends when it cannot run."""

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.onebox.folder import Folder
from deploy.onebox.once import PLAYED

PROGRAM = str(Path(sys.executable).parent / "linli-onebox")


def onebox(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False, timeout=60)


def test_a_story_played_once_is_not_counted_twice(tmp_path: Path) -> None:
    (Folder(tmp_path).root / PLAYED).touch()
    ended = onebox("demo", "--once", "--data", str(tmp_path))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "a story has been played there" in ended.stderr


def test_a_second_box_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with Folder(tmp_path).locked():
        ended = onebox("run", "--data", str(tmp_path))
    assert ended.returncode == 2
    assert "another box runs on this folder" in ended.stderr


@pytest.mark.parametrize("arguments", [("demo", "--once", "--camera", "rtsp://x"), ("run", "--port", "0"), ("dance",)])
def test_what_makes_no_sense_ends_with_2(arguments: tuple[str, ...]) -> None:
    assert onebox(*arguments).returncode == 2


NO_CAMERAS = [
    # name,             address,                       what is told,                     what is not
    ("no such thing", "foo", "--camera foo: 没有这个文件", "cameras.toml"),
    ("no such file", "/nope.mp4", "--camera /nope.mp4: 没有这个文件", "cameras.toml"),
    ("no such file, as an address", "file:///nope.mp4", "没有这个文件", "cameras.toml"),
    ("no such device", "/dev/video99", "没有这个文件或设备", "cameras.toml"),
    ("a folder", "/tmp", "没有这个文件", "cameras.toml"),
    ("a name too long", "x" * 900, "没有这个文件", "cameras.toml"),
    ("no scheme", "admin:hunter2@192.0.2.1/1", "--camera ***@192.0.2.1/1: ", "hunter2"),
    ("another protocol", "http://192.0.2.1/video", "rtsp://", "cameras.toml"),
    ("no address", "rtsp://a:hunter2[@192.0.2.1/1", "--camera", "hunter2"),
]


@pytest.mark.parametrize(
    ("address", "told", "not_told"), [row[1:] for row in NO_CAMERAS], ids=[row[0] for row in NO_CAMERAS]
)
def test_what_cannot_be_a_camera_is_told_at_once(tmp_path: Path, address: str, told: str, not_told: str) -> None:
    ended = onebox("demo", "--camera", address, "--data", str(tmp_path / "box"))
    assert (ended.returncode, ended.stdout, (tmp_path / "box").exists()) == (2, "", False)
    assert told in ended.stderr
    assert not_told not in ended.stderr


@pytest.mark.parametrize("command", [(), ("run",), ("demo",)])
def test_help(command: tuple[str, ...]) -> None:
    assert "Usage" in onebox(*command, "--help").stdout
