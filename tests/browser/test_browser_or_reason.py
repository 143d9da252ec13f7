"""A browser that is there and does not start is a reason to skip, and no error."""

import os
import subprocess
import sys
from pathlib import Path

from tests import chromium
from tests.conftest import ROOT

BROKEN = "#!/bin/sh\necho 'node: error while loading shared libraries: libatomic.so.1: cannot open' >&2\nexit 127\n"
NEEDING = """
import pytest

@pytest.mark.browser
def test_marked(): ...

def test_asks(chromium): ...
"""


def test_what_does_not_start_says_why(tmp_path: Path) -> None:
    program = tmp_path / "chromium"
    program.write_text(BROKEN)
    program.chmod(0o755)
    assert "libatomic.so.1" in (chromium.silent([str(program), "--version"]) or "")
    assert "nowhere" in (chromium.silent([str(tmp_path / "nowhere")]) or "")
    assert chromium.silent([sys.executable, "--version"]) is None


def test_where_it_does_not_start_tests_are_skipped_with_the_reason(tmp_path: Path) -> None:
    program = tmp_path / "chromium"
    program.write_text(BROKEN)
    program.chmod(0o755)
    (tmp_path / "conftest.py").write_text("from tests.conftest import chromium, pytest_collection_modifyitems\n")
    (tmp_path / "test_it.py").write_text(NEEDING)
    env = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pytest", "-rs", "-W", "ignore", "-p", "no:cacheprovider", "--rootdir", ".", "."]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert "2 skipped" in done.stdout
    assert "libatomic.so.1" in done.stdout
    assert done.returncode == 0
