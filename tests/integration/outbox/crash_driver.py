"""A gateway that dies by `kill -9`: before the n-th statement of its commits, or whenever somebody kills it.

python -m tests.integration.outbox.crash_driver statements FOLDER    one store for each n, and its last number
python -m tests.integration.outbox.crash_driver forever STORE        says each commit once it has returned
"""

import os
import signal
import sys
from pathlib import Path

from edge.outbox import Outbox
from tests.unit.outbox.makers import alarm, notice, store, telemetry

COMMITS = 2


def commit(outbox: Outbox, number: int) -> None:
    """What a camera does: findings and the state that goes with them."""
    outbox.commit([alarm(number), notice(number), telemetry(number)], state={"east": str(number).encode()})


def die_before(statement: int, path: Path) -> bool:
    """Run in a child that is killed before its n-th statement; whether it lived to the end."""
    child = os.fork()
    if child == 0:
        outbox = store(path)
        left = [statement]

        def count(_: str) -> None:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        outbox._db._connection.set_trace_callback(count)
        for number in range(1, COMMITS + 1):
            commit(outbox, number)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFEXITED(status)


def statements(folder: Path) -> None:
    """Die before each statement in turn, until one child lives."""
    statement = 1
    while not die_before(statement, folder / f"{statement}.db"):
        statement += 1
    print(statement, flush=True)  # noqa: T201 - the answer


def forever(path: Path) -> None:
    """Commit from where the state stands, and say each number when it is durable."""
    outbox = store(path)
    number = int(outbox.state("east") or b"0")
    while True:
        number += 1
        commit(outbox, number)
        print(number, flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    {"statements": statements, "forever": forever}[sys.argv[1]](Path(sys.argv[2]))
