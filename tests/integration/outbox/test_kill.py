"""`kill -9` at any point of a commit: findings and the state they came from are both there or both not."""

import subprocess
import sys
from pathlib import Path

from contract.envelope import Lane
from edge.outbox import Outbox
from tests.integration.outbox import crash_driver
from tests.unit.outbox.makers import bodies, check_chain, numbers, store

DRIVER = [sys.executable, "-m", crash_driver.__name__]
ROOT = Path(__file__).parents[3]


def _whole(outbox: Outbox) -> int:
    """How many commits the store holds, having checked that it holds them whole."""
    done = int(outbox.state("east") or b"0")
    for lane in (Lane.ALARM, Lane.EVENT, Lane.TELEMETRY):
        assert numbers(outbox, lane) == list(range(1, done + 1))
        check_chain(bodies(outbox.pending(lane, 0, 100_000)))
    return done


def test_killed_before_each_statement_nothing_is_half_done(tmp_path: Path) -> None:
    driver = subprocess.run([*DRIVER, "statements", str(tmp_path)], cwd=ROOT, capture_output=True, check=True)
    lived = int(driver.stdout)
    assert lived > 10 * crash_driver.COMMITS
    done = []
    for statement in range(1, lived + 1):
        with store(tmp_path / f"{statement}.db") as outbox:
            done.append(_whole(outbox))
            crash_driver.commit(outbox, done[-1] + 1)  # and it goes on
            assert _whole(outbox) == done[-1] + 1
    assert done == sorted(done)
    assert set(done) == set(range(crash_driver.COMMITS + 1))


def test_killed_at_any_time_whatever_was_returned_is_there(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    for said in (1, 7, 20):
        with subprocess.Popen([*DRIVER, "forever", str(path)], cwd=ROOT, stdout=subprocess.PIPE) as gateway:
            assert gateway.stdout is not None
            told = [int(gateway.stdout.readline()) for _ in range(said)]
            gateway.kill()
        with store(path) as outbox:
            assert _whole(outbox) >= told[-1]
