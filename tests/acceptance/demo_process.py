"""The demo as a person starts it, in a folder of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Final

import psutil

PARTS: Final = {
    # name: what stands in its command line
    "postgres": ("/bin/postgres", "-D"),
    "nats": ("nats-server", "-c"),
    "cloud": ("-m", "cloud"),
    "story": ("deploy.story", "serve"),
    "yard": ("deploy.story", "yard"),
    "gateway": ("-m", "edge"),
}
SUMMARY_KEYS: Final = {
    "events",
    "cases_opened",
    "cases_closed_verified",
    "lost",
    "duplicated",
    "evidence",
    "seconds",
}


class Demo:
    """`linli-onebox demo --once` as a process of its own; started again it goes on in the same folder."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self._port = port  # of its page: several demos may run side by side
        self._out = folder / "stdout"
        self._told = folder / "stderr"
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [
            str(Path(sys.executable).parent / "linli-onebox"),
            "demo",
            "--once",
            "--data",
            str(self.folder / "box"),
            "--port",
            str(self._port),
        ]
        with self._out.open("ab") as out, self._told.open("ab") as told:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=told, cwd=self.folder)

    def again(self) -> None:
        """Start it once more after it was killed."""
        self.process.wait(10)
        self.process = self._start()

    @property
    def told(self) -> str:
        """Everything the terminal has shown."""
        return self._told.read_text()

    def until(self, condition: Callable[[], bool], within_s: float) -> None:
        """Wait for a condition; the terminal's words are the explanation when it does not come."""
        deadline = time.monotonic() + within_s
        while not condition():
            assert time.monotonic() < deadline, self.told + self.logs()
            assert self.process.poll() is None, self.told + self.logs()
            time.sleep(0.05)

    def until_told(self, words: str, within_s: float, times: int = 1) -> None:
        self.until(lambda: self.told.count(words) >= times, within_s)

    def pid(self, part: str) -> int | None:
        """The process that a part is now."""
        for child in psutil.Process(self.process.pid).children():
            try:
                words = child.cmdline()
            except psutil.NoSuchProcess:
                continue
            if "launch.py" not in " ".join(words[:4]) and _is(words, PARTS[part]):
                return child.pid
        return None

    def kill(self, part: str) -> None:
        """`kill -9` of a part, and wait until another process has its place."""
        self.until(lambda: self.pid(part) is not None, 20)
        pid = self.pid(part)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        self.until(lambda: self.pid(part) not in {None, pid}, 20)

    def summary(self, within_s: float) -> tuple[int, dict[str, float]]:
        """Wait for the end; give the exit code and the last line's JSON."""
        try:
            code = self.process.wait(within_s)
        except subprocess.TimeoutExpired:
            raise AssertionError(self.told + self.logs()) from None
        lines = self._out.read_text().splitlines()
        assert lines, self.told + self.logs()
        return code, json.loads(lines[-1])

    def logs(self) -> str:
        """The last lines of each part."""
        found = sorted((self.folder / "box" / "logs").glob("*.log"))
        return "".join(f"\n--- {path.name}\n" + "\n".join(path.read_text().splitlines()[-25:]) for path in found)

    def end(self) -> None:
        """End it, whatever it does."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def _is(words: list[str], wanted: tuple[str, str]) -> bool:
    return any(first.endswith(wanted[0]) and second == wanted[1] for first, second in pairwise(words))


def processes_of(folder: Path) -> list[str]:
    """Command lines of all processes that have to do with a folder."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = " ".join(process.info["cmdline"] or [])
        if str(folder) in words:
            found.append(words)
    return found
