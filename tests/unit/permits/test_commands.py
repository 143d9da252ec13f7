"""`linli-edge permits`, as a person types it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from edge.__main__ import app
from edge.errors import Misconfigured

CONFIG = """
[gateway]
community = "garden"
id = "gw1"
data = "data"
"""
LIST = "车牌,种类,结束,姓名\n京A12345,业主,,张三\n京B77777,访客,2020-01-01,李四\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "gateway.toml").write_text(CONFIG)
    (tmp_path / "permits.csv").write_text(LIST)
    return tmp_path


def typed(folder: Path, *words: str, text: str = "") -> Result:
    return CliRunner().invoke(app, ["permits", *words, "--config", str(folder / "gateway.toml")], input=text)


def asked(folder: Path, *plates: str) -> list[str]:
    result = typed(folder, "ask", text="\n".join(plates))
    return [line.split("\t")[1] for line in result.stdout.splitlines()]


def test_a_list_is_taken_in_and_asked_after_its_file_is_gone(folder: Path) -> None:
    done = typed(folder, "import", str(folder / "permits.csv"))
    assert done.exit_code == 0, done.output
    assert "2 个许可" in done.stdout
    assert "姓名" in done.stdout, "what was not read is told"
    (folder / "permits.csv").unlink()
    assert asked(folder, "京A·12345", "?a12345", "京b77777", "沪C99999", "???", "hello!!") == [
        "有效 valid (resident)",
        "有效 valid (resident)",
        "已过期 expired (visitor)",
        "不在名单 on no list",
        *["无法判断 cannot be told"] * 2,
    ]
    assert typed(folder, "ask", text="京A12345\n").exit_code == 0
    assert typed(folder, "ask", text="京A12345\n沪C99999\n").exit_code == 1
    kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"A12345" not in kept
    assert "张三".encode() not in kept


def test_what_is_there_is_shown_and_can_be_removed(folder: Path) -> None:
    typed(folder, "import", str(folder / "permits.csv"))
    shown = typed(folder, "show")
    assert shown.exit_code == 0
    assert "permits.csv" in shown.stdout
    assert "imported" in shown.stdout
    assert typed(folder, "remove", "permits.csv").exit_code == 0
    assert typed(folder, "remove", "permits.csv").exit_code == 1
    assert asked(folder, "京A12345") == ["没有名单 there are no lists"]


def test_checking_keeps_nothing(folder: Path) -> None:
    assert typed(folder, "check", str(folder / "permits.csv")).exit_code == 0
    assert not (folder / "data").exists()


@pytest.mark.parametrize("command", ["import", "check"])
def test_a_wrong_list_is_refused_with_its_line(folder: Path, command: str) -> None:
    (folder / "permits.csv").write_text("车牌,种类\n京A12345,业主\n京A1,业主\n")
    refused = typed(folder, command, str(folder / "permits.csv"))
    assert isinstance(refused.exception, Misconfigured)
    assert "第 3 行 line 3" in str(refused.exception)
    assert asked(folder, "京A12345") == ["没有名单 there are no lists"]


def test_a_damaged_list_is_told(folder: Path) -> None:
    typed(folder, "import", str(folder / "permits.csv"))
    (kept,) = (folder / "data" / "permits").iterdir()
    kept.write_bytes(kept.read_bytes()[:-1])
    shown = typed(folder, "show")
    assert shown.exit_code == 1
    assert "重新导入" in shown.stdout
