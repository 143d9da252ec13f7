"""Evidence on disk: what is kept, what is dropped, what a full disk and a sudden end leave behind."""

import errno
import hashlib
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from edge.errors import DiskFull
from edge.evidence.store import EvidenceStore, Stored

JPEG = "image/jpeg"


def photo(number: int, size: int = 1000) -> bytes:
    return number.to_bytes(4) * (size // 4)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def opened(folder: Path, budget: int = 1_000_000, reserve: int = 0) -> EvidenceStore:
    return EvidenceStore(folder, budget_bytes=budget, reserve_bytes=reserve)


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("??/*")}


def test_what_is_put_is_there_under_its_hash(store: EvidenceStore) -> None:
    name = store.put(photo(1), JPEG)
    assert name == sha(photo(1))
    assert store.read(name) == photo(1)
    assert store.path(name).read_bytes() == photo(1)
    assert store.path(name).name == f"{name}.jpg"
    assert store.path(name).parent.name == name[:2]
    assert store.bytes_used == 1000


def test_pending_is_oldest_first_and_ends_with_the_upload(store: EvidenceStore) -> None:
    names = [store.put(photo(number), JPEG) for number in range(5)]
    assert store.pending() == [Stored(name, JPEG, 1000) for name in names]
    assert [file.sha256 for file in store.pending(2)] == names[:2]
    store.uploaded(names[0])
    assert [file.sha256 for file in store.pending()] == names[1:]
    assert store.read(names[0]) == photo(0)


def test_the_same_file_twice_is_one_file(store: EvidenceStore) -> None:
    assert store.put(photo(1), JPEG) == store.put(photo(1), JPEG)
    assert len(store.pending()) == 1
    assert store.bytes_used == 1000


def test_a_held_file_is_not_sent_until_it_is_put(store: EvidenceStore) -> None:
    name = store.hold(photo(1), JPEG)
    assert store.pending() == []
    store.put(photo(1), JPEG)
    assert [file.sha256 for file in store.pending()] == [name]
    store.hold(photo(1), JPEG)
    store.release(name)
    assert store.read(name) == photo(1), "an event refers to it by now"


def test_a_file_sent_stays_sent_when_it_is_put_again(store: EvidenceStore) -> None:
    store.uploaded(store.put(photo(1), JPEG))
    store.put(photo(1), JPEG)
    assert store.pending() == []


def test_held_files_nobody_needs_are_dropped(store: EvidenceStore) -> None:
    wanted, unwanted, pending = store.hold(photo(1), JPEG), store.hold(photo(2), JPEG), store.put(photo(3), JPEG)
    assert store.release_except({wanted}) == 1
    assert [store.read(name) is None for name in (wanted, unwanted, pending)] == [False, True, False]
    store.release(wanted)
    assert store.bytes_used == 1000


def test_sent_files_make_room_oldest_first_and_others_never(tmp_path: Path) -> None:
    store = opened(tmp_path, budget=4000)
    sent = [store.put(photo(number), JPEG) for number in range(2)]
    for name in sent:
        store.uploaded(name)
    kept = [store.put(photo(2), JPEG), store.hold(photo(3), JPEG)]
    kept.append(store.put(photo(4), JPEG))
    assert store.read(sent[0]) is None
    assert store.read(sent[1]) is not None
    kept.append(store.put(photo(5), JPEG))
    with pytest.raises(DiskFull, match=r"store\.evidence_bytes is 4000, unsent evidence takes 4000, 1000 more"):
        store.put(photo(6), JPEG)
    assert [store.read(name) is not None for name in kept] == [True] * 4
    assert files(tmp_path) == {f"{name}.jpg" for name in kept}
    store.uploaded(kept[0])
    assert store.put(photo(6), JPEG)
    store.close()


def test_the_budget_is_met_to_the_byte(tmp_path: Path) -> None:
    store = opened(tmp_path, budget=1000)
    store.put(photo(1), JPEG)
    store.close()
    store = opened(tmp_path / "other", budget=999)
    with pytest.raises(DiskFull):
        store.put(photo(1), JPEG)
    store.close()


def test_the_reserve_is_left_to_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = opened(tmp_path, reserve=5000)
    free = 6000
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    store.put(photo(1), JPEG)
    free = 5999
    with pytest.raises(DiskFull, match=r"store\.reserve_bytes keeps 5000"):
        store.put(photo(2), JPEG)
    store.close()


REFUSALS = [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS]


@pytest.mark.parametrize("code", REFUSALS, ids=[errno.errorcode[code] for code in REFUSALS])
@pytest.mark.parametrize(("owner", "call"), [(os, "fsync"), (Path, "replace"), (Path, "mkdir")])
def test_a_disk_that_refuses_loses_nothing_and_is_tried_again(
    code: int, owner: object, call: str, store: EvidenceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = store.put(photo(1), JPEG)

    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as broken:
        broken.setattr(owner, call, refuse)
        with pytest.raises(DiskFull, match=os.strerror(code)):
            store.put(photo(2), JPEG)
    assert [file.sha256 for file in store.pending()] == [before]
    assert store.bytes_used == 1000
    assert store.read(sha(photo(2))) is None
    store.put(photo(2), JPEG)
    assert len(store.pending()) == 2


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    """In a process of its own whose files may not grow beyond 64 kB, as on a disk with no more."""
    script = f"""
import resource, signal, sys
from pathlib import Path
from edge.errors import DiskFull
from edge.evidence.store import EvidenceStore
store = EvidenceStore(Path({str(tmp_path)!r}), budget_bytes=10**9, reserve_bytes=0)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
store.put(b"a" * 1000, "image/jpeg")
try:
    store.put(b"b" * 100_000, "image/jpeg")
except DiskFull:
    print("full", len(store.pending()), store.bytes_used, len(list(Path({str(tmp_path)!r}).glob("tmp/*"))))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=False)
    assert done.stdout.split() == ["full", "1", "1000", "0"], done.stderr


def test_an_index_that_refuses_takes_the_file_back(store: EvidenceStore) -> None:
    store.put(photo(1), JPEG)
    store._index.execute("pragma query_only = on")
    with pytest.raises(DiskFull, match="index"):
        store.put(photo(2), JPEG)
    assert files(store._folder) == {f"{sha(photo(1))}.jpg"}
    store._index.execute("pragma query_only = off")
    assert store.put(photo(2), JPEG)


def test_half_written_files_are_cleared_at_the_start(tmp_path: Path) -> None:
    opened(tmp_path).close()
    (tmp_path / "tmp" / "ab.jpg").write_bytes(b"half")
    store = opened(tmp_path)
    assert list((tmp_path / "tmp").iterdir()) == []
    store.close()


def test_an_entry_whose_file_never_came_is_cleared_at_the_start(tmp_path: Path) -> None:
    store = opened(tmp_path)
    name, lost = store.put(photo(1), JPEG), store.put(photo(2), JPEG)
    store.path(lost).unlink()
    store.close()
    store = opened(tmp_path)
    assert [file.sha256 for file in store.pending()] == [name]
    assert store.bytes_used == 1000
    store.close()


def lose(index: Path) -> None:
    index.unlink()


def spoil(index: Path) -> None:
    index.write_bytes(b"this is no database, it is a damaged card" * 200)


@pytest.mark.parametrize("harm", [lose, spoil])
def test_a_lost_index_is_made_anew_from_the_files(harm: Callable[[Path], None], tmp_path: Path) -> None:
    store = opened(tmp_path)
    names = [store.put(photo(1), JPEG), store.put(b"{}", "application/json"), store.hold(photo(3), JPEG)]
    store.uploaded(names[0])
    store.close()
    harm(tmp_path / "index.sqlite")
    store = opened(tmp_path)
    assert {file.sha256 for file in store.pending()} == set(names), "sending one too many does no harm"
    assert {file.media_type for file in store.pending()} == {JPEG, "application/json"}
    store.close()


def test_a_file_that_is_not_what_it_is_called_is_not_taken_up(tmp_path: Path) -> None:
    opened(tmp_path).close()
    (tmp_path / "ab").mkdir()
    wrong = tmp_path / "ab" / f"ab{'0' * 62}.jpg"
    wrong.write_bytes(b"something else")
    store = opened(tmp_path)
    assert store.pending() == []
    assert not wrong.exists()
    store.close()


def test_a_damaged_file_is_not_handed_out_and_can_be_given_up(store: EvidenceStore) -> None:
    name = store.put(photo(1), JPEG)
    store.path(name).write_bytes(photo(2))
    assert store.read(name) is None
    store.put(photo(1), JPEG)
    assert store.read(name) == photo(1), "putting it again repairs it"
    store.path(name).unlink()
    assert store.read(name) is None
    store.forget(name)
    assert store.pending() == []
    assert store.bytes_used == 0


def test_unknown_names_do_no_harm(store: EvidenceStore) -> None:
    for name in ("0" * 64, "../../etc/passwd", ""):
        assert store.read(name) is None
        store.uploaded(name)
        store.release(name)
        store.forget(name)
        with pytest.raises(KeyError):
            store.path(name)


@pytest.mark.parametrize(("data", "media_type"), [(b"", JPEG), (b"x", "text/html")])
def test_what_an_event_cannot_name_is_refused(data: bytes, media_type: str, store: EvidenceStore) -> None:
    with pytest.raises(ValueError, match="evidence of"):
        store.put(data, media_type)


def test_a_folder_that_cannot_be_made_is_a_refusal_of_the_disk(tmp_path: Path) -> None:
    (tmp_path / "evidence").write_text("a file stands here")
    with pytest.raises(DiskFull):
        opened(tmp_path / "evidence")


@pytest.mark.parametrize("after_s", [0.05, 0.15, 0.3])
def test_killed_at_any_point_it_has_kept_what_it_said(after_s: float, tmp_path: Path) -> None:
    script = f"""
import itertools
from pathlib import Path
from edge.evidence.store import EvidenceStore
store = EvidenceStore(Path({str(tmp_path)!r}), budget_bytes=10**9, reserve_bytes=0)
print("ready", flush=True)
for number in itertools.count():
    name = store.put(number.to_bytes(4) * 20_000, "image/jpeg")
    print(name, flush=True)
    if number % 3 == 0:
        store.uploaded(name)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        try:
            child.wait(after_s)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
        said = [line.strip() for line in child.stdout if len(line) == 65]
    store = opened(tmp_path, budget=10**9)
    assert said
    for name in said:
        assert store.read(name) is not None
    pending = {file.sha256 for file in store.pending(10**6)}
    assert set(said) - pending <= set(said[::3])
    assert all(store.read(name) is not None for name in pending)
    assert len(files(tmp_path)) - len(said) in {0, 1}
    store.close()


def test_several_threads_may_use_it(store: EvidenceStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: store.uploaded(store.put(photo(number % 20), JPEG)), range(100)))
    assert store.pending() == []
    assert store.bytes_used == 20_000


def test_a_file_is_flushed_before_it_is_named_and_its_name_before_it_is_told(
    store: EvidenceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    flush, rename = os.fsync, Path.replace

    def flushed(descriptor: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        flush(descriptor)

    def renamed(path: Path, target: Path) -> Path:
        done.append("rename")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(Path, "replace", renamed)
    store.put(photo(1), JPEG)
    assert done == ["file", "folder", "rename", "folder"], "the new folder's own name is flushed too"


def test_its_index_is_flushed_at_every_commit(store: EvidenceStore) -> None:
    assert isinstance(store._index, sqlite3.Connection)
    assert store._index.execute("pragma synchronous").fetchone()[0] == 2
    assert store._index.execute("pragma journal_mode").fetchone()[0] == "wal"
