"""When a camera is said to tell nothing new."""

from collections.abc import Sequence

import pytest

from edge.sources.freshness import Freshness

Seen = tuple[float, int, int]  # second, mark of the picture, key frames so far

WALKS: list[tuple[str, list[Seen], float, str | None]] = [
    # name,                                     seen,                                                   asked, says
    ("pictures differ", [(0, 1, 1), (10, 2, 2), (20, 3, 3), (30, 4, 4)], 31, None),
    ("no picture for just the limit", [(0, 1, 1)], 30, None),
    ("no picture for longer", [(0, 1, 1)], 30.1, "no picture for 30 s"),
    ("never a picture", [], 31, "no picture"),
    ("the same over key frames", [(0, 1, 1), (10, 1, 2), (20, 1, 3), (31, 1, 4)], 31, "the very same picture for 31 s"),
    ("the same within one group", [(0, 1, 1), (10, 1, 1), (20, 1, 1), (31, 1, 1)], 31, None),
    ("the same over too few key frames", [(0, 1, 1), (15, 1, 1), (31, 1, 2)], 31, None),
    ("the same, then another", [(0, 1, 1), (10, 1, 2), (20, 1, 3), (29, 2, 4), (31, 2, 5)], 31, None),
]


def fault(seen: Sequence[Seen], asked_s: float, *, may_stand_still: bool = False, look_every: float = 1) -> str | None:
    freshness = Freshness(stale_after=30, look_every=look_every, now_s=0, may_stand_still=may_stand_still)
    for at_s, mark, key_frame in seen:
        freshness.saw(mark, at_s, key_frame=key_frame)
    found = freshness.fault(asked_s)
    return None if found is None else f"{type(found).__name__}: {found}"


@pytest.mark.parametrize(("seen", "asked_s", "says"), [row[1:] for row in WALKS], ids=[row[0] for row in WALKS])
def test_what_counts_as_stale(seen: list[Seen], asked_s: float, says: str | None) -> None:
    said = fault(seen, asked_s)
    assert (said is None) if says is None else (said is not None and says in said)


def test_arranged_footage_may_stand_still_but_not_stop() -> None:
    same = [(float(second), 1, second) for second in range(60)]
    assert fault(same, 60) is not None
    assert fault(same, 60, may_stand_still=True) is None
    assert fault(same, 120, may_stand_still=True) is not None


def test_a_camera_looked_at_every_five_minutes_is_given_its_time() -> None:
    assert fault([(0, 1, 1)], 600, look_every=300) is None
    assert fault([(0, 1, 1)], 901, look_every=300) is not None
