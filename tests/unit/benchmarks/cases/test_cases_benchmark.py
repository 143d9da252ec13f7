"""What the benchmark of cases feeds in is what gateways sign, and its report adds up."""

import json
import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.cases.events import EVENTS_A_CASE, gateways, stories
from benchmarks.cases.intake import Rates
from benchmarks.cases.plot import svg
from benchmarks.cases.report import JUDGED, Size, page, quantile, report
from benchmarks.machine import describe
from contract.events import EVENT
from contract.signatures import digest, public_key, verify

TINY = Size(events=100, cases=5, megabytes=1)


def test_each_story_is_a_case_of_signed_events_in_a_chain() -> None:
    there = gateways()
    told = stories(there, 200)
    assert sum(map(len, told)) == 200 * EVENTS_A_CASE
    kinds: Counter[str] = Counter()
    for gateway, said in zip(there[:3], told, strict=False):
        heads: dict[str, str] = {}
        for signed in said:
            verify(signed.body, public_key(gateway.public))
            event = EVENT.validate_python(json.loads(signed.body))
            assert heads.get(event.lane, "0" * 64) == event.prevhash
            heads[event.lane] = digest(signed.body)
    for said in told:
        kinds.update(json.loads(signed.body)["type"] for signed in said)
    assert {kind: kinds[kind] for kind in ("parking.opened.v1", "vehicle.zombie.confirmed.v1")} == {
        "parking.opened.v1": 120,
        "vehicle.zombie.confirmed.v1": 30,
    }
    assert stories(gateways(), 200) == told  # the same each time


@given(st.lists(st.floats(0.1, 1e6), min_size=1, max_size=300), st.sampled_from([0.5, 0.95, 1.0]))
def test_a_quantile_is_the_least_value_that_so_many_do_not_exceed(values: list[float], share: float) -> None:
    found = quantile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= math.ceil(share * len(values))
    assert sum(value < found for value in values) < share * len(values) + 1e-9


@pytest.mark.parametrize(
    ("ms", "factor", "missed"),
    [(40.0, 1.0, 0), (50.0, 1.0, 0), (51.0, 1.0, 4), (40.0, 1.5, 1), (60.0, 2.0, 5)],
)
def test_a_missed_target_is_named(ms: float, factor: float, missed: int) -> None:
    pages = {name: page([ms / factor] * 20, [ms] * 20) for name in JUDGED} | {"list of 200": page([1.0], [900.0])}
    if factor == 1.5:
        pages["list"] = page([20.0] * 20, [40.0] * 20)
    rates = Rates(taken=100.0, copied=20_000.0, inserted=1000.0)
    found = report((TINY, TINY), pages, rates, large=90.0, seconds=1.0, machine=describe(()))
    assert len(found.targets_missed) == missed, found.targets_missed
    assert (found.over_copy, found.over_single_insert) == (0.005, 0.1)
    assert found.p95_ms == dict.fromkeys(JUDGED, ms)
    assert svg(found).count("<rect") == 1 + 2 * len(pages)
