"""Whoever looks for a plate in the list of cases looks for a person: each search is written down, and no plate is."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from cloud.accounts import Session
from cloud.audit import Deed, Entry
from cloud.cases.search import may_be_plate
from cloud.console.list_query import ListQuery
from cloud.console.services import Services

ONE_SEARCH: Final = timedelta(minutes=5)  # a list that is drawn anew, or turned over, is the same search
MAX_SEARCHES: Final = 10_000  # that are remembered in this process; one that is forgotten is written down twice


class PlateSearches:
    """Writes searches for plates into the audit log."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: OrderedDict[tuple[str, str, str], datetime] = OrderedDict()

    async def note(self, session: Session, query: ListQuery) -> None:
        """Write down that somebody looks for a plate, where `query` says one: in its own field, or among the words."""
        words = query.q if may_be_plate(query.q) else ""
        search, now = (session.user, query.plate, words), self._services.clock()
        if (query.plate or words) and self._is_new(search, now):
            detail = {"by": "plate" if query.plate else "words"}
            await self._services.audit.record(
                Entry(session.user, Deed.PLATE_SEARCHED, "cases/plate", session.scope.only, detail, now)
            )
            self._remember(search, now)  # not before: what could not be written down is written the next time

    def _is_new(self, search: tuple[str, str, str], now: datetime) -> bool:
        begun = self._known.get(search)
        return begun is None or now - begun >= ONE_SEARCH

    def _remember(self, search: tuple[str, str, str], now: datetime) -> None:
        self._known[search] = now
        self._known.move_to_end(search)
        if len(self._known) > MAX_SEARCHES:
            self._known.popitem(last=False)
