"""The configurations the box writes are those that gateway and cloud read."""

import math
import re
import stat
from pathlib import Path

import pytest

import cloud.config
import edge.config
from deploy.onebox import cloud as cloud_part
from deploy.onebox import gateway, nats, ports, toml
from deploy.onebox.demo import own_camera, story_camera
from deploy.onebox.errors import Misconfigured
from deploy.onebox.folder import Folder
from deploy.onebox.identity import public_key_at
from deploy.onebox.password import LETTERS, typable

DSN = "postgresql://linli:p%27w@127.0.0.1:1/linli"
KEY = "A" * 43 + "="


def prepared(folder: Folder, cameras: str) -> edge.config.Config:
    chosen = ports.choose(folder, ports.free_port())
    made = gateway.prepare(
        folder,
        chosen,
        cameras=cameras,
        written_in="cameras.toml",
        cloud_url="http://127.0.0.1:1",
        cloud_key=KEY,
        dsn=DSN,
    )
    return edge.config.load(made.config)


def test_the_cloud_reads_its_file(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    chosen = ports.choose(folder, ports.free_port())
    made = cloud_part.prepare(folder, chosen, DSN)
    read = cloud.config.load(made.config)
    assert read.database.address() == DSN
    assert read.address == ("127.0.0.1", chosen.console)
    assert read.source[0].url == f"nats://127.0.0.1:{chosen.nats}"
    assert [stat.S_IMODE(path.stat().st_mode) for path in made.home.iterdir()] == [0o600] * 3


def test_staff_s_password_is_typed_on_a_phone_and_chosen_by_a_double_click(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    chosen = ports.choose(folder, ports.free_port())
    drawn = cloud_part.prepare(folder, chosen, DSN).staff_password
    assert re.fullmatch(r"[a-z2-9]{16,18}", drawn)
    assert not set("01loi") & set(LETTERS)
    assert len(drawn) * math.log2(len(set(LETTERS))) >= 80
    assert set("".join(typable() for _ in range(500))) == set(LETTERS)
    assert cloud_part.prepare(folder, chosen, DSN).staff_password == drawn


def test_the_gateway_reads_the_story_s_camera(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    chosen = ports.choose(folder, ports.free_port())
    camera = prepared(folder, story_camera(chosen)).cameras[0]
    assert camera.simulated
    assert camera.url == f"rtsp://127.0.0.1:{chosen.camera}/camera.mp4/play_count_0"
    assert camera.zones[0].kind == "fire_lane"


def test_two_pictures_of_the_story_lie_ten_seconds_apart(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    camera = prepared(folder, story_camera(ports.choose(folder, ports.free_port()))).cameras[0]
    assert camera.zones[0].dwell >= 2 * camera.picture_every


@pytest.mark.parametrize("url", ["rtsp://user:pa%20ss@192.0.2.1:554/a?b=1", "/dev/video0"])
def test_the_gateway_reads_an_own_camera(tmp_path: Path, url: str) -> None:
    camera = prepared(Folder(tmp_path), own_camera(url)).cameras[0]
    assert (camera.url, camera.simulated) == (url, False)


def test_a_camera_s_address_cannot_write_settings(tmp_path: Path) -> None:
    address = 'x"\n[masking]\nenabled = false\n#'
    read = prepared(Folder(tmp_path), own_camera(address))
    assert (read.cameras[0].url.endswith(f"/{address}"), read.masking.enabled) == (True, True)


def test_a_fresh_cameras_file_is_read_and_explains_itself(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    text = gateway.own_cameras(folder)
    assert prepared(folder, text).cameras == ()
    uncommented = "\n".join(line.removeprefix("#").removeprefix(" ") for line in text.splitlines()[3:])
    assert prepared(folder, uncommented).cameras[0].zones[0].id == "fire-lane-1"


def test_a_fault_in_the_cameras_file_names_it(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with pytest.raises(Misconfigured, match=r"zonez.*is 'zones' meant.*cameras\.toml"):
        prepared(folder, '[[cameras]]\nid = "a"\nurl = "/dev/video0"\nzonez = []\n')


def test_keys_are_drawn_once(tmp_path: Path) -> None:
    key = tmp_path / "a.key"
    assert public_key_at(key) == public_key_at(key)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.write_text("no key")
    with pytest.raises(Misconfigured, match=r"a\.key"):
        public_key_at(key)


def test_the_broker_s_file_holds_both_passwords_and_limits_the_gateway(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    text = nats.configuration(folder, ports.choose(folder, ports.free_port()), community="demo", gateway="gw")
    assert folder.secret("nats-cloud") in text
    assert '"publish": ["linli.v1.demo.gw.alarm"' in text


TABLES: list[tuple[str, toml.Table, str]] = [
    ("text", {"a": 'say "no"\n'}, 'a = "say \\"no\\"\\n"\n'),
    ("truth", {"a": True, "b": 1, "c": 1.5}, "a = true\nb = 1\nc = 1.5\n"),
    ("lists", {"a": ((0.1, 0.2), (1.0, 0.0))}, "a = [[0.1, 0.2], [1.0, 0.0]]\n"),
    ("chinese", {"a": "消防通道"}, 'a = "消防通道"\n'),
]


@pytest.mark.parametrize(("table", "text"), [row[1:] for row in TABLES], ids=[row[0] for row in TABLES])
def test_toml(table: toml.Table, text: str) -> None:
    assert toml.render(table) == text
