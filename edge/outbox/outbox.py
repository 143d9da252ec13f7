"""The outbox: from a finding to a record that survives anything but the loss of the disk."""

import logging
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final, Self, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.device import DeviceGap, GapData, GapReason
from contract.downlink import Receipt
from contract.envelope import Lane
from contract.identifiers import ENTROPY_BYTES
from contract.signatures import NO_HASH
from edge.errors import DiskFull, Misconfigured
from edge.outbox import budget, lanes
from edge.outbox.ballast import BALLAST_BYTES, Ballast
from edge.outbox.budget import Budget
from edge.outbox.composer import Composer
from edge.outbox.database import MEMORY, Database
from edge.outbox.record import Draft, Identity, Reception, Record, Span, Stats
from edge.values import Moment

MAX_COMMANDS: Final = 1024  # command ids that are remembered
SHRINK_PAGES: Final = 512  # 2 MiB: the ballast's space and room to write in
SACRIFICE_BYTES: Final = 2 * BALLAST_BYTES  # of telemetry, when the disk refuses an alarm
NO_STATE: Final[Mapping[str, bytes]] = MappingProxyType({})

T = TypeVar("T")
log = logging.getLogger(__name__)


def _random_entropy() -> bytes:
    return os.urandom(ENTROPY_BYTES)


class Outbox:
    """Durable, numbered, signed, chained. Any thread may call it; a call blocks for about one `fsync`.

    Args:
        path: the SQLite file, or `":memory:"`.
        budget_bytes: bytes of bodies that may wait; telemetry gives way, alarms and events go beyond it.
        reserve_bytes: disk space that telemetry leaves to the rest of the machine.
        entropy: 10 bytes for each event id; derived from the recording in a replay.
        epoch: 16 hex digits for a new store; drawn where None. A store that exists keeps its own.

    A file that is damaged is moved to `….damaged` and a new epoch begins: what had not been sent is in that file, the
    cloud sees the new epoch, and `damaged` holds the path. A damaged outbox must not keep a gateway from watching.

    Raises:
        Misconfigured: the file is in use, or belongs to another gateway.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        identity: Identity,
        key: Ed25519PrivateKey,
        config_version: str,
        budget_bytes: int,
        reserve_bytes: int,
        entropy: Callable[[], bytes] = _random_entropy,
        epoch: str | None = None,
    ) -> None:
        file = None if str(path) == MEMORY else Path(path)
        self._ballast = Ballast(file.with_name(file.name + ".ballast") if file else None)
        self._db = self._opened(path)
        self._entropy = entropy
        self._writing = threading.Lock()
        self._budget = Budget(budget_bytes, reserve_bytes, (lambda: budget.free_bytes(file)) if file else None)
        self.epoch: Final = self._write(lambda db: _begin(db, identity, epoch or secrets.token_hex(8)))
        self._composer = Composer(identity, self.epoch, config_version, key)
        if self._db.damaged:
            log.error("outbox damaged, moved to %s; a new epoch %s begins", self._db.damaged, self.epoch)

    def _opened(self, path: Path | str) -> Database:
        """Open the store; after a kill on a full disk SQLite needs room to take up its log, which the ballast gives."""
        try:
            return Database(path)
        except DiskFull:
            self._ballast.release()
            return Database(path)

    @property
    def damaged(self) -> Path | None:
        """Where a damaged store was moved to at this start."""
        return self._db.damaged

    def commit(
        self, drafts: Sequence[Draft], *, state: Mapping[str, bytes] = NO_STATE, commands: Sequence[str] = ()
    ) -> tuple[Record, ...]:
        """Number, chain, sign and keep `drafts`, and keep `state`, all or nothing; durable on return.

        Args:
            drafts: any lanes but `state`; each lane is numbered in the order given.
            state: what the pipeline needs to go on from here, by name; replaces what was kept under that name.
            commands: those that `drafts` answer: remembered as done, so that none is answered twice.
        Returns:
            One record a draft. A telemetry record may already have been dropped for the budget; a gap tells of it.
        Raises:
            DiskFull: nothing was written or numbered; call again later.
            ContractError: a draft is not an event of the contract; nothing was written.
        """
        return self._write(lambda db: self._commit(db, drafts, state, commands))

    def announce(self, draft: Draft) -> bytes:
        """Sign an event of lane `state` (birth, death); it has no number and is not kept."""
        return self._composer.compose(draft, seq=0, prevhash=NO_HASH, entropy=self._entropy()).body

    def state(self, name: str) -> bytes | None:
        """What the last commit kept under `name`."""
        with self._db.reading() as db:
            row = db.execute("select value from states where name = ?", (name,)).fetchone()
        return bytes(row[0]) if row else None

    def pending(self, lane: Lane, after_seq: int, limit: int) -> list[Record]:
        """At most `limit` records of a lane above `after_seq`, in order."""
        with self._db.reading() as db:
            return lanes.after(db, lane, after_seq, limit)

    def receive(self, receipt: Receipt, at: Moment) -> Reception:
        """Forget what the cloud has committed and say what it lacks. The signature has been checked by the caller.

        What the cloud lacks and this store no longer has is told by one `device.gap.v1` a range, stamped `at`.

        Raises:
            DiskFull: nothing changed; the cloud will say it again.
        """
        return self._empty(lambda db: self._receive(db, receipt, at))

    def seen_command(self, command: str) -> bool:
        """Whether a command was marked as done, among the last 1,024."""
        with self._db.reading() as db:
            return db.execute("select 1 from commands where id = ?", (command,)).fetchone() is not None

    def mark_command(self, command: str) -> None:
        """Remember, durably, that a command is done.

        Raises:
            DiskFull: it is not remembered.
        """
        self._write(lambda db: _mark(db, command))

    def stats(self) -> Stats:
        """How much waits in each lane."""
        with self._db.reading() as db:
            return Stats(lanes.depths(db))

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, action: Callable[[sqlite3.Connection], T]) -> T:
        """One transaction; where the disk refuses, once more: with the log's own space, or that of telemetry."""
        with self._writing:
            try:
                return self._transact(action)
            except DiskFull:
                self._db.checkpoint()
                if self.stats().lanes[Lane.TELEMETRY].size >= SACRIFICE_BYTES:
                    self._free(lambda db: budget.drop(db, SACRIFICE_BYTES))
                return self._transact(action)

    def _empty(self, action: Callable[[sqlite3.Connection], T]) -> T:
        with self._writing:
            return self._free(action)

    def _free(self, action: Callable[[sqlite3.Connection], T]) -> T:
        """A transaction that frees space: where the disk refuses, once more with the space held back for this."""
        try:
            result = self._transact(action)
        except DiskFull:
            self._ballast.release()
            self._db.checkpoint()
            result = self._transact(action)
        if not self._ballast.take():
            self._db.shrink(SHRINK_PAGES)
            self._ballast.take()
        return result

    def _transact(self, action: Callable[[sqlite3.Connection], T]) -> T:
        with self._db.transaction() as db:
            return action(db)

    def _commit(
        self, db: sqlite3.Connection, drafts: Sequence[Draft], state: Mapping[str, bytes], commands: Sequence[str]
    ) -> tuple[Record, ...]:
        records = tuple(self._number(db, draft) for draft in drafts)
        excess = self._budget.excess(db, sum(len(record.body) for record in records))
        short = excess - budget.drop(db, excess) if excess else 0
        for record in records:
            self._keep(db, record, short=short > 0)
        if drafts and not excess:
            self._tell_dropped(db, drafts[-1].moment)
        db.executemany("insert or replace into states values (?, ?)", state.items())
        for command in commands:
            _mark(db, command)
        return records

    def _number(self, db: sqlite3.Connection, draft: Draft) -> Record:
        last, prevhash = lanes.head(db, draft.lane)
        record = self._composer.compose(draft, seq=last + 1, prevhash=prevhash, entropy=self._entropy())
        lanes.number(db, record)
        return record

    @staticmethod
    def _keep(db: sqlite3.Connection, record: Record, *, short: bool) -> None:
        if short and record.lane is Lane.TELEMETRY:
            budget.note(db, Span(record.seq, record.seq))
        else:
            lanes.insert(db, record)

    def _tell_dropped(self, db: sqlite3.Connection, at: Moment) -> None:
        dropped = budget.take(db)
        if dropped:
            self._tell(db, Lane.TELEMETRY, [dropped], GapReason.BUDGET, at)

    def _tell(self, db: sqlite3.Connection, lane: Lane, spans: Iterable[Span], reason: GapReason, at: Moment) -> None:
        for span in spans:
            data = GapData(in_lane=lane, first=span.first, last=span.last, count=span.count, reason=reason)
            lanes.insert(db, self._number(db, Draft(DeviceGap, data, at)))
            lanes.tell(db, lane, span)

    def _receive(self, db: sqlite3.Connection, receipt: Receipt, at: Moment) -> Reception:
        refused = self._refusal(db, receipt)
        if refused:
            return Reception(refused=refused)
        removed = lanes.remove(db, receipt.lane, receipt.committed)
        self._tell_dropped(db, at)
        low = lanes.oldest(db, receipt.lane)
        asked = [Span(max(span.first, receipt.committed + 1), span.last) for span in receipt.missing]
        gone = [Span(span.first, min(span.last, low - 1)) for span in asked]
        here = [Span(max(span.first, low), span.last) for span in asked]
        forgotten = lanes.untold(db, receipt.lane, [span for span in gone if span.count > 0])
        self._tell(db, receipt.lane, forgotten, GapReason.FORGOTTEN, at)
        return Reception(removed, tuple(span for span in here if span.count > 0), tuple(forgotten))

    def _refusal(self, db: sqlite3.Connection, receipt: Receipt) -> str:
        if receipt.epoch != self.epoch:
            return "it is for another epoch"
        if receipt.lane is Lane.STATE:
            return "lane state has no numbers"
        last = lanes.head(db, receipt.lane)[0]
        highest = max([receipt.committed, *(span.last for span in receipt.missing)])
        return f"it speaks of number {highest}; the last one given is {last}" if highest > last else ""


def _begin(db: sqlite3.Connection, identity: Identity, epoch: str) -> str:
    lanes.begin(db)
    db.executemany("insert or ignore into meta values (?, ?)", [("epoch", epoch), ("source", identity.source)])
    kept = dict(db.execute("select name, value from meta").fetchall())
    if kept["source"] != identity.source:
        raise Misconfigured(f"gateway.data: the outbox there belongs to {kept['source']}, not to {identity.source}")
    return str(kept["epoch"])


def _mark(db: sqlite3.Connection, command: str) -> None:
    db.execute("insert or ignore into commands (id) values (?)", (command,))
    db.execute("delete from commands where ordinal <= (select max(ordinal) from commands) - ?", (MAX_COMMANDS,))
