"""Set-up does each step once for its inputs, again when they change or what it made is gone, and says what failed."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.setup import __main__ as setup
from deploy.setup import browser_files, debian, model_files
from deploy.setup.commands import TAIL_LINES, Commands, SetupFailed
from deploy.setup.packages import Environment
from deploy.setup.steps import Step, carry_out_all
from models.zoo import default_directory


class Bench:
    """A step in a folder of its own, that counts how often it was done."""

    def __init__(self, folder: Path) -> None:
        self.done = 0
        self.stamps = folder / "stamps"
        self.lock = folder / "lock.txt"
        self.made = folder / "made"
        self.lock.write_text("a==1", encoding="utf-8")
        self.step = Step("one", "one", reads=(self.lock,), makes=(self.made,), work=self.work)

    def work(self) -> None:
        self.done += 1
        self.made.touch()

    def set_up(self) -> int:
        """Set up and return how often the step has been done so far."""
        carry_out_all([self.step], self.stamps)
        return self.done


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def nothing(_: Bench) -> None: ...
def touch_input(bench: Bench) -> None:
    bench.lock.write_text(bench.lock.read_text(encoding="utf-8"), encoding="utf-8")


def change_input(bench: Bench) -> None:
    bench.lock.write_text("a==2", encoding="utf-8")


def lose_input(bench: Bench) -> None:
    bench.lock.unlink()


def lose_what_was_made(bench: Bench) -> None:
    bench.made.unlink()


def lose_stamp(bench: Bench) -> None:
    (bench.stamps / "one").unlink()


@pytest.mark.parametrize(
    ("between", "times"),
    [
        (nothing, 1),
        (touch_input, 1),
        (change_input, 2),
        (lose_input, 2),
        (lose_what_was_made, 2),
        (lose_stamp, 2),
    ],
)
def test_a_step_runs_again_only_for_a_reason(bench: Bench, between: Callable[[Bench], None], times: int) -> None:
    bench.set_up()
    between(bench)
    assert bench.set_up() == times


def test_a_step_that_fails_is_not_taken_for_done(bench: Bench) -> None:
    def fail() -> None:
        bench.made.touch()
        raise SetupFailed("no network")

    bench.set_up()
    change_input(bench)
    failing = Step("one", "one", bench.step.reads, bench.step.makes, fail)
    with pytest.raises(SetupFailed):
        carry_out_all([failing], bench.stamps)
    assert not bench.step.is_done(bench.stamps)


def test_an_input_that_changes_while_it_is_read_is_read_again(bench: Bench) -> None:
    def work_while_the_lock_changes() -> None:
        bench.work()
        change_input(bench)

    carry_out_all([Step("one", "one", bench.step.reads, bench.step.makes, work_while_the_lock_changes)], bench.stamps)
    assert not bench.step.is_done(bench.stamps)


def test_a_done_step_says_nothing(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.set_up()
    assert "done in" in capsys.readouterr().err
    bench.set_up()
    assert capsys.readouterr().err == ""


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    return Commands(tmp_path, tmp_path / "logs" / "setup.log")


def test_a_failed_command_is_named_with_the_end_of_what_it_said(commands: Commands) -> None:
    program = commands.root / "fetch.py"
    program.write_text(f"for n in range({TAIL_LINES + 10}): print('line', n)\nraise SystemExit(3)", encoding="utf-8")
    with pytest.raises(SetupFailed) as failed:
        commands.run([sys.executable, program])
    sentence, *said = str(failed.value).splitlines()
    assert "fetch.py exited with 3" in sentence
    assert said == [f"line {n}" for n in range(10, TAIL_LINES + 10)]


def test_a_later_command_does_not_repeat_what_an_earlier_one_said(commands: Commands) -> None:
    commands.run([sys.executable, "-c", "print('fetched')"])
    with pytest.raises(SetupFailed) as failed:
        commands.run([sys.executable, "-c", "raise SystemExit(1)"])
    assert "fetched" not in str(failed.value)


def test_a_step_named_wrongly_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert setup.main(["modles"]) == 2
    assert "modles" in (said := capsys.readouterr().err)
    assert "models" in said


def test_an_environment_for_development_serves_the_demo_too(tmp_path: Path, commands: Commands) -> None:
    environment = Environment(tmp_path, commands)
    assert environment.step("onebox").name == "packages-onebox"
    environment.stamps.mkdir(parents=True)
    (environment.stamps / "packages-dev").touch()
    assert environment.step("onebox").name == "packages-dev"


def test_what_is_skipped_without_root_is_named_with_its_remedy() -> None:
    said = debian.what_is_skipped(debian.WANTED)
    assert all(one.package in said and one.tests in said for one in debian.WANTED)
    assert "apt-get install" in said


@pytest.mark.skipif(not Path("/var/lib/dpkg/info").is_dir(), reason="no Debian, so no packages to look into")
@pytest.mark.parametrize("one", debian.WANTED, ids=lambda one: one.package)
def test_a_wanted_package_is_shown_by_a_file_of_its_own(one: debian.Wanted) -> None:
    lists = [
        *Path("/var/lib/dpkg/info").glob(f"{one.package}.list"),
        *Path("/var/lib/dpkg/info").glob(f"{one.package}:*.list"),
    ]
    if not lists:
        pytest.skip(f"{one.package} is not installed")
    merged = {line.removeprefix("/usr") for path in lists for line in path.read_text().splitlines()}
    assert str(one.shown_by).removeprefix("/usr") in merged


def test_node_of_the_wheel_is_found_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin")
    assert browser_files.environment(tmp_path)["PATH"] == f"/usr/bin:{tmp_path}/.venv/bin"


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"LINLI_MODELS": "~/weights"},
        {"XDG_CACHE_HOME": "/var/cache"},
        {"XDG_CACHE_HOME": "relative"},
        {"LINLI_MODELS": "/srv/models", "XDG_CACHE_HOME": "/var/cache"},
    ],
)
def test_set_up_and_the_zoo_mean_the_same_folder(settings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LINLI_MODELS", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert model_files.directory() == default_directory()


def test_a_step_whose_place_changes_runs_again(bench: Bench) -> None:
    bench.set_up()
    elsewhere = bench.made.with_name("elsewhere")
    elsewhere.touch()
    moved = Step("one", "one", bench.step.reads, (elsewhere,), bench.work)
    assert not moved.is_done(bench.stamps)
