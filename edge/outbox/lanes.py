"""The rows of an outbox: lanes, records, and what has been said about numbers that are gone.

What waits in a lane is always one run of numbers up to the last: receipts and the budget both take from its old end.
"""

import sqlite3
from collections.abc import Iterable
from typing import Final

from contract.envelope import Lane
from contract.signatures import NO_HASH, digest
from edge.outbox.record import NUMBERED, Depth, Record, Span

MAX_TOLD: Final = 64  # ranges a lane remembers having told of; beyond that the oldest may be told of again


def begin(db: sqlite3.Connection) -> None:
    """Start the lanes of a new store."""
    db.executemany("insert or ignore into lanes values (?, 0, ?, 0, 0)", [(lane, NO_HASH) for lane in NUMBERED])


def head(db: sqlite3.Connection, lane: Lane) -> tuple[int, str]:
    """The last number given in a lane and the hash of its event."""
    last, prevhash = db.execute("select last, prevhash from lanes where lane = ?", (lane,)).fetchone()
    return last, prevhash


def number(db: sqlite3.Connection, record: Record) -> None:
    """Take the record's number and hash as the head of its lane."""
    db.execute("update lanes set last = ?, prevhash = ? where lane = ?", (record.seq, digest(record.body), record.lane))


def insert(db: sqlite3.Connection, record: Record) -> None:
    """Keep a record that has been numbered."""
    db.execute("insert into records values (?, ?, ?, ?)", (record.lane, record.seq, record.id, record.body))
    db.execute(
        "update lanes set records = records + 1, size = size + ? where lane = ?", (len(record.body), record.lane)
    )


def after(db: sqlite3.Connection, lane: Lane, seq: int, limit: int) -> list[Record]:
    """At most `limit` records above `seq`, in order."""
    rows = db.execute(
        "select seq, id, body from records where lane = ? and seq > ? order by seq limit ?", (lane, seq, limit)
    )
    return [Record(lane, number, event_id, body) for number, event_id, body in rows]


def remove(db: sqlite3.Connection, lane: Lane, upto: int) -> int:
    """Forget a lane's records up to and with `upto`; how many there were."""
    records, size = db.execute(
        "select count(*), coalesce(sum(length(body)), 0) from records where lane = ? and seq <= ?", (lane, upto)
    ).fetchone()
    if not records:
        return 0  # a repeated receipt costs no write
    db.execute("delete from records where lane = ? and seq <= ?", (lane, upto))
    db.execute("update lanes set records = records - ?, size = size - ? where lane = ?", (records, size, lane))
    return int(records)


def oldest(db: sqlite3.Connection, lane: Lane) -> int:
    """The lowest number that waits in a lane; one more than the last where none does."""
    row = db.execute("select min(seq) from records where lane = ?", (lane,)).fetchone()
    return int(row[0]) if row[0] is not None else head(db, lane)[0] + 1


def depths(db: sqlite3.Connection) -> dict[Lane, Depth]:
    """How much waits in each lane."""
    rows = db.execute("select lane, records, size, last from lanes")
    return {Lane(lane): Depth(records, size, last) for lane, records, size, last in rows}


def waiting(db: sqlite3.Connection) -> int:
    """Bytes that wait, in all lanes."""
    return int(db.execute("select sum(size) from lanes").fetchone()[0])


def untold(db: sqlite3.Connection, lane: Lane, spans: Iterable[Span]) -> list[Span]:
    """Those parts of `spans` that no gap has been told of."""
    told = [Span(*row) for row in db.execute("select first, last from gaps where lane = ? order by first", (lane,))]
    left = list(spans)
    for known in told:
        left = [part for span in left for part in _without(span, known)]
    return left


def _without(span: Span, hole: Span) -> list[Span]:
    parts = (Span(span.first, min(span.last, hole.first - 1)), Span(max(span.first, hole.last + 1), span.last))
    return [part for part in parts if part.first <= part.last]


def tell(db: sqlite3.Connection, lane: Lane, span: Span) -> None:
    """Remember that a gap was told of; ranges that touch become one."""
    touching = "from gaps where lane = ? and first <= ? and last >= ?"
    reach = (lane, span.last + 1, span.first - 1)
    low, high = db.execute(f"select min(first), max(last) {touching}", reach).fetchone()
    db.execute(f"delete {touching}", reach)
    first, last = (span.first, span.last) if low is None else (min(low, span.first), max(high, span.last))
    db.execute("insert into gaps values (?, ?, ?)", (lane, first, last))
    db.execute(
        "delete from gaps where lane = ?1 and first not in"
        " (select first from gaps where lane = ?1 order by first desc limit ?2)",
        (lane, MAX_TOLD),
    )
