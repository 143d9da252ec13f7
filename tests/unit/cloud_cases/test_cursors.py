"""Where the next page of a list begins, as an address carries it."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from json import dumps

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.cases.filters import MAX_CURSOR, BadCursor, Cursor, Order, key_of
from contract.identifiers import uuid7

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
ID = uuid7(NOW, bytes(10))


@given(
    order=st.sampled_from(Order),
    due_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    priority=st.integers(1, 4),
)
def test_a_cursor_comes_back_as_it_went(order: Order, due_at: datetime | None, priority: int) -> None:
    cursor = Cursor(order, key_of(order, due_at=due_at, priority=priority, updated_at=NOW), ID)
    assert Cursor.of(cursor.text(), order) == cursor
    assert len(cursor.text()) <= MAX_CURSOR


def packed(*parts: object) -> str:
    return urlsafe_b64encode(dumps(list(parts)).encode()).decode().rstrip("=")


FORGED = [
    ("nothing", ""),
    ("no base64", "%%%"),
    ("no ASCII", "案件"),
    ("no JSON", urlsafe_b64encode(b"\xff\xfe").decode()),
    ("deep JSON", urlsafe_b64encode(b"[" * 140).decode()),
    ("too long", "A" * (MAX_CURSOR + 1)),
    ("another order", packed("due", "infinity", ID)),
    ("no id", packed("priority", "1", "1 or 1=1")),
    ("a number too long", packed("priority", "9" * 20, ID)),
    ("another digit", packed("priority", "１", ID)),
    ("no number", packed("priority", "one", ID)),
    ("no text", packed("priority", 1, ID)),
    ("one too many", packed("priority", "1", ID, "")),
    ("no list", urlsafe_b64encode(b'{"a":1}').decode()),
]


@pytest.mark.parametrize(("name", "text"), FORGED)
def test_what_nobody_gave_is_refused(name: str, text: str) -> None:
    with pytest.raises(BadCursor):
        Cursor.of(text, Order.PRIORITY)


@pytest.mark.parametrize("key", ["", "yesterday", "2026-11-21T02:00:00", "infinity", "0001-01-01T00:00:00+14:00"])
def test_a_moment_is_a_moment(key: str) -> None:
    with pytest.raises(BadCursor):
        Cursor.of(packed("changed", key, ID), Order.CHANGED)
