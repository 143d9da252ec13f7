"""The main job, as its users run it: a car stands where it may not, and a person closes the case."""

import stat
from pathlib import Path

import pytest

from deploy.onebox.folder import Folder
from tests.acceptance.demo_process import PARTS, SUMMARY_KEYS, Demo, processes_of

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]


def test_the_story_ends_with_nothing_lost_or_doubled(demo: Demo) -> None:
    demo.until_told("gateway  就绪 ready", 90)
    assert {part for part in PARTS if demo.pid(part)} == set(PARTS)
    assert_no_secret_is_in_sight(demo)
    code, summary = demo.summary(240)
    assert set(summary) == SUMMARY_KEYS
    wanted = {"cases_opened": 3, "cases_closed_verified": 2, "lost": 0, "duplicated": 0}
    assert {name: summary[name] for name in wanted} == wanted, demo.told
    assert summary["evidence"] >= 3, "enter, interval and due are three pictures"
    assert summary["events"] >= 5
    assert (code, summary["seconds"] < 240) == (0, True)
    assert "编排" in demo.told
    assert "arranged" in demo.told.lower()
    assert processes_of(demo.folder) == []


def assert_no_secret_is_in_sight(demo: Demo) -> None:
    folder = Folder(demo.folder / "box")
    secrets = {path.read_text().strip() for path in (folder.root / "secrets").iterdir()}
    seen = "\n".join(processes_of(demo.folder)) + demo.logs()
    assert not [secret for secret in secrets if secret in seen]
    private = [*(folder.root / "secrets").iterdir(), *folder.root.glob("*/*.toml"), *folder.root.glob("*/*.key")]
    assert {mode_of(path) for path in private} == {0o600}


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
