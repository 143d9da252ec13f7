"""A disk that is really full: a small tmpfs, filled by somebody else."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract.envelope import Lane
from edge.errors import DiskFull
from edge.outbox import Outbox
from edge.outbox.ballast import BALLAST_BYTES, Ballast
from edge.outbox.outbox import SACRIFICE_BYTES
from tests.unit.outbox.makers import MIB, alarm, at, bodies, check_chain, events, numbers, receipt, store, telemetry

DISK_BYTES = 8 * MIB


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.decode().strip()}")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def _fill(disk: Path, *, leave: int = 0) -> Path:
    """Somebody else's log takes all but the last `leave` bytes."""
    log = disk / "somebody.log"
    with log.open("ab", buffering=0) as file:
        free = shutil.disk_usage(disk).free
        file.write(b"x" * max(0, free - leave))
    return log


def _commit_until_full(outbox: Outbox, most: int = 5000) -> int:
    for number in range(most):
        try:
            outbox.commit([alarm(number)], state={"east": str(number).encode()})
        except DiskFull:
            return number
    pytest.fail("the disk never became full")


def test_a_full_disk_refuses_whole_commits_and_goes_on_when_it_has_room(small_disk: Path) -> None:
    outbox = store(small_disk / "outbox.db")
    outbox.commit([alarm(0)], state={"east": b"start"})
    log = _fill(small_disk, leave=MIB)
    written = _commit_until_full(outbox)
    with pytest.raises(DiskFull):
        outbox.commit([alarm(1), alarm(2)], state={"east": b"never"})
    assert outbox.state("east") == (str(written - 1).encode() if written else b"start")
    assert len(numbers(outbox, Lane.ALARM)) == written + 1
    log.unlink()
    outbox.commit([alarm(9)])
    check_chain(bodies(outbox.pending(Lane.ALARM, 0, 10_000)))
    outbox.close()


def test_a_full_disk_can_be_emptied_by_receipts_and_takes_alarms_again(small_disk: Path) -> None:
    outbox = store(small_disk / "outbox.db")
    _fill(small_disk, leave=MIB)
    _commit_until_full(outbox)
    _fill(small_disk)
    last = numbers(outbox, Lane.ALARM)[-1]
    outbox.receive(receipt(outbox, Lane.ALARM, last), at(1))
    assert numbers(outbox, Lane.ALARM) == []
    outbox.commit([alarm(1)])
    assert numbers(outbox, Lane.ALARM) == [last + 1]
    outbox.close()


def test_an_outbox_that_was_full_starts_again_on_the_full_disk(small_disk: Path) -> None:
    with store(small_disk / "outbox.db") as outbox:
        _fill(small_disk, leave=MIB)
        written = _commit_until_full(outbox)
    _fill(small_disk)
    with store(small_disk / "outbox.db") as outbox:
        assert outbox.damaged is None
        assert len(numbers(outbox, Lane.ALARM)) == written


def test_an_outbox_that_was_killed_on_the_full_disk_starts_again_and_can_be_emptied(small_disk: Path) -> None:
    child = os.fork()
    if child == 0:
        outbox = store(small_disk / "outbox.db")
        outbox.commit([alarm(0)], state={"east": b"a street"})
        _fill(small_disk)
        _commit_until_full(outbox)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    _fill(small_disk)
    with store(small_disk / "outbox.db") as outbox:
        assert outbox.damaged is None
        waiting = numbers(outbox, Lane.ALARM)
        assert waiting[0] == 1
        outbox.receive(receipt(outbox, Lane.ALARM, waiting[-1]), at(1))
        outbox.commit([alarm(len(waiting))])
        assert numbers(outbox, Lane.ALARM) == [waiting[-1] + 1]


def test_telemetry_makes_room_for_alarms_on_a_full_disk(small_disk: Path) -> None:
    outbox = store(small_disk / "outbox.db", reserve_bytes=0)
    for number in range(140):
        outbox.commit([telemetry(number, cameras=150)])
    held = outbox.stats().size
    assert held > SACRIFICE_BYTES
    _fill(small_disk)
    for number in range(200):
        outbox.commit([alarm(number)])
    assert len(numbers(outbox, Lane.ALARM)) == 200
    outbox.receive(receipt(outbox, Lane.EVENT, 0), at(1))  # ends a run of drops that is still open
    gaps: list[Any] = events(outbox, Lane.EVENT)
    told = [seq for gap in gaps for seq in range(gap.data.first, gap.data.last + 1)]
    assert told + numbers(outbox, Lane.TELEMETRY) == list(range(1, 141))
    assert len(told) > 1
    outbox.close()


def test_a_disk_that_stays_full_can_be_emptied_again_and_again(small_disk: Path) -> None:
    outbox = store(small_disk / "outbox.db")
    for _ in range(5):
        _fill(small_disk, leave=MIB)
        _commit_until_full(outbox)
        _fill(small_disk)
        depth = outbox.stats().lanes[Lane.ALARM]
        outbox.receive(receipt(outbox, Lane.ALARM, depth.last), at(1))
        assert numbers(outbox, Lane.ALARM) == []
    outbox.close()


def test_the_ballast_is_given_to_a_receipt_alone_and_held_again(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released: list[Ballast] = []
    release = Ballast.release

    def give(ballast: Ballast) -> None:
        released.append(ballast)
        release(ballast)

    monkeypatch.setattr(Ballast, "release", give)
    outbox = store(small_disk / "outbox.db")
    ballast = small_disk / "outbox.db.ballast"
    assert ballast.stat().st_size == BALLAST_BYTES
    _fill(small_disk, leave=MIB)
    _commit_until_full(outbox)
    assert not released
    outbox.receive(receipt(outbox, Lane.ALARM, 100), at(1))
    assert released
    assert ballast.stat().st_size == BALLAST_BYTES
    outbox.close()
