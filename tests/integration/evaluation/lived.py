"""A year that has passed, once for all tests of a module; they only look at it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Final

import psycopg
import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from cloud.accounts import OrganisationService
from cloud.cases.calendar import SATURDAY, WorkCalendar
from cloud.cases.service import CaseService
from cloud.cases.terms import Terms
from cloud.db.engine import driver_url
from deploy.story.year.district import FIRST, TREE
from deploy.story.year.run import Year
from deploy.story.year.world import Clock, World

MATTERS: Final = 240
DAYS: Final = {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True}
CALENDAR: Final = WorkCalendar(
    hours=((time(9), time(12)), (time(14), time(18))),
    days=MappingProxyType(DAYS),
    usual=lambda day: day.weekday() < SATURDAY,
)


@dataclass(frozen=True, slots=True)
class Lived:
    """Where it is, and its end."""

    dsn: str
    at: datetime


@pytest.fixture(scope="module")
def lived(postgres: str) -> Iterator[Lived]:
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("create database year template template_linli")
        connection.execute("alter database year set synchronous_commit = off")
    dsn = postgres.replace("/postgres?", "/year?")
    yield Lived(dsn, asyncio.run(live(dsn)))
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("drop database year with (force)")


async def live(dsn: str, many: int = MATTERS) -> datetime:
    """Let a year pass; its end."""
    engine, clock = create_async_engine(driver_url(dsn)), Clock(FIRST)  # statements are prepared: a third of the time
    await OrganisationService(engine).put(TREE, by="story")
    cases = CaseService(engine, clock=clock, terms=Terms(CALENDAR))
    async with engine.connect() as looking:
        await looking.execution_options(isolation_level="AUTOCOMMIT")
        await Year(World(engine, looking, cases, clock), FIRST, many).run()
    await engine.dispose()
    return clock.at
