"""Debian's packages that some tests run against; they are installed by root only, and never needed by the demo."""

import os
import platform
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.setup.commands import Commands
from deploy.setup.steps import Step


@dataclass(frozen=True, slots=True)
class Wanted:
    """One Debian package, a file that shows that it is there, and what is not tested without it."""

    package: str
    shown_by: Path
    tests: str


LIBRARIES: Final = Path(f"/usr/lib/{platform.machine()}-linux-gnu")  # x86_64 and aarch64 are called so by Debian, too
WANTED: Final = (
    Wanted("mosquitto", Path("/usr/sbin/mosquitto"), "ingest and uplink over a plain MQTT broker"),
    Wanted("chromium", Path("/usr/bin/chromium"), "the console in a browser"),
    Wanted("libatomic1", LIBRARIES / "libatomic.so.1", "the console in a browser: Playwright's own program needs it"),
    Wanted("fonts-wqy-zenhei", Path("/usr/share/fonts/truetype/wqy"), "Chinese text in screenshots"),
    Wanted("openssl", Path("/usr/bin/openssl"), "TLS with client certificates"),
    Wanted("victoria-metrics", Path("/usr/bin/victoria-metrics"), "meters' readings in a point store that is killed"),
    Wanted("gcc", Path("/usr/bin/gcc"), "the gate board's program on this machine"),
    Wanted("libc6-dev", Path("/usr/include/string.h"), "the gate board's program on this machine"),
    Wanted("gcc-arm-none-eabi", Path("/usr/bin/arm-none-eabi-gcc"), "the gate board's program for its boards"),
    Wanted("qemu-system-arm", Path("/usr/bin/qemu-system-arm"), "the gate board in an emulator"),
)


def missing(wanted: tuple[Wanted, ...] = WANTED) -> tuple[Wanted, ...]:
    """Return those that are not installed."""
    return tuple(one for one in wanted if not one.shown_by.exists())


def can_install() -> bool:
    """Whether this process may install Debian packages: it is root and there is an apt-get."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def what_is_skipped(absent: tuple[Wanted, ...]) -> str:
    """Say which tests will be skipped, and the one command that would change it."""
    lines = [f"      {one.package}: {one.tests}" for one in absent]
    install = "apt-get install --no-install-recommends " + " ".join(one.package for one in absent)
    return "\n".join(
        ["setup · not root on Debian, so tests of these are skipped:", *lines, f"      To run them, as root: {install}"]
    )


def step(commands: Commands, absent: tuple[Wanted, ...]) -> Step:
    """Install `absent`."""
    names = [one.package for one in absent]

    def work() -> None:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        commands.run(["apt-get", "update", "-q"], environment=quiet)
        commands.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", *names], environment=quiet)

    return Step(
        name="debian",
        title=f"Debian packages for tests, {' '.join(names)}",
        reads=(),
        makes=tuple(one.shown_by for one in absent),
        work=work,
    )
