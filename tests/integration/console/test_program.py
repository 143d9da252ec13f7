"""`linli-cloud` as its administrators use it."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import httpx
import psycopg
import pytest

from cloud.__main__ import main

SECRET = "a long enough secret"
WITHIN_S = 30


@dataclass(frozen=True, slots=True)
class Program:
    """The program with a configuration of its own."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __call__(self, *words: str, given: str = "") -> tuple[int, str]:
        """Run a command to its end, in this process: exit code, and what it said."""
        said = io.StringIO()
        with (
            redirect_stdout(said),
            redirect_stderr(said),
            patch.object(sys, "argv", ["linli-cloud", *words]),
            patch.object(sys, "stdin", io.StringIO(given)),
            patch.dict(os.environ, self._env),
            pytest.raises(SystemExit) as ended,
        ):
            main()
        return int(ended.value.code or 0), said.getvalue()

    @contextmanager
    def serving(self) -> Iterator[subprocess.Popen[str]]:
        process = subprocess.Popen(
            [sys.executable, "-m", "cloud", "serve", "--no-ingest"], stderr=subprocess.PIPE, text=True, env=self._env
        )
        try:
            self._wait(process)
            yield process
        finally:
            process.kill()
            process.communicate()

    def _wait(self, process: subprocess.Popen[str]) -> None:
        deadline = time.monotonic() + WITHIN_S
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if httpx.get(f"{self.url}/readyz", trust_env=False).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        pytest.fail("it never answered")

    @property
    def _env(self) -> dict[str, str]:
        return os.environ | {"LINLI_CLOUD_CONFIG": str(self.folder / "cloud.toml")}


@pytest.fixture
def program(database: str, tmp_path: Path, free_port: int) -> Program:
    lines = (
        f'listen = "127.0.0.1:{free_port}"',
        "secure_cookies = false",
        "[database]",
        f'dsn = "{database}"',
        "[[source]]",
        'url = "nats://127.0.0.1:1"',
    )
    (tmp_path / "cloud.toml").write_text("\n".join(lines))
    return Program(tmp_path, free_port)


def test_it_serves_and_stops_in_good_order_with_a_browser_watching(program: Program) -> None:
    assert program("user", "add", "王芳", "--password-file", "-", given=f"{SECRET}\n")[0] == 0
    with program.serving() as process, httpx.Client(base_url=program.url, trust_env=False) as browser:
        assert browser.post("/api/login", json={"name": "王芳", "password": SECRET}).status_code == 200
        assert "没有待办案件" in browser.get("/cases").text
        with browser.stream("GET", "/live") as stream:
            lines = stream.iter_lines()
            assert next(lines) == "event: case"
            process.send_signal(signal.SIGTERM)
            assert list(lines)[-1] == ""  # the stream ends whole
        _, said = process.communicate(timeout=WITHIN_S)
        assert process.returncode == 0, said
        assert "Traceback" not in said


def test_users_come_and_go(program: Program) -> None:
    secret = program.folder / "secret"
    secret.write_text(f"{SECRET}\nsecond line\n")
    steps = [
        # command, exit code, what it says
        (("user", "add", "wang", "--password-file", str(secret)), 0, "wang may log in"),
        (("user", "add", "WANG", "--password-file", str(secret)), 2, "there is a user 'wang' already"),
        (("user", "add", "li", "--password-file", str(program.folder / "nothing")), 2, "--password-file"),
        (("user", "add", "system", "--password-file", str(secret)), 2, "no person; choose another"),
        (("user", "seal-second-factors"), 0, "0 sealed"),
        (("user", "revoke", "nobody"), 2, "there is no user 'nobody'"),
        (("user", "revoke", "wang"), 0, "may not log in any more"),
        (("user", "list"), 0, "revoked"),
        (("user", "readmit", "wang"), 0, "wang may log in again"),
        (("user", "end-sessions", "wang"), 0, "0 sessions of wang ended"),
    ]
    for words, code, says in steps:
        done, said = program(*words)
        assert (done, says in said) == (code, True), said
        assert SECRET not in said


def test_a_lead_and_a_list_of_permits(program: Program) -> None:
    listed, bad = program.folder / "permits.csv", program.folder / "bad.csv"
    listed.write_text("车牌,种类,结束,颜色\n京A12345,业主,,白\n京AD12345,访客,2099-12-31,\n", encoding="gb18030")
    bad.write_text("plate,kind\n京A12345,owner\n", encoding="utf-8")
    taking = ("permits", "import", str(listed), "--community", "lantian")
    steps = [
        # command, exit code, what it says
        (("user", "add", "li", "--role", "lead", "--password-file", "-"), 0, "li may log in"),
        (("user", "role", "li", "staff"), 0, "li is staff from now on"),
        (("user", "role", "nobody", "lead"), 2, "there is no user 'nobody'"),
        (taking, 0, "2 permits taken in; the list of lantian has 2 now"),
        (taking, 0, "columns not read: 颜色"),
        ((*taking, "--replace"), 0, "the list of lantian has 2 now"),
        (("permits", "import", str(bad), "--community", "lantian"), 2, "line 2"),
        (("permits", "import", str(listed), "--community", "Lan Tian"), 2, "community"),
        (("permits", "import", str(program.folder / "nothing.csv"), "--community", "lantian"), 2, "cannot be read"),
    ]
    for words, code, says in steps:
        done, said = program(*words, given=f"{SECRET}\n")
        assert (done, says in said) == (code, True), said
        assert "AD12345" not in said.replace("京AD12345 a whole plate", "")


def test_what_a_person_must_fix_is_said_in_a_sentence(program: Program) -> None:
    config = program.folder / "cloud.toml"
    right = config.read_text()
    wrong = [
        ("typo", right.replace("secure_cookies", "secure_cookie"), ("serve",), "secure_cookies"),
        ("port taken", right, ("serve",), f"listen: 127.0.0.1:{program.port}"),
        ("key of another kind", right, ("gateway", "add", "lantian", "gw", "xx"), "public key"),
    ]
    with program.serving():
        for name, text, words, says in wrong:
            config.write_text(text)
            code, said = program(*words)
            assert (code, says in said) == (2, True), f"{name}: {said}"
            assert "Traceback" not in said
            assert "postgresql://" not in said


def test_a_database_of_another_version_is_refused(program: Program, database: str) -> None:
    for version, says in (("0001", "linli-cloud migrate"), ("9999", "newer program")):
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("update alembic_version set version_num = %s", (version,))
        code, said = program("serve", "--no-ingest")
        assert (code, says in said) == (2, True), said
    code, said = program("migrate")
    assert (code, "newer program" in said) == (2, True), said


def test_the_example_is_right(program: Program) -> None:
    code, text = program("config", "example")
    assert code == 0
    (program.folder / "dsn").write_text("postgresql://linli@localhost/linli")
    example = program.folder / "example.toml"
    example.write_text(text)
    code, said = program("config", "check", str(example))
    assert (code, "right" in said) == (0, True), said
