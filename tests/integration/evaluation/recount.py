"""The same measures once more, by other means: plain SQL over the lines of the history, and no column of a case.

Nothing here is shared with what is tested: not a condition, not a name of a column, not the calendar.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.db import transaction

# One row a case, put together from what its lines say. A line's number tells the order, as two may be of one moment.
STORY: Final = """
create temporary table story on commit drop as
with
    ends as (
        select case_id,
            (array_agg(stage order by id desc))[1] as stage,
            min(at) as came,
            max(id) filter (where what = 'reopen') as again,
            max(at) filter (where what = 'file') as filed,
            max(at) filter (where what in ('dispatch', 'reopen')) as sent_out,
            max(at) filter (where what = 'report') as said_done,
            max(at) filter (where what = 'evaluate') as judged,
            max(id) filter (where what = 'verify_pass') as passed,
            max(at) filter (where what in ('void', 'merge', 'not_file')) as dropped,
            min(id) filter (where what in ('escalate', 'raised')) as lifted,
            max(id) filter (where what = 'suspend') as paused,
            max(id) filter (where what in ('resume', 'void', 'merge', 'reopen', 'verify_pass')) as unpaused,
            count(*) filter (where what = 'verify_fail') as failures,
            count(*) filter (where what = 'grant_extension') as extensions,
            count(*) filter (where what in ('supervise', 'supervised')) as warnings,
            count(*) filter (where what in ('escalate', 'raised')) as raises,
            count(*) filter (where what = 'reopen') as reopenings,
            count(*) filter (where what = 'rate' and after ->> 'handler_fault' = 'true') as faults
        from case_history group by case_id
    )
select
    ends.*,
    passing.at as passed_at,
    passing.after ->> 'closed_by' as passed_by,
    (select after ->> 'community' from case_history as told
        where told.case_id = ends.case_id and after ? 'community'
        order by id limit 1) as estate,
    (select after ->> 'responsible' from case_history as told
        where told.case_id = ends.case_id and after ->> 'responsible' is not null
        and id < coalesce(ends.lifted, id + 1) order by id desc limit 1) as company,
    coalesce((select after ->> 'source' from case_history as told
        where told.case_id = ends.case_id and after ? 'source'
        order by id limit 1), 'camera') as told_by,
    (select after -> 'device' from case_history as told
        where told.case_id = ends.case_id and after ? 'device'
        order by id desc limit 1) as machine,
    (select after -> 'report' from case_history as told
        where told.case_id = ends.case_id and after ? 'report'
        order by id limit 1) as letter,
    (select after -> 'found' from case_history as told
        where told.case_id = ends.case_id and after ? 'found'
        order by id desc limit 1) as signs,
    (select after ->> 'zone_name' from case_history as told
        where told.case_id = ends.case_id and after ? 'zone_name'
        order by id desc limit 1) as spot,
    (select (after ->> 'entered_at')::timestamptz from case_history as told
        where told.case_id = ends.case_id and after ? 'entered_at'
        order by id desc limit 1) as since,
    (select (after ->> 'due_at')::timestamptz from case_history as told
        where told.case_id = ends.case_id and after ? 'due_at'
        order by id desc limit 1) as deadline,
    (select (after ->> 'reporter_rating')::integer from case_history as told
        where told.case_id = ends.case_id and what = 'rate'
        and after ? 'reporter_rating' order by id desc limit 1) as stars,
    (select (after ->> 'rating')::integer from case_history as told
        where told.case_id = ends.case_id and what = 'evaluate'
        order by id desc limit 1) as score
from ends left join case_history as passing on passing.id = ends.passed and ends.passed > coalesce(ends.again, 0)
"""
DONE: Final = "stage in ('reported', 'closed', 'evaluated')"
SHUT: Final = "stage in ('closed', 'evaluated')"
# What was voided, or went on with another case, is owed if that came after its deadline.
OWED: Final = "deadline <= :now and (stage not in ('voided', 'merged', 'not_filed') or dropped > deadline)"
# Seconds of Monday to Friday, 9 to 12 and 14 to 18 in China, but not of the seven days of October, and of the Saturday
# that makes up for one.
WORKED: Final = """
(select coalesce(sum(extract(epoch from least(said_done, closes) - greatest(filed, opens))), 0)
    from generate_series(
        date_trunc('day', filed at time zone 'Asia/Shanghai'), said_done at time zone 'Asia/Shanghai', interval '1 day'
    ) as day,
    lateral (values
        ((day + time '09:00') at time zone 'Asia/Shanghai', (day + time '12:00') at time zone 'Asia/Shanghai'),
        ((day + time '14:00') at time zone 'Asia/Shanghai', (day + time '18:00') at time zone 'Asia/Shanghai')
    ) as spell (opens, closes)
    where (extract(isodow from day) < 6 and day not between '2026-10-01' and '2026-10-07'
        or day = '2026-10-10') and opens < said_done and closes > filed)
"""


@dataclass(frozen=True, slots=True)
class Count:
    """By which moment, which cases below the line, and which of them, or how much of each, above it."""

    moment: str
    below: str
    above: str = "1"


COUNTS: Final[Mapping[str, Count]] = {
    "opened": Count("came", "true"),
    "filed": Count("filed", "true"),
    "dispatched": Count("sent_out", "true"),
    "handled": Count("said_done", DONE),
    "closed": Count("passed_at", SHUT),
    "due": Count("deadline", OWED),
    "handled_on_time": Count("deadline", OWED, f"({DONE} and said_done <= deadline)::int"),
    "closed_on_time": Count("deadline", OWED, f"({SHUT} and passed_at <= deadline)::int"),
    "handling": Count("deadline", OWED, f"({DONE})::int"),
    "rework": Count("deadline", OWED, "(failures > 0)::int"),
    "extended": Count("deadline", OWED, "(extensions > 0)::int"),
    "supervised": Count("deadline", OWED, "(warnings > 0)::int"),
    "raised": Count("deadline", OWED, "(raises > 0)::int"),
    "reopened": Count("said_done", "true", "(reopenings > 0)::int"),
    "length": Count("said_done", f"{DONE} and filed is not null", "extract(epoch from said_done - filed)"),
    "working_length": Count("said_done", f"{DONE} and filed is not null", WORKED),
    "stars": Count("said_done", "stars is not null", "stars"),
    "good": Count("said_done", "stars is not null or faults > 0", "(stars >= 4 and faults = 0)::int"),
    "bad": Count("said_done", "stars is not null or faults > 0", "(stars <= 2 or faults > 0)::int"),
    "rated": Count("said_done", "true", "(stars is not null or faults > 0)::int"),
    "score": Count("judged", "stage = 'evaluated'", "score"),
    "automatic": Count("passed_at", SHUT, "(passed_by in ('camera', 'device'))::int"),
    "not_filed": Count("came", "true", "(stage = 'not_filed')::int"),
    "voided": Count("filed", "true", "(stage = 'voided')::int"),
    "suspended": Count("filed", "true", "(coalesce(paused, 0) > coalesce(unpaused, 0))::int"),
}

# By estate, company, month (1 to 12) and measure: above and below the line.
Recounted = Mapping[tuple[str, str | None, int, str], tuple[float, float]]


async def recount(engine: AsyncEngine, year: int, now: object) -> Recounted:
    """Count everything again from the history."""
    found: dict[tuple[str, str | None, int, str], tuple[float, float]] = {}
    async with transaction(engine) as connection:
        await connection.execute(text(STORY))
        for name, count in COUNTS.items():
            query = f"""
                select estate, company, extract(month from {count.moment} at time zone 'Asia/Shanghai')::int as month,
                    sum({count.above})::float8 as above, count(*)::float8 as below
                from story
                where {count.below} and extract(year from {count.moment} at time zone 'Asia/Shanghai') = :year
                group by 1, 2, 3
            """  # noqa: S608 - no text from outside
            values = {"year": year} | ({"now": now} if ":now" in query else {})
            for row in await connection.execute(text(query), values):
                found[(row.estate, row.company, row.month, name)] = (row.above or 0.0, row.below)
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """A case as it is complained of; `upheld`: found by a camera, a device or staff, filed, and not dropped since."""

    estate: str
    month: int
    kind: str
    told_by: str
    place: str
    hour: int
    upheld: bool
    overdue: bool

    @property
    def counts(self) -> bool:
        """Whether it is a complaint: what residents say is one, whatever became of it."""
        return self.told_by in {"resident", "hotline"} or self.upheld


_TOLD: Final = """
    select estate, extract(month from came at time zone 'Asia/Shanghai')::int as month,
        case when machine is not null then machine ->> 'kind' when letter is not null then 'report'
            when signs @> '["thrown"]' then 'thrown' when signs @> '["zombie"]' then 'zombie' else 'parking'
            end as kind,
        told_by, coalesce(letter ->> 'place', nullif(spot, ''), machine ->> 'name') as place,
        extract(hour from since at time zone 'Asia/Shanghai')::int as hour,
        told_by not in ('resident', 'hotline') and filed is not null and stage not in ('voided', 'merged') as upheld,
        coalesce(deadline <= :now, false) and stage in ('collected', 'filed', 'dispatched', 'handling') as overdue
    from story where extract(year from came at time zone 'Asia/Shanghai') = :year
"""


async def collected(engine: AsyncEngine, year: int, now: object) -> list[Told]:
    """Every case that came in a year."""
    async with transaction(engine) as connection:
        await connection.execute(text(STORY))
        rows = await connection.execute(text(_TOLD), {"year": year, "now": now})
        return [Told(**row._mapping) for row in rows]
