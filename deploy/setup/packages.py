"""The virtual environment: exactly the packages of one lock file, each checked by hash, and this project editable."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.setup.commands import Commands, SetupFailed
from deploy.setup.steps import Step, say


@dataclass(frozen=True, slots=True)
class Environment:
    """The checkout's `.venv` and the lock files it is filled from."""

    root: Path
    commands: Commands

    @property
    def bin(self) -> Path:
        """The folder of its programs."""
        return self.root / ".venv" / "bin"

    @property
    def stamps(self) -> Path:
        """The folder of the stamps: inside `.venv`, so that they go when it goes."""
        return self.root / ".venv" / ".setup"

    def step(self, lock: str) -> Step:
        """Fill it from `locks/{lock}.txt`; one filled for development is kept so, for it holds all of the others."""
        whole = self._step("dev")
        if lock != "dev" and (self.stamps / whole.name).exists():
            return whole
        return self._step(lock)

    def _step(self, lock: str) -> Step:
        locks = (self.root / "locks" / "setup.txt", self.root / "locks" / f"{lock}.txt")
        return Step(
            name=f"packages-{lock}",
            title=f"Python packages, locks/{lock}.txt",
            reads=(*locks, self.root / "pyproject.toml"),
            makes=(self.bin / "python", self.bin / "linli-onebox"),
            work=lambda: self._fill(locks),
        )

    def _fill(self, locks: tuple[Path, Path]) -> None:
        for stamp in self.stamps.glob("packages-*"):
            stamp.unlink()
        self._create()
        self._pip("install", "--require-hashes", "-r", str(locks[0]))
        wanted = [word for lock in locks for word in ("-r", str(lock))]
        try:
            self._uv("sync", "--require-hashes", *map(str, locks))
        except SetupFailed:
            # uv has settings of its own for proxies and certificates, and a machine may have set pip's only.
            say("      … uv could not fetch the packages: pip goes on, from the same lock")
            self._pip("install", "--require-hashes", *wanted)
        self._pip("install", "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(self.root))

    def _create(self) -> None:
        """Make the environment, or mend one whose Python has gone."""
        usable = _answers(self.bin / "python")
        try:
            options = [] if usable else ["--clear"]
            self.commands.run([sys.executable, "-m", "venv", *options, str(self.root / ".venv")])
        except SetupFailed as error:
            raise SetupFailed(f"{error}\nOn Debian: apt-get install python3-venv") from error

    def _pip(self, command: str, *options: str) -> None:
        quiet = ("--disable-pip-version-check", "--no-input", "--progress-bar=off")
        self.commands.run([str(self.bin / "python"), "-m", "pip", command, *quiet, *options])

    def _uv(self, command: str, *options: str) -> None:
        argv = [str(self.bin / "uv"), "pip", command, "--python", str(self.bin / "python"), "--no-progress", *options]
        self.commands.run(argv, environment=self._uv_settings())

    def _uv_settings(self) -> dict[str, str]:
        """Give uv what it does not read by itself: the system's certificates and the index that pip is set to."""
        settings = {"UV_SYSTEM_CERTS": "true", **os.environ}
        if not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & settings.keys():
            asked = [str(self.bin / "python"), "-m", "pip", "config", "get", "global.index-url"]
            answer = subprocess.run(asked, capture_output=True, text=True, check=False)
            index = settings.get("PIP_INDEX_URL") or answer.stdout.strip()
            if index:
                settings["UV_DEFAULT_INDEX"] = index
        return settings


def _answers(python: Path) -> bool:
    """Whether the interpreter at `python` runs, and is of the version that runs this."""
    asked = [str(python), "-c", "import sys; print(sys.version_info[:2])"]
    try:
        answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.stdout.strip() == str(sys.version_info[:2])
