"""Files that go: for good, in whatever order things die, and nothing that is still needed.

A file's row and its name on the list of what is to go change in one transaction; the bytes follow in another. So a
process that is killed between leaves a name on the list, never a file that nobody knows of.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.db import reading, transaction
from cloud.evidence import repository
from cloud.evidence.files import Files, Stored
from cloud.evidence.repository import Owner, Upload
from cloud.evidence.service import path_of
from cloud.evidence.tables import doomed, evidence, uploads

SETTLED: Final = timedelta(days=7)  # a file of nobody's that is younger may be on its way in, or of a restored backup
COMPLETE: Final = "sha256/"
PARTIAL: Final = "partial/"
CHECKED: Final = 500  # rows whose files are looked for at a time


@dataclass(frozen=True, slots=True)
class Looked:
    """What a sweep has found so far."""

    files: int = 0  # looked at
    strays: int = 0  # files that no row tells of, and that have gone now
    stray_bytes: int = 0


async def doom(connection: AsyncConnection, names: Sequence[str], *, now: datetime) -> list[str]:
    """Forget complete files, and have their bytes go once the caller's transaction is committed.

    Returns:
        those of `names` that were complete.
    """
    if not names:
        return []
    gone = delete(evidence).where(evidence.c.sha256.in_(names)).returning(evidence.c.sha256)
    found = list((await connection.execute(gone)).scalars())
    if found:
        rows = [{"sha256": name, "doomed_at": now} for name in found]
        await connection.execute(insert(doomed).on_conflict_do_nothing(), rows)
    return found


class Disposal:
    """Takes files out of the store.

    Args:
        clock: the wall clock; the store's own is believed to be near it.
    """

    def __init__(
        self, engine: AsyncEngine, files: Files, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._engine = engine
        self._files = files
        self._clock = clock

    async def clear(self, *, limit: int) -> int:
        """Take away files that are to go; how many (at most `limit`).

        Raises:
            DatabaseLost, StoreLost: what is left stays on the list.
        """
        async with reading(self._engine) as connection:
            query = select(doomed.c.sha256).order_by(doomed.c.doomed_at).limit(limit)
            names = list((await connection.execute(query)).scalars())
        for name in names:
            async with transaction(self._engine) as connection:
                await self._clear(connection, name)
        return len(names)

    async def _clear(self, connection: AsyncConnection, name: str) -> None:
        await repository.lock_file(connection, name)
        if await repository.complete_size(connection, name) is None:  # else it has come in anew since
            await self._files.delete([path_of(name)])
        await connection.execute(delete(doomed).where(doomed.c.sha256 == name))

    async def expire(self) -> int:
        """Forget uploads that nobody went on with, with their pieces; how many.

        Raises:
            DatabaseLost, StoreLost: pieces that are left are strays.
        """
        async with transaction(self._engine) as connection:
            expired = await repository.drop_expired(connection, now=self._clock())
        await self._files.delete([path for upload in expired for path in upload.paths])
        return len(expired)

    async def sweep(self) -> AsyncIterator[Looked]:
        """Take away every file that no row tells of and that has lain there for `SETTLED`; tells how far it is.

        Raises:
            DatabaseLost, StoreLost
        """
        looked = Looked()
        before = self._clock() - SETTLED
        for prefix in (COMPLETE, PARTIAL):
            async for batch in self._files.batches(prefix):
                strays = [file for file in await self._unknown(batch) if file.stored_at < before]
                for file in strays:
                    await self._take_away(file)
                looked = Looked(
                    looked.files + len(batch),
                    looked.strays + len(strays),
                    looked.stray_bytes + sum(file.size for file in strays),
                )
                yield looked

    async def missing(self) -> AsyncIterator[list[str]]:
        """Names of complete files that the store does not have, batch by batch: a store that was lost or mixed up.

        Nothing is changed: an empty folder that was mounted by mistake must not make the database forget its pictures.
        """
        last = ""
        while True:
            async with reading(self._engine) as connection:
                query = select(evidence.c.sha256).where(evidence.c.sha256 > last).order_by(evidence.c.sha256)
                names = list((await connection.execute(query.limit(CHECKED))).scalars())
            if not names:
                return
            yield [name for name in names if not await self._files.has(path_of(name))]
            last = names[-1]

    async def _unknown(self, batch: Sequence[Stored]) -> list[Stored]:
        """Files that neither a complete file's row nor an upload's tells of, and that are not about to go anyway."""
        names = {
            file.path.split("/")[3 if file.path.startswith(PARTIAL) else 2]: file for file in batch if _named(file)
        }
        async with reading(self._engine) as connection:
            known: set[str] = set()
            for table in (evidence, doomed):
                known |= set(
                    (await connection.execute(select(table.c.sha256).where(table.c.sha256.in_(names)))).scalars()
                )
            begun = (await connection.execute(select(uploads).where(uploads.c.sha256.in_(names)))).all()
        pieces = {
            path
            for row in begun
            for path in Upload(
                Owner(row.community, row.gateway), row.sha256, row.length, row.received, row.pieces
            ).paths
        }
        return [file for file in batch if file.path not in pieces and not _is_of(file, known)]

    async def _take_away(self, file: Stored) -> None:
        async with transaction(self._engine) as connection:
            name = file.path.rpartition("/")[2]
            await repository.lock_file(connection, name)
            if file.path.startswith(COMPLETE) and await repository.complete_size(connection, name) is not None:
                return  # it has come in since it was listed
            await self._files.delete([file.path])


def _named(file: Stored) -> bool:
    return file.path.count("/") == (4 if file.path.startswith(PARTIAL) else 2)


def _is_of(file: Stored, known: set[str]) -> bool:
    return file.path.startswith(COMPLETE) and file.path.rpartition("/")[2] in known
