"""Debian's VictoriaMetrics, that can be killed, and what it gives back."""

import json
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cloud.telemetry.point_store import MEASUREMENT
from tests.integration.cloud.brokers import find, free_port

Stored = dict[tuple[str, str, str, str, str, str], float]  # by field, gateway, meter, unit, origin and time


@dataclass
class Victoria:
    """One server; its data outlives it."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [
            find("victoria-metrics"),
            f"-storageDataPath={self.folder}",
            f"-httpListenAddr=127.0.0.1:{self.port}",
            "-retentionPeriod=100y",
            "-dedup.minScrapeInterval=1ms",
            "-search.latencyOffset=0s",
            "-memory.allowedBytes=64MiB",
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not self._answers():
            assert self.process.poll() is None, f"it ended with {self.process.returncode}"
            assert time.monotonic() < deadline, "it does not answer"
            time.sleep(0.02)

    def kill(self) -> None:
        """SIGKILL: no last words, no last writes."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def stored(self) -> Stored:
        """Each value that it has, with everything that says which one it is; twice the same is a fault."""
        self.get("/internal/force_flush")
        found: Stored = {}
        for line in self.get("/api/v1/export", **{"match[]": f'{{__name__=~"{MEASUREMENT}_.*"}}'}).splitlines():
            series = json.loads(line)
            name = series["metric"]
            labels = [name[label] for label in ("gateway", "meter", "unit", "origin")]
            for at, value in zip(series["timestamps"], series["values"], strict=True):
                moment = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")
                key = (name["__name__"].removeprefix(f"{MEASUREMENT}_"), *labels, moment)
                assert key not in found, f"twice: {key}"
                found[key] = value
        return found

    def snapshots(self) -> list[str]:
        return list(json.loads(self.get("/snapshot/list"))["snapshots"])

    def get(self, path: str, **query: str) -> bytes:
        with urllib.request.urlopen(f"{self.url}{path}?{urllib.parse.urlencode(query)}", timeout=20) as answer:  # noqa: S310
            return bytes(answer.read())

    def _answers(self) -> bool:
        try:
            self.get("/health")
        except OSError:
            return False
        return True


@contextmanager
def victoria(folder: Path) -> Iterator[Victoria]:
    server = Victoria(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()
