"""What an evaluation rests on: the cases' reports, ratings and deadlines, and a tree of those who answer for them.

Given only once the other pages have been timed: those are judged on the cases as `fill` leaves them.
"""

from typing import Final

import psycopg
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.cases.events import COMMUNITIES
from cloud.accounts import OrganisationService
from cloud.accounts.organisations import Given, Kind

STREETS: Final = 10
# By the number of the case, so that it is the same in each run: one in twelve is raised to the next level.
_JUDGED: Final = """
    update cases set
        responsible = case when n % 12 = 0 then 'street-' || n % 10 else 'property-' || right(community, 3) end,
        level = case when n % 12 = 0 then 2 else 1 end,
        source = case n % 9 when 0 then 'resident' when 1 then 'hotline' else source end,
        due_at = coalesce(due_at, opened_at + make_interval(hours => 24 + n % 48)),
        reported_at = case when closed_at is not null then opened_at + make_interval(hours => 3 + n % 40) end,
        evaluated_at = case when stage = 'evaluated' then closed_at + interval '1 day' end,
        rating = case when stage = 'evaluated' then 3 + n % 3 end,
        reporter_rating = case when n % 4 = 0 then 1 + n % 5 end,
        rework = (n % 11 = 0)::int,
        reopened = (n % 17 = 0)::int,
        extensions = (n % 13 = 0)::int
    from (select id as case_id, abs(hashtext(number)) as n from cases) as numbered where numbered.case_id = id
"""
_RAISED: Final = """
    insert into case_history (case_id, at, what, moves, stage, actor, note, before, after)
    select id, opened_at, 'raised', false, stage, 'system', '',
        jsonb_build_object('responsible', 'property-' || right(community, 3)), '{}'
    from cases where level = 2
"""


def judge(dsn: str) -> None:
    """Give the cases what evaluation looks at, and let the database be settled."""
    with psycopg.connect(dsn) as connection:
        connection.execute(_JUDGED)
        connection.execute(_RAISED)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("vacuum (analyze) cases, case_history")
        connection.execute("checkpoint")


async def plant(engine: AsyncEngine) -> None:
    """A city of streets, communities and a property company in each."""
    streets = [f"street-{number}" for number in range(STREETS)]
    numbers = [f"{number:03d}" for number in range(1, COMMUNITIES + 1)]
    tree = [Given("city", Kind.CITY, None, "示例市")]
    tree += [Given(street, Kind.STREET, "city", street) for street in streets]
    for number in numbers:
        community = f"yard-{number}"
        tree.append(Given(community, Kind.COMMUNITY, streets[int(number) % STREETS], community, "", community))
        tree.append(Given(f"property-{number}", Kind.PROPERTY, community, f"{community} 物业"))
    await OrganisationService(engine).put(tree, by="benchmark")
