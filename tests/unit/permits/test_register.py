"""What the lists say of a plate."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.permits import ListedPermit
from contract.plates import PROVINCES, SERIAL, UNSURE, Permit, PermitKind, PlateState
from edge.permits.matching import MAX_UNSURE, candidates, is_searchable
from edge.permits.register import MAX_REMEMBERED
from edge.values import ClockTrust
from tests.unit.permits.lists import NOON, at, listed, on, read, register

DAY: Final = timedelta(days=1)
LIST: Final = (
    listed("鲁EMC139"),
    listed("京AD12345", "service"),
    listed("京B77777", valid_until=NOON - DAY),
    listed("京B55555", valid_from=NOON + DAY),
    listed("京B66666", valid_until=NOON - DAY),
    listed("京B66666", "visitor", valid_until=NOON + DAY),
    listed("京C20202", "visitor", periods=on("mon tue wed thu fri", "08:00", "18:00")),
    listed("京C30303", "visitor", periods=on("tue", "22:00", "13:00")),
    listed("京C40404", "visitor", periods=on("wed", "13:00", "18:00")),
    listed("京C50505", valid_until=NOON - DAY),
    listed("京C50505", "visitor", periods=on("wed", "13:00", "18:00")),
    listed("沪D11111"),
    listed("京D11111", valid_until=NOON - DAY),
)

ANSWERS = [
    # name,                                 text read,   what the lists say
    ("on the list", "鲁EMC139", "valid resident"),
    ("new energy", "京AD12345", "valid service"),
    ("no province", "?EMC139", "valid resident"),
    ("one more unsure", "?EM?139", "valid resident"),
    ("two more unsure", "??M?139", "valid resident"),
    ("three more unsure", "???C?39", "unsure"),
    ("another province", "京EMC139", "none"),
    ("a stranger", "京A98765", "none"),
    ("a stranger, no province", "?A98765", "none"),
    ("a stranger, one unsure", "?A9876?", "none"),
    ("a stranger, two unsure", "?A98?6?", "unsure"),
    ("one look-alike from a listed one", "鲁FMC139", "unsure"),
    ("one look-alike from one, no province", "?EMC1B9", "unsure"),
    ("one look-alike from one, one unsure", "?EMG?39", "unsure"),
    ("two characters from a listed one", "鲁EMC199", "none"),
    ("over", "京B77777", "expired resident"),
    ("over, no province", "?B77777", "expired resident"),
    ("over, one unsure", "京B7777?", "unsure"),
    ("not begun", "京B55555", "not_now resident"),
    ("over on one line, valid on another", "京B66666", "valid visitor"),
    ("within the hours", "京C20202", "valid visitor"),
    ("since yesterday evening", "京C30303", "valid visitor"),
    ("not at this time of the day", "京C40404", "not_now visitor"),
    ("over on one line, not at this time on another", "京C50505", "not_now visitor"),
    ("valid in one province, over in another", "?D11111", "valid resident"),
    ("over in this province", "京D11111", "expired resident"),
    ("no plate of any form", "12345", "unsure"),
    ("nine places", "京A1234567", "unsure"),
]


def told(permit: Permit | None) -> str:
    return "nobody keeps lists" if permit is None else " ".join(filter(None, (permit.state, permit.kind)))


@pytest.mark.parametrize(("label", "text", "says"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_what_the_lists_say(tmp_path: Path, label: str, text: str, says: str) -> None:
    assert told(register(tmp_path, *LIST).permit(read(text), at())) == says


@pytest.mark.parametrize("state", [state for state in PlateState if state is not PlateState.READ])
def test_a_plate_that_was_not_read_is_on_no_list_and_off_none(tmp_path: Path, state: PlateState) -> None:
    lists = register(tmp_path, *LIST)
    assert told(lists.permit(read("京A98765", state), at())) == "unsure"
    assert told(lists.permit(read(None, state), at())) == "unsure"
    assert told(lists.permit(None, at())) == "unsure"


UNTRUSTED = [("鲁EMC139", "valid resident"), ("京B77777", "unsure"), ("京C20202", "unsure"), ("京A98765", "none")]


@pytest.mark.parametrize(("text", "says"), UNTRUSTED)
def test_without_a_trusted_clock_nothing_that_ends_is_valid_or_over(tmp_path: Path, text: str, says: str) -> None:
    lists = register(tmp_path, *LIST)
    assert told(lists.permit(read(text), at(trust=ClockTrust.UNSYNCED))) == says
    assert told(lists.permit(read("京B77777"), at(trust=ClockTrust.HOLDOVER))) == "expired resident"


def test_a_permit_ends_at_its_very_instant(tmp_path: Path) -> None:
    lists = register(tmp_path, listed("京B77777", valid_from=NOON, valid_until=NOON + DAY))
    just = timedelta(microseconds=1)
    cases = [
        (NOON - just, "not_now"),
        (NOON, "valid"),
        (NOON + DAY - just, "valid"),
        (NOON + DAY, "expired"),
    ]
    for instant, state in cases:
        assert told(lists.permit(read("京B77777"), at(instant))) == f"{state} resident"


def test_of_several_valid_permits_the_kind_that_is_asked_for(tmp_path: Path) -> None:
    lists = register(tmp_path, listed("京B77777"), listed("京B77777", "service"))
    assert told(lists.permit(read("京B77777"), at(), prefer={PermitKind.SERVICE})) == "valid service"
    assert told(lists.permit(read("京B77777"), at(), prefer={PermitKind.RESIDENT})) == "valid resident"
    assert told(lists.permit(read("京B77777"), at(), prefer={PermitKind.VISITOR})) in {
        "valid resident",
        "valid service",
    }


def test_where_nobody_keeps_lists_nothing_is_said(tmp_path: Path) -> None:
    assert register(tmp_path).permit(read("京A98765"), at()) is None


def test_a_list_that_is_still_to_come_keeps_everyone_from_being_accused(tmp_path: Path) -> None:
    lists = register(tmp_path, *LIST, awaited=frozenset({"another"}))
    assert told(lists.permit(read("京A98765"), at())) == "unsure"
    assert told(lists.permit(read("京B77777"), at())) == "unsure"
    assert told(lists.permit(read("鲁EMC139"), at())) == "valid resident"


@given(
    province=st.sampled_from(PROVINCES),
    serial=st.text(SERIAL, min_size=5, max_size=5),
    hidden=st.sets(st.integers(1, 6), max_size=MAX_UNSURE),
)
def test_whatever_is_hidden_of_a_plate_it_is_among_the_candidates(province: str, serial: str, hidden: set[int]) -> None:
    plate = province + "A" + serial
    text = "".join(UNSURE if place in hidden | {0} else letter for place, letter in enumerate(plate))
    assert is_searchable(text)
    tried = list(candidates(text))
    assert plate in tried
    assert len(tried) == len(set(tried)) <= 31 * 41 * 34


def test_no_more_searches_are_remembered_than_the_limit_and_a_new_list_forgets_them(tmp_path: Path) -> None:
    lists = register(tmp_path, *LIST)
    for number in range(MAX_REMEMBERED + 5):
        lists.permit(read(f"京A{10_000 + number}"), at())
    assert len(lists._searches) == MAX_REMEMBERED
    assert told(lists.permit(read("京A10000"), at())) == "none"
    other = register(tmp_path, listed("京A10000")).lists[0]
    lists.put(other.model_copy(update={"name": "b.csv"}))
    assert told(lists.permit(read("京A10000"), at())) == "valid resident"


def test_many_threads_ask_while_a_list_changes(tmp_path: Path) -> None:
    lists = register(tmp_path, *LIST)
    answers: set[str] = set()

    def ask() -> None:
        for number in range(50):
            answers.add(told(lists.permit(read(f"京A9{1000 + number}"), at())))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        lists.put(lists.lists[0])
    for thread in threads:
        thread.join()
    assert answers == {"none"}


def test_every_permit_of_twenty_thousand_is_found(tmp_path: Path) -> None:
    many: list[ListedPermit] = [listed(f"京A{number:05d}") for number in range(20_000)]
    lists = register(tmp_path, *many)
    assert told(lists.permit(read("?A12?45"), at())) == "valid resident"
    assert told(lists.permit(read("?A19999"), at())) == "valid resident"
