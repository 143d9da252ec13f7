"""What tests/conftest.py promises: a run that leaves processes behind fails and ends them; a skip says its remedy."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import psutil
import pytest

CONFTEST: Final = Path(__file__).resolve().parents[2] / "conftest.py"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the conftest of this one, less patient."""
    patient = CONFTEST.read_text(encoding="utf-8")
    (tmp_path / "conftest.py").write_text(patient.replace("WITHIN_S: Final = 5.0", "WITHIN_S: Final = 0.2"), "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = browser: one\n", encoding="utf-8")
    return tmp_path


def outcome(project: Path, test: str, **settings: str) -> tuple[int, str]:
    """Run one test file in `project`; return pytest's exit code and what it printed."""
    (project / "test_one.py").write_text(test, encoding="utf-8")
    environment = {**os.environ, **settings}
    argv = [sys.executable, "-m", "pytest", "-ra", "-p", "no:cacheprovider", "-p", "no:asyncio", "--color=no"]
    done = subprocess.run(argv, cwd=project, env=environment, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout


LEAVES_A_DAEMON: Final = """
import subprocess, sys
def test_leaves_a_daemon():
    code = "import subprocess as s; s.Popen(['sleep', '60'], stdout=s.DEVNULL, start_new_session=True)"
    subprocess.run([sys.executable, "-c", code], check=True)
"""


def test_a_daemon_left_behind_fails_the_run_and_is_ended(project: Path) -> None:
    code, said = outcome(project, LEAVES_A_DAEMON)
    assert code == 1
    left = re.search(r"left running by the tests: \['(\d+) sleep 60'\]", said)
    assert left
    assert not psutil.pid_exists(int(left[1])) or psutil.Process(int(left[1])).status() == psutil.STATUS_ZOMBIE


def test_a_process_that_was_ended_is_no_failure(project: Path) -> None:
    code, _ = outcome(project, "import subprocess\ndef test_one():\n    subprocess.run(['sleep', '0'], check=True)\n")
    assert code == 0


def test_a_browser_test_without_a_browser_says_how_to_get_one(project: Path) -> None:
    test = "import pytest\n@pytest.mark.browser\ndef test_one():\n    raise AssertionError\n"
    code, said = outcome(project, test, PATH=str(project))
    assert code == 0
    assert "apt-get install chromium" in said


def test_missing_footage_is_a_skip_that_names_the_place_and_the_setting(project: Path) -> None:
    code, said = outcome(project, "def test_one(shared_dir): ...\n", LINLI_SHARED=str(project / "nowhere"))
    assert code == 0
    assert "nowhere is not there (LINLI_SHARED" in said
