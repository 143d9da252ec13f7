"""What was found; the last line of standard output is this as JSON."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from benchmarks.cases.intake import Rates
from benchmarks.machine import Machine

ASSUMED: Final = (
    "Communities, gateways and events are simulated. Events are signed by the gateways' keys and taken in by the "
    "cloud's own reception (signature, inbox, chain, lanes, cases, history, words); brokers and receipts are left out.",
    "The small size is all taken in on that path. The large one is the same rows again for earlier days, with ids, "
    "numbers, times and plates of their own, inserted in bulk; the real path is measured again on top of it.",
    "Then one statement gives the cases the lives that people would: one in twenty is open; words are made by the "
    "program's tokenizer; vacuum and analyze have run, as after a night.",
    "Pages: the real ASGI application with sessions, templates and database; client and server share one process. Both "
    "sizes are asked by turns. p95 of all requests of a page, whatever they ask for.",
    "Pages of evaluation are timed last, when the cases have been given reports, ratings, deadlines and a tree of "
    "organisations: they are told beside, and not judged.",
    "PostgreSQL with its defaults, durable commits included, on the same machine.",
)
P95_MS: Final = 50.0
GROWTH: Final = 1.5
JUDGED: Final = ("list", "filter", "search", "case")


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Size(Closed):
    """One database."""

    events: int
    cases: int
    megabytes: int


class Page(Closed):
    """One page over all requests, milliseconds; `small` and `large` are the databases."""

    requests: int
    small_p50: float
    small_p95: float
    large_p50: float
    large_p95: float
    growth: float = Field(description="large_p95 ÷ small_p95")


class Intake(Closed):
    """Events a second, in one run."""

    small: float = Field(description="on an empty database")
    large: float = Field(description="on top of the large one")
    copied: float
    inserted: float


class Report(Closed):
    """The whole benchmark."""

    p95_ms: dict[str, float] = Field(description="by page, at the large size")
    p95_growth: float = Field(description="of the page that grows most")
    over_copy: float = Field(description="events a second, taken in ÷ a bare COPY of all rows that they leave")
    over_single_insert: float = Field(description="events a second, taken in ÷ bare inserts of one row a transaction")
    simulated: bool = True
    assumed: tuple[str, ...] = ASSUMED
    small: Size
    large: Size
    pages: dict[str, Page]
    intake: Intake
    targets_missed: tuple[str, ...]
    seconds: float
    machine: Machine


def page(small: Sequence[float], large: Sequence[float]) -> Page:
    """One page, of milliseconds by request."""
    return Page(
        requests=len(large),
        small_p50=round(quantile(small, 0.5), 1),
        small_p95=round(quantile(small, 0.95), 1),
        large_p50=round(quantile(large, 0.5), 1),
        large_p95=round(quantile(large, 0.95), 1),
        growth=round(quantile(large, 0.95) / quantile(small, 0.95), 2),
    )


def quantile(values: Sequence[float], share: float) -> float:
    """The least value that `share` of them do not exceed; of at least one."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def report(
    sizes: tuple[Size, Size], pages: Mapping[str, Page], rates: Rates, *, large: float, seconds: float, machine: Machine
) -> Report:
    """Add it up.

    Args:
        large: events a second on top of the large database.
    """
    judged = {name: pages[name] for name in JUDGED}
    growth = max(each.growth for each in judged.values())
    missed = [
        f"{name} {each.large_p95:g} ms, wanted ≤ {P95_MS:g}" for name, each in judged.items() if each.large_p95 > P95_MS
    ]
    missed += [f"p95_growth {growth:g}, wanted ≤ {GROWTH:g}"] if growth > GROWTH else []
    return Report(
        p95_ms={name: each.large_p95 for name, each in judged.items()},
        p95_growth=growth,
        over_copy=round(rates.taken / rates.copied, 4),
        over_single_insert=round(rates.taken / rates.inserted, 3),
        small=sizes[0],
        large=sizes[1],
        pages=dict(pages),
        intake=Intake(
            small=round(rates.taken, 1),
            large=round(large, 1),
            copied=round(rates.copied),
            inserted=round(rates.inserted),
        ),
        targets_missed=tuple(missed),
        seconds=round(seconds, 1),
        machine=machine,
    )
