"""The audit log: written with what it tells of, chained, and every way of tampering with it found."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.audit import Deed, Entry, record
from cloud.audit.domain import GENESIS, MAX_DETAILS, MAX_TEXT, body_of, hash_of
from cloud.audit.log import BATCH, AuditLog, Checked, Head
from cloud.db import create_engine, transaction
from cloud.scope import Scope

AT = datetime(2026, 5, 1, 8, 30, tzinfo=UTC)


def entry(number: int, **more: str) -> Entry:
    return Entry(
        "wang", Deed.PHOTO_VIEWED, f"case/{number}", more.get("community"), more, AT + timedelta(minutes=number)
    )


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(database)
    yield engine
    await engine.dispose()


@pytest.fixture
async def log(engine: AsyncEngine) -> AuditLog:
    log = AuditLog(engine)
    for number in range(1, 6):
        await log.record(entry(number))
    return log


async def last(log: AuditLog, anchor: Head | None = None) -> Checked:
    return [checked async for checked in log.check(anchor)][-1]


async def behind_its_back(engine: AsyncEngine, *statements: str) -> None:
    """As somebody does who may do all on the database."""
    async with transaction(engine) as connection:
        for statement in ("alter table audit_log disable trigger audit_refuse", *statements):
            await connection.execute(text(statement))
        await connection.execute(text("alter table audit_log enable trigger audit_refuse"))


async def test_entries_are_chained_and_read_back(log: AuditLog, engine: AsyncEngine) -> None:
    found = await log.list()
    assert [each.seq for each in found] == [5, 4, 3, 2, 1]
    assert (found[-1].at, found[-1].actor, found[-1].what, found[-1].about) == (
        AT + timedelta(minutes=1),
        "wang",
        "photo.viewed",
        "case/1",
    )
    assert await last(log) == Checked(5)
    previous = GENESIS
    async with engine.connect() as connection:
        for number, row in enumerate(await connection.execute(text("select * from audit_log order by seq")), start=1):
            assert row.body == body_of(entry(number))
            assert row.previous == previous
            assert row.hash == hash_of(previous, row.body), "the database hashes as the program does"
            previous = row.hash
    assert await log.head() == Head(5, previous)


async def test_an_entry_is_there_if_and_only_if_its_transaction_is(log: AuditLog, engine: AsyncEngine) -> None:
    with pytest.raises(RuntimeError):  # noqa: PT012 - the block is what fails
        async with transaction(engine) as connection:
            await record(connection, entry(6))
            raise RuntimeError
    assert (await log.head()).seq == 5
    async with transaction(engine) as connection:
        await record(connection, entry(6))
        await record(connection, entry(7))
        assert (await log.head()).seq == 5, "its place is given when it commits: others do not wait for it"
        await log.record(entry(8))
    assert [each.about for each in await log.list(limit=3)] == ["case/7", "case/6", "case/8"]
    assert await last(log) == Checked(8)
    async with engine.connect() as connection:
        assert (await connection.execute(text("select count(*) from audit_pending"))).scalar_one() == 0


@pytest.mark.parametrize(
    "statement",
    ["update audit_log set body = '{}'", "delete from audit_log where seq = 5", "truncate audit_log"],
)
async def test_the_database_refuses_to_change_it(log: AuditLog, engine: AsyncEngine, statement: str) -> None:
    with pytest.raises(DBAPIError, match="only ever added to"):
        async with transaction(engine) as connection:
            await connection.execute(text(statement))
    assert await last(log) == Checked(5)


ANEW = "encode(sha256(decode(previous, 'hex') || convert_to(body, 'UTF8')), 'hex')"
TAMPERED = [
    ("changed", ["update audit_log set body = replace(body, 'wang', 'nobody') where seq = 3"], 3, "does not hold"),
    (
        "changed and hashed anew",
        ["update audit_log set body = replace(body, 'wang', 'n') where seq = 3", f"update audit_log set hash = {ANEW}"],  # noqa: S608
        4,
        "does not follow",
    ),
    ("taken out", ["delete from audit_log where seq = 3"], 3, "is missing: 4 comes"),
    (
        "taken out and closed up",
        ["delete from audit_log where seq = 3", "update audit_log set seq = seq - 1 where seq > 3"],
        3,
        "does not follow",
    ),
    (
        "put in",
        [
            "update audit_log set seq = seq + 10 where seq > 3",
            "update audit_log set seq = seq - 9 where seq > 10",
            "insert into audit_log (seq, body, previous, hash) "  # noqa: S608 - no text from outside
            f"select 4, body, hash, {ANEW} from audit_log where seq = 1",
        ],
        4,
        "does not",
    ),
    ("the first taken out", ["delete from audit_log where seq = 1"], 1, "is missing: 2 comes"),
]


@pytest.mark.parametrize(("statements", "seq", "why"), [row[1:] for row in TAMPERED], ids=[row[0] for row in TAMPERED])
async def test_the_first_broken_entry_is_named(
    log: AuditLog, engine: AsyncEngine, statements: Sequence[str], seq: int, why: str
) -> None:
    await behind_its_back(engine, *statements)
    found = await last(log)
    assert found.seq == seq
    assert why in str(found.fault)


async def test_what_is_cut_off_at_the_end_is_seen_by_a_head_that_was_noted(log: AuditLog, engine: AsyncEngine) -> None:
    noted = await log.head()
    await log.record(entry(6))
    assert await last(log, noted) == Checked(6)
    await behind_its_back(engine, "delete from audit_log where seq > 4")
    assert await last(log) == Checked(4), "nothing in the log itself says so"
    assert (await last(log, noted)).seq == 5
    assert "noted to reach 5" in str((await last(log, noted)).fault)


async def test_a_log_that_was_written_anew_is_seen_by_a_head_that_was_noted(log: AuditLog, engine: AsyncEngine) -> None:
    noted = await log.head()
    await behind_its_back(engine, "delete from audit_log")
    for number in range(11, 17):
        await log.record(entry(number))
    assert await last(log) == Checked(6)
    assert (await last(log, noted)).seq == 5


async def test_all_of_a_log_that_is_gone_is_seen(log: AuditLog, engine: AsyncEngine) -> None:
    noted = await log.head()
    await behind_its_back(engine, "delete from audit_log")
    assert await last(log) == Checked(0)
    assert (await last(log, noted)).seq == 1


async def test_it_is_checked_in_batches(engine: AsyncEngine) -> None:
    async with transaction(engine) as connection:
        for number in range(BATCH + 1):
            await record(connection, entry(number))
    seen = [checked async for checked in AuditLog(engine).check()]
    assert seen == [Checked(BATCH), Checked(BATCH + 1)]


async def test_it_is_searched_by_who_what_when_and_whose(engine: AsyncEngine) -> None:
    log = AuditLog(engine)
    await log.record(entry(1, community="lantian"))
    await log.record(entry(2, community="baiyun"))
    await log.record(Entry("li", Deed.LOGGED_IN, "user/li", at=AT))
    assert [each.actor for each in await log.list(actor="li")] == ["li"]
    assert [each.about for each in await log.list(about="case/2")] == ["case/2"]
    assert [each.about for each in await log.list(what="photo.viewed", since=AT + timedelta(minutes=2))] == ["case/2"]
    assert [each.about for each in await log.list(scope=Scope(frozenset({"lantian"})))] == ["case/1"]
    assert [each.seq for each in await log.list(before=3, limit=1)] == [2]


def test_what_goes_in_is_bounded() -> None:
    long = Entry("x" * 999, Deed.EXPORTED, "\x00\ud800", detail={str(n): "y" * 999 for n in range(99)}, at=AT)
    body = body_of(long)
    assert body.count("y" * (MAX_TEXT - 1) + "…") == MAX_DETAILS
    assert "x" * MAX_TEXT not in body
    assert "x" * (MAX_TEXT - 1) in body
    assert "\\u0000" not in body
    exact = body_of(Entry("x" * MAX_TEXT, Deed.EXPORTED, "a", at=AT))
    assert "x" * MAX_TEXT in exact
