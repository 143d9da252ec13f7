"""A stage that the world breaks is tried again, ever more slowly; one that a person or a bug breaks is not."""

import asyncio

import pytest

from edge.app.supervision import HEALTHY_S, LONGEST_S, pause, persons_fault, supervise
from edge.errors import Misconfigured, SourceLost


class Stage:
    """Fails as told, each time after running for so many seconds of its own clock."""

    def __init__(self, *runs: tuple[float, Exception | None]) -> None:
        self.runs = list(runs)
        self.now = 0.0
        self.waits: list[float] = []

    async def __call__(self) -> None:
        length, error = self.runs.pop(0)
        self.now += length
        if error:
            raise error

    async def sleep(self, wait: float) -> None:
        self.waits.append(wait)
        await asyncio.sleep(0)

    async def supervised(self) -> None:
        await supervise("camera", self, clock=lambda: self.now, sleep=self.sleep)


LOST = SourceLost("gone")


async def test_it_comes_back_after_each_loss_and_waits_longer() -> None:
    stage = Stage(*[(0.0, LOST)] * 10, (0.0, None))
    await stage.supervised()
    assert len(stage.waits) == 10
    assert all(0.5 <= wait <= LONGEST_S for wait in stage.waits)
    assert min(stage.waits[7:]) >= LONGEST_S / 2 > max(stage.waits[:3])


async def test_a_long_healthy_run_starts_the_count_anew() -> None:
    stage = Stage(*[(0.0, LOST)] * 8, (HEALTHY_S + 1, LOST), (0.0, None))
    await stage.supervised()
    assert stage.waits[-1] <= 1.0 < stage.waits[-2]


@pytest.mark.parametrize("error", [Misconfigured("setting"), ValueError("bug"), ZeroDivisionError()])
async def test_what_no_retry_can_mend_comes_out(error: Exception) -> None:
    with pytest.raises(type(error)):
        await Stage((0.0, error)).supervised()


def test_the_pause_is_spread_so_that_cameras_do_not_knock_at_once() -> None:
    assert pause(3, lambda: 0.0) == 4.0
    assert pause(3, lambda: 1.0) == 8.0
    assert pause(10_000, lambda: 1.0) == LONGEST_S


PORT = Misconfigured("lines l1: …")
FAULTS = [
    # name,                       what came of the tasks,                              what a person is told
    ("a person's", BaseExceptionGroup("", [PORT]), PORT),
    ("a person's, deep down", BaseExceptionGroup("", [BaseExceptionGroup("", [PORT])]), PORT),
    ("a bug", BaseExceptionGroup("", [ZeroDivisionError()]), None),
    ("a person's and a bug", BaseExceptionGroup("", [PORT, ZeroDivisionError()]), None),
    ("a bug beside it, deep down", BaseExceptionGroup("", [BaseExceptionGroup("", [PORT, ZeroDivisionError()])]), None),
]


@pytest.mark.parametrize(("error", "told"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_a_person_is_told_of_a_group_that_holds_nothing_else(error: BaseException, told: Misconfigured | None) -> None:
    assert persons_fault(error) is told
