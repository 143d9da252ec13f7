"""Evidence files come in by pieces, are checked against their name, and are read back."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.config import Limits
from cloud.db import reading, transaction
from cloud.evidence import repository
from cloud.evidence.files import Files
from cloud.evidence.repository import Owner, Upload
from contract.evidence import MAX_FILE_BYTES
from contract.sealing import SEALED, is_sealed

MAX_PIECES: Final = 1024  # four times as many as full pieces need: a piece may be short, not tiny
KEPT_UNFINISHED: Final = timedelta(days=3)
DAY: Final = timedelta(days=1)
AT_ONCE: Final = 4  # requests that hold a piece, at most one whole file each, in memory


class Completed(Protocol):
    """Told of a file that is complete, inside the transaction that says so."""

    async def __call__(self, connection: AsyncConnection, sha256: str, /) -> None: ...


class Refused(Exception):
    """The upload cannot go on like this; `status` as HTTP counts, `offset` where to go on instead."""

    def __init__(self, status: int, why: str, *, offset: int | None = None) -> None:
        super().__init__(why)
        self.status: Final = status
        self.offset: Final = offset


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a file, as a request brings it."""

    owner: Owner
    sha256: str
    offset: int
    length: int  # bytes of the whole file
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file is."""

    offset: int
    complete: bool


def _now() -> datetime:
    return datetime.now(UTC)


class EvidenceService:
    """Keeps evidence files in `files`, and in the database which there are."""

    def __init__(
        self,
        engine: AsyncEngine,
        files: Files,
        *,
        limits: Limits | None = None,
        clock: Callable[[], datetime] = _now,
        completed: Completed | None = None,
    ) -> None:
        self._engine = engine
        self._files = files
        self._limits = limits or Limits()
        self._clock = clock
        self._completed = completed
        self._room = asyncio.Semaphore(AT_ONCE)

    async def read(self, sha256: str) -> bytes | None:
        """A complete file, at most `MAX_FILE_BYTES`; None: it is not there (yet).

        Raises:
            DatabaseLost, StoreLost
        """
        async with reading(self._engine) as connection:
            if await repository.complete_size(connection, sha256) is None:
                return None
        return await self._files.get(path_of(sha256))

    async def progress(self, owner: Owner, sha256: str) -> Progress:
        """How much of a file is there.

        Raises:
            DatabaseLost
        """
        async with reading(self._engine) as connection:
            size = await repository.complete_size(connection, sha256)
            if size is not None:
                return Progress(size, complete=True)
            state = await repository.upload(connection, owner, sha256)
            return Progress(state.received if state else 0, complete=False)

    async def receive(self, piece: Piece) -> Progress:
        """Take one piece; with the last one the file is checked against its name.

        Raises:
            Refused: too long, not the piece that is next, over budget, or the hash differs (and the file is dropped).
                Where the store has lost pieces, with offset 0: that is no fault of the file's, which starts anew.
            DatabaseLost, StoreLost: nothing has changed; the same piece may come again.
        """
        _bounded(piece)
        async with self._room:
            async with transaction(self._engine) as connection:
                outcome, rubbish = await self._receive(connection, piece)
            await self._files.delete(rubbish)
        if isinstance(outcome, Refused):
            raise outcome
        return outcome

    async def _receive(self, connection: AsyncConnection, piece: Piece) -> tuple[Progress | Refused, tuple[str, ...]]:
        """Take a piece.

        Returns:
            how far the file is, or why all of it has been dropped; and what lies in the store that is of no use now.
        """
        await repository.lock_owner(connection, piece.owner)
        size = await repository.complete_size(connection, piece.sha256)
        if size is not None:
            return Progress(size, complete=True), ()
        state, rubbish = await self._state(connection, piece)
        if piece.offset != state.received:
            raise Refused(409, f"the next piece starts at {state.received}", offset=state.received)
        if state.pieces == MAX_PIECES:
            raise Refused(413, f"a file comes in at most {MAX_PIECES} pieces", offset=state.received)
        whole = piece.offset + len(piece.body) == piece.length
        if not whole:
            return await self._put_by(connection, state, piece), rubbish
        outcome = await self._finish(connection, state, piece)
        await repository.drop(connection, state)
        return outcome, rubbish + state.paths

    async def _state(self, connection: AsyncConnection, piece: Piece) -> tuple[Upload, tuple[str, ...]]:
        found = await repository.upload(connection, piece.owner, piece.sha256)
        if found is not None:
            if found.length != piece.length:
                raise Refused(422, f"the file was announced with {found.length} bytes", offset=found.received)
            return found, ()
        expired = await repository.drop_expired(connection, now=self._clock())
        await self._within_budget(connection, piece)
        rubbish = tuple(path for upload in expired for path in upload.paths)
        return Upload(piece.owner, piece.sha256, piece.length, received=0, pieces=0), rubbish

    async def _within_budget(self, connection: AsyncConnection, piece: Piece) -> None:
        partial = await repository.partial_bytes(connection, piece.owner)
        if partial + piece.length > self._limits.evidence_partial_bytes:
            raise Refused(429, "too much is begun and not complete; complete it first")
        today = await repository.complete_bytes(connection, piece.owner, since=self._clock() - DAY)
        if today + piece.length > self._limits.evidence_daily_bytes:
            raise Refused(429, "this gateway's evidence of 24 hours is full; try later")

    async def _put_by(self, connection: AsyncConnection, state: Upload, piece: Piece) -> Progress:
        # Stored before it is noted: a crash between leaves a piece that its repetition overwrites.
        await self._files.put(state.path(state.pieces), piece.body)
        further = replace(state, received=state.received + len(piece.body), pieces=state.pieces + 1)
        await repository.keep(connection, further, expires_at=self._clock() + KEPT_UNFINISHED)
        return Progress(further.received, complete=False)

    async def _finish(self, connection: AsyncConnection, state: Upload, piece: Piece) -> Progress | Refused:
        body = await self._join(state, piece.body)
        if body is None:
            return Refused(409, "the store has lost pieces of the file; it starts anew", offset=0)
        if (await asyncio.to_thread(hashlib.sha256, body)).hexdigest() != piece.sha256:
            return Refused(422, "the file does not hold what its name says; it has been dropped")
        if is_sealed(body) is not (piece.media_type == SEALED):
            return Refused(422, f"sealed files come as {SEALED}, and nothing else does; it has been dropped")
        await repository.lock_file(connection, piece.sha256)
        await self._files.put(path_of(piece.sha256), body)
        now = self._clock()
        await repository.complete(
            connection, piece.owner, piece.sha256, size=len(body), media_type=piece.media_type, now=now
        )
        if self._completed is not None:
            await self._completed(connection, piece.sha256)
        return Progress(len(body), complete=True)

    async def _join(self, state: Upload, last: bytes) -> bytes | None:
        """The whole file; None: a piece is missing from the store or has another length than was noted."""
        parts = [await self._files.get(path) for path in state.paths]
        body = b"".join([*(part for part in parts if part is not None), last])
        return body if len(body) == state.length else None


def _bounded(piece: Piece) -> None:
    if not 1 <= piece.length <= MAX_FILE_BYTES:
        raise Refused(413, f"a file has 1 to {MAX_FILE_BYTES} bytes")
    if not piece.body or piece.offset < 0 or piece.offset + len(piece.body) > piece.length:
        raise Refused(400, "a piece holds at least a byte and ends within the file")


def path_of(sha256: str) -> str:
    """Where a complete file lies in the store."""
    return f"sha256/{sha256[:2]}/{sha256}"
