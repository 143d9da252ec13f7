"""What was asked for and reported before reports could open a second case, and back."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy import create_engine as create_sync_engine

from cloud.cases.vocabulary import Action
from cloud.db import driver_url, migrate
from cloud.db.migrate import SCRIPTS
from tests.integration.cloud.ground import Ground
from tests.integration.cloud.test_repeats import act, hand_in

BEFORE = "0018"
ASKED = """
    insert into case_photos (event_id, sha256, case_id, media_type, kind, taken_at, masked, size, sealed, original_of)
        values (gen_random_uuid(), 's1', '{case}', 'x', 'due', now(), false, 1, true, 'p1'),
               (gen_random_uuid(), 's2', '{case}', 'x', 'due', now(), false, 1, true, 'p2'),
               (gen_random_uuid(), 'p3', '{case}', 'x', 'due', now(), true, 1, false, null);
    insert into original_requests
        (id, case_id, community, picture, asker, asker_role, reason, asked_at, state, ends_at, answer, opened)
        values (gen_random_uuid(), '{case}', 'demo', null, 'all', 'staff', 'why', now(), 'granted', now(), '', 0),
               (gen_random_uuid(), '{case}', 'demo', 'p2', 'one', 'staff', 'why', now(), 'asked', now(), '', 0),
               (gen_random_uuid(), '{other}', 'demo', null, 'none', 'staff', 'why', now(), 'refused', now(), '', 0);
"""


@contextmanager
def downgraded(dsn: str) -> Iterator[Connection]:
    engine, config = create_sync_engine(driver_url(dsn)), Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, BEFORE)
        yield connection
    engine.dispose()


async def test_each_keeps_its_case_and_what_was_asked_for_is_what_it_was(ground: Ground) -> None:
    first = await hand_in(ground)
    await act(ground, first, Action.NOT_FILE)
    second = await hand_in(ground, "还是不亮")
    await ground.engine.dispose()
    with downgraded(ground.dsn) as connection:
        connection.exec_driver_sql(ASKED.format(case=first.id, other=second.id))
        told = connection.exec_driver_sql("select report ->> 'text', report ->> 'reporter' from cases order by id")
        assert [tuple(row) for row in told] == [("路灯不亮", "12345-1"), ("还是不亮", "")]
    await asyncio.to_thread(migrate, ground.dsn)
    rows = await ground.rows("select asker, pictures from original_requests")
    assert {asker: sorted(pictures) for asker, pictures in rows} == {"all": ["p1", "p2"], "one": ["p2"], "none": []}
    assert (await hand_in(ground)).id == first.id
