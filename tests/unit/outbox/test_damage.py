"""A damaged store is moved aside, and the gateway goes on in a new epoch."""

from collections.abc import Callable
from pathlib import Path

import pytest

from contract.envelope import Lane
from edge.errors import DiskFull
from tests.unit.outbox.makers import alarm, bodies, check_chain, store


def _text(path: Path) -> None:
    path.write_bytes(b"this is no database" * 400)


def _hole(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:12288] = b"\xff" * 8192
    path.write_bytes(data)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


@pytest.mark.parametrize("harm", [_text, _hole, _cut])
def test_a_damaged_store_is_moved_aside_and_a_new_epoch_begins(
    tmp_path: Path, harm: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "outbox.db"
    with store(path) as outbox:
        outbox.commit([alarm(i) for i in range(20)])
        epoch = outbox.epoch
    harm(path)
    with store(path) as outbox:
        assert outbox.damaged == tmp_path / "outbox.db.damaged"
        assert outbox.damaged.exists()
        assert outbox.epoch != epoch
        check_chain(bodies(outbox.commit([alarm(1)])))
    assert "outbox damaged" in caplog.text
    with store(path) as outbox:
        assert outbox.damaged is None
        assert len(outbox.pending(Lane.ALARM, 0, 9)) == 1


def test_one_damaged_store_is_kept_and_no_more(tmp_path: Path) -> None:
    for _ in range(3):
        with store(tmp_path / "outbox.db"):
            pass
        _text(tmp_path / "outbox.db")
        with store(tmp_path / "outbox.db"):
            pass
    assert len(list(tmp_path.glob("*.damaged"))) == 1


def test_an_empty_file_is_a_new_store_not_a_damaged_one(tmp_path: Path) -> None:
    (tmp_path / "outbox.db").touch()
    with store(tmp_path / "outbox.db") as outbox:
        assert outbox.damaged is None


def test_a_folder_that_is_not_there_is_told_as_the_disks_fault(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match=r"outbox\.db"):
        store(tmp_path / "nowhere" / "outbox.db")
