"""A household's door: its openings are kept at once, and up to when they are known, over restarts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from edge.app.instruments.households import HouseholdDesk, is_simulated
from edge.app.instruments.ledger import Ledger
from edge.config import Config, Household, Input, parse
from edge.devices.board import Edge, Told
from edge.outbox import Draft
from edge.rules.metering import home

NOW = datetime(2026, 3, 2, 4, 20, tzinfo=UTC)


@dataclass(slots=True)
class Store:
    kept: dict[str, bytes] = field(default_factory=dict)

    def commit(self, drafts: Sequence[Draft], *, state: Mapping[str, bytes]) -> None:
        self.kept |= state

    def state(self, name: str) -> bytes | None:
        return self.kept.get(name)


def desk(store: Store, door: dict[str, str] | None) -> tuple[HouseholdDesk, Ledger]:
    household = Household.model_validate({"id": "flat", "water": "w1", "door": door})
    ledger = Ledger(store, wake=lambda: None)
    return HouseholdDesk(household, simulated=False, ledger=ledger, timezone="Asia/Shanghai"), ledger


def told(*edges: tuple[int, Input, bool]) -> Told:
    """Contacts that closed or opened so many seconds before now."""
    turned = tuple(Edge(NOW - timedelta(seconds=ago), name, closed=closed) for ago, name, closed in edges)
    return Told(turned, frozenset(), NOW, NOW - timedelta(seconds=3))


def metered(household: dict[str, object], *, water: bool, power: bool, door: bool) -> Config:
    """A household, and which of what tells of it is made up."""
    lines = [
        {"id": "l1", "port": "/dev/l1", "simulated": water, "meters": [meter("w1", "water"), meter("w2", "water")]},
        {"id": "l2", "port": "/dev/l2", "simulated": power, "meters": [meter("e1", "electricity")]},
    ]
    boards = [{"id": "b1", "port": "/dev/b1", "simulated": door}]
    head = {"gateway": {"community": "demo", "id": "gw-1", "data": "data"}}
    whole: dict[str, object] = {**head, "lines": lines, "boards": boards, "households": [{"id": "flat", **household}]}
    return parse(whole, "gateway.toml", folder=Path("/etc/linli"))


def meter(name: str, medium: str) -> dict[str, str]:
    return {"id": name, "device": f"mbus:{name[-1]}", "medium": medium}


ALL_OF_IT = {"water": "w1", "electricity": "e1", "door": {"board": "b1", "input": "door"}}
MADE_UP = [
    # name,                          household,        what is made up,                                simulated
    ("nothing",                      ALL_OF_IT,        {"water": False, "power": False, "door": False}, False),
    ("its water",                    ALL_OF_IT,        {"water": True, "power": False, "door": False},  True),
    ("its electricity",              ALL_OF_IT,        {"water": False, "power": True, "door": False},  True),
    ("its door",                     ALL_OF_IT,        {"water": False, "power": False, "door": True},  True),
    ("what tells nothing of it",     {"water": "w1"},  {"water": False, "power": True, "door": True},   False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("household", "made_up", "simulated"), [row[1:] for row in MADE_UP], ids=[r[0] for r in MADE_UP]
)
def test_what_is_told_by_anything_made_up_says_so(
    household: dict[str, object], made_up: dict[str, bool], simulated: bool
) -> None:
    config = metered(household, **made_up)
    assert is_simulated(config.households[0], config) is simulated


EDGES = told((60, Input.DOOR, False), (50, Input.DOOR, True), (40, Input.LOOP, False), (30, Input.DOOR, False))
DOORS = [
    # name,                        door,                                                     seconds ago that it opened
    ("an ordinary reed", {"board": "b1", "input": "door"}, [60, 30]),
    ("one that closes when opened", {"board": "b1", "input": "door", "normally": "open"}, [50]),
    ("on another input", {"board": "b1", "input": "loop"}, [40]),
    ("no door", None, []),
]


@pytest.mark.parametrize(("door", "ago"), [row[1:] for row in DOORS], ids=[row[0] for row in DOORS])
async def test_openings_are_kept_at_once_and_each_once(door: dict[str, str] | None, ago: list[int]) -> None:
    store = Store()
    one, ledger = desk(store, door)
    for _ in range(2):
        one.hear(EDGES, NOW)
    await ledger.commit()
    openings = home.Household.from_bytes(store.kept["household/flat"]).openings if ago else ()
    assert [int((NOW - at).total_seconds()) for at in openings] == ago
    assert ("household/flat/door" in store.kept) == (door is not None)


async def test_a_household_is_written_only_when_something_has_changed() -> None:
    store = Store()
    one, ledger = desk(store, None)
    for minutes in (0, 5, 15, 26):
        store.kept.clear()
        at = NOW + timedelta(minutes=minutes)
        assert one.judged(at, water=(), energy=(), resolution=Decimal("0.01")) == ()
        await ledger.commit()
        assert ("household/flat" in store.kept) == (minutes in {0, 26})  # 16 minutes after a half hour
