"""Many cases out of the few that were taken in: the same rows for earlier days, with ids and plates of their own.

What is copied is what the real path wrote. Cases also get what people add in the weeks after: most are over, the open
ones have a deadline, a handler, a priority.
"""

from collections.abc import Callable
from typing import Final

import psycopg
from psycopg import sql

from cloud.cases.search import case_words

DAY_MS: Final = 86_400_000
OPEN_OF: Final = 20  # one case in so many is open
TABLES: Final = (
    "inbox", "cases", "case_events", "case_photos", "case_history", "case_falls", "case_alarms",
)  # fmt: skip
IDS: Final = frozenset({"id", "case_id", "event_id", "alarm_id"})
WORDS_AT_ONCE: Final = 2000
_EARLIER: Final = """
    create or replace function earlier(id uuid, days int) returns uuid immutable parallel safe language sql as $$
        select (lpad(to_hex(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint - days * 86400000::bigint),
            12, '0') || substr(replace(id::text, '-', ''), 13))::uuid $$
"""
# Lives of cases after their events: by the number of the day, so that it is the same in each run.
_LIVES: Final = """
    update cases set
        priority = case n % 50 when 0 then 1 when 1 then 2 when 2 then 4 else 3 end,
        responsible = 'property-' || (n % 40),
        handler = case when n % 3 = 0 then null else 'staff.' || (n % 60) end,
        stage = case when n % %(open_of)s = 0
            then (array['filed', 'dispatched', 'handling', 'reported'])[1 + n / 20 % 4] else 'evaluated' end,
        due_at = case when n % %(open_of)s = 0 and n % 7 > 0 then opened_at + make_interval(hours => n % 300) end,
        term = case when n % %(open_of)s = 0 and n % 7 > 0 then '{"amount": 5, "unit": "working_days"}'::jsonb end,
        alert = case when n % 3 = 0 then 2 else 1 end,
        suspended_at = case when n % 340 = 0 then opened_at end,
        closed_at = case when n % %(open_of)s > 0 then opened_at + interval '2 days' end,
        closed_by = case when n % %(open_of)s > 0 then 'camera' end,
        updated_at = opened_at + make_interval(hours => 24 + n % 300)
    from (select id as case_id, abs(hashtext(number)) as n from cases) as numbered where numbered.case_id = id
"""
_FIELDS: Final = """
    select id, plate ->> 'text' as plate, array_remove(array[
        number, community, gateway, camera, zone, zone_name, slot, device, device_name
    ], null) || array(
        select words.value from jsonb_array_elements(alarms) as alarm, jsonb_each_text(alarm -> 'words') as words
    ) as fields from cases order by id
"""


def replicate(dsn: str, times: int, tick: Callable[[int], None]) -> None:
    """Let everything have happened on so many earlier days too: then there is `times` + 1 times as much."""
    with psycopg.connect(dsn) as connection:
        connection.execute(_EARLIER)
        connection.execute("create temporary table first_day as select id from cases")
        indexes = _without_indexes(connection)
        for days in range(1, times + 1):
            for table in TABLES:
                connection.execute(_copy_of(connection, table), {"days": days})
            tick(1)
        for definition in indexes:
            connection.execute(definition)
        connection.commit()


def live(dsn: str) -> None:
    """Let the cases be in all states, found by words, and the database be settled as it is after a night."""
    with psycopg.connect(dsn) as connection:
        connection.execute(_LIVES.replace("%(open_of)s", str(OPEN_OF)))
        connection.execute("truncate case_words")
        rows = connection.execute(_FIELDS).fetchall()
        with connection.cursor().copy("copy case_words (case_id, words) from stdin") as copy:
            for case_id, plate, fields in rows:
                words = case_words(fields, plate or "")
                copy.write_row((case_id, " ".join(f"'{word}'" for word in sorted(words))))
        connection.commit()
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("vacuum (analyze)")
        connection.execute("checkpoint")


def size(dsn: str) -> tuple[int, int, int]:
    """Events, cases, and bytes of a database."""
    with psycopg.connect(dsn) as connection:
        counted = (
            "select (select count(*) from inbox), (select count(*) from cases), pg_database_size(current_database())"
        )
        events, cases, taken = connection.execute(counted).fetchone() or (0, 0, 0)
        return events, cases, taken


def _copy_of(connection: psycopg.Connection, table: str) -> sql.Composed:
    """A statement that copies the rows of the first day to an earlier one."""
    asked = (
        "select column_name, data_type from information_schema.columns where table_name = %s "
        "and table_schema = 'public' and is_generated = 'NEVER' and is_identity = 'NO' order by ordinal_position"
    )
    columns = connection.execute(asked, (table,)).fetchall()
    names = sql.SQL(", ").join(sql.Identifier(name) for name, _ in columns)
    values = sql.SQL(", ").join(sql.SQL(_earlier(name, kind)) for name, kind in columns)
    return sql.SQL("insert into {} ({}) select {} from {} as t where {}").format(
        sql.Identifier(table), names, values, sql.Identifier(table), sql.SQL(_first_day(table))
    )


def _first_day(table: str) -> str:
    """Which rows are of the first day."""
    match table:
        case "inbox":
            return "epoch = '0000000000000000'"
        case "cases":
            return "id in (select id from first_day)"
        case _:
            return "case_id in (select id from first_day)"


_ITS_OWN: Final = {
    "epoch": "lpad(to_hex(%(days)s::int), 16, '0')",
    "number": "'LL-' || to_char(to_date(substr(t.number, 4, 8), 'YYYYMMDD') - %(days)s::int, 'YYYYMMDD') "
    "|| substr(t.number, 12)",
    "device": "t.device || '-' || %(days)s::int",  # one open case a device
    "plate": "case when t.plate ? 'text' then jsonb_set(t.plate, '{text}', to_jsonb(left(t.plate ->> 'text', 2) "
    "|| lpad((abs(hashtext(t.number || %(days)s::int)) %% 100000)::text, 5, '0'))) else t.plate end",
    "merged_into": "t.merged_into",
    "look": "t.look",
}
_OF_TYPE: Final = {
    "uuid": "earlier(t.{}, %(days)s)",
    "timestamp with time zone": "t.{} - make_interval(days => %(days)s)",
}


def _earlier(name: str, kind: str) -> str:
    """A column of a row as it is on an earlier day."""
    return _ITS_OWN.get(name) or _OF_TYPE.get(kind, "t.{}").format(f'"{name}"')


def _without_indexes(connection: psycopg.Connection) -> list[str]:
    """Drop the indexes that bear no constraint; how to make them again."""
    asked = (
        "select indexdef, indexname from pg_indexes where schemaname = 'public' and tablename = any(%s) and indexname "
        "not in (select conname from pg_constraint)"
    )
    found = connection.execute(asked, ([*TABLES, "case_words"],)).fetchall()
    for _, name in found:
        connection.execute(sql.SQL("drop index {}").format(sql.Identifier(name)))
    return [definition for definition, _ in found]
