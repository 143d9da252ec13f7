"""Sums over the table of cases: named statements, no decisions."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from sqlalchemy import Row, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Double

from cloud.cases.vocabulary import CaseKind
from cloud.evaluation.domain import Complaints, Part, Standing, Whose
from cloud.evaluation.figures import TABLE, Anchor, Figure, Sum, Tally
from cloud.evaluation.working import Working

MAX_PARTS: Final = 5000  # communities, times property companies in each
MAX_PLACES: Final = 8
MAX_STANDING: Final = 12
TREND: Final = (Anchor.DUE, Anchor.REPORTED)  # what a trend's rates and lengths are of

# Who answers for a case as the property: whom it was raised from, where it was, so that a case that is raised because
# nobody did anything still counts for who did not.
_ANSWERING: Final = """
    case when level = 1 then responsible else coalesce((
        select told.before ->> 'responsible' from case_history as told
        where told.case_id = cases.id and told.what in ('escalate', 'raised') and told.before ? 'responsible'
        order by told.id limit 1
    ), responsible) end
"""
_WHOSE: Final = """
    simulated = :simulated
    and (cast(:communities as text[]) is null or community = any(:communities))
    and (cast(:answering as text) is null or answering = :answering)
"""
# Working seconds before a moment, from the beginning of the calendar that is handed in.
_WORKED: Final = """
    coalesce((:worked_before)[width_bucket({at}, :starts)]
        + date_part('epoch', least({at}, (:ends)[width_bucket({at}, :starts)])
            - (:starts)[width_bucket({at}, :starts)]), 0)
"""
_LENGTHS: Final = f"""
    greatest(0, date_part('epoch', reported_at - filed_at)) as length_s,
    greatest(0, {_WORKED.format(at="reported_at")} - {_WORKED.format(at="filed_at")}) as working_s
"""
_REPORTED: Final = "source in ('resident', 'hotline')"
_UPHELD: Final = "source not in ('resident', 'hotline') and filed_at is not null and stage not in ('voided', 'merged')"
_OVERDUE: Final = "stage in ('collected', 'filed', 'dispatched', 'handling') and due_at <= :now"
_COMPLAINT: Final = f"(({_REPORTED}) or ({_UPHELD}))"
_MOMENTS: Final = ARRAY(TIMESTAMP(timezone=True))


async def parts(
    connection: AsyncConnection, whose: Whose, *, since: datetime, until: datetime, now: datetime, working: Working
) -> list[Part]:
    """What the cases of each community and property company add up to; at most `MAX_PARTS` of them, in one pass."""
    anchors = tuple(Anchor)
    query = _typed(_sums(anchors, ("community", "answering")), anchors)
    values = _whose(whose) | {"since": since, "until": until, "now": now} | _worked(anchors, working)
    rows = (await connection.execute(query, values)).all()
    found = {(row.community, row.answering): Tally(_figures(row, anchors)) for row in rows}
    return [Part(*key, found[key]) for key in sorted(found, key=_by_name)[:MAX_PARTS]]


async def months(
    connection: AsyncConnection, whose: Whose, edges: Sequence[datetime], now: datetime, working: Working
) -> list[Tally]:
    """What the cases that were due, and those that were handled, between each two edges add up to: a trend's figures.

    The figures of the other anchors are not there.
    """
    found: list[dict[Figure, float]] = [{} for _ in edges[1:]]
    values = _whose(whose) | {"since": edges[0], "until": edges[-1], "now": now, "edges": list(edges)}
    for anchor in TREND:
        query = _typed(_sums((anchor,), (f"width_bucket({anchor}, :edges)",)), (anchor,))
        query = query.bindparams(bindparam("edges", type_=_MOMENTS))
        for row in await connection.execute(query, values | _worked((anchor,), working)):
            found[row[0] - 1].update(_figures(row, (anchor,)))
    return [Tally(figures) for figures in found]


async def kinds(
    connection: AsyncConnection, whose: Whose, edges: Sequence[datetime]
) -> list[tuple[tuple[CaseKind, int], ...]]:
    """How many cases of each kind were collected between each two edges."""
    query = _typed(f"""
        select width_bucket(opened_at, :edges) as stretch, kind, count(*) as n
        from (select *, {_ANSWERING} as answering from cases
            where opened_at >= :since and opened_at < :until) as cases
        where {_WHOSE} group by 1, 2 order by 1, 2
    """).bindparams(bindparam("edges", type_=_MOMENTS))  # noqa: S608 - no text from outside
    values = _whose(whose) | {"since": edges[0], "until": edges[-1], "edges": list(edges)}
    rows = (await connection.execute(query, values)).all()
    found = {
        stretch: tuple((CaseKind(row.kind), row.n) for row in of_it)
        for stretch, of_it in groupby(rows, key=lambda row: row.stretch)
    }
    return [found.get(stretch, ()) for stretch in range(1, len(edges))]


async def any_real(connection: AsyncConnection, whose: Whose) -> bool:
    """Whether any case of theirs is no simulated one."""
    query = _typed("""
        select exists(select from cases where not simulated
            and (cast(:communities as text[]) is null or community = any(:communities)))
    """)
    return bool((await connection.execute(query, {"communities": _whose(whose)["communities"]})).scalar_one())


async def any_case(connection: AsyncConnection, whose: Whose) -> bool:
    """Whether there is any case of theirs, real or simulated."""
    query = _typed("""
        select exists(select from cases
            where cast(:communities as text[]) is null or community = any(:communities))
    """)
    return bool((await connection.execute(query, {"communities": _whose(whose)["communities"]})).scalar_one())


async def count(connection: AsyncConnection, whose: Whose, since: datetime, until: datetime, now: datetime) -> int:
    """How many cases of theirs some measure between two moments is of."""
    query = _typed(f"""
        select count(*) from (select *, {_ANSWERING} as answering from cases
            where simulated = :simulated and ({" or ".join(map(_within, Anchor))})) as cases
        where {_WHOSE}
    """)  # noqa: S608 - no text from outside
    values = _whose(whose) | {"since": since, "until": until, "now": now}
    found: int = (await connection.execute(query, values)).scalar_one()
    return found


async def complaints(
    connection: AsyncConnection, whose: Whose, since: datetime, until: datetime, now: datetime
) -> list[Complaints]:
    """What was complained of each community, and what was upheld; at most `MAX_PARTS`, the most first."""
    query = _typed(f"""
        select community, count(*) filter (where {_REPORTED}) as reported, count(*) filter (where {_UPHELD}) as found,
            count(*) filter (where {_COMPLAINT} and {_OVERDUE}) as overdue
        from (select *, {_ANSWERING} as answering from cases where opened_at >= :since and opened_at < :until) as cases
        where {_WHOSE} group by community
        order by count(*) filter (where {_COMPLAINT}) desc, community limit {MAX_PARTS}
    """)  # noqa: S608 - no text from outside
    rows = await connection.execute(query, _whose(whose) | {"since": since, "until": until, "now": now})
    return [Complaints(row.community, row.reported, row.found, row.overdue) for row in rows]


async def causes(
    connection: AsyncConnection, whose: Whose, since: datetime, until: datetime, *, by: str, zone: str
) -> list[tuple[str, int]]:
    """How many complaints by `kind`, `source`, `place` or `hour`, the most first."""
    limit = MAX_PLACES if by == "place" else 24
    query = _typed(f"""
        select cause, count(*) as n from (
            select {_CAUSES[by]} as cause, * from (select *, {_ANSWERING} as answering from cases
                where opened_at >= :since and opened_at < :until) as cases
            where {_WHOSE} and {_COMPLAINT}
        ) as complaints where cause <> '' group by cause order by n desc, cause limit {limit}
    """)  # noqa: S608 - no text from outside
    values = _whose(whose) | {"since": since, "until": until} | ({"zone": zone} if by == "hour" else {})
    return [(row.cause, row.n) for row in await connection.execute(query, values)]


_CAUSES: Final = {
    "kind": "kind",
    "source": "source",
    "place": "coalesce(nullif(report ->> 'place', ''), nullif(zone_name, ''), device_name, '')",
    "hour": "to_char(entered_at at time zone :zone, 'HH24')",
}


async def standing(connection: AsyncConnection, whose: Whose, now: datetime) -> tuple[list[Standing], int]:
    """Cases that are overdue and not handled, the longest first; at most `MAX_STANDING`, and how many there are."""
    query = _typed(f"""
        select id, number, kind, {_CAUSES["place"]} as place, due_at, rework, count(*) over () as n
        from (select *, {_ANSWERING} as answering from cases where {_OVERDUE}) as cases
        where {_WHOSE} order by due_at, id limit {MAX_STANDING}
    """)  # noqa: S608 - no text from outside
    rows = (await connection.execute(query, _whose(whose) | {"now": now})).all()
    first = [Standing(str(row.id), row.number, CaseKind(row.kind), row.place, row.due_at, row.rework) for row in rows]
    return first, rows[0].n if rows else 0


def _sums(anchors: Sequence[Anchor], keys: tuple[str, ...]) -> str:
    """Each figure of some anchors, by some keys: each case is looked at once, whatever it counts in."""
    sums = (f"{_sum(each)} as {figure}" for figure, each in TABLE.items() if each.anchor in anchors)
    lengths = f", {_LENGTHS}" if Anchor.REPORTED in anchors else ""
    return f"""
        select {", ".join((*keys, *sums))}
        from (select *, {_ANSWERING} as answering {lengths} from cases
            where {" or ".join(map(_within, anchors))}) as cases
        where {_WHOSE} group by {", ".join(str(at + 1) for at in range(len(keys)))}
    """  # noqa: S608 - no text from outside


def _sum(figure: Sum) -> str:
    amount = "count(*)" if figure.amount == "1" else f"sum({figure.amount})"
    return f"coalesce({amount} filter (where {_within(figure.anchor)} and {figure.where}), 0)::float8"


def _within(anchor: Anchor) -> str:
    """That an anchor lies in the period; what is due later than now is not due."""
    passed = " and due_at <= :now" if anchor is Anchor.DUE else ""
    return f"({anchor} >= :since and {anchor} < :until{passed})"


def _figures(row: Row[tuple[object, ...]], anchors: Sequence[Anchor]) -> dict[Figure, float]:
    said = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    return {figure: float(said[figure.value]) for figure, each in TABLE.items() if each.anchor in anchors}


def _whose(whose: Whose) -> dict[str, object]:
    within = whose.scope.communities
    communities = None if within is None else sorted(within)
    return {"communities": communities, "answering": whose.answering, "simulated": whose.simulated}


def _worked(anchors: Sequence[Anchor], working: Working) -> dict[str, object]:
    if Anchor.REPORTED not in anchors:
        return {}
    return {"starts": working.starts, "ends": working.ends, "worked_before": working.before_s}


def _typed(query: str, anchors: Sequence[Anchor] = ()) -> TextClause:
    typed = text(query).bindparams(bindparam("communities", type_=ARRAY(TEXT)))
    if Anchor.REPORTED not in anchors:
        return typed
    moments = [bindparam(name, type_=_MOMENTS) for name in ("starts", "ends")]
    return typed.bindparams(*moments, bindparam("worked_before", type_=ARRAY(Double)))


def _by_name(key: tuple[str, str | None]) -> tuple[str, str]:
    return key[0], key[1] or ""
