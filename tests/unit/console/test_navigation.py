"""The menu leads to what one's role may open, and each begins where their work is."""

from datetime import UTC, datetime

import pytest

from cloud.accounts import Role, Session
from cloud.console.access import may
from cloud.console.navigation import ENTRIES, home, menu


@pytest.mark.parametrize("role", Role)
def test_the_menu_holds_what_a_role_may_open_and_all_of_it(role: Role) -> None:
    shown = menu(role)
    paths = [entry.path for entry in (*shown.daily, *shown.others)]
    assert paths == sorted(paths, key=[entry.path for entry in ENTRIES].index)
    assert set(paths) == {entry.path for entry in ENTRIES if may(role, "GET", entry.path)}
    assert len(shown.daily) <= 4  # beside "more" they fit under a thumb


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.STAFF, "/today"),
        (Role.LEAD, "/today"),
        (Role.COMMUNITY, "/today"),
        (Role.STREET, "/today"),
        (Role.CITY, "/cases"),
        (Role.INSTALLER, "/devices"),
    ],
)
def test_each_begins_where_their_work_is(role: Role, path: str) -> None:
    session = Session(user="x", csrf="", expires_at=datetime(2026, 1, 1, tzinfo=UTC), role=role)
    assert home(session) == path
    assert may(role, "GET", path)


def test_a_page_belongs_to_one_entry_of_the_menu() -> None:
    for path in ("/cases/0192aaaa-0000-7000-8000-000000000000", "/suspects", "/map", "/meters/a/b/c", "/today"):
        assert sum(entry.is_here(path) for entry in ENTRIES) == 1, path
    assert not any(entry.is_here("/casesandmore") for entry in ENTRIES)
