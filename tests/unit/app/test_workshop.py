"""Who makes evidence: beside the cameras' threads, in order, and ended in good order."""

import os
import threading

import pytest

from edge.app.workshop import AtOnce, Threads


def test_films_give_way_to_whoever_else_needs_the_processor() -> None:
    shop, nice = Threads(), list[int]()
    shop.film(lambda: nice.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))).result(5)
    assert nice == [os.getpriority(os.PRIO_PROCESS, 0) + 10] or nice[0] >= 10
    shop.close()


def test_what_waits_when_it_closes_is_not_begun_and_what_runs_is_finished() -> None:
    shop, begun, go = Threads(), threading.Event(), threading.Event()
    done: list[str] = []

    def first() -> None:
        begun.set()
        go.wait(5)
        done.append("first")

    running, waiting = shop.film(first), shop.film(lambda: done.append("second"))
    assert begun.wait(5)
    threading.Timer(0.1, go.set).start()
    shop.close()
    assert running.done()
    assert waiting.cancelled()
    assert done == ["first"]


def test_at_once_is_at_once_and_hides_no_bug() -> None:
    done: list[str] = []
    assert AtOnce().picture(lambda: done.append("picture")).done()
    assert done == ["picture"]
    with pytest.raises(ZeroDivisionError):
        AtOnce().film(lambda: 1 // 0)  # type: ignore[arg-type]
