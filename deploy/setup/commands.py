"""Runs one program of a set-up step: its output goes to a log, its progress to the terminal."""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

STILL_RUNNING_EVERY_S = 10.0
TAIL_LINES = 25
TAIL_BYTES = 16_384
LAST_LINE_CHARS = 90


class SetupFailed(Exception):
    """A step could not be done; the text says which and what a person can do about it."""


@dataclass(frozen=True, slots=True)
class Commands:
    """Runs programs in the checkout and keeps what they print in `log`."""

    root: Path
    log: Path

    def run(self, argv: Sequence[str | Path], *, environment: Mapping[str, str] | None = None) -> None:
        """Run to the end; raise `SetupFailed` with the end of its output where it exits other than 0."""
        words = [str(word) for word in argv]
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("a", encoding="utf-8") as log:
            start = log.tell()
            process = subprocess.Popen(
                words, cwd=self.root, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
            try:
                code = self._wait(process, start)
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
        if code != 0:
            raise SetupFailed(f"{_name(words)} exited with {code}:\n{self._tail(start)}")

    def _wait(self, process: subprocess.Popen[bytes], start: int) -> int:
        """Wait, saying every few seconds that the program still runs and what it said last."""
        began = time.monotonic()
        while True:
            try:
                return process.wait(timeout=STILL_RUNNING_EVERY_S)
            except subprocess.TimeoutExpired:
                last = self._tail(start).rpartition("\n")[2].strip()[:LAST_LINE_CHARS]
                sys.stderr.write(f"      … {time.monotonic() - began:3.0f} s  {last}\n")
                sys.stderr.flush()

    def _tail(self, start: int) -> str:
        """Return the last lines that were written after byte `start` of the log."""
        with self.log.open("rb") as log:
            end = log.seek(0, 2)
            log.seek(max(start, end - TAIL_BYTES))
            text = log.read().decode("utf-8", errors="replace")
        lines = [line for line in text.replace("\r", "\n").splitlines() if line.strip()]
        return "\n".join(lines[-TAIL_LINES:])


def _name(words: Sequence[str]) -> str:
    """Name a command by its program and first argument, without arguments that may hold secrets."""
    return " ".join([Path(words[0]).name, *words[1:3]])
