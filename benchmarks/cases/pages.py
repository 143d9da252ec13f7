"""How soon pages are answered: the real application, a person who is logged in, two databases in turn."""

import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import httpx
import psycopg
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.cases.events import COMMUNITIES, LETTERS, PROVINCES
from benchmarks.cases.judged import STREETS
from cloud.accounts import Role
from cloud.accounts.domain import NameTaken
from cloud.app.parts import Parts, parts_of
from cloud.app.serve import keep_what_is_loaded
from cloud.config import Config, Database, Source

USER, PASSWORD = "bench.mark", "a long enough secret"
WARM: Final = 10  # requests of each page that are not counted
Ask = Callable[[random.Random], str]


class NotAnswered(Exception):
    """A page did not come: its time says nothing."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One database behind the application, and somebody who looks at it."""

    client: httpx.AsyncClient
    engine: AsyncEngine
    pages: dict[str, Ask]  # of cases


@asynccontextmanager
async def desk(dsn: str, folder: Path) -> AsyncIterator[Desk]:
    """Open the application on a database and log in."""
    parts = parts_of(_config(dsn, folder))
    app, _ = parts.web()
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://linli.test") as client:
        await _log_in(parts, client)
        keep_what_is_loaded()
        yield Desk(client, parts.engine, _pages(dsn))
    await parts.engine.dispose()


async def timed(desks: Sequence[Desk], page: str, requests: int, tick: Callable[[int], None]) -> list[list[float]]:
    """Ask each desk for a page `requests` times, by turns; milliseconds, by desk.

    Raises:
        NotAnswered: a page was refused.
    """
    choices = [random.Random(page) for _ in desks]
    found: list[list[float]] = [[] for _ in desks]
    for number in range(-WARM, requests):
        for place, each in enumerate(desks):
            path = (each.pages | EVALUATIONS)[page](choices[place])
            began = time.perf_counter()
            answer = await each.client.get(path)
            took = (time.perf_counter() - began) * 1000
            if answer.status_code != 200:
                raise NotAnswered(f"{answer.status_code} for {path}")
            if number >= 0:
                found[place].append(took)
        tick(1)
    return found


def _config(dsn: str, folder: Path) -> Config:
    return Config(
        database=Database(dsn=SecretStr(dsn)),
        source=(Source(url="nats://127.0.0.1:4222"),),
        evidence=f"file://{folder}/evidence",
        key=folder / "cloud.key",
        secure_cookies=False,
    )


async def _log_in(parts: Parts, client: httpx.AsyncClient) -> None:
    with suppress(NameTaken):  # it is the second time
        await parts.accounts.add(USER, PASSWORD, Role.CITY)
    answer = await client.post("/api/login", json={"name": USER, "password": PASSWORD})
    answer.raise_for_status()


def _pages(dsn: str) -> dict[str, Ask]:
    """What is asked for: by chance, and so that both databases are asked alike."""
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("select id, number, plate ->> 'text', device from cases order by id").fetchall()

    sought = {
        "number": [number for _, number, _, _ in rows],
        "plate": [plate for _, _, plate, _ in rows if plate],
        "device": [device for _, _, _, device in rows if device],
    }
    return {
        "list": _list,
        "filter": _filter,
        "search": lambda chance: _search(chance, sought),
        "case": lambda chance: f"/cases/{chance.choice(rows)[0]}",
        "list of 200": lambda chance: "/cases?show=all&size=200&order=" + chance.choice(ORDERS),
    }


ORDERS: Final = ("newest", "due", "priority", "changed")


def _list(chance: random.Random) -> str:
    asked = {"show": chance.choice(("open", "closed", "all")), "order": chance.choice(ORDERS)}
    return f"/cases?{urlencode(asked)}"


def _evaluation(chance: random.Random, periods: Sequence[str], organisation: str = "") -> str:
    return f"/evaluation?{urlencode({'period': chance.choice(periods), 'organisation': organisation})}"


def _community(chance: random.Random) -> str:
    return f"/evaluation/communities/yard-{chance.randrange(COMMUNITIES) + 1:03d}?period=2026"


def _filter(chance: random.Random) -> str:
    """One to three things that narrow the list."""
    narrowing: list[list[tuple[str, str]]] = [
        [("kind", chance.choice(("parking", "zombie", "thrown", "meter")))],
        [("community", f"yard-{chance.randrange(COMMUNITIES) + 1:03d}") for _ in range(chance.randrange(1, 4))],
        [("priority", "1"), ("priority", "2")],
        [("timing", chance.choice(("overdue", "soon", "suspended")))],
        [("handler", f"staff.{chance.randrange(60)}")],
        [("responsible", f"property-{chance.randrange(40)}")],
        [("zone_kind", "fire_lane")],
        [("stage", "reported")],
        [("opened_from", "2026-11-10"), ("opened_until", "2026-11-20")],
    ]
    chosen = chance.sample(narrowing, chance.randrange(1, 4))
    asked = [("show", chance.choice(("open", "all"))), ("order", chance.choice(ORDERS)), *chain.from_iterable(chosen)]
    return f"/cases?{urlencode(asked)}"


def _search(chance: random.Random, sought: dict[str, list[str]]) -> str:
    """What people type: half a number, half a plate, a place, a device, something that is nowhere."""
    text = chance.choice(
        (
            chance.choice(sought["number"])[: chance.choice((11, 14, 16))],
            chance.choice(sought["plate"])[: chance.randrange(3, 8)],
            chance.choice(sought["plate"])[3:],
            f"{chance.randrange(1, 31)}号楼{chance.choice(('消防通道', '西面', '水表', '南侧'))}",
            "中心花园绿地",
            chance.choice(sought["device"]),
            f"yard-{chance.randrange(COMMUNITIES) + 1:03d} 消防通道",
            "在用水",
            f"{chance.choice(PROVINCES)}{chance.choice(LETTERS)}99{chance.randrange(10)}",
            "没有这样的地方",
        )
    )
    asked = {"show": "all", "q": text} | ({"order": "changed"} if chance.random() < 0.3 else {})
    return f"/cases?{urlencode(asked)}"


# What reads a year of cases: told beside the others.
EVALUATIONS: Final[dict[str, Ask]] = {
    "evaluation of a month": lambda chance: _evaluation(chance, ("2026-11", "2026-10")),
    "evaluation of a half-year": lambda chance: _evaluation(chance, ("2026-H2",)),
    "evaluation of a year": lambda chance: _evaluation(chance, ("2026",)),
    "evaluation of a street": lambda chance: _evaluation(chance, ("2026",), f"street-{chance.randrange(STREETS)}"),
    "a community's page": _community,
}
