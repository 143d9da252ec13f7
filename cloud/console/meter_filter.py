"""Which meters a list shows: what it is narrowed to, how that is chosen, and a page of what is found."""

from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Path, Query

from cloud.console.facts import Eye
from cloud.console.meter_words import METER
from cloud.console.words import Word
from cloud.scope import Scope
from cloud.telemetry.meters import MAX_LIST, Meter, MeterKey, MeterService
from contract.identifiers import SLUG
from contract.metering import Medium

READS: Final = 4  # of `MAX_LIST` meters each, for one page; whoever seeks beyond them turns the page

_SLUG = SLUG.removeprefix("^").removesuffix("$")
Name = Annotated[str, Path(max_length=63, pattern=f"^{_SLUG}$")]
Community = Annotated[str | None, Query(max_length=63, pattern=f"^{_SLUG}$")]
After = Annotated[str | None, Query(max_length=191, pattern=rf"^{_SLUG}/{_SLUG}/{_SLUG}$")]


InCase = Callable[[Sequence[Meter]], Awaitable[frozenset[MeterKey]]]


class Only(StrEnum):
    """Meters that want a person."""

    SILENT = "silent"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Choice:
    """One link among those of which one holds."""

    text: Word
    path: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of meters is narrowed to; None: not at all."""

    medium: Medium | None = None
    community: str | None = None
    only: Only | None = None

    def passes(self, meter: Meter, eye: Eye, in_case: Container[MeterKey]) -> bool:
        """Whether a meter is of this medium and wants a person in this way.

        Args:
            in_case: meters with an open case.
        """
        if self.medium not in {None, meter.medium}:
            return False
        match self.only:
            case Only.SILENT:
                return meter.is_stale(eye.now)
            case Only.ALARM:
                return meter.key in in_case
            case None:
                return True

    def path(self, after: str | None = None) -> str:
        """The address of the list."""
        asked = {"medium": self.medium, "community": self.community, "only": self.only, "after": after}
        query = urlencode({name: str(value) for name, value in asked.items() if value is not None}, safe="/")
        return f"/meters?{query}" if query else "/meters"

    def choices(self, communities: Mapping[str, Word]) -> dict[str, tuple[Choice, ...]]:
        """What can be chosen by, each with all that can be chosen; a single community is no choice."""
        rows = {
            "medium": tuple(
                self._choice(METER[f"medium.{medium}" if medium else "all"], replace(self, medium=medium))
                for medium in (None, *Medium)
            ),
            "only": tuple(
                self._choice(METER[f"only.{only or 'all'}"], replace(self, only=only)) for only in (None, *Only)
            ),
        }
        if len(communities) > 1:
            rows["community"] = tuple(
                self._choice(name, replace(self, community=each))
                for each, name in ((None, METER["all"]), *communities.items())
            )
        return rows

    def _choice(self, text: Word, other: "Filter") -> Choice:
        return Choice(text, other.path(), holds=other == self)


@dataclass(frozen=True, slots=True)
class MetersPage:
    """Meters found; `after` is where the next page begins, and `sought` how many were looked through, if not all."""

    meters: tuple[Meter, ...]
    after: MeterKey | None
    sought: int | None


async def meters_page(
    service: MeterService,
    wanted: Filter,
    eye: Eye,
    *,
    in_case: InCase,
    size: int,
    after: MeterKey | None,
    scope: Scope,
) -> MetersPage:
    """The next `size` meters that a filter passes, by community, gateway and meter.

    Args:
        in_case: which of some meters an open case is about; asked where the filter wants to know.
    """
    found: list[Meter] = []
    for _ in range(READS):
        read = await service.list(community=wanted.community, limit=MAX_LIST, after=after, scope=scope)
        held = await in_case(read) if wanted.only is Only.ALARM else frozenset()
        found += (meter for meter in read if wanted.passes(meter, eye, held))
        if len(found) > size:
            return MetersPage(tuple(found[:size]), found[size - 1].key, None)
        if len(read) < MAX_LIST:
            return MetersPage(tuple(found), None, None)
        after = read[-1].key
    return MetersPage(tuple(found), after, READS * MAX_LIST)


def key_of(after: str | None) -> MeterKey | None:
    """The key that an address names by `community/gateway/meter`."""
    return None if after is None else MeterKey(*after.split("/"))


def text_of(key: MeterKey | None) -> str | None:
    """A key as `key_of` reads it."""
    return None if key is None else f"{key.community}/{key.gateway}/{key.meter}"
