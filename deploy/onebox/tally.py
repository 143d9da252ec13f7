"""What a story left behind, counted from the real parts: the gateway's outbox, the cloud's database."""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

_OPENED: Final = {
    "parking.opened.v1": "stay",
    "meter.alarm.opened.v1": "alarm",
    "gate.alarm.opened.v1": "alarm",
}
"""By type of event: the field that says which matter it opens."""

Lane = tuple[str, str]
"""Epoch and lane: each has its own sequence 1, 2, 3 …"""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What the cloud has.

    Attributes:
        sequences: a lane's numbers in the inbox, each once.
        events: all rows of the inbox.
        opened: how often each stay was told to have begun to be a violation, and each alarm to have begun.
        applied: how often each event stands in the history of cases, as the same thing that happened.
        cases: number of cases.
        verified: cases that the camera or the device closed.
        wanted: files that events refer to.
        files: those of them that are there.
    """

    sequences: Mapping[Lane, frozenset[int]]
    events: int
    opened: Mapping[str, int]
    applied: Mapping[str, int]
    cases: int
    verified: int
    wanted: frozenset[str]
    files: frozenset[str]


@dataclass(frozen=True, slots=True)
class Summary:
    """The answer of a story: what the last line of `demo --once` says."""

    events: int
    cases_opened: int
    cases_closed_verified: int
    lost: int
    duplicated: int
    evidence: int
    seconds: float

    def faults(self) -> list[str]:
        """What is not as it should be, each with the number that should stand there."""
        expected = {"cases_opened": 3, "cases_closed_verified": 2, "lost": 0, "duplicated": 0}
        wrong = [
            f"{name} is {getattr(self, name)}, expected {number}"
            for name, number in expected.items()
            if getattr(self, name) != number
        ]
        return wrong + [f"{name} is 0" for name in ("events", "evidence") if not getattr(self, name)]


def lost(given_out: Mapping[Lane, int], arrived: Arrived) -> int:
    """How many events and files are missing: given a number by the gateway, not in the inbox.

    What a `device.gap` declares gone counts as well: nothing in a story is a reason to give up an event.

    Args:
        given_out: the highest number each lane of the gateway's outbox ever gave out.
    """
    lanes = set(given_out) | set(arrived.sequences)
    missing = 0
    for lane in lanes:
        numbers = arrived.sequences.get(lane, frozenset())
        highest = max(given_out.get(lane, 0), max(numbers, default=0))
        missing += highest - len(numbers)
    return missing + len(arrived.wanted - arrived.files)


def duplicated(arrived: Arrived) -> int:
    """How many findings were applied to a case more than once, and how many stays were told more than once."""
    return sum(times - 1 for counts in (arrived.opened, arrived.applied) for times in counts.values())


def summary(given_out: Mapping[Lane, int], arrived: Arrived, *, seconds: float) -> Summary:
    """Put the numbers together."""
    return Summary(
        events=arrived.events,
        cases_opened=arrived.cases,
        cases_closed_verified=arrived.verified,
        lost=lost(given_out, arrived),
        duplicated=duplicated(arrived),
        evidence=len(arrived.wanted & arrived.files),
        seconds=round(seconds, 1),
    )


def read_outbox(path: Path) -> dict[Lane, int]:
    """The highest number each lane ever gave out; the gateway that owns the outbox must have ended."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as outbox:
        epoch = str(outbox.execute("select value from meta where name = 'epoch'").fetchone()[0])
        return {(epoch, str(lane)): int(last) for lane, last in outbox.execute("select lane, last from lanes")}


async def read_cloud(dsn: str) -> Arrived:
    """What the cloud's database holds."""
    async with await psycopg.AsyncConnection.connect(dsn) as connection:

        async def rows(query: str) -> list[tuple[object, ...]]:
            return await (await connection.execute(query.encode())).fetchall()

        inbox = await rows("select epoch, lane, seq, body from inbox")
        # An answer may stand there twice, as what was said and as what followed from it: never twice as the same.
        history = await rows(
            "select event_id || ' ' || what, count(*) from case_history where event_id is not null group by 1"
        )
        cases = await rows("select stage, verification from cases")
        files = await rows("select sha256 from evidence")
    documents = [json.loads(bytes(body)) for *_, body in inbox if isinstance(body, bytes | memoryview)]
    return Arrived(
        sequences=_sequences(inbox),
        events=len(inbox),
        opened=Counter(str(each["data"][_OPENED[each["type"]]]) for each in documents if each["type"] in _OPENED),
        applied={str(event): int(str(times)) for event, times in history},
        cases=len(cases),
        verified=sum(stage in {"closed", "evaluated"} and word in {"gone", "ended"} for stage, word in cases),
        wanted=frozenset(str(file["sha256"]) for each in documents for file in each["data"].get("evidence", ())),
        files=frozenset(str(row[0]) for row in files),
    )


def _sequences(inbox: list[tuple[object, ...]]) -> dict[Lane, frozenset[int]]:
    found: dict[Lane, set[int]] = {}
    for epoch, lane, seq, _ in inbox:
        if isinstance(seq, int) and seq > 0:
            found.setdefault((str(epoch), str(lane)), set()).add(seq)
    return {lane: frozenset(numbers) for lane, numbers in found.items()}
