"""Killed in the midst of a look, before or after anything it writes: every event once, with pictures that are there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.app.street import Yard, frame
from tests.unit.app.test_watch import STAY, TYPES


class Killed(BaseException):
    """Nothing may catch it, as nothing catches `kill -9`."""


class Reaper:
    """Kills at a door, later and later: each write to the disk has one before it and one behind it."""

    def __init__(self, patience: int) -> None:
        self.patience = patience  # doors from one kill to the next
        self.doors = 0
        self.kills = 0

    def watch(self, owner: object, name: str) -> None:
        write: Callable[..., Any] = getattr(owner, name)

        def watched(*arguments: Any, **named: Any) -> Any:
            self._pass()
            result = write(*arguments, **named)
            self._pass()
            return result

        setattr(owner, name, watched)

    def follow(self, yard: Yard) -> None:
        self.watch(yard.outbox, "commit")
        for name in ("put", "hold", "release"):
            self.watch(yard.store, name)

    def _pass(self) -> None:
        self.doors += 1
        if self.doors == self.patience:
            self.doors, self.patience, self.kills = 0, self.patience + 1, self.kills + 1
            raise Killed


@pytest.mark.parametrize("patience", [1, 5, 9])
def test_killed_within_a_look_every_event_is_told_once_with_its_pictures(tmp_path: Path, patience: int) -> None:
    yard, reaper = Yard(tmp_path), Reaper(patience)
    reaper.follow(yard)
    for second, letter in enumerate(STAY):
        try:
            yard.watch.take(frame(second, car=letter == "C"))
        except Killed:
            yard.restart()
            yard.store.release_except(yard.watch.references)
            reaper.follow(yard)
    events = yard.told()
    assert reaper.kills >= 2
    assert [event.type for event in events] == TYPES
    evidence = [picture.sha256 for event in events for picture in event.data.evidence]
    waiting = {kept.sha256 for kept in yard.store.pending(1000)}
    assert evidence
    assert all(yard.store.read(sha256) is not None and sha256 in waiting for sha256 in evidence)
    yard.close()
