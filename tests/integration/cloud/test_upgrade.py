"""A database of the first release, with rows in it, brought to this program's version."""

import asyncio
from collections.abc import Iterator
from datetime import UTC
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine as create_sync_engine

from cloud.accounts import AccountService, Role
from cloud.cases.filters import CaseFilter, Order
from cloud.cases.listing import CaseListing
from cloud.cases.service import CaseService
from cloud.cases.vocabulary import Action, Found, Note
from cloud.console.facts import Eye
from cloud.console.views import case_page
from cloud.db import create_engine, driver_url, migrate
from cloud.db.migrate import SCRIPTS
from cloud.devices.service import DeviceService
from cloud.ingest.reception import Message, Reception
from cloud.scope import EVERYTHING
from tests.integration.cloud.ground import Clock
from tests.integration.cloud.sender import PLACE, Sender
from tests.people import person

FIRST_RELEASE = "0002"
CASE = "01a1fbd4-f500-74c1-a71e-f797d118eae6"
# As that program wrote them: a case whose vehicle left, an end that came before its finding, and a user.
ROWS = """
    insert into cases values ('01a1fbd4-f500-74c1-a71e-f797d118eae6', 'LL-20261121-0001', 'demo', 'gw-1',
        '0123456789abcdef', 'cam1', 'fire-lane', 'fire_lane',
        '3号楼消防通道', 'cam1.s9', 'cam1.s9.1', 1, 'car', 'handling', 'none', '', null, 4,
        '2026-11-21T01:55Z', '2026-11-21T02:00Z', '2026-11-21T02:00Z', null, null, 400, 300, false, 1, 0, null,
        'synced', false, false);
    insert into case_history (case_id, at, what, moves, stage, actor, note)
        values ('01a1fbd4-f500-74c1-a71e-f797d118eae6', '2026-11-21T02:00Z',
            'collected', false, 'collected', 'camera', ''),
               ('01a1fbd4-f500-74c1-a71e-f797d118eae6', '2026-11-21T02:00Z',
            'left', false, 'dispatched', 'camera', '400 s'),
               ('01a1fbd4-f500-74c1-a71e-f797d118eae6', '2026-11-21T02:00Z',
            'accept', true, 'handling', 'wang.fang', '');
    insert into case_numbers values ('2026-11-21', 1);
    insert into case_events (event_id, community, gateway, epoch, camera, slot, stay, type, dwell_s, received_at)
        values ('01a1fbd4-f500-74c1-a71e-f797d118eae7', 'demo', 'gw-1', '0123456789abcdef', 'cam1', 'cam1.s1',
        'cam1.s1.1', 'parking.cleared.v1', 400, '2026-11-21T02:00Z');
    insert into case_photos (event_id, case_id, sha256, media_type, kind, taken_at, masked, size)
        values ('01a1fbd4-f500-74c1-a71e-f797d118eae8', '01a1fbd4-f500-74c1-a71e-f797d118eae6', repeat('a', 64),
        'image/jpeg', 'due', '2026-11-21T02:00Z', true, 9);
    insert into users (name, password_hash, created_at) values ('wang.fang', 'x', '2026-11-21T02:00Z');
"""


@pytest.fixture
def older(postgres: str) -> Iterator[str]:
    """A database as the first release leaves it."""
    name = f"t{uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
    dsn = postgres.replace("/postgres?", f"/{name}?")
    engine, config = create_sync_engine(driver_url(dsn)), Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, FIRST_RELEASE)
        connection.exec_driver_sql(ROWS)
    engine.dispose()
    yield dsn
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'drop database "{name}" with (force)')


async def test_what_the_first_release_stored_means_what_it_meant(older: str) -> None:
    await asyncio.to_thread(migrate, older)
    engine, clock = create_engine(older), Clock()
    try:
        cases = CaseService(engine, clock=clock)
        view = await cases.get(CASE)
        assert view is not None
        assert (view.case.found, view.case.signs, view.case.vehicle_present) == ((Found.DWELL,), (), False)
        assert [photo.sha256 for photo in view.photos] == ["a" * 64]
        assert len(case_page(view, Eye(clock(), UTC)).lines) == 3
        assert view.case.handler == "wang.fang", "who took it sees it among their own"
        assert (view.case.term, await cases.alert(), await cases.alert()) == (None, 1, 0)
        view = await cases.get(CASE)
        assert view is not None
        assert view.case.due_at == cases.terms.begin(view.case, clock()).due_at, "it has a deadline, from now on"
        assert [line.what for line in view.history][-1] is Note.TERM_SET
        await cases.act(CASE, Action.REPORT, by=person("wang.fang"), version=view.case.version)
        (user,) = await AccountService(engine, clock=clock).list()
        assert user.role is Role.STAFF, "who was let in before sees no list of permits by that"

        sender = Sender()
        await DeviceService(engine, clock=clock).register(sender.community, sender.gateway, sender.public)
        sent = sender.opened()
        assert (await Reception(engine, cases, clock=clock).take(Message(sent.topic, sent.body, "test"))).fault is None
        listing = CaseListing(engine, zone=UTC)
        page = await listing.page(CaseFilter(), EVERYTHING, now=clock(), order=Order.NEWEST, limit=10)
        (late,) = [case for case in page.cases if case.slot == PLACE["slot"]]
        for words in ("3号楼", "LL-20261121-0001", "cam1.s9"):
            sought = CaseFilter(text=f"{words} s9")
            page = await listing.page(sought, EVERYTHING, now=clock(), order=Order.NEWEST, limit=10)
            assert [case.id for case in page.cases] == [CASE], f"{words}: what was there before is found, too"
        assert late.vehicle_present is False, "its end had come before its finding, and before the new program"
    finally:
        await engine.dispose()


async def test_what_the_program_before_has_no_word_for_goes_on_the_way_back(older: str) -> None:
    await asyncio.to_thread(migrate, older)
    engine = create_engine(older)
    try:
        cases, accounts = CaseService(engine, clock=Clock()), AccountService(engine, clock=Clock())
        await accounts.add("li.na", "a long password 1", role=Role.STREET)
        case = await cases.act(CASE, Action.SUSPEND, by=person("li.na", Role.STREET), version=4, note="等车主")
        await cases.act(CASE, Action.RESUME, by=person("li.na", Role.STREET), version=case.version)
    finally:
        await engine.dispose()
    sync, config = create_sync_engine(driver_url(older)), Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with sync.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0010")
        told = connection.exec_driver_sql("select distinct what from case_history").scalars()
        assert set(told) == {"collected", "left", "accept"}
        assert set(connection.exec_driver_sql("select role from users").scalars()) == {"staff"}
    sync.dispose()
    await asyncio.to_thread(migrate, older)
