"""Which pages a reader is led to: those that their role may open, the daily ones first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cloud.accounts import Role, Session
from cloud.console.access import may
from cloud.console.desk_words import NAV
from cloud.console.settings_words import SETTINGS
from cloud.console.words import WORDS, Word


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the menu. `icon` is its picture in static/menu.svg; `below` are paths that belong to it."""

    path: str
    name: Word
    icon: str
    below: tuple[str, ...] = ()
    daily: bool = False  # it stands in the bar at the bottom of a phone

    def is_here(self, path: str) -> bool:
        """Whether a page belongs to it."""
        return any(path == each or path.startswith(f"{each}/") for each in (self.path, *self.below))


ENTRIES: Final = (
    Entry("/today", NAV["today"], "today", daily=True),
    Entry("/cases", WORDS["nav.cases"], "cases", ("/suspects",), daily=True),
    Entry("/map", NAV["map"], "map", daily=True),
    Entry("/berths", WORDS["nav.berths"], "berths"),
    Entry("/meters", WORDS["nav.meters"], "meters"),
    Entry("/devices", WORDS["nav.devices"], "devices"),
    Entry("/permits", WORDS["nav.permits"], "permits"),
    Entry("/evaluation", NAV["evaluation"], "evaluation"),
    Entry("/originals", NAV["originals"], "originals"),
    Entry("/notices", NAV["notices"], "notices"),
    Entry("/audit", NAV["audit"], "audit"),
    Entry("/settings", SETTINGS["title"], "settings"),
    Entry("/account", NAV["account"], "account"),
)


@dataclass(frozen=True, slots=True)
class Menu:
    """The menu of one reader."""

    daily: tuple[Entry, ...]
    others: tuple[Entry, ...]


def menu(role: Role) -> Menu:
    """What a role may open; of one that works on no case, its few pages are the daily ones."""
    open_to = tuple(entry for entry in ENTRIES if may(role, "GET", entry.path))
    daily = tuple(each for each in open_to if each.daily) or open_to
    return Menu(daily, tuple(each for each in open_to if each not in daily))


def here(entries: Sequence[Entry], path: str) -> Entry | None:
    """The entry that a page belongs to."""
    return next((entry for entry in entries if entry.is_here(path)), None)


STARTS: Final = ("/today", "/cases", "/devices", "/audit", "/account")
WORKS: Final = frozenset({Role.STAFF, Role.LEAD, Role.COMMUNITY, Role.STREET})


def home(session: Session) -> str:
    """Where a reader begins: at what needs them, else at the first page that is for them."""
    paths = STARTS if session.role in WORKS else STARTS[1:]
    return next((path for path in paths if may(session.role, "GET", path)), "/today")
