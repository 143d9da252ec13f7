"""A step of set-up, done once for what it reads: the stamp holds the digest of its inputs, not a time."""

import hashlib
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that set-up does.

    Attributes:
        name: the stamp's file name.
        title: what a person reads while it runs.
        reads: the files whose contents decide whether it must run again.
        makes: what must exist afterwards; one missing makes it run again.
        work: does it, or raises `SetupFailed`.
    """

    name: str
    title: str
    reads: tuple[Path, ...]
    makes: tuple[Path, ...]
    work: Callable[[], None]

    def is_done(self, stamps: Path) -> bool:
        """Whether it was done for the inputs as they are now, and what it made is still there."""
        stamp = stamps / self.name
        return (
            stamp.is_file()
            and stamp.read_text(encoding="ascii") == self._digest()
            and all(path.exists() for path in self.makes)
        )

    def carry_out(self, stamps: Path) -> None:
        """Do it and leave the stamp; the stamp is taken away first, so that a step cut short runs again."""
        (stamps / self.name).unlink(missing_ok=True)
        inputs = self._digest()
        self.work()
        stamps.mkdir(parents=True, exist_ok=True)
        (stamps / self.name).write_text(inputs, encoding="ascii")

    def _digest(self) -> str:
        """Hash the contents of what it reads, the places of all, and the Python that it is for."""
        total = hashlib.sha256(repr((sys.version_info[:2], *map(str, self.makes))).encode())
        for path in self.reads:
            total.update(str(path).encode())
            total.update(path.read_bytes() if path.is_file() else b"missing")
        return total.hexdigest()


def carry_out_all(steps: Iterable[Step], stamps: Path) -> None:
    """Do, in order, those steps that are not done yet, with a line before and a line after each."""
    for step in steps:
        if step.is_done(stamps):
            continue
        began = time.monotonic()
        say(f"setup · {step.title}")
        step.carry_out(stamps)
        say(f"setup · {step.title}: done in {time.monotonic() - began:.1f} s")


def say(line: str) -> None:
    """Write one line of progress, on stderr: stdout belongs to what is run after set-up."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
