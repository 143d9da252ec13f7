"""A gateway with lines as processes: its folder, the program itself, and whatever pretends to be its meters."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

WITHIN_S = 60.0


@dataclass(slots=True)
class Site:
    """A gateway's folder, its process, and the process that pretends to be its meters."""

    folder: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Without any model in reach."""
        environment = {**os.environ, "LINLI_MODELS": str(self.folder / "no-models")}
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen([sys.executable, "-m", *words], stdout=log, stderr=log, env=environment)
        self.running.append(process)
        return process

    def gateway(self) -> subprocess.Popen[bytes]:
        return self.start("edge", "run", "--config", str(self.folder / "gateway.toml"))

    def meters(self) -> subprocess.Popen[bytes]:
        return self.start("firmware_bridge", "simulate", "--link", str(self.folder / "meters"))

    @property
    def log(self) -> str:
        """What they have said."""
        return (self.folder / "log").read_text()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read from a copy of the outbox, for the gateway alone may open its file."""
        copy = self.folder / "copy.sqlite"
        for suffix in ("", "-wal"):
            source = self.folder / "data" / f"outbox.sqlite{suffix}"
            Path(f"{copy}{suffix}").write_bytes(source.read_bytes() if source.exists() else b"")
        try:
            with closing(sqlite3.connect(copy)) as db:
                return db.execute(query).fetchall()
        except sqlite3.DatabaseError:
            return []  # not there yet, or copied in the middle of a write

    def line(self) -> dict[str, Any]:
        """The line, by the last heartbeat."""
        beats = self.rows(
            "select body from records where cast(body as text) like '%device.health.v1%' order by seq desc limit 1"
        )
        told: dict[str, Any] = json.loads(beats[0][0])["data"]["lines"][0] if beats else {}
        return told

    def wait_for(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + WITHIN_S
        while not condition():
            assert time.monotonic() < end, (self.line(), self.log)
            time.sleep(0.05)

    def close(self) -> None:
        """End whatever still runs."""
        for process in self.running:
            if process.poll() is None:
                process.kill()
                process.wait()
