"""The box's folder, its ports and its logs."""

import json
import os
import socket
import stat
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from deploy.onebox import ports
from deploy.onebox.errors import Misconfigured
from deploy.onebox.folder import Folder, write_private
from deploy.onebox.logs import TAIL_BYTES, LogFile


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server((ports.HOST, 0)) as listener:
        yield listener.getsockname()[1]


def test_secrets_are_drawn_once_and_private(tmp_path: Path) -> None:
    first = Folder(tmp_path / "box")
    assert first.secret("a") == Folder(tmp_path / "box").secret("a") != first.secret("b")
    assert len(first.secret("a")) >= 32
    assert mode(tmp_path / "box" / "secrets" / "a") == 0o600
    assert mode(tmp_path / "box" / "secrets") == 0o700
    assert mode(tmp_path / "box") == (0o711 if os.geteuid() == 0 else 0o700)


def test_a_private_file_is_private_even_over_an_open_one(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("open")
    (tmp_path / "a").chmod(0o644)
    write_private(tmp_path / "a", "closed")
    assert ((tmp_path / "a").read_text(), mode(tmp_path / "a")) == ("closed", 0o600)


def test_two_boxes_do_not_share_a_folder(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with folder.locked(), pytest.raises(Misconfigured, match="another box"), Folder(tmp_path).locked():
        pass
    with folder.locked():
        pass


def test_an_emptied_folder_is_still_held(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "box")
    (tmp_path / "kept").mkdir()
    (folder.root / "link").symlink_to(tmp_path / "kept")
    with folder.locked():
        before = folder.secret("a")
        folder.empty()
        assert [path.name for path in folder.root.iterdir()] == ["onebox.lock"]
        with pytest.raises(Misconfigured), Folder(folder.root).locked():
            pass
        assert folder.secret("a") != before
    assert (tmp_path / "kept").exists()
    assert folder.logs.is_dir()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Misconfigured, match=r"--data .*file"):
        Folder(tmp_path / "file" / "box")


def test_ports_stay_while_they_are_free(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    first = ports.choose(folder, ports.free_port())
    assert len({first.nats, first.mqtt, first.postgres, first.console, first.camera}) == 5
    assert ports.choose(folder) == first


def test_a_taken_port_is_drawn_anew_unless_a_person_asked_for_it(tmp_path: Path, taken: int) -> None:
    folder = Folder(tmp_path)
    kept = {"nats": taken, "mqtt": 80, "postgres": "x", "console": taken}
    write_private(tmp_path / "ports.json", json.dumps(kept))
    chosen = ports.choose(folder)
    assert taken not in (chosen.nats, chosen.console)
    assert chosen.mqtt != 80
    with pytest.raises(Misconfigured, match=f"--port {taken}"):
        ports.choose(folder, taken)


def test_ports_differ_whatever_was_kept_and_asked_for(tmp_path: Path) -> None:
    same = ports.free_port()
    write_private(tmp_path / "ports.json", json.dumps(dict.fromkeys(("nats", "mqtt", "postgres", "camera"), same)))
    for asked in (None, same):
        chosen = asdict(ports.choose(Folder(tmp_path), asked))
        assert len(set(chosen.values())) == 5
        assert asked in {None, chosen["console"]}


def test_no_port_is_one_that_the_system_lends_to_outgoing_connections() -> None:
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert all(ports.free_port() < max(lowest, 32_768) for _ in range(20))


def test_no_port_at_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "is_free", lambda _: False)
    with pytest.raises(Misconfigured, match="no free port"):
        ports.free_port()


@pytest.mark.parametrize("damaged", ["", "[1]", "{"])
def test_a_damaged_list_of_ports_is_no_harm(tmp_path: Path, damaged: str) -> None:
    folder = Folder(tmp_path)
    (tmp_path / "ports.json").write_text(damaged)
    assert ports.choose(folder).nats > 0


def test_a_log_never_grows_over_twice_its_bound(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "a.log", max_bytes=1000)
    for number in range(500):
        log.write(b"%03d said something\n" % number)
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert set(sizes) == {"a.log", "a.log.1"}
    assert max(sizes.values()) <= 1000
    assert log.last_lines(2) == ["498 said something", "499 said something"]
    assert mode(tmp_path / "a.log") == 0o600
    log.close()


def test_a_log_without_line_ends_has_a_bounded_tail(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "a.log")
    log.write(b"x" * (TAIL_BYTES + 5))
    assert [len(line) for line in log.last_lines()] == [TAIL_BYTES]
    log.close()
