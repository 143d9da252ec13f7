"""What a replay tells a person at its end."""

import io
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from contract.parking import VehicleClass
from edge.app.findings import NOTHING, SUMMARY, VEHICLES, Findings
from edge.errors import Misconfigured
from tests.contract.samples import DATA, signed

SHA = "ab" * 32
PICTURE = {
    "sha256": SHA,
    "media_type": "image/jpeg",
    "size": 9,
    "kind": "enter",
    "taken_at": "2026-11-21T02:00:00Z",
    "masked": True,
}


@pytest.fixture
def findings(tmp_path: Path) -> Findings:
    (tmp_path / SHA[:2]).mkdir()
    (tmp_path / SHA[:2] / f"{SHA}.jpg").write_bytes(b"a picture")
    return Findings(tmp_path, ZoneInfo("Asia/Shanghai"))


def shown(findings: Findings, *, width: int = 80) -> str:
    file = io.StringIO()
    findings.show(Console(file=file, width=width, color_system=None), folder=findings.out)
    return file.getvalue()


def test_each_event_of_a_stay_is_a_row_in_local_time_with_its_first_picture(findings: Findings) -> None:
    with_picture = {**DATA["parking.opened.v1"][1], "evidence": [PICTURE]}
    findings.add(signed("parking.opened.v1", data=with_picture))
    findings.add(signed("parking.milestone.v1"))
    findings.add(signed("parking.cleared.v1", time="2026-11-21T16:06:02Z"))
    text = shown(findings, width=120)
    rows = [line for line in text.splitlines() if "3号楼消防通道" in line]
    for row, words in zip(rows, ["超时 opened", "仍在 milestone", "开走 cleared"], strict=True):
        assert words in row
        assert "轿车 car" in row
        assert "0:05:00" in row
    assert "11-21 10:05:00" in rows[0]
    assert "11-22 00:06:02" in rows[2]
    assert text.splitlines()[-3:] == [f"   1  {findings.out}/{SHA[:2]}/{SHA}.jpg", "   2  —", "   3  —"]


def test_a_path_is_not_broken_on_a_narrow_terminal(findings: Findings) -> None:
    findings.add(signed(data={**DATA["parking.opened.v1"][1], "evidence": [PICTURE]}))
    assert f"{findings.out}/{SHA[:2]}/{SHA}.jpg\n" in shown(findings, width=40)


def test_the_same_lies_beside_the_pictures_wherever_the_folder_is(findings: Findings) -> None:
    findings.add(signed(data={**DATA["parking.opened.v1"][1], "evidence": [PICTURE]}))
    kept = findings.keep().read_text(encoding="utf-8")
    assert "超时 opened" in kept
    assert f"   1  {SHA[:2]}/{SHA}.jpg\n" in kept
    assert str(findings.out) not in kept


@pytest.mark.parametrize("kind", ["parking.verification.v1", "device.gap.v1"])
def test_what_is_about_no_stay_is_passed_over(findings: Findings, kind: str) -> None:
    findings.add(signed(kind))
    assert shown(findings).strip() == NOTHING


def test_a_name_with_brackets_is_shown_as_it_is(findings: Findings) -> None:
    findings.add(signed(data={**DATA["parking.opened.v1"][1], "zone_name": "[red]东门[/]"}))
    assert "[red]东门[/]" in shown(findings, width=120)


def test_a_summary_that_cannot_be_written_is_a_setting_to_mend(findings: Findings) -> None:
    (findings.out / SUMMARY).mkdir()
    with pytest.raises(Misconfigured, match="--out"):
        findings.keep()


def test_every_vehicle_has_a_name_in_chinese() -> None:
    assert set(VEHICLES) == set(VehicleClass)
